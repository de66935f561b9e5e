import json
from typing import Any

import pytest

from tests.parsers.one_record import confidence, decode_record, event_of, stated
from tests.parsers.registry import load, run
from timeline.model.fingerprint import fingerprint
from timeline.model.parser import Chunk, DecodeContext, Sample

PARSER = load("sarif.findings")
AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
COMMIT = "39406e42cb832f683daa691dd652a8dc36ee8930"
KEY = b"k" * 32
RULES = [{"id": "npm-token", "shortDescription": {"text": "Found an npm token."}}]


def place(uri: str = "ci/publish.sh", line: int = 12, snippet: str | None = None, **more: Any) -> dict[str, Any]:
    region = {"startLine": line, **({} if snippet is None else {"snippet": {"text": snippet}})}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}, **more}


def log(*results: object, tool: str = "gitleaks", **run: Any) -> dict[str, Any]:
    return {
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": tool, "rules": RULES}}, "results": list(results), **run}],
    }


def test_of_gitleaks() -> None:
    stated_of_commit = {"commitSha": COMMIT, "email": "dana@example.com", "author": "Dana", "commitMessage": "Publish",
                        "date": "2026-03-30T22:36:48Z"}  # fmt: skip
    result = {"ruleId": "npm-token", "message": {"text": "npm-token has detected secret for file ci/publish.sh."},
              "locations": [place(snippet="not-a-token-0042")], "partialFingerprints": stated_of_commit}  # fmt: skip
    assert stated(event_of(PARSER, log(result))) == {
        "timestamp": AT, "timestamp_desc": "commit", "timestamp_precision": 1_000_000, "timestamp_basis": "stated",
        "kind": "sarif.findings", "action": "secret_found", "outcome": "unknown", "actor": "dana@example.com",
        "resource": "ci/publish.sh:12", "message": f"npm-token, Found an npm token, ends in 0042, in commit {COMMIT}",
    }  # fmt: skip


def test_of_kingfisher_an_event_for_each_place() -> None:
    places = [
        place(snippet=f"not-a-token-000{n}", properties={
            "validation_status": "Active Credential", "fingerprint": n, "git_metadata": [{
                "repository_url": "https://git.example.com/o/r", "file": {"path": f"src/{n}.py"},
                "commit": {"id": COMMIT, "date": "2026-03-30", "committer": {"email": "dana@example.com"}}}]})
        for n in (1, 2)
    ]  # fmt: skip
    result = {"ruleId": "Example", "message": {"text": "Rule Example found 2 unique matches."}, "locations": places}
    data = json.dumps(log(result, tool="kingfisher")).encode()
    events = PARSER.decode(Chunk(data, context=DecodeContext(fingerprint_key=KEY))).events.to_pylist()
    assert [event["credential"] for event in events] == [fingerprint(KEY, f"not-a-token-000{n}") for n in (1, 2)]
    assert [event["resource"] for event in events] == ["src/1.py:12", "src/2.py:12"]
    assert {event["outcome"] for event in events} == {"success"}
    assert {event["actor"] for event in events} == {"dana@example.com"}


def test_of_trufflehog() -> None:
    result = {"ruleId": "AWS", "level": "error", "message": {"text": "Found verified result for detector AWS."},
              "locations": [place()], "partialFingerprints": {"trufflehogFingerprint/v1": "00ff"}}  # fmt: skip
    event = event_of(PARSER, log(result, tool="trufflehog"))
    assert (event["action"], event["outcome"], event["uid"]) == ("secret_found", "success", None)
    assert event["message"] == "AWS, verified, it works"


@pytest.mark.parametrize(
    ("rule", "action"),
    [
        ("py/hardcoded-credentials", "secret_found"),
        ("generic.secrets.security.detected-key", "secret_found"),
        ("js/zipslip", "code_finding"),
        ("B602", "code_finding"),
    ],
)
def test_which_findings_are_of_secrets(rule: str, action: str) -> None:
    result = {
        "ruleId": rule,
        "level": "error",
        "message": {"text": "Something."},
        "locations": [place(snippet="PW = 'x'")],
    }
    event = event_of(PARSER, log(result, tool="a scanner"))
    assert event["action"] == action
    assert event["credential"] is None


