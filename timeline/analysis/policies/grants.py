"""What a policy, an access list or a binding gives to whom."""

from dataclasses import dataclass
from typing import Final, Literal

Audience = Literal["everyone", "any account", "others", "own"]
"""everyone: without a login. any account: whoever has one with the provider. others: named outsiders. own: our side."""

Verb = Literal["read", "list", "write", "manage"]
WIDEST_FIRST: Final[tuple[Audience, ...]] = ("everyone", "any account", "others", "own")


@dataclass(frozen=True, slots=True)
class Grant:
    """That `audience` (`who`, as the provider writes it) may do `verbs` on `objects` (patterns of the provider's names).

    `limits` are conditions in words that narrow it without closing it: a referer, a time, an encrypted transport.
    """

    audience: Audience
    who: str
    verbs: frozenset[Verb]
    objects: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """All grants of a document, and in words what of it could not be understood (then more may be granted than is said)."""

    grants: tuple[Grant, ...]
    problems: tuple[str, ...] = ()

    @property
    def is_public(self) -> bool:
        """Whether anyone at all, or anyone with an account of the provider, may read, list, write or manage something."""
        return any(grant.audience in {"everyone", "any account"} for grant in self.grants)

    def widest(self) -> Audience | None:
        """The widest audience of any grant; None without grants."""
        held = {grant.audience for grant in self.grants}
        return next((audience for audience in WIDEST_FIRST if audience in held), None)


NOTHING: Final = Verdict(())
