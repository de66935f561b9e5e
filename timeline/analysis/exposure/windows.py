"""Windows: from edges in the order of their times to the spans in which a thing was open to somebody.

An edge that no event shows is a bound, never a date. Edges that contradict each other within their precision are told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from timeline.model.exposure import OPENED_BEFORE, SEEN_CLOSED, STILL_OPEN, Edge, Holder, Thing, Window
from timeline.model.time import SECOND_US, show_us
from timeline.rules.exposure_pack import ALL, ThingKind

_PUBLIC: Final = frozenset({"everyone", "any account"})
NO_ORDER: Final = "order not established: another change lies within the same stated time"
Log = tuple[str | None, str | None]
"""(kind, account) of events."""
NO_LOGS: Final[Mapping[Log, int]] = {}
BLOCK_ENDED: Final = "a public access block had held it back until then"


@dataclass(slots=True)
class _Open:
    """A window that has not closed yet; `seen_us` is when it was last observed to be open, None for never."""

    us: int
    key: str | None
    also: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen_us: int | None = None


@dataclass(slots=True)
class _State:
    """What is known of a thing at a time: holders by layer, and what blocks hold back by layer of the block."""

    holders: dict[str, frozenset[Holder]] = field(default_factory=dict)
    blocks: dict[str, frozenset[str]] = field(default_factory=dict)

    def apply(self, edge: Edge) -> None:
        """Take an edge in."""
        if edge.blocks is not None:
            self.blocks[edge.layer] = edge.blocks
            return
        if edge.layer == ALL:
            self.holders = {"acl": edge.gives} if edge.gives else {}
            return
        held = frozenset() if edge.replaces else self.holders.get(edge.layer, frozenset()) - edge.takes
        self.holders[edge.layer] = held | edge.gives

    def open_to(self) -> frozenset[Holder]:
        """Who may reach the thing."""
        blocked = frozenset[str]().union(*self.blocks.values())
        return frozenset(
            holder
            for layer, holders in self.holders.items()
            for holder in holders
            if not (layer in blocked and holder.audience in _PUBLIC)
        )


def find_windows(
    edges: Iterable[Edge],
    kinds: Mapping[str, ThingKind],
    span: tuple[int, int],
    owners: Mapping[Thing, str],
    begins: Mapping[Log, int] = NO_LOGS,
) -> list[Window]:
    """All windows, numbered by the time of opening. `span` is that of the evidence, microseconds UTC.

    `owners` names what contains things that another thing contains. `begins` says when a log begins: what an event of it
    says of the time before was so from there on, since the log would show the change.
    """
    by_thing: defaultdict[Thing, list[Edge]] = defaultdict(list)
    for edge in edges:
        by_thing[edge.thing].append(edge)
    found: list[Window] = []
    for thing in sorted(by_thing):
        within = kinds[thing.kind].within
        outer = by_thing.get(Thing(within, owners[thing]), []) if within is not None and thing in owners else []
        own = sorted([*by_thing[thing], *outer], key=lambda edge: (edge.us, edge.key, edge.rule))
        found += _of_thing(thing, own, span, begins)
    ordered = sorted(found, key=lambda window: (window.opened_us, window.thing, window.holder, window.closed_us))
    return [_numbered(window, number) for number, window in enumerate(ordered, 1)]


def _of_thing(thing: Thing, edges: Sequence[Edge], span: tuple[int, int], begins: Mapping[Log, int]) -> list[Window]:
    state = _State()
    opened: dict[Holder, _Open] = {}
    found: list[Window] = []
    unordered = _unordered(edges)
    for edge in edges:
        told = {layer for layer in (edge.layer, ALL) if layer in state.holders}
        before = state.open_to()
        for holder in sorted(_open_before(edge, told) - before):
            opened[holder] = _Open(begins.get(edge.log, span[0]), None, notes=[OPENED_BEFORE])
            before |= {holder}
        state.apply(edge)
        after = state.open_to()
        notes = [*edge.limits, *edge.problems, *([NO_ORDER] if edge.key in unordered else [])]
        ended = [holder for holder in sorted(before - after) if holder in opened]
        for holder in ended:
            window = opened.pop(holder)
            seen = [_seen_closed(window)] if edge.observed else []
            found.append(_closed(thing, holder, window, edge.us, edge.key, [*seen, *notes]))
        for holder in sorted(after - before):
            more = [BLOCK_ENDED] if edge.blocks is not None else []
            if edge.observed:
                opened[holder] = _Open(edge.us, None, also=[edge.key], notes=[OPENED_BEFORE, *notes, *more])
            else:
                opened[holder] = _Open(edge.us, edge.key, notes=notes + more)
        for holder in sorted(after & before & edge.gives):
            if holder in opened:
                opened[holder].also.append(edge.key)
                if edge.observed:
                    opened[holder].seen_us = edge.us
    for holder, window in opened.items():
        end = max(span[1], window.us, window.seen_us or window.us)
        found.append(_closed(thing, holder, window, end, None, [STILL_OPEN]))
    return found


def _seen_closed(window: _Open) -> str:
    """What an observation says of the end of a window."""
    if window.seen_us is None:
        return SEEN_CLOSED
    return f"{SEEN_CLOSED}; seen open at {show_us(window.seen_us, precision_us=SECOND_US).removesuffix('+00:00')} UTC"


def _open_before(edge: Edge, told: set[str]) -> frozenset[Holder]:
    """Who an edge says had access before it, where nothing earlier tells otherwise."""
    if edge.blocks is not None or told:
        return frozenset()
    return edge.before if edge.before is not None else edge.takes


def _unordered(edges: Sequence[Edge]) -> set[str]:
    """Keys of edges of one layer whose stated times overlap, and which differ in what they give."""
    found: set[str] = set()
    for one, other in pairwise(edges):
        overlap = other.us < one.us + one.precision_us and one.layer == other.layer
        if (
            overlap
            and one.key != other.key
            and (one.gives, one.takes, one.blocks) != (other.gives, other.takes, other.blocks)
        ):
            found |= {one.key, other.key}
    return found


def _closed(thing: Thing, holder: Holder, opened: _Open, us: int, key: str | None, notes: Sequence[str]) -> Window:
    all_notes = tuple(dict.fromkeys([*opened.notes, *notes]))
    return Window(0, thing, holder, opened.us, opened.key, us, key, tuple(opened.also), all_notes)


def _numbered(window: Window, number: int) -> Window:
    return Window(
        number, window.thing, window.holder, window.opened_us, window.opened_key, window.closed_us, window.closed_key,
        window.also, window.notes,
    )  # fmt: skip
