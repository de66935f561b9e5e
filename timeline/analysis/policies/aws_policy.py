"""AWS resource policies: whom a document lets in, with principals, conditions and denials weighed.

A statement for everyone is not public where a condition holds it to fixed values of keys that name callers or networks
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status),
and not where a denial takes all of it back. What cannot be understood is said, and never narrows a grant.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

import msgspec

from timeline.analysis.policies.grants import Audience, Grant, Verb, Verdict

NOT_JSON: Final = "the policy is not valid JSON"
NOT_A_POLICY: Final = "the policy is not an object with statements"
_ACTIONS: Final[Mapping[Verb, tuple[str, ...]]] = {
    "read": (
        "s3:getobject", "s3:getobjectversion", "ecr:batchgetimage", "ecr:getdownloadurlforlayer", "kms:decrypt",
        "secretsmanager:getsecretvalue", "sqs:receivemessage", "lambda:getfunction", "backup:copyfrombackupvault",
        "codeartifact:getpackageversionasset",
    ),
    "list": (
        "s3:listbucket", "s3:listbucketversions", "ecr:listimages", "ecr:describeimages", "codeartifact:listpackages",
    ),
    "write": (
        "s3:putobject", "s3:deleteobject", "ecr:putimage", "sqs:sendmessage", "sns:publish", "lambda:invokefunction",
        "codeartifact:publishpackageversion",
    ),
    "manage": (
        "s3:putbucketpolicy", "s3:putbucketacl", "s3:putobjectacl", "ecr:setrepositorypolicy", "kms:putkeypolicy",
        "secretsmanager:putresourcepolicy", "sts:assumerole",
    ),
}  # fmt: skip
# Keys that say who calls, or from which network: held to fixed values, they close a statement to the public.
_CLOSING_KEYS: Final = frozenset({
    "aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn", "aws:principaltype",
    "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:sourceowner", "aws:sourceaccount",
    "aws:sourceorgid", "aws:sourceorgpaths", "aws:userid", "aws:username", "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount", "s3:x-amz-server-side-encryption-aws-kms-key-id",
})  # fmt: skip
_NETWORK_KEY: Final = "aws:sourceip"
_WIDEST: Final = {4: 8, 6: 32}  # networks wider than these hold nobody back
_POSITIVE: Final = ("stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase")
_NEGATIVE: Final = ("stringnotequals", "stringnotlike", "arnnotequals", "arnnotlike", "stringnotequalsignorecase")
_ACCOUNT: Final = re.compile(r"(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::.*)?")
_MOST_STATEMENTS: Final = 1_000
Texts = tuple[str, ...]


def evaluate_policy(document: object, *, own_account: str | None = None) -> Verdict:
    """Whom a resource policy lets in. `document` is the policy as an object or as JSON text; None is no policy.

    `own_account` tells own principals from others; without it, all named principals count as others.
    """
    if document is None or document == "":
        return Verdict(())
    if isinstance(document, str):
        try:
            document = msgspec.json.decode(document)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return Verdict((), (NOT_JSON,))
    if not isinstance(document, Mapping):
        return Verdict((), (NOT_A_POLICY,))
    found = _value(document, "statement")
    statements = found if isinstance(found, list) else [found]
    problems: list[str] = []
    read = [_Statement.of(statement, problems) for statement in statements[:_MOST_STATEMENTS]]
    if len(statements) > _MOST_STATEMENTS:
        problems.append(f"only the first {_MOST_STATEMENTS} statements were read")
    known = [statement for statement in read if statement is not None]
    denials = [statement for statement in known if not statement.allows]
    grants = [
        grant
        for statement in known
        if statement.allows
        for grant in _granted(statement, denials, own_account, problems)
    ]
    return Verdict(tuple(dict.fromkeys(grants)), tuple(dict.fromkeys(problems)))


@dataclass(frozen=True, slots=True)
class _Condition:
    """One test of a statement: `operator` (lower case, without its modifiers), key (lower case), values."""

    operator: str
    key: str
    values: Texts
    if_exists: bool

    def closes(self) -> bool:
        """Whether it holds callers to fixed ones."""
        if self.if_exists or not self.values:
            return False
        if self.key == _NETWORK_KEY:
            return self.operator == "ipaddress" and all(map(_is_narrow, self.values))
        return self.key in _CLOSING_KEYS and self.operator in _POSITIVE and all(map(_is_fixed, self.values))

    def closes_when_denied(self) -> bool:
        """Whether a denial to all who do not fulfil it holds callers to fixed ones."""
        if not self.values:
            return False
        if self.key == _NETWORK_KEY:
            return self.operator == "notipaddress" and all(map(_is_narrow, self.values))
        return self.key in _CLOSING_KEYS and self.operator in _NEGATIVE and all(map(_is_fixed, self.values))

    def words(self) -> str:
        """For people."""
        return f"{self.operator} {self.key} {', '.join(self.values[:3])}"


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement, read. Actions and keys are in lower case; `but` marks NotAction, NotResource, NotPrincipal."""

    allows: bool
    principals: tuple[tuple[str, str], ...]
    but_principals: bool
    actions: Texts
    but_actions: bool
    resources: Texts
    but_resources: bool
    conditions: tuple[_Condition, ...]

    @classmethod
    def of(cls, value: object, problems: list[str]) -> "_Statement | None":
        """Read one; None, and a problem, when it is none."""
        effect = _value(value, "effect") if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping) or effect not in ("Allow", "Deny"):
            problems.append("a statement without Effect was left out")
            return None
        actions, but_actions = _either(value, "action", "notaction")
        resources, but_resources = _either(value, "resource", "notresource")
        principal, but_principal = _value(value, "principal"), _value(value, "notprincipal")
        return cls(
            effect == "Allow",
            tuple(_principals(principal if but_principal is None else but_principal)),
            but_principal is not None,
            tuple(action.lower() for action in _texts(actions)),
            but_actions,
            _texts(resources) or ("*",),
            but_resources,
            tuple(_conditions(_value(value, "condition"), problems)),
        )

    def is_for_everyone(self) -> bool:
        """Whether it speaks of everyone, or of everyone but a few."""
        return self.but_principals or any(who == "*" for _, who in self.principals)

    def takes(self, action: str) -> bool:
        """Whether it speaks of an action (lower case)."""
        return any(fnmatchcase(action, pattern) for pattern in self.actions) != self.but_actions

    def verbs(self) -> frozenset[Verb]:
        """What it lets do, of what tells a leak."""
        return frozenset(verb for verb, actions in _ACTIONS.items() if any(map(self.takes, actions)))


