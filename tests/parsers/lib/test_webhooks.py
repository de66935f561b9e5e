import json
from typing import Any
from urllib.parse import urlencode

import pytest

from parsers.lib.webhooks import WITHHELD, delivery_of, without_secrets

BODY: dict[str, Any] = {"action": "created", "alert": {"secret_type": "t", "secret": "not-a-token"}}
HEADERS = {"X-GitHub-Event": "push"}


@pytest.mark.parametrize(
    "record",
    [
        {"headers": HEADERS, "payload": BODY},
        {"headers": {"x-github-event": ["push"]}, "body": json.dumps(BODY)},
        {"headers": [{"name": "X-Github-Event", "value": "push"}], "content": json.dumps(BODY)},
        {"headers": {"HTTP_X_GITHUB_EVENT": "push"}, "body": urlencode({"payload": json.dumps(BODY)})},
        {"x-github-event": "push", "body": BODY, "timestamp": 1},
        {"request": {"headers": HEADERS, "payload": BODY}, "delivered_at": "x"},
    ],
)
def test_wrappers(record: dict[str, Any]) -> None:
    delivery = delivery_of(record)
    assert delivery.body == BODY
    assert delivery.header("x-github-event") == "push"
    assert delivery.wrapper is record


def test_a_body_alone_is_the_body() -> None:
    for record in (BODY, {"payload": 3, "headers": HEADERS}, {"body": {"a": 1}}, {}):
        delivery = delivery_of(record)
        assert (delivery.body, delivery.headers, delivery.received) == (record, {}, None)


def test_an_event_beside_a_body_makes_it_a_wrapper() -> None:
    delivery = delivery_of({"event": "push", "payload": BODY, "received_at": "2026-03-30T22:36:48Z"})
    assert (delivery.body, delivery.received) == (BODY, "2026-03-30T22:36:48Z")


@pytest.mark.parametrize(
    "record",
    [
        BODY,
        BODY["alert"],
        {"headers": HEADERS, "payload": BODY},
        {"headers": HEADERS, "body": json.dumps(BODY)},
        {"headers": HEADERS, "body": urlencode({"payload": json.dumps(BODY)})},
        {"request": {"headers": HEADERS, "payload": BODY}},
        {"headers": {"X-Gitlab-Token": "not-a-token"}, "body": {}},
        {"headers": [{"name": "X-Gitlab-Token", "value": "not-a-token"}, 3], "body": {}},
        {"HTTP_X_GITLAB_TOKEN": "not-a-token", "body": {}},
    ],
)
def test_secrets_are_withheld(record: dict[str, Any]) -> None:
    before = json.dumps(record)
    clean = json.dumps(without_secrets(record))
    assert "not-a-token" not in clean
    assert WITHHELD in clean
    assert json.dumps(record) == before


def test_what_holds_no_secret_stays_as_it_is() -> None:
    for record in (
        {"headers": HEADERS, "payload": {"alert": {"rule": {}}}},
        {"secret": "a word"},
        {"alert": 3, "request": 4},
    ):
        assert without_secrets(record) is record
