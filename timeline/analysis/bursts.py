"""Bursts of reads by one credential, and networks and agents that a credential in use was first seen with."""

import ipaddress
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from statistics import median
from typing import Final

from timeline.analysis.facts import ACTING, Facts
from timeline.analysis.spans import Span, merged
from timeline.model.bursts import Burst, FirstSeen
from timeline.model.groups import Group
from timeline.model.time import DAY_US, MINUTE_US
from timeline.query.tree import EVERYTHING, Node, NumberTest, TextTest, all_of, any_of, negated
from timeline.rules.burst_pack import BurstRule, own_burst_pack

ESTABLISHED_US: Final = DAY_US  # a credential in use for so long has what it usually comes from
MOST_ADDRESSES: Final = 20
MOST_NAMED: Final = 20_000
FEW: Final = 3  # intervals that are no habit yet
_BY: Final = ("actor", "credential", "timestamp")
MANY: Final = 50  # counts among which those of one credential make no difference
_SESSION: Final = re.compile(r"(arn:[^:]+:sts::[^:]*:assumed-role/[^/]+)/.*", re.DOTALL)
_DOTTED: Final = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
Who = tuple[str | None, str | None]


def find_bursts(facts: Facts, rules: Sequence[BurstRule] | None = None) -> list[Burst]:
    """All bursts, by time. Events without actor and credential are nobody's, and left out."""
    found = [burst for rule in rules or own_burst_pack() for burst in _of_rule(facts, rule)]
    return sorted(found, key=lambda burst: (burst.start_us, burst.rule, burst.first_key))


def _of_rule(facts: Facts, rule: BurstRule) -> Iterator[Burst]:
    width = rule.minutes * MINUTE_US
    by_who: defaultdict[Who, dict[int, int]] = defaultdict(dict)
    for group in facts.groups(_BY, all_of([rule.query, ACTING]), bin_us=width, keyed=False, kept=f"bursts {rule.name}"):
        actor, credential, begin = group.values
        if isinstance(begin, int):
            by_who[_text(actor), _text(credential)][begin] = group.events
    peers: defaultdict[str | None, list[int]] = defaultdict(list)
    for who, counts in by_who.items():
        peers[_principal(who[0])] += counts.values()
    habits = {name: int(median(counts)) for name, counts in peers.items()}
    for who, counts in by_who.items():
        if max(counts.values()) < rule.things:
            continue
        name = _principal(who[0])
        usual = _usual(rule, counts) if len(counts) > FEW else _usual_of_peers(peers[name], habits[name], counts)
        for start, end in merged(
            (begin, begin + width) for begin, count in counts.items() if count >= _bar(rule, usual)
        ):
            burst = _burst(facts, rule, who, (start, end), usual)
            if burst is not None:
                yield burst


def _principal(actor: str | None) -> str | None:
    """The actor without the name of its session: sessions of one role are its peers."""
    match = _SESSION.fullmatch(actor or "")
    return actor if match is None else match[1]


def _usual_of_peers(together: Sequence[int], habit: int, own: dict[int, int]) -> int:
    """What the same actor, or sessions of the same role, do in an interval with other credentials; 0 without any.

    A credential that was active in a few intervals only has no habit of its own: they may all be the burst. `together` are
    the counts of all credentials, `habit` their median, which stands where a few more or less make no difference.
    """
    if len(together) > MANY:
        return habit
    others = Counter(together) - Counter(own.values())
    return int(median(others.elements())) if others else 0


def _bar(rule: BurstRule, usual: int) -> int:
    """Events of an interval from which on it may be a burst."""
    return max(rule.things, rule.times * usual)


def _usual(rule: BurstRule, counts: dict[int, int]) -> int:
    """Median of the intervals that are no burst themselves: found by leaving out what is above the bar, until it stays."""
    kept = sorted(counts.values())
    usual = int(median(kept))
    while True:
        less = [count for count in kept if count < _bar(rule, usual)]
        if len(less) == len(kept):
            return usual
        kept, usual = less, int(median(less)) if less else 0
        if not kept:
            return 0