def _granted(
    statement: _Statement, denials: Iterable[_Statement], own_account: str | None, problems: list[str]
) -> Iterator[Grant]:
    verbs = statement.verbs()
    limits = [condition.words() for condition in statement.conditions if not condition.closes()]
    closed = any(condition.closes() for condition in statement.conditions)
    objects = (
        tuple(f"all but {name}" for name in statement.resources) if statement.but_resources else statement.resources
    )
    for denial in denials:
        if denial.is_for_everyone() and not denial.but_principals and _covers(denial, statement):
            taken = frozenset(verb for verb in verbs if _denied(denial, statement, verb))
            if not denial.conditions:
                verbs -= taken
            elif any(condition.closes_when_denied() for condition in denial.conditions):
                closed = closed or taken == verbs
            elif taken:
                limits.append(f"denied where {' and '.join(condition.words() for condition in denial.conditions)}")
    if not verbs:
        return
    if statement.but_principals and statement.allows:
        problems.append("NotPrincipal with Allow lets in everyone that it does not name")
    seen: set[tuple[Audience, str]] = set()
    for kind, who in statement.principals if not statement.but_principals else (("AWS", "*"),):
        audience = _audience(kind, who, own_account, closed=closed)
        if (audience, who) not in seen:
            seen.add((audience, who))
            yield Grant(audience, who, verbs, objects, tuple(limits))


def _audience(kind: str, who: str, own_account: str | None, *, closed: bool) -> Audience:
    if who == "*":
        return "others" if closed else "everyone"
    if kind == "Service":
        return "own"
    account = _ACCOUNT.fullmatch(who)
    if account and own_account and account[1] == own_account:
        return "own"
    return "others"


def _covers(denial: _Statement, statement: _Statement) -> bool:
    """Whether a denial reaches all objects of a statement."""
    if denial.but_resources or statement.but_resources:
        return "*" in denial.resources and not denial.but_resources
    return all(any(fnmatchcase(name, pattern) for pattern in denial.resources) for name in statement.resources)


def _denied(denial: _Statement, statement: _Statement, verb: Verb) -> bool:
    """Whether a denial takes back every action of a verb that the statement allows."""
    return all(denial.takes(action) for action in _ACTIONS[verb] if statement.takes(action))


def _principals(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield "AWS", value
    elif isinstance(value, Mapping):
        for kind, names in value.items():
            for name in _texts(names):
                yield str(kind), name


def _conditions(value: object, problems: list[str]) -> Iterator[_Condition]:
    if value is None:
        return
    if not isinstance(value, Mapping):
        problems.append("a condition that is no object was left out")
        return
    for operator, tests in value.items():
        if not isinstance(tests, Mapping):
            problems.append("a condition that is no object was left out")
            continue
        plain = str(operator).lower().removeprefix("foranyvalue:").removeprefix("forallvalues:")
        # ForAllValues and ...IfExists are true for a request that lacks the key
        loose = plain.endswith("ifexists") or str(operator).lower().startswith("forallvalues:")
        for key, values in tests.items():
            yield _Condition(plain.removesuffix("ifexists"), str(key).lower(), _texts(values), loose)


def _is_fixed(value: str) -> bool:
    """Without a variable, and without a wildcard that would take any account or network."""
    if "${" in value:
        return False
    if value.lower().startswith("arn:"):
        parts = value.split(":")
        return len(parts) > 4 and _ACCOUNT.fullmatch(parts[4]) is not None
    return "*" not in value.split(":", maxsplit=1)[0].split("/", maxsplit=1)[0] and "?" not in value


def _is_narrow(value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _WIDEST[network.version]


def _either(value: Mapping[str, Any], name: str, other: str) -> tuple[object, bool]:
    found = _value(value, name)
    return (found, False) if found is not None else (_value(value, other), _value(value, other) is not None)


def _value(holder: Mapping[Any, Any], name: str) -> Any:
    """The value of an element; AWS takes element names in any case."""
    return next((value for key, value in holder.items() if isinstance(key, str) and key.lower() == name), None)


def _texts(value: object) -> Texts:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, bool | int | float):
        return (str(value).lower() if isinstance(value, bool) else str(value),)
    return tuple(text for item in value for text in _texts(item)) if isinstance(value, list) else ()
