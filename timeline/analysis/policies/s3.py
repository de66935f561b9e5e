"""S3's other ways to open: access control lists and the public access block.

References: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from timeline.analysis.policies.grants import Audience, Grant, Verb, Verdict

_GROUPS: Final[Mapping[str, Audience]] = {"allusers": "everyone", "authenticatedusers": "any account"}
_PERMISSIONS: Final[Mapping[str, frozenset[Verb]]] = {
    "READ": frozenset({"read", "list"}),
    "WRITE": frozenset({"write"}),
    "READ_ACP": frozenset(),
    "WRITE_ACP": frozenset({"manage"}),
    "FULL_CONTROL": frozenset({"read", "list", "write", "manage"}),
}
_CANNED: Final[Mapping[str, tuple[Audience, frozenset[Verb]]]] = {
    "public-read": ("everyone", frozenset({"read", "list"})),
    "public-read-write": ("everyone", frozenset({"read", "list", "write"})),
    "authenticated-read": ("any account", frozenset({"read", "list"})),
}
_HEADERS: Final = {"x-amz-grant-read": "READ", "x-amz-grant-write": "WRITE", "x-amz-grant-full-control": "FULL_CONTROL"}
_URI: Final = re.compile(r'uri\s*=\s*"?[^",]*/global/(AllUsers|AuthenticatedUsers)', re.IGNORECASE)
_WORDS: Final = frozenset({"true", "1"})


def evaluate_acl(parameters: object) -> Verdict:
    """To whom a bucket's or object's access control list opens it; `parameters` are those of the call that sets it."""
    if not isinstance(parameters, Mapping):
        return Verdict((), ("the call's parameters are not there",))
    return Verdict(tuple(dict.fromkeys([*_canned(parameters), *_listed(parameters), *_in_headers(parameters)])))


def _canned(parameters: Mapping[str, Any]) -> Iterator[Grant]:
    for name in _texts(parameters.get("x-amz-acl")) + _texts(parameters.get("acl")):
        if name in _CANNED:
            audience, verbs = _CANNED[name]
            yield Grant(audience, name, verbs)


def _listed(parameters: Mapping[str, Any]) -> Iterator[Grant]:
    policy = parameters.get("AccessControlPolicy")
    holder = policy.get("AccessControlList") if isinstance(policy, Mapping) else None
    grants = holder.get("Grant") if isinstance(holder, Mapping) else None
    for grant in grants if isinstance(grants, list) else [grants]:
        grantee = grant.get("Grantee") if isinstance(grant, Mapping) else None
        uri = grantee.get("URI") if isinstance(grantee, Mapping) else None
        if isinstance(grant, Mapping) and isinstance(uri, str):
            audience = _GROUPS.get(uri.rpartition("/")[2].lower())
            verbs = _PERMISSIONS.get(str(grant.get("Permission")), frozenset())
            if audience is not None and verbs:
                yield Grant(audience, uri, verbs)


def _in_headers(parameters: Mapping[str, Any]) -> Iterator[Grant]:
    for header, permission in _HEADERS.items():
        for text in _texts(parameters.get(header)):
            for match in _URI.finditer(text[:4096]):
                yield Grant(_GROUPS[match[1].lower()], match[0], _PERMISSIONS[permission])


def blocked_layers(configuration: object) -> frozenset[str]:
    """Which layers a public access block holds back: `acl`, `policy`; `configuration` is PublicAccessBlockConfiguration."""
    if not isinstance(configuration, Mapping):
        return frozenset()
    layers = {"IgnorePublicAcls": "acl", "RestrictPublicBuckets": "policy"}
    return frozenset(layer for name, layer in layers.items() if str(configuration.get(name)).lower() in _WORDS)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
