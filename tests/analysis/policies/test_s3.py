"""Access control lists and public access blocks of S3."""

from typing import Any

import pytest

from timeline.analysis.policies.s3 import blocked_layers, evaluate_acl

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"

ONE = {"Grantee": {"URI": ALL_USERS}, "Permission": "WRITE"}


def listed(*grants: dict[str, Any]) -> dict[str, Any]:
    return {"AccessControlPolicy": {"AccessControlList": {"Grant": list(grants)}}}


@pytest.mark.parametrize(
    ("parameters", "audience"),
    [
        ({"x-amz-acl": "public-read"}, "everyone"),
        ({"x-amz-acl": ["public-read-write"]}, "everyone"),
        ({"x-amz-acl": ["authenticated-read"]}, "any account"),
        ({"x-amz-acl": ["private"]}, None),
        ({"x-amz-acl": ["log-delivery-write"]}, None),
        (listed({"Grantee": {"URI": ALL_USERS}, "Permission": "READ"}), "everyone"),
        (listed({"Grantee": {"URI": ALL_USERS}, "Permission": "READ_ACP"}), None),
        (listed({"Grantee": {"URI": ALL_USERS.replace("All", "Authenticated")}, "Permission": "FULL_CONTROL"}), "any account"),
        (listed({"Grantee": {"ID": "abc"}, "Permission": "FULL_CONTROL"}), None),
        ({"AccessControlPolicy": {"AccessControlList": {"Grant": ONE}}}, "everyone"),
        ({"x-amz-grant-read": f'id="1", uri="{ALL_USERS}"'}, "everyone"),
        ({"bucketName": "models"}, None),
        ({"AccessControlPolicy": "AllUsers"}, None),
    ],
)  # fmt: skip
def test_access_lists(parameters: dict[str, Any], audience: str | None) -> None:
    assert evaluate_acl(parameters).widest() == audience


def test_parameters_that_are_not_there_are_a_problem() -> None:
    assert evaluate_acl(None).problems


@pytest.mark.parametrize(
    ("configuration", "layers"),
    [
        ({"IgnorePublicAcls": True, "RestrictPublicBuckets": True}, {"acl", "policy"}),
        ({"IgnorePublicAcls": "true", "RestrictPublicBuckets": "false"}, {"acl"}),
        ({"BlockPublicAcls": True, "BlockPublicPolicy": True}, set()),
        (None, set()),
    ],
)
def test_blocks(configuration: object, layers: set[str]) -> None:
    assert blocked_layers(configuration) == layers
