"""What was taken in a scope: downloads by object, never counted twice because two logs saw them.

One object has one name, however it was logged; what several vantage points log of it stands side by side. Retries and
partial answers of one reader add up to at most the object.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from timeline.analysis.facts import Facts
from timeline.analysis.radius.complete_sets import find_organisations, find_shards
from timeline.analysis.radius.logged import Logged, Part, find_logged
from timeline.model.radius import Download, Radius, Rest, SeenFrom, Taken
from timeline.model.time import MINUTE_US
from timeline.query.raw import number_of
from timeline.query.tree import KeyTest, Node, NumberTest, TextTest, all_of, any_of
from timeline.rules.places import Place
from timeline.rules.radius_pack import DownloadRule, RadiusPack, own_radius_pack

MOST_SIZES: Final = 2_000  # objects whose size is looked up in a record
MOST_ADDRESSES: Final = 200
NO_SIZES: Final = "sizes were looked up for the {most:,} objects with most bytes only"
CUT_ADDRESSES: Final = "flow logs were asked for the {most:,} addresses with most reads only"
_OWNER: Final = re.compile(r"([^/]+(?:/[^/]+)*)/[^/]+")
Whose = Callable[[str | None, str | None], str | None]
Keep = Callable[[str, Callable[[Facts], Logged | None]], Logged | None]


def find_radius(
    facts: Facts, scope: Node, *, whose: Whose | None = None, span: tuple[int, int] | None = None,
    pack: RadiusPack | None = None, keep: Keep | None = None,
) -> Radius:  # fmt: skip
    """Everything downloaded by events of `scope`.

    `whose` names whom (actor, credential) is attributed to, None for nobody; `span` is the time that flow logs are asked
    for (microseconds UTC; None: that of the downloads). `keep` gives what a vantage point logs as it was found before, or
    has it found.
    """
    pack = pack or own_radius_pack()
    found: list[tuple[DownloadRule, Logged]] = []
    for rule in pack.reads:
        find = partial(find_logged, scope=scope, rule=rule)
        logged = find(facts) if keep is None else keep(rule.name, find)
        if logged is not None:
            found.append((rule, logged))
    notes = [note for _, logged in found for note in logged.notes]
    seen: defaultdict[str, list[_Seen]] = defaultdict(list)
    for rule, logged in found:
        for name, part in logged.parts.items():
            seen[name].append(_Seen(rule, _seen(rule, part, whose or _nobody), part.whole))
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
        tuple(logged.vantage for _, logged in found),
        _by_space(ordered, [(rule, logged.rest) for rule, logged in found]),
        sum(download.taken == "unknown" for download in ordered),
        tuple(sorted(sets, key=lambda one: (-one.got, one.name, one.reader))),
        _flows(
            facts,
            all_of([scope, any_of([rule.query for rule in pack.reads])]),
            pack.flows,
            span or _span(ordered),
            notes,
        ),
        tuple(logged.rest for _, logged in found if logged.rest.objects),
        tuple(dict.fromkeys(notes)),
    )


def _nobody(actor: str | None, credential: str | None) -> None:  # noqa: ARG001 - a Whose
    return None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one vantage point logs of an object; `whole` is its largest whole answer in bytes, 0 without one."""

    rule: DownloadRule
    seen: SeenFrom
    whole: int


def _seen(rule: DownloadRule, part: Part, whose: Whose) -> SeenFrom:
    readers: defaultdict[str, int] = defaultdict(int)
    for actor, credential, address, sent in part.readers:
        who = whose(actor, credential) if actor or credential else None
        readers[who or actor or credential or address or "-"] += sent
    return SeenFrom(
        rule.name,
        part.reads,
        part.with_bytes,
        part.sent,
        max(readers.values()) if readers else part.largest,
        tuple(sorted(readers)),
        part.first_us,
        part.last_us,
        part.first_key,
        part.last_key,
    )


def _sizes(facts: Facts, seen: Mapping[str, Sequence[_Seen]], notes: list[str]) -> dict[str, int]:
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


def _download(name: str, parts: Sequence[_Seen], stated: int | None) -> Download:
    """`stated` is the size that a log states; else the largest whole answer counts."""
    size = (max(part.whole for part in parts) or None) if stated is None else stated
    most = max((part.seen.most for part in parts if part.seen.with_bytes), default=None)
    obtained = most if most is None or size is None else min(most, size)
    taken: Taken = (
        "unknown" if obtained is None else "some" if size is None else "whole" if obtained >= size else "part"
    )
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
        match = _OWNER.fullmatch(str(group.values[0] or ""))
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