def _burst(facts: Facts, rule: BurstRule, who: Who, span: Span, usual: int) -> Burst | None:
    node = all_of([rule.query, ACTING, NumberTest("timestamp", span[0], span[1] - 1), *_is(who)])
    groups = facts.groups(("src_ip", "resource"), node)
    things = len({group.values[1] for group in groups})
    if things < rule.things:
        return None
    addresses = list(dict.fromkeys(_text(group.values[0]) for group in groups))
    first = min(groups, key=lambda group: (group.first_us or 0, group.first_key))
    last = max(groups, key=lambda group: (group.last_us or 0, group.last_key))
    return Burst(
        rule.name, rule.title, *who, first.first_us or span[0], (last.last_us or span[1]) + 1,
        sum(group.events for group in groups), things, sum(group.bytes_out for group in groups),
        sum(group.with_bytes for group in groups), usual, tuple(a for a in addresses if a is not None)[:MOST_ADDRESSES],
        first.first_key, last.last_key,
    )  # fmt: skip


def _is(who: Who) -> Iterator[Node]:
    for field, value in zip(("actor", "credential"), who, strict=True):
        yield TextTest(field, "exact", value) if value is not None else negated(TextTest(field, "present"))


@lru_cache(1 << 16)
def network_of(address: str) -> str | None:
    """The network that an address is told apart by: /24, or /48 of IPv6; None for what is no address."""
    if _DOTTED.fullmatch(address):  # most are: this is ten times as quick
        return f"{address.rpartition('.')[0]}.0/24"
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


def find_first_seen(
    facts: Facts, node: Node = EVERYTHING, *, network: Callable[[str], str | None] = network_of
) -> list[FirstSeen]:
    """Networks and agents that came to a credential (or an actor without one) after it was in use for a day, by time.

    `network` names the network of an address.
    """
    whole = node == EVERYTHING
    node = all_of([node, ACTING])
    since: dict[Who, int] = {}
    until: dict[Who, int] = {}
    for group in facts.groups(("actor", "credential"), node, keyed=False, kept="first seen" if whole else None):
        if group.first_us is not None and group.last_us is not None:
            who = _who(group)
            since[who] = min(group.first_us, since.get(who, group.first_us))
            until[who] = max(group.last_us, until.get(who, group.last_us))
    node = all_of(
        [node, _any_of_them([who for who, first_us in since.items() if until[who] - first_us >= ESTABLISHED_US])]
    )
    found: list[FirstSeen] = []
    for name, field, derive in (("network", "src_ip", {"src_ip": network}), ("user_agent", "user_agent", {})):
        for group in _together(facts.groups(("actor", "credential", field), node, derive=derive)):
            who, value, first_us = _who(group), _text(group.values[2]), group.first_us
            if first_us is not None and value is not None and first_us - since[who] >= ESTABLISHED_US:
                found.append(FirstSeen(*who, name, value, group.events, first_us, since[who], group.first_key))
    return sorted(found, key=lambda seen: (seen.first_us, seen.first_key, seen.field))


def _any_of_them(established: Sequence[Who]) -> Node:
    """Events of these, where they are not too many to be named."""
    if len(established) > MOST_NAMED:
        return EVERYTHING
    credentials = tuple(sorted(credential for _, credential in established if credential is not None))
    actors = tuple(sorted(actor for actor, _ in established if actor is not None))
    alone = all_of([negated(TextTest("credential", "present")), TextTest("actor", "in", actors)])
    return any_of([TextTest("credential", "in", credentials), alone])


def _who(group: Group) -> Who:
    """By credential where there is one: sessions of one key have many names."""
    actor, credential = _text(group.values[0]), _text(group.values[1])
    return (None, credential) if credential is not None else (actor, None)


def _together(groups: Iterable[Group]) -> Iterator[Group]:
    """Of groups that differ in the actor only, the one that was first."""
    first: dict[tuple[Who, object], Group] = {}
    for group in groups:
        who = _who(group)
        if who == (None, None) or group.first_us is None:
            continue
        name = (who, group.values[2])
        if name not in first or (group.first_us, group.first_key) < (first[name].first_us or 0, first[name].first_key):
            first[name] = group
    yield from first.values()


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)
