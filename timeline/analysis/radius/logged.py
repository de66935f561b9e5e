"""What one vantage point logs of downloads: its objects, how often and how much of each, and who read those that matter."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from timeline.analysis.facts import Facts
from timeline.analysis.radius.complete_sets import shard_of
from timeline.model.groups import Group
from timeline.model.radius import Rest, Vantage
from timeline.query.tree import EVERYTHING, Node, all_of
from timeline.rules.radius_pack import DownloadRule

MOST_OBJECTS: Final = 5_000  # that are listed of a vantage point, by bytes, beside parts of sets
MOST_DETAILED: Final = 500  # objects of a vantage point whose readers are told apart although nothing depends on them
MANY_READS: Final = 100  # of an object whose readers are the public
WHOLE: Final = 200  # a status
NO_READERS: Final = (
    "readers were told apart for objects read in part, parts of sets, and the {most:,} with most bytes of those read"
    " {many:,} times or less"
)
_READERS: Final = ("resource", "actor", "credential", "src_ip")
Reader = tuple[str | None, str | None, str | None, int]
"""(actor, credential, address, bytes that they got)."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one vantage point logs of an object.

    `sent` is what `with_bytes` of the `reads` log as sent, added up, `largest` the most of one answer, `whole` the most of
    a whole one (0 without one). `readers` is empty where they are not told apart.
    """

    reads: int
    with_bytes: int
    sent: int
    largest: int
    whole: int
    first_us: int | None
    last_us: int | None
    first_key: str
    last_key: str
    readers: tuple[Reader, ...]


@dataclass(frozen=True, slots=True)
class Logged:
    """What one vantage point logs of all: the objects that are listed, by name, and the rest."""

    vantage: Vantage
    parts: dict[str, Part]
    rest: Rest
    notes: tuple[str, ...]


def find_logged(facts: Facts, scope: Node, rule: DownloadRule) -> Logged | None:
    """The downloads of `scope` that the rule's vantage point logs; None without any."""
    node = all_of([scope, rule.query])
    derive = {"resource": rule.object_of}
    kept = f"radius {rule.name}" if scope == EVERYTHING else None
    objects = facts.groups(("resource",), node, derive=derive, keyed=False, valued=derive, kept=kept)
    if not objects:
        return None
    whole = _sums(objects)
    listed = nlargest(MOST_OBJECTS, objects, key=lambda one: (one.bytes_out, one.values))
    parts_of_sets = [one for one in objects if (name := str(one.values[0])).startswith("git:") or shard_of(name)]
    chosen = {one.values[0]: one for one in (*listed, *parts_of_sets)}
    reads, sent, _, obtained = (of - own for of, own in zip(whole, _sums(chosen.values()), strict=True))
    rest = Rest(rule.name, len(objects) - len(chosen), reads, sent, obtained)
    parts, notes = _parts(facts, node, rule, frozenset(map(str, chosen)))
    return Logged(Vantage(rule.name, rule.title, whole[0], len(objects), whole[1], whole[2]), parts, rest, notes)


def _sums(objects: Collection[Group]) -> tuple[int, int, int, int]:
    """(reads, bytes sent, reads with bytes, bytes of each one's largest answer)."""
    return (
        sum(one.events for one in objects),
        sum(one.bytes_out for one in objects),
        sum(one.with_bytes for one in objects),
        sum(one.largest for one in objects),
    )


def _parts(
    facts: Facts, node: Node, rule: DownloadRule, chosen: frozenset[str]
) -> tuple[dict[str, Part], tuple[str, ...]]:
    by_object: defaultdict[str, list[Group]] = defaultdict(list)
    objects = _Chosen(rule, chosen)
    derive = {"resource": objects.__getitem__}
    for group in facts.groups(("resource", "status"), node, derive=derive, valued=derive):
        if isinstance(group.values[0], str):
            by_object[group.values[0]].append(group)
    detailed = _detailed(by_object)
    notes = (NO_READERS.format(most=MOST_DETAILED, many=MANY_READS),) if len(detailed) < len(by_object) else ()
    readers = _readers(facts, node, {text: name if name in detailed else None for text, name in objects.items()})
    return {name: _part(groups, tuple(readers.get(name, ()))) for name, groups in by_object.items()}, notes


class _Chosen(dict[str, str | None]):
    """Resource -> its object, where that is one of these, worked out when it is first asked for."""

    def __init__(self, rule: DownloadRule, chosen: frozenset[str]) -> None:
        self._rule = rule
        self._chosen = chosen

    def __missing__(self, resource: str) -> str | None:
        name = self._rule.object_of(resource)
        self[resource] = found = name if name in self._chosen else None
        return found


def _whole(groups: Sequence[Group]) -> int:
    return max((group.largest for group in groups if group.values[1] == WHOLE), default=0)


def _detailed(by_object: Mapping[str, Sequence[Group]]) -> frozenset[str]:
    """Objects whose readers matter: parts of sets, those that nobody got in one answer, and the largest that few read."""
    reads = {name: sum(group.events for group in groups) for name, groups in by_object.items()}
    sent = {name: sum(group.bytes_out for group in groups) for name, groups in by_object.items()}
    wanted = {
        name
        for name, groups in by_object.items()
        if name.startswith("git:") or shard_of(name) or (reads[name] > 1 and not _whole(groups))
    }
    few = (name for name in by_object if reads[name] <= MANY_READS)
    return frozenset([*nlargest(MOST_DETAILED, few, key=lambda name: (sent[name], name)), *wanted])


def _readers(facts: Facts, node: Node, wanted: Mapping[str, str | None]) -> dict[str, list[Reader]]:
    """Object -> its readers. `wanted` are the objects of resources."""
    found: defaultdict[str, list[Reader]] = defaultdict(list)
    derive = {"resource": wanted.__getitem__}
    for group in facts.groups(_READERS, node, derive=derive, keyed=False, valued=derive):
        name, actor, credential, address = (value if isinstance(value, str) else None for value in group.values)
        if name is not None:
            found[name].append((actor, credential, address, group.bytes_out))
    return found


def _part(groups: Sequence[Group], readers: tuple[Reader, ...]) -> Part:
    first = min(groups, key=lambda group: (group.first_us is None, group.first_us, group.first_key))
    last = max(groups, key=lambda group: (group.last_us is not None, group.last_us, group.last_key))
    return Part(
        sum(group.events for group in groups),
        sum(group.with_bytes for group in groups),
        sum(group.bytes_out for group in groups),
        max(group.largest for group in groups),
        _whole(groups),
        first.first_us,
        last.last_us,
        first.first_key,
        last.last_key,
        readers,
    )
