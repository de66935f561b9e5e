import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.lib.found_secrets import Finding, SecretMembers, finding_events, finding_fields, is_masked
from timeline.model.event import EventValues
from timeline.model.fingerprint import fingerprint

KEY = b"k" * 32
SECRET = "not-a-secret-4711"
MEMBERS = SecretMembers(frozenset({"Secret"}), frozenset({"Match"}))


def event(finding: Finding, record: dict[str, Any], key: bytes = KEY) -> EventValues:
    (found,) = finding_events((finding,), record, MEMBERS, key)
    return found


def test_a_secret_is_taken_out_of_every_text_of_the_event() -> None:
    finding = Finding(
        SECRET, SECRET, title=f"see {SECRET}", commit=SECRET, remarks=(SECRET, None), path=f"a/{SECRET}", line=3,
        repository=f"https://{SECRET}@git.example.com", actor=SECRET, uid=f"x:{SECRET}",
    )  # fmt: skip
    found = event(finding, {"Secret": SECRET})
    assert SECRET not in json.dumps(found)
    assert found["credential"] == fingerprint(KEY, SECRET)
    assert found["resource"] == "a/[withheld]:3"
    assert "ends in 4711" in (found["message"] or "")


def test_only_the_credential_depends_on_the_key() -> None:
    record = {"Secret": SECRET, "Match": f"key={SECRET}", "other": SECRET}
    finding = Finding("t", SECRET, path=SECRET, uid="1")
    one, other, none = (event(finding, record, key) for key in (KEY, b"another", b""))
    assert one["credential"] != other["credential"]
    assert none["credential"] is None
    assert {**one, "credential": None} == {**other, "credential": None} == none


def test_identity_counts_what_stands_around_the_secret() -> None:
    first, same, elsewhere = (
        event(Finding("t", secret, uid="1"), {"Secret": secret, "Match": f"k={secret}", "column": column})["content"]
        for secret, column in (("not-a-secret-1", 1), ("not-a-secret-2", 1), ("not-a-secret-1", 9))
    )
    assert first == same != elsewhere


@pytest.mark.parametrize(
    "masked", ["REDACTED", "REDACT", "[redacted]", "[REDACTED: 20 chars]", "****", "ghp_abcd...", "ab***"]
)
def test_what_the_scanner_masked_has_no_fingerprint(masked: str) -> None:
    assert is_masked(masked)
    found = event(Finding("t", masked), {"Secret": masked})
    assert found["credential"] is None
    assert found["message"] == "t"
    shown = finding_fields({"Secret": masked}, MEMBERS, (Finding("t", masked),), KEY)
    assert shown["Secret"] in {masked, "[withheld]"}
    assert "abcd" not in json.dumps(shown)
    assert shown["leakline"]["fingerprint"] is None


@pytest.mark.parametrize("secret", ["y", "hunter2", "a...b", "*a", "redo"])
def test_what_is_not_masked(secret: str) -> None:
    assert not is_masked(secret)


def test_fields_show_fingerprints_and_withhold_quotations_in_which_the_secret_cannot_be_told() -> None:
    record = {
        "Secret": SECRET,
        "Match": f"k={SECRET}",
        "inner": [{"Match": "aw90LWEtc2VjcmV0", "note": SECRET, "n": 1}],
    }
    mark = fingerprint(KEY, SECRET)
    shown = finding_fields(record, MEMBERS, (Finding("t", SECRET, verified=True),), KEY)
    assert shown["Secret"] == mark
    assert shown["Match"] == f"k={mark}"
    assert shown["inner"] == [{"Match": "[withheld]", "note": mark, "n": 1}]
    assert shown["leakline"]["fingerprint"] == mark
    assert shown["leakline"]["last_four"] == "4711"
    assert shown["leakline"]["verified"] is True
    assert MEMBERS.unprintable(record) == (SECRET, "aw90LWEtc2VjcmV0")


def test_without_a_key_secrets_are_withheld() -> None:
    shown = finding_fields({"Secret": SECRET, "note": SECRET}, MEMBERS, (Finding("t", SECRET),), b"")
    assert (shown["Secret"], shown["note"]) == ("[withheld]", "[withheld]")
    assert shown["leakline"]["fingerprint"] is None


def test_a_short_secret_counts_only_as_a_word_of_its_own() -> None:
    found = event(Finding("t", "test", path="tests/test/a.py"), {"Secret": "test"})
    assert found["resource"] == "tests/[withheld]/a.py"
    assert finding_fields({"Secret": "ab", "note": "cab"}, MEMBERS, (), KEY) == {
        "Secret": fingerprint(KEY, "ab"),
        "note": "cab",
    }


def test_with_very_many_secrets_other_texts_are_withheld_and_it_ends() -> None:
    secrets = [f"not-a-secret-{number}" for number in range(3_000)]
    record = {"Secret": secrets, "Match": "x" * 100_000, "notes": ["y" * 50] * 3_000}
    shown = finding_fields(record, MEMBERS, (), KEY)
    assert shown["Match"] == "[withheld]"
    assert set(shown["notes"]) == {"[withheld]"}
    assert shown["Secret"][0] == fingerprint(KEY, secrets[0])
    assert len(finding_events([Finding("t", secret, path="a") for secret in secrets], record, MEMBERS, KEY)) == 3_000


@settings(max_examples=60, deadline=None)
@given(
    secret=st.text(min_size=8, max_size=30).filter(lambda text: not is_masked(text)),
    around=st.lists(st.text(max_size=8), min_size=2, max_size=2),
    names=st.lists(st.sampled_from(["Secret", "Match", "a", "b", "c"]), min_size=3, max_size=3, unique=True),
)
def test_a_named_secret_is_nowhere_in_what_is_shown(secret: str, around: list[str], names: list[str]) -> None:
    text = secret.join(around)
    record = {"Secret": secret, "deep": {names[0]: text, names[1]: [text, {names[2]: secret}]}}
    shown = finding_fields(record, MEMBERS, (Finding("t", None),), KEY)
    assert not any(secret in value for value in texts(shown))


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []
