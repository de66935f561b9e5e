"""Entra ID's sign-ins and audit log as CSV; and what its families of sign-ins put where."""

from typing import Any

import pytest

from parsers import entra_audit_csv, entra_signin_csv
from parsers.lib.portal_rows import nested, utc_time
from tests.parsers.one_record import event_of, stated
from tests.parsers.registry import load, run
from timeline.model.parser import Sample

SIGN_INS, AUDIT = load("entra.signin.csv"), load("entra.audit.csv")


def test_the_portals_sign_ins() -> None:
    good, bad = run(SIGN_INS, entra_signin_csv.SAMPLES[0]).events
    assert stated(good) == {
        "timestamp": 1_774_910_208_000_000,
        "timestamp_desc": "event",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "kind": "entra.signin",
        "action": "Sign-in activity",
        "outcome": "success",
        "actor": "dana@example.com",
        "session": "x1",
        "src_ip": "198.51.100.9",
        "user_agent": "Mozilla/5.0",
        "resource": "Windows Azure Service Management API",
        "account": "t1",
        "uid": "s1",
        "message": "Other.",
    }
    assert (bad["outcome"], bad["src_ip"], bad["message"]) == ("failure", "2001:db8::7", "Error validating credentials")


def test_applications_sign_in_with_keys() -> None:
    (event,) = run(SIGN_INS, entra_signin_csv.SAMPLES[1]).events
    assert (event["actor"], event["credential"], event["outcome"]) == ("ci-deploy", "k1", "success")


def test_log_analytics() -> None:
    (event,) = run(SIGN_INS, entra_signin_csv.SAMPLES[2]).events
    assert (event["timestamp"], event["timestamp_precision"]) == (1_774_910_208_424_000, 1_000)
    assert (event["actor"], event["account"], event["uid"], event["outcome"]) == (
        "dana@example.com",
        "t1",
        "s1",
        "success",
    )


@pytest.mark.parametrize(
    ("word", "outcome"), [("Interrupted", "unknown"), ("Failure", "failure"), ("Success", "success")]
)
def test_the_portals_word_counts_without_a_code(word: str, outcome: str) -> None:
    data = f"Date (UTC),Request ID,Username,Application,IP address,Status\n2026-03-30T22:36:48Z,s,a@example.com,b,,{word}\n"
    (event,) = run(SIGN_INS, data.encode()).events
    assert (event["outcome"], event["src_ip"]) == (outcome, None)


def test_the_portals_audit_log() -> None:
    role, key = run(AUDIT, entra_audit_csv.SAMPLES[0]).events
    assert (role["kind"], role["action"], role["actor"], role["src_ip"]) == (
        "entra.audit", "Add member to role", "dana@example.com", "198.51.100.9",
    )  # fmt: skip
    assert (role["resource"], role["outcome"], role["user_agent"], role["uid"]) == (
        "eve@example.com", "success", "Mozilla/5.0", None,
    )  # fmt: skip
    assert (key["actor"], key["resource"], key["outcome"], key["message"]) == ("ci", "exporter", "failure", "Denied")


@pytest.mark.parametrize(
    ("properties", "actor", "credential"),
    [
        ({"servicePrincipalName": "mi", "federatedCredentialId": "f1"}, "mi", "f1"),
        ({"servicePrincipalId": "sp", "servicePrincipalCredentialThumbprint": "T"}, "sp", "T"),
        ({"userPrincipalName": "", "userId": "u", "uniqueTokenIdentifier": "x"}, "u", None),
    ],
)
def test_families_of_sign_ins(properties: dict[str, Any], actor: str, credential: str | None) -> None:
    category = "ManagedIdentitySignInLogs"
    event = event_of(
        load("entra.signin"), {"time": "2026-03-30T22:36:48Z", "category": category, "properties": properties}
    )
    assert (event["actor"], event["credential"]) == (actor, credential)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-30T22:36:48Z", "2026-03-30 22:36:48", "3/30/2026, 10:36:48 PM", "3/30/2026 10:36:48 PM", "3/30/2026 22:36:48",
        "3/30/2026, 10:36:48.000 PM", "3/30/2026, 10:36:48\u202fPM", "2026-03-31T00:36:48+02:00", "2026-03-30T22:36:48.0000000Z ",
        "Tue Mar 31 2026 00:36:48 GMT+0200 (Central European Summer Time)", "Mar 30, 2026, 10:36:48 PM",
    ],
)  # fmt: skip
def test_times_of_portals(written: str) -> None:
    stamp = utc_time(written)
    assert stamp is not None
    assert (stamp.us, stamp.basis) == (1_774_910_208_000_000, "stated")


@pytest.mark.parametrize("written", [None, 5, "", "30/03/2026 22:36:48", "soon"])
def test_no_times(written: object) -> None:
    assert utc_time(written) is None


def test_columns_become_members() -> None:
    row = {"a.b": "1", "A b [UTC]": "2", "a": "3", "..": "4", "empty": "", "x.y.z": "-"}
    assert nested(row, {"ab": "c.d"}) == {"a": {"b": "1"}, "c": {"d": "2"}, "..": "4"}
    assert nested({"a": "1", "a.b": "2"}, {}) == {"a": "1"}


def test_look_alikes() -> None:
    for header in (
        b"Date,User,IP address,Status\n", b"Date (UTC),Activity,Result,Comment\n", b"Time,Username,IP address,Application,Status\n",
        b"timestamp,id,ipAddress,resource,note\n",
    ):  # fmt: skip
        assert SIGN_INS.sniff(Sample(header)).confidence == 0
        assert AUDIT.sniff(Sample(header)).confidence == 0
