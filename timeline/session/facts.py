"""The case as analyses see it, and a note of what they asked, by which it is known whether later events change a result."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from timeline.model.event import Event
from timeline.model.groups import Group
from timeline.model.source import SourceInfo
from timeline.query.compile import compile_query
from timeline.query.parsing import parse
from timeline.query.tree import And, KeyTest, Node
from timeline.query.write import to_text
from timeline.session.records import CaseRecords
from timeline.store.conditions import Condition
from timeline.store.events import complete
from timeline.store.groups import group_events, merged_groups
from timeline.store.matches import Matches
from timeline.store.reader import Reader, Segment
from timeline.store.streams import source_infos

MOST_ASKED: Final = 64 << 10  # letters of queries that a note holds
_BATCH: Final = 1000


class Asked:
    """What was asked of a case: queries, whether its sources, whether its span."""

    def __init__(self) -> None:
        self.queries: set[str] | None = set()
        """As texts; None when they could not be noted."""
        self._parts: list[frozenset[str]] = []  # of each query: what is joined by "and" in it
        self.sources = False
        self.span = False

    def note(self, node: Node) -> None:
        """A query. Keys of events that are there are no question about those to come."""
        if self.queries is None or isinstance(node, KeyTest):
            return
        parts = frozenset(map(to_text, node.nodes if isinstance(node, And) else (node,)))
        if any(noted <= parts for noted in self._parts):
            return  # it is one that is noted, or narrows it
        text = to_text(node)
        if sum(map(len, self.queries)) + len(text) > MOST_ASKED or parse(text, now_us=0) != node:
            self.queries = None
        else:
            self.queries.add(text)
            self._parts.append(parts)


GroupFinder = Callable[["CaseFacts"], list[Group]]
Merge = Callable[[list[Group], list[Group]], list[Group]]
KeepGroups = Callable[[str, object, GroupFinder, Merge], list[Group]]
"""Gives groups as they were found before, with those of later events merged in: of a name, and of how they are found."""


class CaseFacts:
    """Implements `timeline.analysis.facts.Facts` over a reader, inside one snapshot of it."""

    def __init__(self, reader: Reader, asked: Asked | None = None, keep: KeepGroups | None = None) -> None:
        self._reader = reader
        self._keep = keep
        self._asked = asked or Asked()
        self._records = CaseRecords(reader)
        self._streams = {stream.path: stream for stream in reader.streams.values()}

    def matching(self, node: Node) -> Iterator[Event]:
        """Events that fulfil a query, in canonical order, without annotations."""
        self._asked.note(node)
        batch = []
        for placed in Matches(self._reader, self._condition(node)).all():
            batch.append(placed)
            if len(batch) >= _BATCH:
                yield from complete(self._reader, batch, {})
                batch = []
        yield from complete(self._reader, batch, {})

    def raw_fields(self, event: Event) -> Mapping[str, Any]:
        """All fields of an event's record."""
        stream = self._streams[event.source]
        raw = self._records.raw(stream, event.offset or 0, event.length or 0)
        return self._records.fields(stream, event.offset or 0, raw)

    def groups(
        self,
        fields: Sequence[str],
        node: Node,
        *,
        derive: Mapping[str, Callable[[str], str | None]] | None = None,
        bin_us: int | None = None,
        keyed: bool = True,
        valued: Collection[str] = (),
        kept: str | None = None,
    ) -> list[Group]:
        """Events that fulfil a query, grouped by these fields, by what `derive` makes of values, times by `bin_us`."""
        self._asked.note(node)

        def found(facts: CaseFacts) -> list[Group]:
            return group_events(
                facts._reader, facts._condition(node), fields,
                derive=derive, bin_us=bin_us, keyed=keyed, valued=valued,
            )  # fmt: skip

        if self._keep is None or kept is None:
            return found(self)
        how = to_text(node), tuple(fields), bin_us, keyed, tuple(valued)
        return self._keep(kept, how, found, partial(merged_groups, fields=fields, keyed=keyed))

    def sources(self) -> list[SourceInfo]:
        """All sources."""
        self._asked.sources = True
        return source_infos(self._reader)

    def span(self) -> tuple[int, int] | None:
        """(first, last) time of dated events."""
        self._asked.span = True
        return span_of(self._reader.segments)

    def _condition(self, node: Node) -> Condition:
        return Condition(self._reader, compile_query(node), self._records)


def span_of(segments: Sequence[Segment]) -> tuple[int, int] | None:
    """(first, last) time of the dated events of segments, microseconds UTC; None without any."""
    firsts = [segment.first_us for segment in segments if segment.first_us is not None]
    lasts = [segment.last_us for segment in segments if segment.last_us is not None]
    return (min(firsts), max(lasts)) if firsts and lasts else None


def any_match(reader: Reader, segments: Sequence[Segment], queries: Sequence[str]) -> bool:
    """Whether any event of these segments fulfils one of the queries. Inside a snapshot."""
    records = CaseRecords(reader)
    for text in queries:
        condition = Condition(reader, compile_query(parse(text, now_us=0)), records)
        for segment in segments:
            reader.look()
            if condition.rows(segment, 1):
                return True
    return False