def test_snippets_are_shown_only_of_rules_about_code() -> None:
    shown = {}
    for rule in ("js/zipslip", "py/hardcoded-credentials", "B602"):
        record = json.dumps(
            {"ruleId": rule, "message": {"text": "x"}, "locations": [place(snippet="PW = 'x'")]}
        ).encode()
        fields = PARSER.fields(record, b"", DecodeContext(fingerprint_key=KEY))
        shown[rule] = fields["locations"][0]["physicalLocation"]["region"]["snippet"]["text"]
    assert shown == {"js/zipslip": "PW = 'x'", "py/hardcoded-credentials": "[withheld]", "B602": "[withheld]"}


def test_times_that_are_not_the_commit_s() -> None:
    result = {"ruleId": "js/zipslip", "message": {"text": "x"}}
    end: dict[str, Any] = {
        "invocations": [{"endTimeUtc": "2026-03-30T22:36:48Z", "startTimeUtc": "2026-03-30T22:00:00Z"}]
    }
    event = event_of(PARSER, log(result, **end))
    assert (event["timestamp"], event["timestamp_desc"]) == (AT, "scan")
    first = {**result, "provenance": {"firstDetectionTimeUtc": "2026-03-30T22:36:48.000Z"}}
    assert event_of(PARSER, log(first, **end))["timestamp_desc"] == "found"
    assert event_of(PARSER, log(result))["timestamp"] is None


def test_details() -> None:
    rule = {
        "ruleIndex": 0,
        "guid": "6f1c",
        "message": {"markdown": "x"},
        "suppressions": [{}],
        "baselineState": "unchanged",
    }
    event = event_of(PARSER, log(rule, versionControlProvenance=[{"repositoryUri": "https://git.example.com/o/r"}]))
    assert event["message"] == "npm-token, Found an npm token, compared with the scan before: unchanged, suppressed"
    assert (event["uid"], event["account"], event["resource"]) == (
        "6f1c",
        "https://git.example.com/o/r",
        event["account"],
    )
    two = {"ruleId": "js/zipslip", "message": {"text": "Bad."}, "level": "error", "locations": [place("a"), place("b")]}
    assert event_of(PARSER, log(two, tool="CodeQL"))["message"] == "js/zipslip, Bad, error, and in 1 more places"


def test_every_result_of_every_run_is_a_record() -> None:
    result = {"ruleId": "js/zipslip", "message": {"text": "x"}}
    both = {"runs": [*log(result, 3)["runs"], {"tool": {}}, *log({"kind": "pass"}, result)["runs"]]}
    decoded = decode_record(PARSER, both)
    assert [event["record"] for event in decoded.events.to_pylist()] == [1, 4]
    assert [refusal.record for refusal in decoded.rejects] == [2, 3]
    for value, kept in ((log(), "ignored"), ({"runs": {}}, "rejects"), ({"version": "2.1.0"}, "rejects")):
        decoded = decode_record(PARSER, value)
        assert len(getattr(decoded, kept)) == decoded.records == 1


def test_a_cut_log_is_one_reject() -> None:
    data = json.dumps(log({"ruleId": "x"})).encode()[:-5]
    ((_, decoded),) = run(PARSER, data).chunks
    assert (decoded.records, len(decoded.rejects)) == (1, 1)


def test_the_beginning_of_a_long_log_is_enough() -> None:
    data = json.dumps({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", **log(*[{"ruleId": "x"}] * 9_000)})
    assert PARSER.sniff(Sample(data.encode()[:65_536], whole=False)).confidence >= 90


@pytest.mark.parametrize(
    "record",
    [
        {"runs": [{"id": 1, "driver": "x"}]},
        {"runs": 3, "driver": {}},
        {"workflow_runs": [{"name": "x"}], "runs": [], "driver": 1},
    ],
)
def test_look_alikes(record: object) -> None:
    assert confidence(PARSER, record) == 0
