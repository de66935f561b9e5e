"""Downloads as CSV of logs that providers deliver as JSON: the same events out of other names."""

from typing import Any

import pytest

from parsers import azure_activity_csv, gcp_audit_csv
from tests.parsers.one_record import event_of
from tests.parsers.registry import load, run
from timeline.model.parser import DecodeContext, Sample


def test_azures_portal() -> None:
    keys, setting = run(load("azure.activity.csv"), azure_activity_csv.SAMPLES[0]).events
    assert (keys["kind"], keys["action"], keys["outcome"], keys["actor"]) == (
        "azure.activity", "List Storage Account Keys", "success", "dana@example.com",
    )  # fmt: skip
    assert keys["resource"].endswith("/storageAccounts/models")
    assert keys["account"] == "11112222-0000-4000-8000-000000000000"
    assert (keys["timestamp"], keys["timestamp_basis"]) == (1_774_910_208_424_000, "stated")
    assert (setting["outcome"], setting["resource"], setting["timestamp"]) == (
        "failure",
        "models",
        1_774_910_400_000_000,
    )


def test_azures_log_analytics() -> None:
    (event,) = run(load("azure.activity.csv"), azure_activity_csv.SAMPLES[1]).events
    assert (event["src_ip"], event["uid"], event["outcome"], event["timestamp"]) == (
        "198.51.100.9", "e1", "success", 1_774_910_208_424_000,
    )  # fmt: skip


def test_azures_command_line() -> None:
    record = {
        "caller": "dana@example.com", "eventDataId": "e1", "eventTimestamp": "2026-03-30T22:36:48.424Z", "description": "",
        "operationName": {"localizedValue": "List Keys", "value": "Microsoft.Storage/storageAccounts/listKeys/action"},
        "status": {"localizedValue": "Succeeded", "value": "Succeeded"}, "subStatus": {"value": "", "localizedValue": ""},
        "resourceId": "/subscriptions/0a1b/resourceGroups/ml", "httpRequest": {"clientIpAddress": "198.51.100.9"},
    }  # fmt: skip
    event = event_of(load("azure.activity"), record)
    assert (event["action"], event["account"], event["src_ip"]) == (
        "Microsoft.Storage/storageAccounts/listKeys/action", "0a1b", "198.51.100.9",
    )  # fmt: skip


def test_google_clouds_logs_explorer() -> None:
    parser = load("gcp.audit.csv")
    read, refused = run(parser, gcp_audit_csv.SAMPLES[0]).events
    assert (read["kind"], read["action"], read["actor"], read["src_ip"], read["uid"]) == (
        "gcp.audit", "storage.objects.get", "dana@example.com", "198.51.100.9", "1abcexample",
    )  # fmt: skip
    assert (read["account"], read["outcome"], refused["account"], refused["outcome"]) == (
        "corp-models", "success", "corp-models", "denied",
    )  # fmt: skip
    header, row, _ = gcp_audit_csv.SAMPLES[0].splitlines()
    found = parser.fields(row, header, DecodeContext())
    assert found["protoPayload"]["authenticationInfo"] == {"principalEmail": "dana@example.com"}


@pytest.mark.parametrize(
    ("record", "account", "region"),
    [
        ({"logName": "organizations/123/logs/x"}, "123", None), ({"logName": "x"}, None, None),
        ({"resource": {"labels": {"project_id": "p"}}, "logName": "folders/1/logs/x"}, "p", None),
    ],
)  # fmt: skip
def test_google_clouds_owners(record: dict[str, Any], account: str | None, region: str | None) -> None:
    event = event_of(load("gcp.audit"), {"protoPayload": {"methodName": "m"}, **record})
    assert (event["account"], event["region"]) == (account, region)


def test_google_clouds_places() -> None:
    payload = {"methodName": "m", "resourceLocation": {"currentLocations": ["europe-west1"]}}
    assert event_of(load("gcp.audit"), {"protoPayload": payload})["region"] == "europe-west1"


@pytest.mark.parametrize("kind", ["azure.activity.csv", "gcp.audit.csv"])
def test_look_alikes(kind: str) -> None:
    for header in (
        b"Operation name,Status,Time\n",
        b"timestamp,severity,textPayload\n",
        b"Operation,User,Time,Status\n",
    ):
        assert load(kind).sniff(Sample(header + b"a,b,c\n")).confidence == 0
