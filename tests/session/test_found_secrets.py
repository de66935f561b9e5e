"""Findings of secret scanners in a case: what keeps the secret, and what must not show it."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.evidence_files import ingested, put, rows_of
from timeline.model.event import Event
from timeline.model.fingerprint import fingerprint, sha1_fingerprint
from timeline.session.case import Case

SECRET = "correct-horse<battery"  # of no shape that a rule knows
COMMIT = "39406e42cb832f683daa691dd652a8dc36ee8930"
GITLEAKS = [
    {"RuleID": "generic-api-key", "Description": "Key", "StartLine": 12, "Match": f"see {SECRET} there", "Secret": SECRET,
     "File": "src/a.py", "Commit": COMMIT, "Email": "dana@example.com", "Date": "2026-03-30T22:36:48Z",
     "Fingerprint": f"{COMMIT}:src/a.py:generic-api-key:{line}", "Message": f"Hide {SECRET}"}
    for line in (12, 13)
]  # fmt: skip
TRUFFLEHOG = {
    "SourceMetadata": {"Data": {"Filesystem": {"file": "/srv/.env"}}},
    "DetectorName": "Example",
    "Raw": SECRET,
}
SARIF = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "CodeQL"}}, "results": [
    {"ruleId": "py/hardcoded-credentials", "message": {"text": "x"}, "locations": [{"physicalLocation": {
        "artifactLocation": {"uri": "a.py"}, "region": {"snippet": {"text": f"value := {SECRET}"}}}}]}]}]}  # fmt: skip
KEYED = "kind:(gitleaks.json OR trufflehog.jsonl)"


def evidence(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        "gitleaks.json": json.dumps(GITLEAKS, indent=1).replace("<", "\\u003c"),  # as Go writes it
        "trufflehog.jsonl": json.dumps(TRUFFLEHOG) + "\n",
        "codeql.sarif": json.dumps(SARIF),
    }
    return put(tmp_path / "e", files)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with ingested(tmp_path / "c.db", evidence(tmp_path)) as made:
        yield made


def events(case: Case, query: str) -> list[Event]:
    with case.find(query) as matches:
        return list(matches.events())


def leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, str):
        yield value


def test_one_secret_is_one_credential_in_all_sources(case: Case) -> None:
    mark = fingerprint(case.redaction_key(), SECRET)
    assert {event.credential for event in events(case, KEYED)} == {mark}
    assert len(events(case, f"credential:{mark}")) == 3
    assert len(events(case, f"raw.Secret:{mark}")) == 2
    joined = sha1_fingerprint(case.redaction_key(), SECRET)
    assert len(events(case, f"raw.leakline.sha1_fingerprint:{joined}")) == 3
    assert events(case, f'raw.Secret:"{SECRET}"') == []


def test_the_evidence_keeps_it(case: Case) -> None:
    assert SECRET in json.loads(case.raw(events(case, "kind:trufflehog.jsonl")[0].key))["Raw"]
    assert len(events(case, 'raw:"correct-horse"')) == 4


def test_nothing_that_leaves_the_case_shows_it(case: Case) -> None:
    case.annotate_matches("action:secret_found", star=True)
    report = case.report()
    assert "correct-horse" not in report
    assert report.count("⟦declared-secret:") >= 3
    assert fingerprint(case.redaction_key(), SECRET) in report
    for redact in (True, False):
        exported = io.StringIO()
        case.export("jsonl", exported, redact=redact)
        assert "correct-horse" not in exported.getvalue()
    for event in events(case, ""):
        assert not any(SECRET in text for text in leaves(dict(case.raw_fields(event.key))))


def test_redaction_leaves_the_fingerprint_and_the_scanner_s_id(case: Case) -> None:
    redacted, plain = io.StringIO(), io.StringIO()
    case.export("jsonl", redacted, query=KEYED, redact=True)
    case.export("jsonl", plain, query=KEYED, redact=False)
    assert redacted.getvalue() == plain.getvalue()


def test_a_reparse_gives_the_same(case: Case) -> None:
    before, digest = rows_of(case), case.digest()
    for source in ("gitleaks.json", "trufflehog.jsonl", "codeql.sarif"):
        case.reparse(source)
    assert rows_of(case) == before
    assert case.digest() == digest


def test_other_cases_have_other_fingerprints_and_the_same_digest(case: Case, tmp_path: Path) -> None:
    with ingested(tmp_path / "other.db", tmp_path / "e") as other:
        assert other.digest() == case.digest()
        assert [event.key for event in events(other, "")] == [event.key for event in events(case, "")]
        ours, theirs = ({event.credential for event in events(one, KEYED)} for one in (case, other))
        assert ours.isdisjoint(theirs)


def test_the_key_is_in_no_log(case: Case) -> None:
    case.reparse("gitleaks.json")
    key = case.redaction_key().hex()
    said: list[Any] = [entry.detail for entry in case.custody()]
    assert key not in repr(said)
    with case.reading() as reader:
        assert all(key not in stream.settings for stream in reader.streams.values())
