from typing import Any

import pytest

from parsers import trufflehog_jsonl
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run
from timeline.model.fingerprint import fingerprint
from timeline.model.parser import DecodeContext

PARSER = load("trufflehog.jsonl")
AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
COMMIT = "39406e42cb832f683daa691dd652a8dc36ee8930"
KEY = b"k" * 32


def found(place: dict[str, Any], source: str = "Git", **more: Any) -> dict[str, Any]:
    return {"SourceMetadata": {"Data": {source: place}}, "DetectorName": "Example", "Raw": "not-a-token-0042", **more}


def test_a_finding_in_a_commit() -> None:
    place = {
        "commit": COMMIT, "file": "ci/publish.sh", "email": "Dana <dana@example.com>", "line": 12,
        "repository": "https://git.example.com/o/r.git", "timestamp": "2026-03-31 00:36:48 +0200",
    }  # fmt: skip
    record = found(place, Verified=True, DetectorDescription="Tokens of an invented service.")
    assert stated(event_of(PARSER, record)) == {
        "timestamp": AT, "timestamp_desc": "commit", "timestamp_precision": 1_000_000, "timestamp_basis": "stated",
        "kind": "trufflehog.jsonl", "action": "secret_found", "outcome": "success", "actor": "dana@example.com",
        "resource": "ci/publish.sh:12", "account": "https://git.example.com/o/r.git",
        "message": f"Example, Tokens of an invented service, ends in 0042, verified, it works, in commit {COMMIT}",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "place", "resource", "account", "timestamp"),
    [
        ("Filesystem", {"file": "/srv/.env", "line": 3}, "/srv/.env:3", None, None),
        (
            "Github",
            {"file": "a.py", "repository": "https://x/o/r.git", "username": "kim"},
            "a.py",
            "https://x/o/r.git",
            None,
        ),
        ("S3", {"bucket": "b", "file": "k/a.txt", "timestamp": "2026-03-30 22:36:48 +0000 UTC"}, "b/k/a.txt", None, AT),
        ("GCS", {"bucket": "b", "filename": "k", "updated_at": "2026-03-30T22:36:48Z"}, "b/k", None, AT),
        ("Docker", {"image": "reg/app", "tag": "1", "file": "/etc/x"}, "reg/app//etc/x", None, None),
        ("Slack", {"channel_name": "ops", "timestamp": "1774910208.000", "user_id": "U1"}, "ops", None, AT),
        ("NPM", {"file": "package.json", "package": "@o/p"}, "package.json", "@o/p", None),
        ("Elasticsearch", {"index": "logs", "document_id": "d1"}, "d1", "logs", None),
        ("Webhook", {"timestamp": {"seconds": 1774910208, "nanos": 0}, "link": "https://x"}, "https://x", None, AT),
    ],
)
def test_other_places(
    source: str, place: dict[str, Any], resource: str, account: str | None, timestamp: int | None
) -> None:
    event = event_of(PARSER, found(place, source))
    assert (event["resource"], event["account"], event["timestamp"]) == (resource, account, timestamp)
    assert event["timestamp_desc"] == (None if timestamp is None else "modified")


def test_only_what_was_tried_and_worked_is_a_success() -> None:
    assert event_of(PARSER, found({}, Verified=False))["outcome"] == "unknown"
    failed = event_of(PARSER, found({}, Verified=False, VerificationError="timeout"))
    assert failed["outcome"] == "unknown"
    assert failed["message"] == "Example, ends in 0042, could not be tried"


def test_the_secret_half_of_a_pair_has_a_second_fingerprint() -> None:
    record = b'{"DetectorName":"AWS","Raw":"an-id-of-a-key","RawV2":"an-id-of-a-key:not-a-secret-key"}'
    shown = PARSER.fields(record, b"", DecodeContext(fingerprint_key=KEY))
    assert shown["leakline"]["fingerprint"] == fingerprint(KEY, "an-id-of-a-key")
    assert shown["leakline"]["second_fingerprint"] == fingerprint(KEY, "not-a-secret-key")
    assert "not-a-secret-key" not in str(shown)


def test_version_2_gives_an_event_for_each_string() -> None:
    record = {"stringsFound": ["not-a-key-0001", "not-a-key-0002", 3], "commitHash": COMMIT, "path": "a", "reason": "Entropy",
              "date": "2026-03-30 22:36:48"}  # fmt: skip
    first, second = decode_record(PARSER, record).events.to_pylist()
    assert first["message"] == f"Entropy, ends in 0001, in commit {COMMIT}"
    assert second["message"] == f"Entropy, ends in 0002, in commit {COMMIT}"
    assert (first["timestamp"], first["timestamp_basis"]) == (AT, "zone_assumed")


def test_its_own_log_is_ignored_and_the_rest_is_rejected() -> None:
    (chunk,) = run(PARSER, trufflehog_jsonl.SAMPLES[0]).chunks
    assert [refusal.reason for refusal in chunk[1].ignored] == [trufflehog_jsonl.OWN_LOG]
    others: tuple[dict[str, Any], ...] = ({}, {"stringsFound": []}, {"SourceMetadata": {}}, {"stringsFound": "x"})
    for record in others:
        assert reasons(decode_record(PARSER, record)) == [trufflehog_jsonl.NO_FINDING]


@pytest.mark.parametrize(
    "record",
    [
        {"SourceMetadata": {"Data": {}}, "name": "of something else"},
        {"stringsFound": ["a"], "title": "no commit"},
        {"level": "info-0", "logger": "trufflehog", "msg": '"SourceMetadata"'},
    ],
)
def test_look_alikes(record: object) -> None:
    assert confidence(PARSER, record) == 0
