"""Accounts taken over: from a network new to them somebody made further ways in, and did what their owner would hardly do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from timeline.analysis.facts import Facts
from timeline.model.bursts import FirstSeen
from timeline.model.groups import Group
from timeline.model.time import DAY_US
from timeline.query.tree import Node, NumberTest, TextTest, all_of, any_of
from timeline.rules.foothold_pack import FootholdPack, own_foothold_pack

WITHIN_US: Final = 7 * DAY_US  # after the network was first seen


@dataclass(frozen=True, slots=True)
class Foothold:
    """What an actor (or credential) did from a network new to it: `made` ways in, and `doubts` about who it was.

    Keys are of the first events of each sort, by action.
    """

    who: str
    network: str
    first_us: int
    made: tuple[tuple[str, str], ...]
    doubts: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """In one line."""
        made = ", ".join(action for action, _ in self.made)
        doubts = ", ".join(action for action, _ in self.doubts)
        return f"{self.who} from {self.network}: {made}" + (f"; also {doubts}" if doubts else "")


def find_footholds(
    facts: Facts,
    seen: Sequence[FirstSeen],
    network: Callable[[str], str | None],
    pack: FootholdPack | None = None,
) -> list[Foothold]:
    """Every new network of `seen` from which ways in were made, by time. `network` names the network of an address."""
    pack = pack or own_foothold_pack()
    found = []
    for one in seen:
        if one.field != "network":
            continue
        field, who = ("credential", one.credential) if one.credential is not None else ("actor", one.actor)
        if who is None:
            continue
        span = NumberTest("timestamp", one.first_us, one.first_us + WITHIN_US)
        own = all_of([TextTest(field, "exact", who), span])
        made = _actions(facts, own, pack.made, one.value, network)
        if made:
            found.append(
                Foothold(who, one.value, one.first_us, made, _actions(facts, own, pack.doubts, one.value, network))
            )
    return sorted(found, key=lambda foothold: (foothold.first_us, foothold.who, foothold.network))


def _actions(
    facts: Facts, own: Node, what: Node, value: str, network: Callable[[str], str | None]
) -> tuple[tuple[str, str], ...]:
    """(action, key of its first event) of events from the network."""
    groups = facts.groups(("action", "src_ip"), all_of([own, any_of([what])]), derive={"src_ip": network})
    of_network: list[Group] = [group for group in groups if group.values[1] == value and group.values[0] is not None]
    ordered = sorted(of_network, key=lambda group: (group.first_us or 0, group.first_key))
    return tuple((str(group.values[0]), group.first_key) for group in ordered)
