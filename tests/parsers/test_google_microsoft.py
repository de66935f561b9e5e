"""Google and Microsoft audit logs: what each field is taken from, and what these formats are not."""

import json
from typing import Any

import pytest

from tests.parsers.registry import Event, load, run
from timeline.model.parser import DecodeContext, Sample


def events(kind: str, *records: dict[str, Any]) -> list[Event]:
    return run(load(kind), "\n".join(map(json.dumps, records)).encode()).events


def gcp(**payload: Any) -> dict[str, Any]:
    return {"insertId": "1", "timestamp": "2026-03-30T22:36:48.424Z", "protoPayload": {"methodName": "m", **payload}}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ({}, "success"), ({"code": 0}, "success"), ({"code": 7}, "denied"), ({"code": 16}, "denied"),
        ({"code": 5}, "failure"), (None, "success"),
    ],
)  # fmt: skip
def test_gcp_outcomes(status: Any, outcome: str) -> None:
    (event,) = events("gcp.audit", gcp(status=status))
    assert event["outcome"] == outcome


def test_gcp_who_and_what() -> None:
    record = gcp(
        resourceName="projects/_/buckets/models/objects/a",
        authenticationInfo={"principalEmail": "sa@example.com", "serviceAccountKeyName": "//iam/keys/1"},
        requestMetadata={"callerIp": "gce-internal-ip", "callerSuppliedUserAgent": "gcloud"},
    )
    (event,) = events("gcp.audit", {**record, "resource": {"labels": {"project_id": "p", "location": "eu"}}})
    found = {
        name: event[name] for name in ("actor", "credential", "src_ip", "user_agent", "resource", "account", "region")
    }
    assert found == {
        "actor": "sa@example.com", "credential": "//iam/keys/1", "src_ip": "gce-internal-ip", "user_agent": "gcloud",
        "resource": "projects/_/buckets/models/objects/a", "account": "p", "region": "eu",
    }  # fmt: skip
    assert (event["timestamp"] % 1_000_000, event["timestamp_precision"]) == (424_000, 1_000)


def activity(*names: str, **more: Any) -> dict[str, Any]:
    listed = [
        {"name": name, "parameters": [{"name": "doc_id", "value": "d1"}, {"name": "count", "intValue": "3"}]}
        for name in names
    ]
    identity = {"time": "2026-03-30T22:36:48Z", "uniqueQualifier": "-7", "customerId": "C1"}
    return {
        "kind": "admin#reports#activity",
        "id": identity,
        "actor": {"email": "a@example.com"},
        "events": listed,
        **more,
    }


def test_a_workspace_record_gives_an_event_for_each_of_its_events() -> None:
    found = events("google.workspace", activity("edit", "login_failure"))
    assert [(event["action"], event["outcome"], event["record"], event["uid"]) for event in found] == [
        ("edit", "success", 1, "-7"), ("login_failure", "failure", 1, "-7"),
    ]  # fmt: skip
    assert {event["resource"] for event in found} == {"d1"}
    assert found[0]["content"] != found[1]["content"]


@pytest.mark.parametrize(
    "data", [json.dumps(activity("edit")), json.dumps(activity("edit"), indent=1), json.dumps([activity("edit")])]
)
def test_one_workspace_record_is_recognised_although_it_holds_a_list_of_events(data: str) -> None:
    parser = load("google.workspace")
    assert parser.sniff(Sample(data.encode())).confidence >= 95
    assert [event["action"] for event in run(parser, data.encode()).events] == ["edit"]


def test_workspace_parameters_by_name() -> None:
    raw = json.dumps(activity("edit")).encode()
    assert load("google.workspace").fields(raw, b"", DecodeContext())["parameters"] == {"doc_id": "d1", "count": "3"}


def m365(**values: Any) -> dict[str, Any]:
    return {
        "CreationTime": "2026-03-30T22:36:48",
        "Operation": "FileDownloaded",
        "Workload": "SharePoint",
        "Id": "1",
        **values,
    }


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({}, "success"),
        ({"ResultStatus": "Succeeded"}, "success"),
        ({"ResultStatus": "True"}, "success"),
        ({"ResultStatus": "Failed"}, "failure"),
        ({"ResultStatus": "other"}, "unknown"),
        ({"Operation": "UserLoginFailed"}, "failure"),
        ({"ResultStatus": False}, "failure"),
    ],
)
def test_m365_outcomes(values: dict[str, Any], outcome: str) -> None:
    (event,) = events("m365.audit", m365(**values))
    assert event["outcome"] == outcome


@pytest.mark.parametrize(
    ("address", "found"),
    [("198.51.100.9", "198.51.100.9"), ("198.51.100.9:443", "198.51.100.9"), ("[2001:db8::7]:1", "2001:db8::7"),
     ("2001:db8::7", "2001:db8::7"), ("<null>", None), ("", None), ("internal", None)],
)  # fmt: skip
def test_m365_addresses(address: str, found: str | None) -> None:
    (event,) = events("m365.audit", m365(ClientIP=address))
    assert event["src_ip"] == found


def test_m365_times_are_utc_by_definition() -> None:
    (event,) = events("m365.audit", m365())
    assert (event["timestamp"], event["timestamp_basis"]) == (1_774_910_208_000_000, "stated")


def test_m365_audit_data_as_text_is_the_same_event() -> None:
    entry = m365(UserId="a@example.com")
    (wrapped,) = events("m365.audit", {"RecordType": "6", "UserIds": "x", "AuditData": json.dumps(entry)})
    (plain,) = events("m365.audit", entry)
    assert (wrapped["content"], wrapped["actor"]) == (plain["content"], "a@example.com")


LOOK_ALIKES: list[dict[str, Any]] = [
    {"methodName": "m"},
    {"protoPayload": {}},
    {"id": {"uniqueQualifier": "1"}},
    {"Operation": "x", "Workload": "y"},
    {"events": []},
]


@pytest.mark.parametrize("kind", ["gcp.audit", "google.workspace", "m365.audit"])
@pytest.mark.parametrize("other", LOOK_ALIKES)
def test_look_alikes_are_left_alone(kind: str, other: dict[str, Any]) -> None:
    assert load(kind).sniff(Sample(json.dumps(other).encode())).confidence < 50


@pytest.mark.parametrize(
    ("kind", "record"),
    [("gcp.audit", {"insertId": "1"}), ("google.workspace", {"id": {}, "events": [5]}), ("m365.audit", {"Id": "1"})],
)
def test_what_names_nothing_is_refused(kind: str, record: dict[str, Any]) -> None:
    done = run(load(kind), (json.dumps(record) + "\n" + json.dumps(record)).encode())
    assert not done.events
    assert all(reason.startswith("names no ") for *_, reason in done.refused)
