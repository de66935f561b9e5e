import json
from typing import Any

import pytest

from parsers import gitleaks_json
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run
from timeline.model.parser import Sample

PARSER = load("gitleaks.json")
AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
COMMIT = "39406e42cb832f683daa691dd652a8dc36ee8930"
FOUND: dict[str, Any] = {
    "RuleID": "npm-token", "Description": "Found an npm token.", "StartLine": 12, "EndLine": 12, "Match": "k=not-a-token-0042",
    "Secret": "not-a-token-0042", "File": "ci/publish.sh", "SymlinkFile": "", "Commit": COMMIT, "Entropy": 3.4,
    "Author": "Dana", "Email": "dana@example.com", "Date": "2026-03-30T22:36:48Z", "Message": "Publish", "Tags": [],
    "Fingerprint": f"{COMMIT}:ci/publish.sh:npm-token:12",
}  # fmt: skip


def test_a_finding_in_a_commit() -> None:
    assert stated(event_of(PARSER, FOUND)) == {
        "timestamp": AT, "timestamp_desc": "commit", "timestamp_precision": 1_000_000, "timestamp_basis": "stated",
        "kind": "gitleaks.json", "action": "secret_found", "outcome": "unknown", "actor": "dana@example.com",
        "resource": "ci/publish.sh:12", "uid": f"{COMMIT}:ci/publish.sh:npm-token:12",
        "message": f"npm-token, Found an npm token, ends in 0042, in commit {COMMIT}",
    }  # fmt: skip


def test_a_finding_in_a_folder_is_undated_and_has_no_id() -> None:
    found = event_of(
        PARSER, {**FOUND, "Commit": "", "Date": "", "Email": "", "Author": "", "Fingerprint": "a:npm-token:12"}
    )
    assert (found["timestamp"], found["actor"], found["uid"]) == (None, None, None)
    assert found["resource"] == "ci/publish.sh:12"


def test_findings_of_one_line_are_two_events_and_the_same_finding_again_is_one() -> None:
    first, again, other = (
        event_of(PARSER, {**FOUND, **change})["content"] for change in ({}, {"Entropy": 3.4}, {"StartColumn": 40})
    )
    assert first == again != other


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"SymlinkFile": "link/a"}, "resource", "link/a:12"),
        ({"StartLine": 0}, "resource", "ci/publish.sh"),
        ({"Email": "", "Author": "Dana"}, "actor", "Dana"),
        ({"Date": "10-19-2003"}, "timestamp", None),
        (
            {"Secret": "REDACTED", "Match": "k=REDACTED"},
            "message",
            f"npm-token, Found an npm token, in commit {COMMIT}",
        ),
        ({"Secret": "short"}, "message", f"npm-token, Found an npm token, in commit {COMMIT}"),
        ({"Description": "npm-token", "Commit": ""}, "message", "npm-token, ends in 0042"),
    ],
)
def test_details(change: dict[str, Any], field: str, value: object) -> None:
    assert event_of(PARSER, {**FOUND, **change})[field] == value


def test_what_version_7_wrote() -> None:
    (found,) = run(PARSER, gitleaks_json.SAMPLES[1]).events
    assert found["resource"] == "ci.yml:7"
    assert found["account"] == "https://git.example.com/example-org/cli"
    assert found["message"] == f"Slack, ends in n-42, in commit {COMMIT}"


def test_rejects() -> None:
    for record in ({"RuleID": "x"}, {"Secret": "x"}, {"RuleID": {}, "Secret": "x"}, {}):
        assert reasons(decode_record(PARSER, record)) == [gitleaks_json.NO_FINDING]


@pytest.mark.parametrize(
    "record",
    [
        {"RuleID": "DS002", "Severity": "HIGH", "Title": "of another scanner"},
        {"rule": "x", "file": "a", "line": 1, "message": "a linter's"},
        {"secret_type": "t", "secret": "x", "number": 1, "created_at": "2026-03-30T22:36:48Z"},
        {"msg": '"RuleID" "Secret" "Match" "File"'},
    ],
)
def test_look_alikes(record: object) -> None:
    assert confidence(PARSER, record) == 0


def test_a_damaged_record_does_not_hide_the_others() -> None:
    lines = "\n".join(['{"RuleID": "x", "Secr', json.dumps(FOUND), json.dumps(FOUND)])
    assert PARSER.sniff(Sample(lines.encode())).confidence >= 95
    assert len(run(PARSER, lines.encode()).events) == 2
