"""The life of a secret, by its keyed fingerprint: where it was found, since when it was open, who used it, until when it worked."""

from dataclasses import dataclass
from typing import Final, Literal

Moment = Literal["committed", "pushed", "open", "reported", "resolved", "revoked", "reactivated"]
Phase = Literal["before", "between", "after", "unknown"]
"""Of a use: before the secret was exposed; between exposure and revocation; after revocation; unknown, where no exposure is."""
NEVER: Final = "no event here revokes it"


@dataclass(frozen=True, slots=True)
class Step:
    """One moment. With `is_bound` it happened then or before. `us` is microseconds UTC, None for an undated event."""

    what: Moment
    us: int | None
    key: str
    words: str
    is_bound: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """Uses by one actor from one address with one agent in one phase; `denied` of the `events` failed."""

    phase: Phase
    actor: str | None
    src_ip: str | None
    user_agent: str | None
    events: int
    denied: int
    first_us: int | None
    last_us: int | None
    first_key: str
    last_key: str


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret. `ids` are credentials that logs write in the clear and that are this secret (access key ids).

    `exposed_us` is the first moment at which outsiders could have it, `exposed_key` the event that says so, both None where
    nothing here says so; with `exposed_is_bound` they could then or before. `revoked_us` is when it stopped working for
    good. `at_tip` is whether a branch or tag still shows it (None: our own scan did not look). `places` are `path:line`.
    """

    fingerprint: str
    types: tuple[str, ...]
    last_four: str | None
    verified: bool | None
    places: tuple[str, ...]
    repositories: tuple[str, ...]
    findings: int
    steps: tuple[Step, ...]
    ids: tuple[str, ...]
    exposed_us: int | None
    exposed_key: str | None
    exposed_is_bound: bool
    revoked_us: int | None
    revoked_key: str | None
    at_tip: bool | None
    uses: tuple[Use, ...]

    @property
    def time_to_revoke_us(self) -> int | None:
        """From exposure to revocation, microseconds (at least, where exposure is a bound).

        None where one of the two is not known, or it was revoked before.
        """
        if self.exposed_us is None or self.revoked_us is None or self.revoked_us < self.exposed_us:
            return None
        return self.revoked_us - self.exposed_us

    def used(self, *phases: Phase) -> int:
        """Events of uses in these phases, denied ones left out."""
        return sum(use.events - use.denied for use in self.uses if use.phase in phases)

    @property
    def lives(self) -> bool:
        """Whether nothing here ends it."""
        return self.revoked_us is None
