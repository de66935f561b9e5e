"""Microsoft 365's unified audit log: what the workloads put where, and the exports as CSV."""

from typing import Any

import pytest

from parsers import m365_audit_csv
from tests.parsers.one_record import event_of
from tests.parsers.registry import load, run
from timeline.model.parser import Sample

JSON, CSV = load("m365.audit"), load("m365.audit.csv")


def entry(**more: Any) -> dict[str, Any]:
    return {"CreationTime": "2026-03-30T22:36:48", "Id": "1", "Operation": "Op", "Workload": "Exchange", **more}


def test_purview() -> None:
    download, mail = run(CSV, m365_audit_csv.SAMPLES[0]).events
    assert (download["kind"], download["action"], download["actor"]) == (
        "m365.audit",
        "FileDownloaded",
        "dana@example.com",
    )
    assert (download["timestamp"], download["timestamp_basis"]) == (1_774_910_208_000_000, "stated")
    assert (download["record"], download["uid"], download["src_ip"]) == (
        1,
        "0a1b2c3d-0000-4000-8000-000000000001",
        "198.51.100.9",
    )
    assert (mail["resource"], mail["src_ip"], mail["outcome"]) == ("dana@example.com\\Inbox", "2001:db8::7", "success")


def test_an_export_and_the_api_agree_on_an_entry() -> None:
    (download, _) = run(CSV, m365_audit_csv.SAMPLES[0]).events
    row = CSV.fields(m365_audit_csv.SAMPLES[0].splitlines()[1], m365_audit_csv.SAMPLES[0].splitlines()[0], None)  # type: ignore[arg-type]  # unused
    assert event_of(JSON, dict(row))["content"] == download["content"]


def test_a_row_whose_entry_is_cut_still_tells_who_when_and_what() -> None:
    _, cut = run(CSV, m365_audit_csv.SAMPLES[1]).events
    assert (cut["timestamp"], cut["action"], cut["actor"], cut["uid"]) == (
        1_774_911_060_000_000, "FileDeleted", "eve@example.com", None,
    )  # fmt: skip


def test_a_login() -> None:
    event = event_of(
        JSON,
        entry(
            Operation="UserLoggedIn", Workload="AzureActiveDirectory", ResultStatus="Success", ActorIpAddress="203.0.113.4",
            ObjectId="00000003", ExtendedProperties=[{"Name": "UserAgent", "Value": "curl/8"}, {"Name": "x"}],
            DeviceProperties=[{"Name": "OS", "Value": "Linux"}, {"Name": "SessionId", "Value": "s1"}],
        ),
    )  # fmt: skip
    assert (event["user_agent"], event["session"], event["src_ip"]) == ("curl/8", "s1", "203.0.113.4")
    assert event["resource"] == "00000003"


def test_a_token_that_was_used() -> None:
    context = {"AADSessionId": "s2", "UniqueTokenId": "t2"}
    event = event_of(JSON, entry(Operation="FileDownloaded", AppAccessContext=context, FileSizeBytes=734003))
    assert (event["session"], event["credential"], event["bytes_out"]) == ("s2", "t2", 734_003)


@pytest.mark.parametrize(
    ("more", "resource"),
    [
        ({"ObjectId": "o", "MailboxOwnerUPN": "m"}, "o"), ({"Item": {"Subject": "hello"}}, "hello"),
        ({"MailboxOwnerUPN": "m"}, "m"), ({"Target": [{"ID": "User_1", "Type": 2}]}, "User_1"), ({"Folders": [3, {}]}, None),
    ],
)  # fmt: skip
def test_what_it_was_done_to(more: dict[str, Any], resource: str | None) -> None:
    assert event_of(JSON, entry(**more))["resource"] == resource


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ("Success", "success"), (True, "success"), ("False", "failure"), ("403", "denied"), ("404", "failure"),
        ("200", "success"), ("so", "unknown"),
    ],
)  # fmt: skip
def test_outcomes(result: Any, outcome: str) -> None:
    assert event_of(JSON, entry(ResultStatus=result))["outcome"] == outcome


def test_look_alikes() -> None:
    for header in (b"CreationDate,User,Operation,Detail\n", b"AuditData\n", b"auditdata,operation\n"):
        assert CSV.sniff(Sample(header + b"1,2,3,4\n")).confidence < 50
