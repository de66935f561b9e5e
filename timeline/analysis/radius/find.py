"""What was taken in a scope: downloads by object, never counted twice because two logs saw them.

One object has one name, however it was logged; what several vantage points log of it stands side by side. Retries and
partial answers of one reader add up to at most the object.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from timeline.analysis.facts import Facts
from timeline.analysis.radius.complete_sets import find_organisations, find_shards
from timeline.model.groups import Group
from timeline.model.radius import Download, Radius, SeenFrom, Taken, Vantage
from timeline.query.raw import number_of
from timeline.query.tree import KeyTest, Node, NumberTest, TextTest, all_of
from timeline.rules.radius_pack import DownloadRule, RadiusPack, own_radius_pack

MOST_SIZES: Final = 2_000  # objects whose size is looked up in a record
MOST_ADDRESSES: Final = 200
WHOLE: Final = 200  # a status
NO_SIZES: Final = "sizes were looked up for the {most:,} objects with most bytes only"
CUT_ADDRESSES: Final = "flow logs were asked for the {most:,} addresses with most reads only"
_BY: Final = ("resource", "actor", "credential", "src_ip", "status")
_OWNER: Final = re.compile(r"([^/]+(?:/[^/]+)*)/[^/]+")
Whose = Callable[[str | None, str | None], str | None]


def find_radius(
    facts: Facts, scope: Node, *, whose: Whose | None = None, span: tuple[int, int] | None = None, pack: RadiusPack | None = None
) -> Radius:  # fmt: skip
    """Everything downloaded by events of `scope`.

    `whose` names whom (actor, credential) is attributed to, None for nobody; `span` is the time that flow logs are asked
    for (microseconds UTC; None: that of the downloads).
    """
    pack = pack or own_radius_pack()
    seen: defaultdict[str, list[SeenFrom]] = defaultdict(list)
    whole: defaultdict[str, int] = defaultdict(int)
    addresses: defaultdict[str, int] = defaultdict(int)
    vantages = []
    rules: dict[tuple[str, str], DownloadRule] = {}
    reads: list[tuple[str, str, str]] = []
    for rule in pack.reads:
        groups = facts.groups(_BY, all_of([scope, rule.query]), derive={"resource": rule.object_of})
        by_object: defaultdict[str, list[Group]] = defaultdict(list)
        for group in groups:
            if isinstance(group.values[0], str):
                by_object[group.values[0]].append(group)
        for name, own in by_object.items():
            part = _seen(rule, own, whose)
            seen[name].append(part)
            rules[name, rule.name] = rule
            reads += [(name, reader, part.last_key) for reader in part.readers]
            whole[name] = max(whole[name], *(group.largest if group.values[4] == WHOLE else 0 for group in own))
            for group in own:
                addresses[str(group.values[3] or "")] += group.events
        if by_object:
            parts = [seen[name][-1] for name in by_object]
            vantages.append(_vantage(rule, parts))
    notes: list[str] = []
    sizes = _sizes(facts, seen, rules, notes)
    downloads = [_download(name, parts, sizes.get(name), whole[name] or None) for name, parts in seen.items()]
    ordered = tuple(sorted(downloads, key=lambda d: (-(d.obtained or 0), -d.reads, d.name)))
    sets = [*find_shards(reads), *find_organisations(reads, _repositories(facts))]
    flows = _flows(facts, pack.flows, addresses, span or _span(ordered), notes)
    return Radius(
        ordered,
        tuple(vantages),
        _by_space(ordered),
        sum(download.taken == "unknown" for download in ordered),
        tuple(sorted(sets, key=lambda one: (-one.got, one.name, one.reader))),
        flows,
        tuple(notes),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _seen(rule: DownloadRule, groups: Sequence[Group], whose: Whose | None) -> SeenFrom:
    by_reader: defaultdict[str, int] = defaultdict(int)
    for group in groups:
        _, actor, credential, address, _ = map(_text, group.values)
        name = whose(actor, credential) if whose is not None and (actor or credential) else None
        by_reader[name or actor or credential or address or "-"] += group.bytes_out
    first = min(groups, key=lambda group: (group.first_us is None, group.first_us, group.first_key))
    last = max(groups, key=lambda group: (group.last_us is not None, group.last_us, group.last_key))
    return SeenFrom(
        rule.name,
        sum(group.events for group in groups),
        sum(group.with_bytes for group in groups),
        sum(group.bytes_out for group in groups),
        max(by_reader.values()),
        tuple(sorted(by_reader)),
        first.first_us,
        last.last_us,
        first.first_key,
        last.last_key,
    )


def _vantage(rule: DownloadRule, parts: Sequence[SeenFrom]) -> Vantage:
    return Vantage(
        rule.name,
        rule.title,
        sum(part.reads for part in parts),
        len(parts),
        sum(part.sent for part in parts),
        sum(part.with_bytes for part in parts),
    )


def _sizes(
    facts: Facts,
    seen: Mapping[str, Sequence[SeenFrom]],
    rules: Mapping[tuple[str, str], DownloadRule],
    notes: list[str],
) -> dict[str, int]:
    """Sizes that logs state, from the first record of each object that can state it."""
    wanted: dict[str, tuple[str, DownloadRule]] = {}
    ordered = sorted(seen.items(), key=lambda item: (-max(part.sent for part in item[1]), item[0]))
    for name, parts in ordered:
        for part in parts:
            rule = rules[name, part.vantage]
            if rule.size is not None:
                wanted[part.first_key] = name, rule
    keys = list(wanted)
    if len(keys) > MOST_SIZES:
        notes.append(NO_SIZES.format(most=MOST_SIZES))
        keys = keys[:MOST_SIZES]
    found = {}
    for event in facts.matching(KeyTest(tuple(keys))) if keys else ():
        name, rule = wanted[event.key]
        size = number_of(rule.size.text(event, facts.raw_fields(event))) if rule.size is not None else None
        if size is not None and size >= 0:
            found[name] = int(size)
    return found


def _download(name: str, parts: Sequence[SeenFrom], stated: int | None, largest: int | None) -> Download:
    """`stated` is the size that a log states, `largest` the largest whole answer."""
    size = largest if stated is None else stated
    most = max((part.most for part in parts if part.with_bytes), default=None)
    obtained = most if most is None or size is None else min(most, size)
    taken: Taken = "unknown" if obtained is None else "whole" if size is not None and obtained >= size else "part"
    return Download(name, taken, size, stated is not None, obtained, tuple(parts))


def _by_space(downloads: Sequence[Download]) -> tuple[tuple[str, int], ...]:
    found: defaultdict[str, int] = defaultdict(int)
    for download in downloads:
        if download.obtained is not None:
            space, colon, _ = download.name.partition(":")
            found[f"{space}{colon}"] += download.obtained
    return tuple(sorted(found.items()))


def _repositories(facts: Facts) -> dict[str, int]:
    """Owner -> how many of its repositories the audit log of the forge names."""
    names = facts.groups(("resource",), TextTest("kind", "exact", "github.audit"))
    found: defaultdict[str, int] = defaultdict(int)
    for group in names:
        match = _OWNER.fullmatch(_text(group.values[0]) or "")
        if match is not None:
            found[match[1]] += 1
    return found


def _span(downloads: Sequence[Download]) -> tuple[int, int] | None:
    times = [us for d in downloads for part in d.seen for us in (part.first_us, part.last_us) if us is not None]
    return (min(times), max(times)) if times else None


def _flows(
    facts: Facts, rule: DownloadRule, addresses: Mapping[str, int], span: tuple[int, int] | None, notes: list[str]
) -> int | None:
    """Bytes that flow logs count towards the readers' addresses in the span; None where no flow is logged in it."""
    if span is None:
        return None
    inside = all_of([rule.query, NumberTest("timestamp", *_widened(span))])
    if not facts.groups((), inside):
        return None
    wanted = sorted(addresses, key=lambda address: (-addresses[address], address))
    if len(wanted) > MOST_ADDRESSES:
        notes.append(CUT_ADDRESSES.format(most=MOST_ADDRESSES))
    among = frozenset(wanted[:MOST_ADDRESSES])
    groups = facts.groups(("resource",), inside, derive={"resource": rule.object_of})
    return sum(group.bytes_out for group in _towards(groups, among))


def _towards(groups: Sequence[Group], addresses: frozenset[str]) -> Iterator[Group]:
    return (group for group in groups if group.values[0] in addresses)


def _widened(span: tuple[int, int]) -> tuple[int, int]:
    """Flow records begin up to ten minutes before what they count."""
    return span[0] - 600_000_000, span[1]
