"""Detection asks every parser, and survives each of them."""

import pytest

from timeline.ingest import detect as module
from timeline.ingest.detect import Detector, detect
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


ENTRY = '{"@timestamp": 1774910088123, "_document_id": "x", "action": "%s", "actor": "a", "org": "corp"}'


def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds that are asked from now on, as they are asked."""
    kinds: list[str] = []

    class Noting:
        def __init__(self, kind: str) -> None:
            self.kind = kind

        def sniff(self, sample: Sample) -> Sniff:
            kinds.append(self.kind)
            return real[self.kind].sniff(sample)

    real = parsers()
    monkeypatch.setattr(module, "parsers", lambda: {kind: Noting(kind) for kind in real})
    return kinds


def test_of_many_alike_only_the_first_is_shown_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds, detector = asked(monkeypatch), Detector()
    first = detector.detect(Sample((ENTRY % "git.clone").encode(), "a.json"))
    assert len(kinds) == len(parsers())
    second = detector.detect(Sample((ENTRY % "git.push").encode(), "b.json"))
    assert len(kinds) == len(parsers()) + 1
    assert (first.kind, second.kind, second.confidence) == ("github.audit", "github.audit", first.confidence)
    assert second.reasons == first.reasons[:1]


def test_one_that_looks_alike_but_is_not_is_shown_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds, detector = asked(monkeypatch), Detector()
    detector.detect(Sample((ENTRY % "git.clone").encode(), "a.json"))
    kinds.clear()
    assert detector.detect(Sample((ENTRY % "no dot").encode(), "b.json")).kind is None
    assert len(kinds) == len(parsers()) + 1


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\n", b"[]", (ENTRY % ("x." + "y" * 20_000)).encode()])
def test_what_is_no_small_json_is_always_shown_to_all(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    kinds, detector = asked(monkeypatch), Detector()
    for _ in range(2):
        assert detector.detect(Sample(data, "a")) == detect(Sample(data, "a"))
    assert len(kinds) == 4 * len(parsers())
