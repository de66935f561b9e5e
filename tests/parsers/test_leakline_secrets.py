"""Records of our own scan for secrets."""

import json
from typing import Any

from parsers import leakline_secrets
from tests.parsers.one_record import confidence, decode_record, event_of, reasons
from tests.parsers.registry import load
from timeline.model.parser import DecodeContext

PARSER = load("leakline.secrets")
RECORD: dict[str, Any] = json.loads(leakline_secrets.SAMPLES[0].splitlines()[0])


def test_an_event() -> None:
    event = event_of(PARSER, RECORD)
    assert (event["action"], event["timestamp"], event["timestamp_desc"]) == (
        "secret_found",
        1_774_910_208_000_000,
        "commit",
    )
    assert (event["credential"], event["resource"], event["account"]) == (
        RECORD["fingerprint"],
        "deploy.sh:3",
        "git/app",
    )
    assert event["message"] == f"GitHub token, ends in a1B2, in commit {RECORD['commit']}"


def test_without_commit_and_path() -> None:
    event = event_of(PARSER, RECORD | {"commit": None, "committed": None, "path": None, "at_tip": True})
    assert (event["timestamp"], event["resource"]) == (None, f"{RECORD['blob']}:3")
    assert event["message"].endswith("in no commit of this case, still there at a tip")


def test_what_names_no_fingerprint_is_refused() -> None:
    for record in (RECORD | {"fingerprint": "hunter2"}, RECORD | {"leakline_secret": 2}, {"leakline_secret": 1}):
        assert reasons(decode_record(PARSER, record)) == [leakline_secrets.NAMELESS]


def test_what_is_known_stands_where_findings_have_it() -> None:
    fields = PARSER.fields(json.dumps(RECORD).encode(), b"", DecodeContext())
    assert fields["leakline"]["sha1_fingerprint"] == RECORD["sha1_fingerprint"]
    assert fields["leakline"]["at_tip"] is False


def test_look_alikes() -> None:
    assert confidence(PARSER, RECORD) == 99
    assert confidence(PARSER, {"fingerprint": "secret-fp:0", "text": "leakline_secret"}) == 0
