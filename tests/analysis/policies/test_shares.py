"""Sharing that is logged as what is added and removed."""

from typing import Any

import pytest

from timeline.analysis.policies.shares import ANY_ACCOUNT, EVERYONE, Change, ec2_permission, gcp_bindings, rds_attribute
from timeline.model.exposure import Holder

PARTNER = Holder("others", "444455556666")


@pytest.mark.parametrize(
    ("parameters", "change"),
    [
        ({"createVolumePermission": {"add": {"items": [{"group": "all"}]}}}, Change(frozenset({EVERYONE}))),
        ({"createVolumePermission": {"add": {"items": [{"userId": "444455556666"}]}}}, Change(frozenset({PARTNER}))),
        ({"launchPermission": {"remove": {"items": [{"group": "all"}, 5]}}}, Change(takes=frozenset({EVERYONE}))),
        ({"launchPermission": {"add": "all"}}, Change()),
        ({}, Change()),
    ],
)
def test_ec2(parameters: dict[str, Any], change: Change) -> None:
    assert ec2_permission(parameters) == change


@pytest.mark.parametrize(
    ("parameters", "change"),
    [
        ({"attributeName": "restore", "valuesToAdd": ["all", "444455556666"]}, Change(frozenset({EVERYONE, PARTNER}))),
        ({"attributeName": "restore", "valuesToRemove": ["all"]}, Change(takes=frozenset({EVERYONE}))),
        ({"attributeName": "other", "valuesToAdd": ["all"]}, Change()),
        (None, Change()),
    ],
)
def test_rds(parameters: Any, change: Change) -> None:
    assert rds_attribute(parameters) == change


def delta(action: str, member: str) -> dict[str, str]:
    return {"action": action, "role": "roles/storage.objectViewer", "member": member}


@pytest.mark.parametrize(
    ("payload", "change"),
    [
        (
            {
                "serviceData": {
                    "policyDelta": {"bindingDeltas": [delta("ADD", "allUsers"), delta("ADD", "user:a@example.com")]}
                }
            },
            Change(frozenset({EVERYONE})),
        ),
        (
            {"serviceData": {"policyDelta": {"bindingDeltas": [delta("REMOVE", "allAuthenticatedUsers")]}}},
            Change(takes=frozenset({ANY_ACCOUNT})),
        ),
        (
            {"request": {"policy": {"bindings": [{"members": ["allUsers", "x"]}, 7]}}},
            Change(frozenset({EVERYONE}), replaces=True),
        ),
        ({"request": {"policy": {"bindings": []}}}, Change(replaces=True)),
        ({}, Change()),
    ],
)
def test_gcp(payload: dict[str, Any], change: Change) -> None:
    assert gcp_bindings(payload) == change


@pytest.mark.parametrize("read", [ec2_permission, gcp_bindings])
def test_what_is_not_there_is_a_problem(read: Any) -> None:
    assert read(None).problems
