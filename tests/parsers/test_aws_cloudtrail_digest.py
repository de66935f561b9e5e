import json
from typing import Any

import pytest

from parsers import aws_cloudtrail_digest
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

PARSER = load("aws.cloudtrail.digest")
FOLDER = "example-trail/AWSLogs/111122223333"
NAME = (
    f"{FOLDER}/CloudTrail-Digest/us-west-2/2026/03/30/111122223333_CloudTrail-Digest_us-west-2_main_us-west-2_20260330T"
)


def events_of(**values: object) -> list[Event]:
    record: dict[str, Any] = {**json.loads(aws_cloudtrail_digest.SAMPLES[0]), **values}
    return list(PARSER.decode(Chunk(json.dumps(record).encode())).events.to_pylist())


def test_a_digest_and_the_files_it_lists() -> None:
    digest, listed, renamed = run(PARSER, aws_cloudtrail_digest.SAMPLES[0]).events
    assert (digest["action"], digest["timestamp"]) == ("digest", 1_774_911_691_000_000)
    assert digest["resource"] == digest["uid"] == f"{NAME}230131Z.json.gz"
    assert digest["message"] == f"2 log files; after {NAME}220131Z.json.gz"
    assert (digest["account"], digest["region"]) == ("111122223333", "us-west-2")
    file = "CloudTrail/us-west-2/2026/03/30/111122223333_CloudTrail_us-west-2_20260330T2240Z_9nYN7gExample000.json.gz"
    assert (listed["action"], listed["resource"]) == ("delivered", f"{FOLDER}/{file}")
    assert (listed["timestamp"], listed["timestamp_precision"]) == (1_774_910_400_000_000, 60_000_000)
    assert listed["message"] == f"events of 2026-03-30T22:31:12Z to 2026-03-30T22:38:00Z, SHA-256 {2:064}"
    assert (renamed["timestamp_desc"], renamed["timestamp"]) == ("newest event", 1_774_911_482_000_000)
    assert (renamed["resource"], renamed["region"]) == ("example-trail/renamed.json.gz", None)


def test_an_hour_without_files_begins_a_chain() -> None:
    (digest,) = run(PARSER, aws_cloudtrail_digest.SAMPLES[1]).events
    assert digest["message"] == "0 log files; the chain begins here"
    assert digest["timestamp_basis"] == "stated"


def test_the_hash_of_the_one_before_is_reachable() -> None:
    found = PARSER.fields(aws_cloudtrail_digest.SAMPLES[0], b"", DecodeContext())
    assert found["previousDigestHashValue"] == f"{1:064}"
    assert found["logFiles"][0]["hashValue"] == f"{2:064}"


def test_odd_entries_cost_a_warning_or_their_time() -> None:
    done = PARSER.decode(Chunk(json.dumps({"digestS3Object": "a", "logFiles": [3, {}]}).encode()))
    digest, empty = done.events.to_pylist()
    assert (digest["resource"], digest["timestamp"], digest["region"]) == ("a", None, None)
    assert (empty["resource"], empty["timestamp"], empty["uid"], empty["message"]) == (None, None, None, None)
    assert (1, aws_cloudtrail_digest.NO_FILE) in done.warnings
    assert len(events_of(logFiles=None)) == 1


def test_what_is_no_digest_is_a_reject() -> None:
    done = PARSER.decode(Chunk(b'{"digestEndTime": "2026-03-30T23:01:31Z"}'))
    assert [refusal.reason for refusal in done.rejects] == [aws_cloudtrail_digest.NO_DIGEST]


@pytest.mark.parametrize(
    "record",
    [
        {
            "eventName": "GetObject",
            "eventSource": "s3.amazonaws.com",
            "requestParameters": {"key": "CloudTrail-Digest/x"},
        },
        {"logFiles": [{"s3Object": "x"}], "digestEndTime": "2026-03-30T23:01:31Z"},
        {"digest": "sha256:00", "digestAlgorithm": "SHA-256"},
    ],
)
def test_look_alikes_are_refused(record: object) -> None:
    assert PARSER.sniff(Sample(json.dumps(record).encode())).confidence == 0
