"""From values that logs write to identities."""

import re
from collections.abc import Mapping
from typing import Final

from timeline.model.identity import Identity
from timeline.query.raw import scalar_text, walk_path
from timeline.rules.identity_pack import NamePattern

_EMAIL: Final = re.compile(r"[^@\s/:]+@[^@\s/:]+\.[^@\s/:.]+")
_SESSION: Final = re.compile(r"arn:[^:]+:sts::[^:]*:(?:assumed-role|federated-user)/.+")
_ANY_CASE: Final = frozenset({"email", "github", "gitlab", "okta"})
WHO: Final = "who"


def identity_of(kind: str, actor: str) -> Identity:
    """The identity that an event of this kind shows as its actor."""
    if _EMAIL.fullmatch(actor):
        return made("email", actor)
    if _SESSION.fullmatch(actor):
        return made("session", actor)
    return made(kind.partition(".")[0], actor)


def made(namespace: str, value: str) -> Identity:
    """The identity, in small letters where its namespace does not tell them apart."""
    return Identity(namespace, value.casefold() if namespace in _ANY_CASE else value)


def filled(pattern: NamePattern, values: Mapping[str, str | None], kind: str) -> Identity | None:
    """The identity with its holes filled by what stands there (by the names of the holes); None when one stays empty."""
    texts = [values.get(part) if at % 2 else part for at, part in enumerate(pattern.parts)]
    if not all(text for text in texts[1::2]):
        return None
    value = "".join(text or "" for text in texts).strip()
    if not value:
        return None
    return identity_of(kind, value) if pattern.namespace == WHO else made(pattern.namespace, value)


def item_values(item: object, holes: frozenset[str]) -> dict[str, str | None]:
    """What stands in an entry of a list at the holes `item.path`."""
    if not isinstance(item, Mapping):
        return {}
    return {
        hole: next((t for v in walk_path(item, tuple(hole.split(".")[1:])) if (t := scalar_text(v))), None)
        for hole in holes
    }
