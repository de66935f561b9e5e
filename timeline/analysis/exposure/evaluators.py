"""What an event of the rule pack says of who may reach its object, where that takes more than a word of the record."""

from collections.abc import Callable, Mapping
from typing import Final

from timeline.analysis.policies.aws_policy import evaluate_policy
from timeline.analysis.policies.grants import Verdict
from timeline.analysis.policies.s3 import blocked_layers, evaluate_acl
from timeline.analysis.policies.shares import Change, ec2_permission, gcp_bindings, rds_attribute
from timeline.model.exposure import Holder

_LEAKS: Final = frozenset({"read", "list", "write", "manage"})


class Said:
    """What an event says: a change, what it blocks of other layers (None: it is no block), limits in words."""

    __slots__ = ("blocks", "change", "limits")

    def __init__(self, change: Change, blocks: frozenset[str] | None = None, limits: tuple[str, ...] = ()) -> None:
        self.change = change
        self.blocks = blocks
        self.limits = limits


Evaluator = Callable[[object, str | None], Said]
"""From the value at the rule's `of` path (None: there is none) and the event's account."""


def _of_verdict(verdict: Verdict) -> Said:
    held = {
        Holder(grant.audience, "*" if grant.audience != "others" else grant.who)
        for grant in verdict.grants
        if grant.audience != "own" and grant.verbs & _LEAKS
    }
    limits = tuple(dict.fromkeys(limit for grant in verdict.grants for limit in grant.limits))
    return Said(Change(frozenset(held), replaces=True, problems=verdict.problems), limits=limits)


def _aws_policy(value: object, account: str | None) -> Said:
    return _of_verdict(evaluate_policy(value, own_account=account))


def _s3_acl(value: object, _account: str | None) -> Said:
    return _of_verdict(evaluate_acl(value))


def _s3_block(value: object, _account: str | None) -> Said:
    return Said(Change(replaces=True), blocked_layers(value))


def _plain(read: Callable[[object], Change]) -> Evaluator:
    return lambda value, _account: Said(read(value))


EVALUATORS: Final[Mapping[str, Evaluator]] = {
    "aws_policy": _aws_policy,
    "s3_acl": _s3_acl,
    "s3_block": _s3_block,
    "ec2_permission": _plain(ec2_permission),
    "rds_attribute": _plain(rds_attribute),
    "gcp_bindings": _plain(gcp_bindings),
}
