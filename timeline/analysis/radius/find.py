"""What was taken in a scope: downloads by object, never counted twice because two logs saw them.

One object has one name, however it was logged; what several vantage points log of it stands side by side. Retries and
partial answers of one reader add up to at most the object.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from timeline.analysis.facts import Facts
from timeline.analysis.radius.complete_sets import find_organisations, find_shards, shard_of
from timeline.model.groups import Group
from timeline.model.radius import Download, Radius, Rest, SeenFrom, Taken, Vantage
from timeline.model.time import MINUTE_US
from timeline.query.raw import number_of
from timeline.query.tree import KeyTest, Node, NumberTest, TextTest, all_of, any_of
from timeline.rules.places import Place
from timeline.rules.radius_pack import DownloadRule, RadiusPack, own_radius_pack

MOST_SIZES: Final = 2_000  # objects whose size is looked up in a record
MOST_OBJECTS: Final = 5_000  # that are listed of a vantage point, by bytes, beside parts of sets
MOST_DETAILED: Final = 500  # objects of a vantage point whose readers are told apart although nothing depends on them
MOST_ADDRESSES: Final = 200
WHOLE: Final = 200  # a status
NO_SIZES: Final = "sizes were looked up for the {most:,} objects with most bytes only"
NO_READERS: Final = "readers were told apart for objects read in part, parts of sets, and the {most:,} with most bytes"
CUT_ADDRESSES: Final = "flow logs were asked for the {most:,} addresses with most reads only"
_READERS: Final = ("resource", "actor", "credential", "src_ip")
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
    notes: list[str] = []
    found = [one for rule in pack.reads if (one := _of_rule(facts, scope, rule, whose or _nobody, notes)) is not None]
    seen: defaultdict[str, list[_Part]] = defaultdict(list)
    for logged in found:
        for name, part in logged.parts.items():
            seen[name].append(part)
    sizes = _sizes(facts, seen, notes)
    downloads = [_download(name, parts, sizes.get(name)) for name, parts in seen.items()]
    ordered = tuple(sorted(downloads, key=lambda d: (-(d.obtained or 0), -d.reads, d.name)))
    reads = [
        (name, reader, part.seen.last_key)
        for name, parts in seen.items()
        for part in parts
        for reader in part.seen.readers
    ]
    sets = [*find_shards(reads), *find_organisations(reads, _repositories(facts))]
    return Radius(
        ordered,
        tuple(logged.vantage for logged in found),
        _by_space(ordered, [(logged.rule, logged.rest) for logged in found]),
        sum(download.taken == "unknown" for download in ordered),
        tuple(sorted(sets, key=lambda one: (-one.got, one.name, one.reader))),
        _flows(
            facts,
            all_of([scope, any_of([rule.query for rule in pack.reads])]),
            pack.flows,
            span or _span(ordered),
            notes,
        ),
        tuple(logged.rest for logged in found if logged.rest.objects),
        tuple(dict.fromkeys(notes)),
    )


def _nobody(actor: str | None, credential: str | None) -> None:  # noqa: ARG001 - a Whose
    return None


@dataclass(frozen=True, slots=True)
class _Part:
    """What one vantage point logs of an object; `whole` is its largest whole answer in bytes, 0 without one."""

    rule: DownloadRule
    seen: SeenFrom
    whole: int


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class _Logged:
    """What one vantage point logs of all: the objects that are listed, and the rest."""

    rule: DownloadRule
    vantage: Vantage
    parts: dict[str, _Part]
    rest: Rest


def _of_rule(facts: Facts, scope: Node, rule: DownloadRule, whose: Whose, notes: list[str]) -> _Logged | None:
    node = all_of([scope, rule.query])
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])  # reads, sent, with bytes, largest
    for group in facts.groups(("resource", "status"), node, derive={"resource": rule.object_of}, keyed=False):
        if isinstance(group.values[0], str):
            one = sums[group.values[0]]
            one[0] += group.events
            one[1] += group.bytes_out
            one[2] += group.with_bytes
            one[3] = max(one[3], group.largest)
    if not sums:
        return None
    listed = nlargest(MOST_OBJECTS, sums, key=lambda name: (sums[name][1], name))
    chosen = {*listed, *(name for name in sums if name.startswith("git:") or shard_of(name))}
    reads, sent, with_bytes = (sum(one[place] for one in sums.values()) for place in range(3))
    others = [one for name, one in sums.items() if name not in chosen]
    rest = Rest(rule.name, len(others), *(sum(one[place] for one in others) for place in (0, 1, 3)))
    parts = _parts(facts, node, rule, frozenset(chosen), whose, notes)
    return _Logged(rule, Vantage(rule.name, rule.title, reads, len(sums), sent, with_bytes), parts, rest)


def _parts(
    facts: Facts, node: Node, rule: DownloadRule, chosen: frozenset[str], whose: Whose, notes: list[str]
) -> dict[str, _Part]:
    by_object: defaultdict[str, list[Group]] = defaultdict(list)
    for group in facts.groups(("resource", "status"), node, derive={"resource": _among(rule, chosen)}):
        if isinstance(group.values[0], str):
            by_object[group.values[0]].append(group)
    detailed = _detailed(by_object)
    if len(detailed) < len(by_object):
        notes.append(NO_READERS.format(most=MOST_DETAILED))
    readers = _readers(facts, node, rule, detailed, whose)
    return {name: _Part(rule, _seen(rule, own, readers.get(name)), _whole(own)) for name, own in by_object.items()}


def _among(rule: DownloadRule, chosen: frozenset[str]) -> Callable[[str], str | None]:
    """The object of a resource, where it is one of these."""

    def object_of(resource: str) -> str | None:
        name = rule.object_of(resource)
        return name if name in chosen else None

    return object_of


def _whole(groups: Sequence[Group]) -> int:
    return max((group.largest for group in groups if group.values[1] == WHOLE), default=0)


def _detailed(by_object: Mapping[str, Sequence[Group]]) -> frozenset[str]:
    """Objects whose readers matter: parts of sets, those that nobody got in one answer, and the largest."""
    ordered = sorted(by_object, key=lambda name: (-sum(group.bytes_out for group in by_object[name]), name))
    wanted = {
        name
        for name, groups in by_object.items()
        if name.startswith("git:")
        or shard_of(name)
        or (sum(group.events for group in groups) > 1 and not _whole(groups))
    }
    return frozenset([*ordered[:MOST_DETAILED], *wanted])


def _readers(
    facts: Facts, node: Node, rule: DownloadRule, wanted: frozenset[str], whose: Whose
) -> dict[str, dict[str, int]]:
    """Object -> reader -> bytes that it got."""
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for group in facts.groups(_READERS, node, derive={"resource": _among(rule, wanted)}, keyed=False):
        if group.values[0] is None:
            continue
        name, actor, credential, address = map(_text, group.values)
        who = whose(actor, credential) if actor or credential else None
        found[name or ""][who or actor or credential or address or "-"] += group.bytes_out
    return dict(found)


def _seen(rule: DownloadRule, groups: Sequence[Group], readers: Mapping[str, int] | None) -> SeenFrom:
    first = min(groups, key=lambda group: (group.first_us is None, group.first_us, group.first_key))
    last = max(groups, key=lambda group: (group.last_us is not None, group.last_us, group.last_key))
    most = max(readers.values()) if readers else max(group.largest for group in groups)
    return SeenFrom(
        rule.name,
        sum(group.events for group in groups),
        sum(group.with_bytes for group in groups),
        sum(group.bytes_out for group in groups),
        most,
        tuple(sorted(readers or ())),
        first.first_us,
        last.last_us,
        first.first_key,
        last.last_key,
    )


def _sizes(facts: Facts, seen: Mapping[str, Sequence[_Part]], notes: list[str]) -> dict[str, int]:
    """Sizes that logs state, from the first record of each object that can state it."""
    wanted: dict[str, tuple[str, Place]] = {}
    ordered = sorted(seen.items(), key=lambda item: (-max(part.seen.sent for part in item[1]), item[0]))
    for name, parts in ordered:
        for part in parts:
            if part.rule.size is not None:
                wanted[part.seen.first_key] = name, part.rule.size
    keys = list(wanted)
    if len(keys) > MOST_SIZES:
        notes.append(NO_SIZES.format(most=MOST_SIZES))
        keys = keys[:MOST_SIZES]
    found = {}
    for event in facts.matching(KeyTest(tuple(keys))) if keys else ():
        name, place = wanted[event.key]
        size = number_of(place.text(event, facts.raw_fields(event)))
        if size is not None and size >= 0:
            found[name] = int(size)
    return found


def _download(name: str, parts: Sequence[_Part], stated: int | None) -> Download:
    """`stated` is the size that a log states; else the largest whole answer counts."""
    size = (max(part.whole for part in parts) or None) if stated is None else stated
    most = max((part.seen.most for part in parts if part.seen.with_bytes), default=None)
    obtained = most if most is None or size is None else min(most, size)
    taken: Taken = "unknown" if obtained is None else "some" if size is None else "whole" if obtained >= size else "part"
    return Download(name, taken, size, stated is not None, obtained, tuple(part.seen for part in parts))


def _by_space(downloads: Sequence[Download], rests: Sequence[tuple[DownloadRule, Rest]]) -> tuple[tuple[str, int], ...]:
    """Distinct bytes by name space. Of what is not listed the view of one vantage point counts, the one with most."""
    found: defaultdict[str, int] = defaultdict(int)
    for download in downloads:
        if download.obtained is not None:
            space, colon, _ = download.name.partition(":")
            found[f"{space}{colon}"] += download.obtained
    most: defaultdict[str, int] = defaultdict(int)
    for rule, rest in rests:
        space, colon, _ = rule.under.partition(":")
        most[f"{space}{colon}"] = max(most[f"{space}{colon}"], rest.obtained)
    for name, obtained in most.items():
        if obtained:
            found[name] += obtained
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


def _flows(facts: Facts, reads: Node, rule: DownloadRule, span: tuple[int, int] | None, notes: list[str]) -> int | None:
    """Bytes that flow logs count towards the readers' addresses in the span; None where no flow is logged in it."""
    if span is None:
        return None
    inside = all_of([rule.query, NumberTest("timestamp", *_widened(span))])
    if not facts.groups((), inside):
        return None
    groups = facts.groups(("src_ip",), reads, keyed=False)
    by_reads = sorted(groups, key=lambda group: (-group.events, str(group.values[0])))
    if len(by_reads) > MOST_ADDRESSES:
        notes.append(CUT_ADDRESSES.format(most=MOST_ADDRESSES))
    addresses = {group.values[0] for group in by_reads[:MOST_ADDRESSES]}
    flows = facts.groups(("resource",), inside, derive={"resource": rule.object_of}, keyed=False)
    return sum(group.bytes_out for group in flows if group.values[0] in addresses)


def _widened(span: tuple[int, int]) -> tuple[int, int]:
    """Flow records begin up to ten minutes before what they count."""
    return span[0] - 10 * MINUTE_US, span[1]
