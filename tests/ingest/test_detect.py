"""Detection asks every parser, and survives each of them."""

import pytest

from timeline.ingest import detect as module
from timeline.ingest.detect import detect
from timeline.ingest.registry import parsers
from timeline.model.parser import Sample, Sniff


class Raising:
    """A parser that fails on whatever it looks at."""

    def sniff(self, sample: Sample) -> Sniff:
        raise ZeroDivisionError(sample.name)


def test_a_sniffer_that_fails_does_not_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    line = b'198.51.100.1 - - [01/Mar/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"\n' * 5
    monkeypatch.setattr(module, "parsers", lambda: {"raising": Raising(), **parsers()})
    assert detect(Sample(line, "access.log")).kind == "web.access"


@pytest.mark.parametrize(
    "deep", [b"[" * 60_000, b'{"a":' * 10_000, b'{"Records":[' + b"[" * 9000 + b"]" * 9000 + b"]}"]
)
def test_json_that_is_nested_without_end_is_no_format(deep: bytes) -> None:
    assert detect(Sample(deep, "deep.json")).kind is None
    assert Sample(deep).document is None
