"""GitLab's logs of requests and of audit events."""

from typing import Any

import pytest

from parsers import gitlab_api, gitlab_audit, gitlab_production
from parsers.lib import gitlab_requests
from tests.parsers.one_record import confidence, decode_record, event_of, reasons, stated
from tests.parsers.registry import load, run

PRODUCTION, API, AUDIT = load("gitlab.production"), load("gitlab.api"), load("gitlab.audit")
PAGE: dict[str, Any] = {
    "method": "GET",
    "path": "/a",
    "controller": "C",
    "action": "show",
    "status": 200,
    "time": "2026-03-30T22:36:48.424Z",
    "correlation_id": "c1",
}
CALL = {name: value for name, value in PAGE.items() if name not in {"controller", "action"}} | {
    "route": "/api/:version"
}
CHANGE: dict[str, Any] = {
    "time": "2026-03-30T22:36:48.424Z",
    "author_id": 7,
    "author_name": "Dana",
    "entity_id": 9,
    "entity_type": "Project",
}
WHEN = {"timestamp": 1_774_910_208_424_000, "timestamp_precision": 1_000, "timestamp_basis": "stated"}


def test_a_page() -> None:
    assert stated(run(PRODUCTION, gitlab_production.SAMPLES[0]).events[0]) == {
        **WHEN,
        "timestamp_desc": "request",
        "kind": "gitlab.production",
        "action": "GET",
        "outcome": "success",
        "actor": "dana",
        "src_ip": "198.51.100.9",
        "user_agent": "Mozilla/5.0",
        "resource": "/example/models/-/raw/main/key.pem",
        "account": "example",
        "status": 200,
    }


def test_a_call() -> None:
    assert stated(run(API, gitlab_api.SAMPLES[0]).events[0]) == {
        **WHEN,
        "timestamp_desc": "request",
        "kind": "gitlab.api",
        "action": "GET",
        "outcome": "success",
        "actor": "dana",
        "credential": "PersonalAccessToken/42",
        "src_ip": "198.51.100.9",
        "user_agent": "curl/8.5.0",
        "resource": "/api/v4/projects/7/repository/archive",
        "account": "example",
        "bytes_out": 5120,
        "status": 200,
    }


def test_either_tells_the_other() -> None:
    assert event_of(API, PAGE)["kind"] == "gitlab.production"
    assert event_of(PRODUCTION, CALL)["kind"] == "gitlab.api"


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"status": 0}, "status", None),
        ({"status": 0}, "outcome", None),
        ({"status": 401}, "outcome", "denied"),
        ({"status": 404}, "outcome", "failure"),
        ({"meta.user": "kim"}, "actor", "kim"),
        ({"username": "dana", "meta.user": "kim"}, "actor", "dana"),
        ({"meta.remote_ip": "2001:db8::7"}, "src_ip", "2001:db8::7"),
        ({"token_id": 5}, "credential", "5"),
        ({"exception": {"class": "E", "message": "went wrong"}}, "message", "went wrong"),
        ({"time": None}, "timestamp", None),
    ],
)
def test_values_of_requests(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(PRODUCTION, PAGE | values)[field] == value


def test_what_names_no_method_is_rejected() -> None:
    assert reasons(decode_record(PRODUCTION, {"path": "/"})) == [gitlab_requests.NO_METHOD]


def test_a_change() -> None:
    assert stated(run(AUDIT, gitlab_audit.SAMPLES[0]).events[0]) == {
        **WHEN,
        "timestamp_desc": "event",
        "kind": "gitlab.audit",
        "action": "change visibility",
        "outcome": "success",
        "actor": "Dana",
        "src_ip": "198.51.100.9",
        "resource": "example/models",
        "account": "example/models",
    }


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"event_type": "user_created", "custom_message": "Created"}, "action", "user_created"),
        ({"event_type": "user_created", "custom_message": "Created"}, "message", "Created"),
        ({"custom_message": "Created"}, "action", "Created"),
        ({"details": {"event_name": "x_y", "target_details": "t"}}, "action", "x_y"),
        ({"details": {"event_name": "x_y", "target_details": "t"}}, "resource", "t"),
        ({"add": "user_access", "as": "Owner"}, "action", "add user_access"),
        ({"details": {"remove": "deploy_key"}}, "action", "remove deploy_key"),
        ({"failed_login": "STANDARD"}, "action", "failed_login"),
        ({"failed_login": "STANDARD"}, "outcome", "failure"),
        ({"id": 12}, "uid", None),
        ({"id": "6f1c1c1e"}, "uid", "6f1c1c1e"),
        ({"time": None, "created_at": "2026-03-30T22:36:48Z"}, "timestamp", 1_774_910_208_000_000),
    ],
)
def test_values_of_audit_events(values: dict[str, Any], field: str, value: object) -> None:
    assert event_of(AUDIT, CHANGE | values)[field] == value


def test_what_names_nobody_is_rejected() -> None:
    assert reasons(decode_record(AUDIT, {"entity_type": "Project"})) == [gitlab_audit.NOBODY]


def test_each_knows_its_own() -> None:
    kinds = ("gitlab.production", "gitlab.api", "gitlab.audit")
    for kind, record in zip(kinds, (PAGE, CALL, CHANGE), strict=True):
        assert {other: confidence(load(other), record) for other in kinds} == {
            other: 97 if other == kind else 0 for other in kinds
        }


def test_look_alikes() -> None:
    rails = {name: value for name, value in PAGE.items() if name != "correlation_id"}
    assert confidence(PRODUCTION, rails) == 70
    assert confidence(PRODUCTION, {"method": "GET", "path": "/a", "controller": 7}) == 0
    assert confidence(API, {"method": "GET", "path": "/a", "route": "/a", "level": "info"}) == 0
    assert confidence(AUDIT, {"entity_type": "Project", "name": "x", "time": "y"}) == 0
