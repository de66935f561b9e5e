"""Resource policies of AWS are weighed as a whole."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.analysis.policies.aws_policy import NOT_A_POLICY, NOT_JSON, evaluate_policy
from timeline.analysis.policies.grants import Grant

BUCKET = ["arn:aws:s3:::models", "arn:aws:s3:::models/*"]
ANYONE: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": BUCKET[1]}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def audience(*statements: dict[str, Any]) -> str | None:
    return evaluate_policy(policy(*statements), own_account="111122223333").widest()


def test_everyone_may_read() -> None:
    verdict = evaluate_policy(policy(ANYONE))
    assert verdict.is_public
    (grant,) = verdict.grants
    assert grant == Grant("everyone", "*", frozenset({"read"}), (BUCKET[1],))


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["111122223333", "*"]}, {"CanonicalUser": "*"}])
def test_ways_to_name_everyone(principal: Any) -> None:
    assert audience({**ANYONE, "Principal": principal}) == "everyone"


@pytest.mark.parametrize(
    ("principal", "found"),
    [
        ({"AWS": "111122223333"}, "own"),
        ({"AWS": "arn:aws:iam::111122223333:role/ci"}, "own"),
        ({"AWS": "arn:aws:iam::444455556666:root"}, "others"),
        ({"Service": "cloudtrail.amazonaws.com"}, "own"),
        ({"Federated": "cognito-identity.amazonaws.com"}, "others"),
    ],
)
def test_named_principals(principal: Any, found: str) -> None:
    assert audience({**ANYONE, "Principal": principal}) == found


@pytest.mark.parametrize(
    ("actions", "verbs"),
    [
        ("s3:*", {"read", "list", "write", "manage"}),
        ("*", {"read", "list", "write", "manage"}),
        (["s3:Get*", "s3:List*"], {"read", "list"}),
        ("S3:GETOBJECT", {"read"}),
        ("s3:PutObject", {"write"}),
        (["ecr:BatchGetImage"], {"read"}),
    ],
)
def test_actions(actions: Any, verbs: set[str]) -> None:
    (grant,) = evaluate_policy(policy({**ANYONE, "Action": actions})).grants
    assert grant.verbs == verbs


def test_an_action_that_leaks_nothing_is_no_grant() -> None:
    assert evaluate_policy(policy({**ANYONE, "Action": "s3:GetBucketLocation"})).grants == ()


def test_not_action_allows_the_rest() -> None:
    statement = {key: value for key, value in ANYONE.items() if key != "Action"} | {"NotAction": "s3:Put*"}
    (grant,) = evaluate_policy(policy(statement)).grants
    assert {"read", "list"} <= grant.verbs


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-abc123"}}, "others"),
        ({"StringEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}}, "others"),
        ({"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}, "others"),
        ({"IpAddress": {"aws:SourceIp": ["198.51.100.0/24", "0.0.0.0/0"]}}, "everyone"),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, "everyone"),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, "others"),
        ({"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}}, "everyone"),
        ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}}, "everyone"),
        ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}, "others"),
        ({"StringLike": {"aws:userid": "*:bob"}}, "everyone"),
        ({"StringEquals": {"aws:SourceVpc": "${aws:SourceVpc}"}}, "everyone"),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abc123"}}, "everyone"),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a/r-b"}}, "everyone"),
        ({"StringLike": {"aws:Referer": "https://example.com/*"}}, "everyone"),
        ({"Bool": {"aws:SecureTransport": "true"}}, "everyone"),
    ],
)
def test_conditions(condition: Any, found: str) -> None:
    assert audience({**ANYONE, "Condition": condition}) == found


def test_a_condition_that_only_narrows_is_said() -> None:
    (grant,) = evaluate_policy(policy({**ANYONE, "Condition": {"Bool": {"aws:SecureTransport": "true"}}})).grants
    assert grant.limits == ("bool aws:securetransport true",)


@pytest.mark.parametrize(
    ("denial", "found"),
    [
        ({"Action": "s3:*", "Resource": "*"}, None),
        ({"Action": "s3:GetObject*", "Resource": BUCKET}, None),
        ({"Action": "s3:GetObject", "Resource": BUCKET[1]}, None),
        ({"Action": "s3:PutObject", "Resource": BUCKET[1]}, "everyone"),
        ({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::models/secret/*"}, "everyone"),
        ({"Action": "s3:*", "Resource": "*", "Principal": {"AWS": "444455556666"}}, "everyone"),
        (
            {"Action": "s3:*", "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}}},
            "others",
        ),
        ({"Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}, "others"),
        ({"Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}, "everyone"),
    ],
)
def test_denials(denial: dict[str, Any], found: str | None) -> None:
    assert audience(ANYONE, {"Effect": "Deny", "Principal": "*", **denial}) == found


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("{", NOT_JSON),
        ("[]", NOT_A_POLICY),
        (7, NOT_A_POLICY),
        ('{"Statement": [5]}', "a statement without Effect was left out"),
    ],
)
def test_what_is_no_policy(document: object, problem: str) -> None:
    verdict = evaluate_policy(document)
    assert verdict.grants == ()
    assert verdict.problems == (problem,)


def test_no_policy_grants_nothing() -> None:
    assert evaluate_policy(None) == evaluate_policy("")
    assert not evaluate_policy(None).is_public


def test_a_policy_as_text_and_one_statement_by_itself() -> None:
    assert evaluate_policy(json.dumps({"Statement": ANYONE})).is_public


anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from(["Allow", "Deny", "*", "s3:*"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "Statement",
                    "Effect",
                    "Principal",
                    "NotPrincipal",
                    "Action",
                    "Resource",
                    "Condition",
                    "AWS",
                    "IpAddress",
                ]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=20,
)


@given(anything)
@settings(max_examples=200, deadline=None)
def test_nothing_breaks_it(document: object) -> None:
    assert isinstance(evaluate_policy(document).is_public, bool)
