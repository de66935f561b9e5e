import json
from typing import Any

import pytest

from tests.parsers.one_record import confidence, event_of, stated
from tests.parsers.registry import load, run
from timeline.model.parser import Sample

PARSER = load("detect_secrets.baseline")
AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
SHA1 = "0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33"
RESULT: dict[str, Any] = {"type": "Secret Keyword", "filename": "src/a.py", "hashed_secret": SHA1, "line_number": 12}


def baseline(*results: object, **more: object) -> dict[str, object]:
    own = {"plugins_used": [], "generated_at": "2026-03-30T22:36:48Z", "results": {"src/a.py": list(results)}}
    return {**own, **more}


def test_a_result() -> None:
    assert stated(event_of(PARSER, baseline(RESULT))) == {
        "timestamp": AT, "timestamp_desc": "scan", "timestamp_precision": 1_000_000, "timestamp_basis": "stated",
        "kind": "detect_secrets.baseline", "action": "secret_found", "outcome": "unknown", "resource": "src/a.py:12",
        "message": "Secret Keyword",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "outcome", "message"),
    [
        ({"is_verified": True}, "success", "Secret Keyword, verified, it works"),
        ({"is_verified": False, "is_secret": True}, "unknown", "Secret Keyword, audited as a secret"),
        ({"is_secret": False}, "unknown", "Secret Keyword, audited as no secret"),
        ({"is_secret": "yes"}, "unknown", "Secret Keyword"),
    ],
)
def test_what_was_said_of_it(change: dict[str, Any], outcome: str, message: str) -> None:
    event = event_of(PARSER, baseline({**RESULT, **change}))
    assert (event["outcome"], event["message"]) == (outcome, message)


def test_older_results_are_under_their_path() -> None:
    result = {"type": "Secret Keyword", "hashed_secret": SHA1, "line_number": 12}
    assert event_of(PARSER, baseline(result))["resource"] == "src/a.py:12"


def test_without_a_time_it_is_undated() -> None:
    assert event_of(PARSER, baseline(RESULT, generated_at=None))["timestamp"] is None


def test_accounts() -> None:
    data = json.dumps(
        baseline(RESULT, {"type": "x"}, 3) | {"results": {"a": [RESULT, {"type": "x"}, 3], "b": "no list"}}
    )
    ((_, decoded),) = run(PARSER, data.encode()).chunks
    assert (decoded.records, decoded.events.num_rows, len(decoded.rejects)) == (4, 1, 3)
    for value, refusals in (
        (baseline(results={}), "ignored"),
        (baseline(results=[]), "rejects"),
        ({"a": 1}, "rejects"),
    ):
        ((_, decoded),) = run(PARSER, json.dumps(value).encode()).chunks
        assert len(getattr(decoded, refusals)) == decoded.records == 1


def test_the_beginning_of_a_long_baseline_is_enough() -> None:
    data = json.dumps(baseline(*[RESULT] * 900), indent=1).encode()[:65_536]
    assert PARSER.sniff(Sample(data, whole=False)).confidence >= 90


@pytest.mark.parametrize("record", [{"plugins_used": [], "results": []}, {"results": {"a": []}, "version": "1"}, [1]])
def test_look_alikes(record: object) -> None:
    assert confidence(PARSER, record) == 0
