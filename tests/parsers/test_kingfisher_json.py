import json
from typing import Any

import pytest

from parsers import kingfisher_json
from tests.parsers.one_record import confidence, event_of, stated
from tests.parsers.registry import load, run
from timeline.model.parser import Sample

PARSER = load("kingfisher.json")
COMMIT = "39406e42cb832f683daa691dd652a8dc36ee8930"
DAY = 1_774_828_800_000_000  # 2026-03-30T00:00:00Z
GIT = {
    "repository_url": "https://git.example.com/o/r", "file": {"path": "ci/publish.sh"},
    "commit": {"id": COMMIT, "date": "2026-03-30", "committer": {"name": "Dana", "email": "dana@example.com"}},
}  # fmt: skip


def found(**more: Any) -> dict[str, Any]:
    finding = {"snippet": "not-a-token-0042", "fingerprint": "77", "line": 12, "path": "/scan/ci/publish.sh", **more}
    return {"rule": {"name": "Example Token", "id": "kingfisher.example.1"}, "finding": finding}


def test_a_finding_in_a_commit() -> None:
    record = found(git_metadata=GIT, validation={"status": "Active Credential"})
    assert stated(event_of(PARSER, {"findings": [record]})) == {
        "timestamp": DAY, "timestamp_desc": "commit", "timestamp_precision": 86_400_000_000, "timestamp_basis": "zone_assumed",
        "kind": "kingfisher.json", "action": "secret_found", "outcome": "success", "actor": "dana@example.com",
        "resource": "ci/publish.sh:12", "account": "https://git.example.com/o/r",
        "message": f"kingfisher.example.1, Example Token, ends in 0042, verified, it works, in commit {COMMIT}",
    }  # fmt: skip


def test_a_time_of_day_counts_where_it_is_stated() -> None:
    git = {**GIT, "commit": {**GIT["commit"], "date": "2026-03-30T22:36:48+02:00"}}  # type: ignore[dict-item]  # a commit
    event = event_of(PARSER, found(git_metadata=git))
    assert (event["timestamp_precision"], event["timestamp_basis"]) == (1_000_000, "stated")


@pytest.mark.parametrize("name", ["metadata", "stats", "audit"])
def test_without_a_commit_the_time_is_the_scan_s(name: str) -> None:
    field = {"metadata": "scan_timestamp", "stats": "scan_date", "audit": "completed_at"}[name]
    event = event_of(PARSER, {"findings": [found()], name: {field: "2026-03-30T00:00:00Z"}})
    assert (event["timestamp"], event["timestamp_desc"]) == (DAY, "scan")
    assert event_of(PARSER, found())["timestamp"] is None


@pytest.mark.parametrize(
    ("status", "outcome", "said"),
    [
        ("Active Credential", "success", "verified, it works"),
        ("Inactive Credential", "unknown", "tried, it does not work"),
        ("Not Attempted", "unknown", None),
        ("Canary Token (Skipped)", "unknown", "Canary Token (Skipped)"),
    ],
)
def test_validation(status: str, outcome: str, said: str | None) -> None:
    event = event_of(PARSER, found(validation={"status": status}))
    assert event["outcome"] == outcome
    assert event["message"] == ", ".join(
        ["kingfisher.example.1, Example Token, ends in 0042", *([said] if said else [])]
    )


def test_every_finding_is_a_record_with_its_own_bytes() -> None:
    data = json.dumps({"findings": [found(), {"rule": 1}, 7, found(line=13)]}, indent=2).encode()
    ((_, decoded),) = run(PARSER, data).chunks
    events = decoded.events.to_pylist()
    assert [event["record"] for event in events] == [1, 4]
    assert json.loads(data[events[1]["offset"] :][: events[1]["length"]]) == found(line=13)
    assert [refusal.record for refusal in decoded.rejects] == [2, 3]


def test_lines_of_several_reports() -> None:
    lines = [{"findings": [found()]}, {"findings": []}, found(), {"access_map": []}, {"audit": {}}, {"other": 1}]
    ((_, decoded),) = run(PARSER, "\n".join(map(json.dumps, lines)).encode()).chunks
    assert [event["record"] for event in decoded.events.to_pylist()] == [1, 3]
    assert [refusal.reason for refusal in decoded.ignored] == [
        kingfisher_json.EMPTY, kingfisher_json.ABOUT_THE_SCAN, kingfisher_json.ABOUT_THE_SCAN,
    ]  # fmt: skip
    assert [refusal.reason for refusal in decoded.rejects] == [kingfisher_json.NO_REPORT]


def test_the_beginning_of_a_long_report_is_enough() -> None:
    data = json.dumps({"findings": [found()] * 400}).encode()[:65_536]
    assert PARSER.sniff(Sample(data, whole=False)).confidence >= 90


@pytest.mark.parametrize(
    "record",
    [
        {"findings": [{"rule": "x", "finding": "y", "snippet": "z"}]},
        {"rule": {"id": "js/zipslip"}, "tool": {"name": "CodeQL"}, "most_recent_instance": {}, "number": 1},
        {"finding": {"title": "a GuardDuty-like one", "snippet": "x"}},
    ],
)
def test_look_alikes(record: object) -> None:
    assert confidence(PARSER, record) == 0
