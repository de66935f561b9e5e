"""What other analyses found, for those that weigh it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from timeline.analysis.bursts import ESTABLISHED_US, find_bursts, find_first_seen, network_of
from timeline.analysis.coverage.find import find_coverage
from timeline.analysis.exposure.find import find_exposures
from timeline.analysis.facts import Facts
from timeline.analysis.own_baseline import Raised, find_raised
from timeline.analysis.secrets.find import find_secrets
from timeline.analysis.signals import find_signals
from timeline.model.bursts import Burst, FirstSeen
from timeline.model.coverage import Coverage
from timeline.model.event import Event
from timeline.model.exposure import Exposures
from timeline.model.secrets import Secret
from timeline.model.signals import Signal
from timeline.query.tree import NumberTest, TextTest, all_of

_PUBLISHED: Final = all_of([TextTest("kind", "exact", "npm.registry"), TextTest("action", "exact", "publish")])
Found = tuple[str, str]
"""(key of an event, what is said of it)."""


@dataclass
class Known:
    """What other analyses found, worked out when it is first asked for.

    `network` names the network of an address, `is_own` says whether case.yaml calls it one's own. `print_of` is the case's
    fingerprint of a secret; without it no secrets are known. `person` names whose an actor is.
    """

    facts: Facts
    network: Callable[[str], str | None] = network_of
    is_own: Callable[[str], bool] = lambda _: False
    print_of: Callable[[str], str] | None = None
    person: Callable[[str], str] = lambda actor: actor

    @cached_property
    def exposures(self) -> Exposures:
        """Windows and touches."""
        return find_exposures(self.facts)

    @cached_property
    def coverage(self) -> Coverage:
        """What the logs cover."""
        return find_coverage(self.facts)

    @cached_property
    def signals(self) -> Sequence[Signal]:
        """Tampering with logs and history."""
        return find_signals(self.facts)

    @cached_property
    def secrets(self) -> Sequence[Secret]:
        """The life of secrets that scanners found."""
        return () if self.print_of is None else find_secrets(self.facts, self.exposures, self.print_of)

    @cached_property
    def first_seen(self) -> Sequence[FirstSeen]:
        """Networks and agents new to a credential."""
        return find_first_seen(self.facts, network=self.network)

    @cached_property
    def found_bursts(self) -> Sequence[Burst]:
        """Bursts of reads."""
        return find_bursts(self.facts)

    @cached_property
    def bursts(self) -> Sequence[tuple[Burst, bool | None]]:
        """Bursts, and whether one of their networks was new to the credential, or to an actor whose credentials change.

        What was first seen within the day before a burst is new still; None where neither was in use before that day.
        """
        return [(burst, self._is_new(burst)) for burst in self.found_bursts]

    def _is_new(self, burst: Burst) -> bool | None:
        networks = {self.network(address) for address in burst.addresses} - {None}
        for field, name in (("credential", burst.credential), ("actor", burst.actor)):
            if name is not None:
                until = NumberTest("timestamp", None, burst.start_us - ESTABLISHED_US)
                earlier = all_of([TextTest(field, "exact", name), until])
                groups = self.facts.groups(("src_ip",), earlier, derive={"src_ip": self.network}, keyed=False)
                usual = {group.values[0] for group in groups} - {None}
                if usual:
                    return bool(networks - usual)
        return None

    @cached_property
    def raised(self) -> Sequence[Raised]:
        """Reads far above their reader's own baseline."""
        return find_raised(self.facts, self.network, self.person)

    @cached_property
    def published(self) -> Sequence[Event]:
        """Dated publishes of packages."""
        return [event for event in self.facts.matching(_PUBLISHED) if event.timestamp is not None]
