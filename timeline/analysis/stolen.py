"""Credentials in two places: of a machine's role outside of its network, of a person while that person works elsewhere."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from timeline.analysis.bursts import ESTABLISHED_US
from timeline.analysis.known import Found, Known
from timeline.model.bursts import FirstSeen
from timeline.model.groups import Group
from timeline.model.time import HOUR_US, MINUTE_US
from timeline.query.parsing import parse
from timeline.query.tree import NumberTest, TextTest, all_of

TOGETHER_US: Final = 10 * MINUTE_US  # network and agent come within so much time; so do uses in two places
MOST: Final = 200  # networks that are looked at, the earliest first
_SEARCHED_US: Final = 24 * HOUR_US  # after the network was first seen
_MACHINES: Final = parse("kind:aws.cloudtrail actor:/:assumed-role\\/[^\\/]+\\/i-[0-9a-f]{8,17}$/", now_us=0)


def role_elsewhere(known: Known) -> Iterator[Found]:
    """Uses of a machine's role from a network that came after a day of use, and is not one's own."""
    uses: defaultdict[str, list[Group]] = defaultdict(list)
    for group in known.facts.groups(("actor", "src_ip"), _MACHINES):
        if group.first_us is not None:
            uses[str(group.values[0])].append(group)
    for actor, groups in sorted(uses.items()):
        since = min(group.first_us or 0 for group in groups)
        usual = {_network(known, group) for group in groups if (group.first_us or 0) - since < ESTABLISHED_US}
        for group in sorted(groups, key=lambda group: (group.first_us or 0, group.first_key)):
            network = _network(known, group)
            if network is not None and network not in usual and not known.is_own(str(group.values[1])):
                yield group.first_key, f"{actor.rpartition('assumed-role/')[2]} from {network}: {group.events:,} events"


def _network(known: Known, group: Group) -> str | None:
    return None if group.values[1] is None else known.network(str(group.values[1]))


def owner_elsewhere(known: Known) -> Iterator[Found]:
    """Credentials used with a network and an agent new to them, while their owner worked from a usual network."""
    agents: defaultdict[str | None, list[int]] = defaultdict(list)
    for seen in known.first_seen:
        if seen.field == "user_agent":
            agents[seen.credential].append(seen.first_us)
    came = [
        seen
        for seen in known.first_seen
        if seen.field == "network" and seen.credential is not None
        and any(abs(first_us - seen.first_us) <= TOGETHER_US for first_us in agents[seen.credential])
    ]  # fmt: skip
    for seen in came[:MOST]:
        yield from _meanwhile(known, seen)


def _meanwhile(known: Known, seen: FirstSeen) -> Iterator[Found]:
    scope = NumberTest("timestamp", seen.first_us, seen.first_us + _SEARCHED_US)
    used = TextTest("credential", "exact", seen.credential or "")
    owners: set[str] = set()
    foreign: set[int] = set()
    for group in known.facts.groups(("actor", "src_ip", "timestamp"), all_of([used, scope]), bin_us=TOGETHER_US):
        actor, address, begin = group.values
        if isinstance(actor, str) and isinstance(address, str) and isinstance(begin, int) and not known.is_own(address):
            if known.network(address) != seen.value:
                continue
            owners.add(actor)
            foreign.add(begin)
    for owner in sorted(owners):
        whose = TextTest("actor", "exact", owner)
        before = all_of([whose, NumberTest("timestamp", None, seen.first_us - ESTABLISHED_US)])
        earlier = known.facts.groups(("src_ip",), before, derive={"src_ip": known.network}, keyed=False)
        usual = {group.values[0] for group in earlier} - {None, seen.value}
        at_work = [
            str(group.values[0])
            for group in known.facts.groups(
                ("src_ip", "timestamp"), all_of([whose, scope]), derive={"src_ip": known.network}, bin_us=TOGETHER_US
            )
            if group.values[0] in usual and group.values[1] in foreign
        ]
        if at_work:
            yield seen.first_key, f"{seen.credential} from {seen.value}, while {owner} worked from {min(at_work)}"
