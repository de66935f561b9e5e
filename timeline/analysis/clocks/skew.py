"""How far the clocks of two logs are apart, measured by requests that both saw."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, islice
from statistics import median
from typing import Final

from timeline.analysis.facts import Facts
from timeline.model.clocks import Skew
from timeline.model.errors import UsageError
from timeline.model.event import Event
from timeline.model.groups import Value
from timeline.model.source import SourceInfo
from timeline.model.time import DAY_US, SECOND_US
from timeline.query.tree import NumberTest, SourceTest, TextTest, all_of
from timeline.rules.clock_pack import ClockPack, PairRule

MOST_REQUESTS: Final = 5_000  # of a log whose ids stand in the record
FEWEST: Final = 3  # matches by id that say something
FEWEST_ALIKE: Final = 20  # matches by what is asked
MOST_ALIKE: Final = 200  # requests of the smaller log that are looked for in the larger
MOST_LOOKED_AT: Final = 20_000  # events of the smaller log that these are chosen from
STEADY: Final = (
    5 * SECOND_US
)  # a clock's difference varies by less: requests take their time, some are logged at the end
FARTHEST: Final = 2 * DAY_US  # logs that are farther apart do not see the same requests
TOO_MANY: Final = "requests of web logs were not compared: they are too many to be grouped"
_REQUEST: Final = ("src_ip", "action", "resource")
Request = tuple[Value, ...]
"""(address, method, target)."""
Match = tuple[int, str, str]
"""(time of other - time of one, key of one, key of other)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Requests that two sources log both; times are precise to so many microseconds."""

    sources: tuple[str, str]
    matches: tuple[Match, ...]
    precision_us: int


Keep = Callable[[str, object, Callable[[Facts], list[Seen]]], list[Seen]]
"""Gives matches as they were found before: by a name, and what they rest on beside their events."""


def find_skews(facts: Facts, pack: ClockPack, notes: list[str], keep: Keep | None = None) -> list[Skew]:
    """All pairs of sources that saw the same requests."""
    offsets = {source.path: source.clock_offset_us for source in facts.sources()}
    found = []
    for rule in pack.pairs:
        find = partial(_by_id, rule=rule)
        pairs = find(facts) if keep is None else keep(rule.name, (), find)
        found += [_skew(rule.name, rule.title, seen.sources, seen.matches, seen.precision_us, offsets) for seen in pairs]
    try:
        found += _alike(facts, pack, offsets, keep)
    except UsageError:  # more groups than are counted
        notes.append(TOO_MANY)
    return sorted(found, key=lambda skew: (skew.offset_us is None, skew.one, skew.other))


def _by_id(facts: Facts, rule: PairRule) -> list[Seen]:
    """Pairs of sources that log the same ids."""
    if not facts.groups((), rule.other.query):
        return []
    ones: dict[str, Event] = {}
    for event in islice(facts.matching(rule.one.query), MOST_REQUESTS):
        number = _id(facts, event, rule.one.id.path, rule.one.id.name)
        if number is not None and event.timestamp is not None:
            ones.setdefault(number, event)
    if not ones:
        return []
    query = rule.other.query
    if rule.other.id.path is None:
        query = all_of([query, TextTest(rule.other.id.name, "in", tuple(ones))])
    others: dict[str, Event | None] = {}
    for event in islice(facts.matching(query), MOST_REQUESTS):
        number = _id(facts, event, rule.other.id.path, rule.other.id.name)
        if number in ones:
            others[number] = None if number in others else event  # an id that several share joins nothing
    by_pair: defaultdict[tuple[str, str], list[tuple[Event, Event]]] = defaultdict(list)
    for number, other in others.items():
        if other is not None and other.timestamp is not None:
            by_pair[ones[number].source, other.source].append((ones[number], other))
    found = []
    for sources, pairs in sorted(by_pair.items()):
        matches = [((b.timestamp or 0) - (a.timestamp or 0), a.key, b.key) for a, b in pairs]
        precision = max(max(a.timestamp_precision or 0, b.timestamp_precision or 0) for a, b in pairs)
        if len(matches) >= FEWEST:
            found.append(Seen(sources, tuple(matches), precision))
    return found


def _id(facts: Facts, event: Event, path: tuple[str, ...] | None, name: str) -> str | None:
    value: object = getattr(event, name) if path is None else facts.raw_fields(event)
    for step in path or ():
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) and value else None


def _alike(facts: Facts, pack: ClockPack, offsets: Mapping[str, int], keep: Keep | None) -> Iterator[Skew]:
    sources = {source.path: source for source in facts.sources()}
    kinds: dict[str, str] = {}
    for group in facts.groups(("source", "kind"), pack.query, kept="clocks of requests"):
        kinds[str(group.values[0])] = str(group.values[1])
    pairs = [pair for pair in combinations(sorted(kinds), 2) if _may_agree(*(sources[path] for path in pair))]
    for one, other in pairs:
        if (kinds[one] in pack.trusted) < (kinds[other] in pack.trusted):
            one, other = other, one  # noqa: PLW2901 - the trusted clock first
        look = partial(_both_saw, pack=pack, one=sources[one], other=sources[other])
        rest = sources[one], sources[other]
        for seen in look(facts) if keep is None else keep(f"{one}|{other}", rest, look):
            yield _skew("alike", pack.title, seen.sources, seen.matches, SECOND_US, offsets)


def _both_saw(facts: Facts, pack: ClockPack, one: SourceInfo, other: SourceInfo) -> list[Seen]:
    """Requests that each logs exactly once, if they are enough: some of the smaller log, looked for in the larger."""
    small, large = sorted((one, other), key=lambda source: (source.events, source.path))
    window = _window(small, large)
    asked = sorted(_requests(facts, pack, small.path, window).items(), key=lambda item: item[1])
    some = dict(asked[:: -(-len(asked) // MOST_ALIKE) or 1])
    if len(some) < FEWEST_ALIKE:
        return []
    wide = window[0] - FARTHEST, window[1] + FARTHEST
    found = _requests(facts, pack, large.path, wide, among=some)
    by_path = {small.path: some, large.path: found}
    ones, others = by_path[one.path], by_path[other.path]
    matches = [(others[a][0] - ones[a][0], ones[a][1], others[a][1]) for a in ones if a in others]
    return [Seen((one.path, other.path), tuple(matches), SECOND_US)] if len(matches) >= FEWEST_ALIKE else []


def _window(small: SourceInfo, large: SourceInfo) -> tuple[int, int]:
    """The smaller log's time, or about MOST_LOOKED_AT events of it in the middle of what the larger covers, too."""
    firsts = [source.first_us or 0 for source in (small, large)]
    lasts = [source.last_us or 0 for source in (small, large)]
    first, last = max(firsts), min(lasts)
    if first > last or small.events <= MOST_LOOKED_AT:  # one begins after the other ends: its clock may be off by that much
        first, last = firsts[0], lasts[0]
    width = min(last - first, (lasts[0] - firsts[0]) * MOST_LOOKED_AT // max(small.events, 1))
    begin = (first + last - width) // 2
    return begin, begin + width


def _may_agree(one: SourceInfo, other: SourceInfo) -> bool:
    """Whether two sources may have seen the same requests: close in time, and not parts of one log."""
    if one.first_us is None or other.first_us is None or one.last_us is None or other.last_us is None:
        return False
    apart = max(one.first_us, other.first_us) - min(one.last_us, other.last_us)
    return apart <= FARTHEST and _log_name(one.path) != _log_name(other.path)


def _log_name(path: str) -> str:
    """The path without what rotation adds: digits, dates, endings of packed files."""
    name = path.removesuffix(".gz").removesuffix(".bz2").removesuffix(".zst").removesuffix(".xz")
    return name.translate(str.maketrans("", "", "0123456789-_.T"))


def _requests(
    facts: Facts, pack: ClockPack, path: str, window: tuple[int, int], *, among: Collection[Request] | None = None
) -> dict[Request, tuple[int, str]]:
    """Requests that a source logs exactly once in a time -> (time, key); with `among`, of these at least."""
    node = all_of([pack.query, SourceTest("exact", path), NumberTest("timestamp", *window)])
    derive: dict[str, Callable[[str], str | None]] = {"resource": _target}
    if among is not None:
        node = all_of([node, TextTest("src_ip", "in", tuple(sorted({str(request[0]) for request in among})))])
        wanted = {request[2] for request in among}
        derive = {"resource": lambda resource: target if (target := _target(resource)) in wanted else None}
    return {
        group.values: (group.first_us, group.first_key)
        for group in facts.groups(_REQUEST, node, derive=derive, valued=_REQUEST)
        if group.events == 1 and group.first_us is not None
    }


def _target(resource: str) -> str:
    """The target without scheme and host, which not every log writes."""
    return "/" + resource.split("/", 3)[-1] if resource.startswith(("http://", "https://")) else resource


def _skew(
    rule: str, title: str, sources: tuple[str, str], matches: Sequence[Match], precision_us: int, offsets: Mapping[str, int]
) -> Skew:  # fmt: skip
    ordered = sorted(match[0] for match in matches)
    middle = round(median(ordered))
    low, high = ordered[len(ordered) // 20], ordered[-1 - len(ordered) // 20]
    bar = max(precision_us, SECOND_US)
    is_clock = abs(middle) > bar + (high - low) and high - low <= STEADY
    offset = offsets.get(sources[1], 0) - middle if is_clock else None
    first = min(matches, key=lambda match: (abs(match[0] - middle), match[1], match[2]))
    return Skew(rule, title, *sources, len(ordered), middle, low, high, bar, offset, (first[1], first[2]))


def uncertainty(skews: Iterable[Skew]) -> dict[str, int]:
    """Source -> microseconds that its clock may be off by, as far as measured."""
    found: defaultdict[str, int] = defaultdict(int)
    for skew in skews:
        width = max(abs(skew.low_us), abs(skew.high_us))
        if skew.offset_us is not None:
            found[skew.other] = max(found[skew.other], width)
    return dict(found)
