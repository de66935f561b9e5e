"""The streams that parsers are timed with hold what they say."""

import pytest

from tests.benchmarks.decoding import RECORD_BYTES, chunks_of, stream_of
from timeline.ingest.registry import parsers


@pytest.mark.parametrize("kind", ["aws.cloudtrail", "aws.s3access", "github.audit", "web.access"])
def test_a_stream_is_read_whole(kind: str) -> None:
    parser = parsers()[kind]
    decoded = [parser.decode(chunk) for chunk in chunks_of(parser, stream_of(parser, 50))]
    assert sum(part.records for part in decoded) == 50
    assert not any(part.rejects for part in decoded)
    assert sum(len(part.events) for part in decoded) == 50


def test_json_records_are_as_long_as_real_ones() -> None:
    lines = stream_of(parsers()["github.audit"], 20).splitlines()
    assert all(RECORD_BYTES <= len(line) < RECORD_BYTES + 100 for line in lines)
