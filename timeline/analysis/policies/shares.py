"""Changes of sharing that providers log as what is added and what is removed: EC2 and RDS attributes, GCP bindings.

References: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html,
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html,
https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/PolicyDelta.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from timeline.model.exposure import Holder

EVERYONE: Final = Holder("everyone")
ANY_ACCOUNT: Final = Holder("any account")
_GCP: Final = {"allUsers": EVERYONE, "allAuthenticatedUsers": ANY_ACCOUNT}


@dataclass(frozen=True, slots=True)
class Change:
    """Who gets access and who loses it; `replaces`: nobody else keeps it."""

    gives: frozenset[Holder] = frozenset()
    takes: frozenset[Holder] = frozenset()
    replaces: bool = False
    problems: tuple[str, ...] = ()


def ec2_permission(parameters: object) -> Change:
    """Of ModifySnapshotAttribute and ModifyImageAttribute, by the call's parameters."""
    if not isinstance(parameters, Mapping):
        return Change(problems=("the call's parameters are not there",))
    permission = parameters.get("createVolumePermission") or parameters.get("launchPermission")
    if not isinstance(permission, Mapping):
        return Change()
    return Change(frozenset(_ec2(permission.get("add"))), frozenset(_ec2(permission.get("remove"))))


def _ec2(change: object) -> Iterator[Holder]:
    items = change.get("items") if isinstance(change, Mapping) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping):
            if item.get("group") == "all":
                yield EVERYONE
            for name in ("userId", "organizationArn", "organizationalUnitArn"):
                if isinstance(item.get(name), str):
                    yield Holder("others", item[name])


def rds_attribute(parameters: object) -> Change:
    """Of ModifyDBSnapshotAttribute and ModifyDBClusterSnapshotAttribute, by the call's parameters."""
    if not isinstance(parameters, Mapping) or parameters.get("attributeName") not in {"restore", None}:
        return Change()
    return Change(frozenset(_rds(parameters.get("valuesToAdd"))), frozenset(_rds(parameters.get("valuesToRemove"))))


def _rds(values: object) -> Iterator[Holder]:
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, str) and value:
            yield EVERYONE if value == "all" else Holder("others", value)


def gcp_bindings(payload: object) -> Change:
    """Of an audit entry's `protoPayload`: its policy delta, else the policy of the request, which replaces the old one."""
    if not isinstance(payload, Mapping):
        return Change(problems=("the entry has no payload",))
    deltas = _at(payload, "serviceData", "policyDelta", "bindingDeltas") or _at(
        payload, "metadata", "datasetChange", "bindingDeltas"
    )
    if isinstance(deltas, list):
        return Change(frozenset(_gcp(deltas, "ADD")), frozenset(_gcp(deltas, "REMOVE")))
    bindings = _at(payload, "request", "policy", "bindings")
    if isinstance(bindings, list):
        members = [
            member
            for binding in bindings
            if isinstance(binding, Mapping) and isinstance(binding.get("members"), list)
            for member in binding["members"]
        ]
        return Change(frozenset(_GCP[member] for member in members if member in _GCP), replaces=True)
    return Change()


def _gcp(deltas: list[Any], action: str) -> Iterator[Holder]:
    for delta in deltas:
        if isinstance(delta, Mapping) and delta.get("action") == action and delta.get("member") in _GCP:
            yield _GCP[delta["member"]]


def _at(value: object, *path: str) -> object:
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value
