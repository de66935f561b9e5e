"""What holds for the findings of every scanner: one secret has one fingerprint, and is itself nowhere."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.parsers.registry import Event, load
from timeline.model.fingerprint import fingerprint, sha1_fingerprint
from timeline.model.parser import Chunk, DecodeContext, Sample

KEY = b"k" * 32
CONTEXT = DecodeContext(fingerprint_key=KEY)
SECRET = 'n0t-"a"-s<cret/\\4711'
SHA1 = hashlib.sha1(SECRET.encode()).hexdigest()
COMMIT = "39406e42cb832f683daa691dd652a8dc36ee8930"

GITLEAKS = {
    "RuleID": "generic-api-key", "Description": "Key", "StartLine": 12, "Match": f"k = {SECRET}", "Secret": SECRET,
    "File": f"src/{SECRET}/a.py", "Commit": COMMIT, "Email": "dana@example.com", "Date": "2026-03-30T22:36:48Z",
    "Message": f"Add {SECRET}", "Tags": [SECRET], "Fingerprint": f"{COMMIT}:src/{SECRET}/a.py:generic-api-key:12",
}  # fmt: skip
GITLEAKS_7 = {
    "line": f"k = {SECRET}", "lineNumber": 7, "offender": SECRET, "commit": COMMIT, "repo": "cli", "rule": "Key",
    "commitMessage": SECRET, "email": "dana@example.com", "file": "a.py", "date": "2020-03-30T22:36:48Z",
}  # fmt: skip
TRUFFLEHOG = {
    "SourceMetadata": {"Data": {"Git": {"commit": COMMIT, "file": "a.py", "email": f"{SECRET} <dana@example.com>", "line": 3,
                                        "timestamp": "2026-03-30 22:36:48 +0000"}}},
    "DetectorName": "Example", "Verified": False, "VerificationError": f"GET /?key={SECRET}", "Raw": SECRET,
    "RawV2": f"id:{SECRET}", "Redacted": SECRET[:8], "ExtraData": {"note": SECRET},
}  # fmt: skip
TRUFFLEHOG_2 = {
    "branch": "main", "commit": SECRET, "commitHash": COMMIT, "date": "2020-03-30 22:36:48", "diff": f"+k = {SECRET}",
    "path": "a.py", "printDiff": SECRET, "reason": "High Entropy", "stringsFound": [SECRET],
}  # fmt: skip
KINGFISHER = {
    "rule": {"id": "kingfisher.example.1", "name": "Example"},
    "finding": {"snippet": SECRET, "fingerprint": "77", "line": 3, "path": f"/srv/{SECRET}",
                "validation": {"status": "Active Credential", "response": f"{SECRET} works"},
                "validate_command": f"kingfisher validate --rule x '{SECRET}'", "revoke_command": "revoke 'n0t-'\\''x'\\'''"},
}  # fmt: skip
BASELINE = {
    "plugins_used": [{"name": "KeywordDetector"}], "generated_at": "2026-03-30T22:36:48Z",
    "results": {"a.py": [{"type": "Secret Keyword", "filename": "a.py", "hashed_secret": SHA1, "line_number": 3}]},
}  # fmt: skip
SARIF_GITLEAKS = {
    "ruleId": "generic-api-key", "message": {"text": f"found {SECRET}"},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.py"},
                                        "region": {"startLine": 3, "snippet": {"text": SECRET}}}}],
    "partialFingerprints": {"commitSha": COMMIT, "email": "dana@example.com", "commitMessage": SECRET,
                            "date": "2026-03-30T22:36:48Z"},
}  # fmt: skip
SARIF_KINGFISHER = {
    "ruleId": "Example", "message": {"text": "Rule Example found 1 unique match."},
    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.py"},
                                        "region": {"startLine": 3, "snippet": {"text": SECRET}}},
                   "properties": {"validation_status": "Not Attempted", "fingerprint": 77, "entropy": "3.1"}}],
}  # fmt: skip
GITHUB = {
    "number": 2, "created_at": "2026-03-30T22:36:48Z", "url": "https://api.example.com/repos/o/r/secret-scanning/alerts/2",
    "state": "open", "secret_type": "t", "secret": SECRET,
}  # fmt: skip


def sarif(result: dict[str, Any], tool: str) -> dict[str, Any]:
    return {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": tool}}, "results": [result]}]}


SOURCES: dict[str, tuple[str, object]] = {
    "gitleaks": ("gitleaks.json", GITLEAKS),
    "gitleaks 7": ("gitleaks.json", GITLEAKS_7),
    "trufflehog": ("trufflehog.jsonl", TRUFFLEHOG),
    "trufflehog 2": ("trufflehog.jsonl", TRUFFLEHOG_2),
    "kingfisher": ("kingfisher.json", {"findings": [KINGFISHER]}),
    "kingfisher lines": ("kingfisher.json", KINGFISHER),
    "detect-secrets": ("detect_secrets.baseline", BASELINE),
    "sarif of gitleaks": ("sarif.findings", sarif(SARIF_GITLEAKS, "gitleaks")),
    "sarif of kingfisher": ("sarif.findings", sarif(SARIF_KINGFISHER, "kingfisher")),
    "github": ("github.secret_scanning", GITHUB),
}
each_source = pytest.mark.parametrize("name", SOURCES)


def decoded(name: str, context: DecodeContext = CONTEXT) -> tuple[bytes, list[Event]]:
    kind, value = SOURCES[name]
    data = json.dumps(value).encode()
    assert load(kind).sniff(Sample(data)).confidence >= 95
    done = load(kind).decode(Chunk(data, context=context))
    assert not done.rejects
    return data, done.events.to_pylist()


def shown(name: str, context: DecodeContext = CONTEXT) -> Iterator[tuple[bytes, dict[str, Any]]]:
    data, events = decoded(name)
    for event in events:
        record = data[event["offset"] : event["offset"] + event["length"]]
        yield record, dict(load(SOURCES[name][0]).fields(record, b"", context))


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


@each_source
def test_one_secret_has_one_fingerprint(name: str) -> None:
    expected = sha1_fingerprint(KEY, SECRET) if name == "detect-secrets" else fingerprint(KEY, SECRET)
    assert {event["credential"] for event in decoded(name)[1]} == {expected}


@each_source
def test_fields_join_what_knows_the_secret_and_what_knows_its_sha1(name: str) -> None:
    for _, found in shown(name):
        assert found["leakline"]["sha1_fingerprint"] == sha1_fingerprint(KEY, SECRET)


@each_source
@pytest.mark.parametrize("context", [CONTEXT, DecodeContext()], ids=["keyed", "no key"])
def test_the_secret_is_nowhere(name: str, context: DecodeContext) -> None:
    said = [*decoded(name, context)[1], *(found for _, found in shown(name, context))]
    for text in texts(said):
        assert SECRET not in text
        assert SHA1 not in text


@each_source
def test_without_a_key_there_is_no_fingerprint(name: str) -> None:
    assert {event["credential"] for event in decoded(name, DecodeContext())[1]} == {None}


@each_source
def test_the_parser_names_what_a_report_must_not_show(name: str) -> None:
    unprintable = load(SOURCES[name][0]).unprintable  # type: ignore[attr-defined]  # optional, as `check_log_format`
    for record, _ in shown(name):
        assert (SHA1 if name == "detect-secrets" else SECRET) in unprintable(record, b"", CONTEXT)
    assert unprintable(b"[]", b"", CONTEXT) == ()


@each_source
def test_events_but_for_the_credential_are_the_same_in_every_case(name: str) -> None:
    one, other = (
        [{**event, "credential": None} for event in decoded(name, DecodeContext(fingerprint_key=key))[1]]
        for key in (KEY, b"another")
    )
    assert one == other
