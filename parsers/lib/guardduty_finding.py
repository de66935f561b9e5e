"""What a GuardDuty finding says of who, from where and on what, with its names in camel case.

Reference: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html.
"""

from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, first_text, inner, items, text

# where actions keep the other side's address, by the name of the action
_REMOTE: Final = (
    "awsApiCallAction", "networkConnectionAction", "kubernetesApiCallAction", "rdsLoginAttemptAction", "dnsRequestAction"
)  # fmt: skip
# what names the affected resource in each part of `resource`, narrowest first
_AFFECTED: Final = (
    ("s3BucketDetails", ("arn", "name")),
    ("lambdaDetails", ("functionArn", "functionName")),
    ("rdsDbInstanceDetails", ("dbInstanceArn", "dbInstanceIdentifier")),
    ("rdsLimitlessDbDetails", ("dbShardGroupArn", "dbShardGroupIdentifier")),
    ("ecsClusterDetails", ("arn", "name")),
    ("eksClusterDetails", ("arn", "name")),
    ("instanceDetails", ("instanceId",)),
    ("ebsSnapshotDetails", ("snapshotArn",)),
    ("ec2ImageDetails", ("imageArn",)),
    ("recoveryPointDetails", ("recoveryPointArn",)),
    ("containerDetails", ("id", "name")),
)
_ANY_AFFECTED: Final = frozenset(part for part, _ in _AFFECTED)
_DEEPEST: Final = 12


def in_camel_case(value: Any, levels: int = _DEEPEST) -> Any:
    """A finding of the API, whose names begin in capitals, by the names that exported findings have."""
    if levels == 0:
        return value
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: in_camel_case(part, levels - 1) for name, part in value.items()}
    return [in_camel_case(part, levels - 1) for part in value] if isinstance(value, list) else value


def action_details(finding: Record) -> Record:
    """The action's own part: `awsApiCallAction`, `networkConnectionAction` ...; {} where there is none."""
    action = inner(inner(finding, "service"), "action")
    for name in action:
        if name.endswith("Action") and (part := inner(action, name)):
            return part
    return {}


def remote_address(finding: Record) -> str | None:
    """The other side's address; of a probe of ports, the first that probed."""
    action = inner(inner(finding, "service"), "action")
    holders = [inner(action, name) for name in _REMOTE if name in action]
    if "portProbeAction" in action:
        probes = items(inner(action, "portProbeAction"), "portProbeDetails")
        holders += [probe for probe in probes if isinstance(probe, dict)]
    for holder in holders:
        found = first_text(inner(holder, "remoteIpDetails"), "ipAddressV4", "ipAddressV6")
        if found is not None:
            return found
    sources = items(inner(action, "kubernetesApiCallAction"), "sourceIPs") or items(
        inner(action, "kubernetesApiCallAction"), "sourceIps"
    )
    return sources[0] if sources and isinstance(sources[0], str) else None


def actor_of(finding: Record) -> str | None:
    """The user of the access key, of the cluster or of the database."""
    resource = inner(finding, "resource")
    key = inner(resource, "accessKeyDetails")
    found = first_text(key, "userName", "principalId")
    if found is None:
        found = text(inner(resource, "kubernetesDetails"), "kubernetesUserDetails", "username")
    return found or text(resource, "rdsDbUserDetails", "user")


def session_of(finding: Record) -> str | None:
    """The role-session name behind the colon of an assumed role's principal."""
    key = inner(inner(finding, "resource"), "accessKeyDetails")
    return as_text((text(key, "principalId") or "").partition(":")[2])


def affected(finding: Record) -> str | None:
    """The affected resource; where it is an access key, what that key was used on, else the key itself."""
    resource = inner(finding, "resource")
    for part, names in _AFFECTED if not _ANY_AFFECTED.isdisjoint(resource) else ():
        value = resource.get(part)
        if value is None:
            continue
        holder = value[0] if isinstance(value, list) and value else value
        found = first_text(holder, *names) if isinstance(holder, dict) else None
        if found is not None:
            return found
    for found in inner(action_details(finding), "affectedResources").values():
        if isinstance(found, str) and found not in {"", "-"}:
            return found
    return text(inner(resource, "accessKeyDetails"), "accessKeyId")
