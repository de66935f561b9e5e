"""The three kinds of events of 1Password's Events API."""

from typing import Any

import pytest

from parsers import onepassword_audit, onepassword_itemusage, onepassword_signin
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run

SIGNIN, USAGE, AUDIT = load("onepassword.signin"), load("onepassword.itemusage"), load("onepassword.audit")
COMMON: dict[str, Any] = {"uuid": "U1", "timestamp": "2026-03-30T22:36:48.424Z"}
WHEN = {
    "timestamp": 1_774_910_208_424_000,
    "timestamp_precision": 1_000,
    "timestamp_basis": "stated",
}


def test_a_sign_in() -> None:
    assert stated(run(SIGNIN, onepassword_signin.SAMPLES[0]).events[0]) == {
        **WHEN,
        "timestamp_desc": "login",
        "kind": "onepassword.signin",
        "action": "credentials_ok",
        "outcome": "success",
        "actor": "dana@example.com",
        "session": "A5K6COGVRVEJXJW3XQZGS7VAMM",
        "src_ip": "198.51.100.9",
        "user_agent": "1Password for Mac 81000000",
        "uid": "56YE2TYN2VFYRLNSHKPW5NVT5E",
    }


@pytest.mark.parametrize(
    ("category", "outcome"),
    [
        ("success", "success"),
        ("firewall_reported_success", "success"),
        ("credentials_failed", "failure"),
        ("mfa_failed", "failure"),
        ("sso_failed", "failure"),
        ("modern_version_failed", "failure"),
        ("firewall_failed", "denied"),
        ("something_new", "unknown"),
    ],
)
def test_outcomes_of_sign_ins(category: str, outcome: str) -> None:
    assert event_of(SIGNIN, COMMON | {"category": category, "target_user": {"name": "Dana"}})["outcome"] == outcome


def test_a_use_of_an_item() -> None:
    assert stated(run(USAGE, onepassword_itemusage.SAMPLES[0]).events[0]) == {
        **WHEN,
        "timestamp_desc": "event",
        "kind": "onepassword.itemusage",
        "action": "secure-copy",
        "outcome": "success",
        "actor": "dana@example.com",
        "src_ip": "198.51.100.9",
        "user_agent": "1Password for Windows 81000000",
        "resource": "VZSYVT2LGHTBWBQGUJAIZVRABM/SDGD3I4AJYO6RMHRK8DYVNFIDZ",
        "uid": "56YE2TYN2VFYRLNSHKPW5NVT5F",
    }


def test_a_use_in_no_known_vault() -> None:
    assert event_of(USAGE, COMMON | {"item_uuid": "I1", "user": {"uuid": "P1"}})["resource"] == "I1"
    assert event_of(USAGE, COMMON | {"item_uuid": "I1", "user": {"uuid": "P1"}})["actor"] == "P1"


def test_an_audit_event() -> None:
    assert stated(run(AUDIT, onepassword_audit.SAMPLES[0]).events[0]) == {
        **WHEN,
        "timestamp_desc": "event",
        "kind": "onepassword.audit",
        "action": "grant",
        "outcome": "success",
        "actor": "dana@example.com",
        "session": "A5K6COGVRVEJXJW3XQZGS7VAMM",
        "src_ip": "198.51.100.9",
        "resource": "gva/pf8soyakgngrphytsyjed4ae3u",
        "uid": "3UQOGUC7DVOCN4OZP2MDKHFLSG",
    }
    second = run(AUDIT, onepassword_audit.SAMPLES[1]).events[0]
    assert (second["actor"], second["account"]) == ("GLF6WUEKS5CSNDJ2OG6TCZD3M4", "M4E2SWNZAZFTRGQGDNS2E5A4MU")


def test_records_of_none_of_them_are_rejected() -> None:
    assert reasons(decode_record(SIGNIN, COMMON)) == [onepassword_signin.NO_CATEGORY]
    assert reasons(decode_record(USAGE, COMMON)) == [onepassword_itemusage.NO_ITEM]
    assert reasons(decode_record(AUDIT, COMMON)) == [onepassword_audit.NO_ACTION]


def test_each_knows_its_own() -> None:
    records = {
        "onepassword.signin": COMMON
        | {"category": "success", "type": "credentials_ok", "target_user": {}, "client": {}},
        "onepassword.itemusage": COMMON | {"vault_uuid": "V1", "item_uuid": "I1", "user": {}, "client": {}},
        "onepassword.audit": COMMON | {"actor_uuid": "P1", "action": "join", "object_type": "gm", "object_uuid": "G1"},
    }
    for kind, record in records.items():
        assert {other: confidence(load(other), record) for other in records} == {
            other: 97 if other == kind else 0 for other in records
        }
