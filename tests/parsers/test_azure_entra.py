"""Azure activity, Entra sign-ins and audit: the shapes that exports have, and what each field is taken from."""

import json
from typing import Any

import pytest

from tests.parsers.registry import Event, load, run
from timeline.model.parser import Sample

SUBSCRIPTION = "/subscriptions/s1/resourceGroups/ml"


def one(kind: str, record: dict[str, Any]) -> Event:
    (event,) = run(load(kind), json.dumps(record).encode()).events
    return event


def activity(**more: Any) -> dict[str, Any]:
    return {"time": "2026-03-30T22:36:48Z", "operationName": "Microsoft.X/y/read", "resourceId": SUBSCRIPTION, **more}


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"resultType": "Success"}, "success"),
        ({"resultType": "Accept"}, "success"),
        ({"resultType": "Failure"}, "failure"),
        ({"resultType": "Failure", "resultSignature": "Failed.Forbidden"}, "denied"),
        ({"resultType": "Start"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_activity_outcomes(values: dict[str, Any], outcome: str) -> None:
    assert one("azure.activity", activity(**values))["outcome"] == outcome


def test_activity_in_the_words_of_the_sdk() -> None:
    event = one("azure.activity", {
        "operation_name": {"value": "Microsoft.X/y/delete", "localized_value": "Delete"}, "resource_id": SUBSCRIPTION,
        "caller": "dana@example.com", "event_timestamp": "2026-03-30T22:36:48Z", "event_data_id": "e1",
        "http_request": {"client_ip_address": "198.51.100.9"}, "status": {"value": "Succeeded"}, "subscription_id": "s1",
    })  # fmt: skip
    found = [event[name] for name in ("action", "actor", "src_ip", "uid", "outcome", "account")]
    assert found == ["Microsoft.X/y/delete", "dana@example.com", "198.51.100.9", "e1", "success", "s1"]


def test_who_a_token_names() -> None:
    claims = {"appid": "app", "upn": "dana@example.com"}
    assert one("azure.activity", activity(identity={"claims": claims}))["actor"] == "dana@example.com"
    assert one("azure.activity", activity(identity={"claims": {"appid": "app"}}))["actor"] == "app"
    assert one("azure.activity", activity())["account"] == "s1"


@pytest.mark.parametrize("category", ["StorageRead", "ApplicationGatewayAccessLog", "AppServiceHTTPLogs", "kube-audit"])
def test_other_logs_of_resources_are_not_activity(category: str) -> None:
    record = activity(category=category, operationName="a/b")
    assert load("azure.activity").sniff(Sample(json.dumps(record).encode())).confidence == 0


def test_names_in_lower_case() -> None:
    properties = {"id": "s1", "serviceprincipalname": "ci", "status": {"errorcode": 7}, "ipaddress": "198.51.100.9:1"}
    record = {
        "category": "ServicePrincipalSignInLogs",
        "operationname": "Sign-in activity",
        "tenantid": "t",
        "properties": properties,
    }
    event = one("entra.signin", record)
    found = [event[name] for name in ("action", "actor", "src_ip", "outcome", "account", "uid")]
    assert found == ["Sign-in activity", "ci", "198.51.100.9", "failure", "t", "s1"]


@pytest.mark.parametrize(("code", "outcome"), [(0, "success"), ("0", "success"), (50126, "failure"), (None, "unknown")])
def test_sign_in_outcomes(code: Any, outcome: str) -> None:
    properties = {"userPrincipalName": "dana@example.com", "status": {"errorCode": code}}
    assert one("entra.signin", {"category": "SignInLogs", "properties": properties})["outcome"] == outcome


@pytest.mark.parametrize(
    ("begun", "actor"),
    [
        ({"user": {"userPrincipalName": "dana@example.com", "ipAddress": "198.51.100.9"}}, "dana@example.com"),
        ({"app": {"displayName": "ci", "servicePrincipalId": "sp"}, "user": None}, "ci"),
        ({}, None),
    ],
)
def test_who_began_it(begun: dict[str, Any], actor: str | None) -> None:
    record = {
        "category": "AuditLogs",
        "operationName": "Add user",
        "properties": {"id": "1", "initiatedBy": begun, "result": "success"},
    }
    event = one("entra.audit", record)
    assert (event["actor"], event["outcome"], event["uid"]) == (actor, "success", "1")


@pytest.mark.parametrize("kind", ["azure.activity", "entra.signin", "entra.audit"])
def test_look_alikes_are_left_alone(kind: str) -> None:
    others: list[dict[str, Any]] = [
        {"category": "AuditLogs"}, {"category": "SignInLogs"}, {"initiatedBy": {}}, {"resourceId": SUBSCRIPTION},
        {"operationName": "a/b"},
    ]  # fmt: skip
    for other in others:
        assert load(kind).sniff(Sample(json.dumps(other).encode())).confidence < 50


@pytest.mark.parametrize("kind", ["azure.activity", "entra.signin", "entra.audit"])
def test_what_names_nothing_is_refused(kind: str) -> None:
    done = run(load(kind), b'{"time": "2026-03-30T22:36:48Z"}')
    assert not done.events
    assert done.refused[0][3].startswith("names n")
