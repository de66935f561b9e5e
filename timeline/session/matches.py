"""The result of a query, to be paged through in any order, from any thread."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Self

from timeline.model.errors import UsageError
from timeline.model.event import Event
from timeline.query.compile import Plan
from timeline.session.records import CaseRecords
from timeline.store.annotations import annotated
from timeline.store.conditions import Condition
from timeline.store.events import Placed, complete, placed_rows
from timeline.store.locate import locate
from timeline.store.matches import Matches as StoredMatches
from timeline.store.reader import Reader

if TYPE_CHECKING:
    from types import TracebackType

_BATCH = 1000


def event_of(reader: Reader, key: str) -> Event:
    """The event of a public key, inside a snapshot. UsageError when the case has none."""
    place = locate(reader, [key]).get(key)
    if place is None:
        raise UsageError("no such event in this case", where=key, hint="keys come from `leakline search`")
    segment = next(segment for segment in reader.segments if segment.number == place.segment)
    marks = {found: item.marks for found, item in annotated(reader).items()}
    return complete(reader, list(placed_rows(reader, segment, [place.row])), marks)[0]


class Matches:
    """Events that match a query, in canonical order (undated last).

    Reads what the case holds at the time of each call. Every method may raise Cancelled once the `cancel` event that
    it was made with is set, QueryError never (the query is checked before).
    """

    def __init__(self, reader: Reader, plan: Plan, query: str) -> None:
        self.query = query
        self._reader = reader
        self._lock = threading.RLock()
        self._condition = Condition(reader, plan, CaseRecords(reader))
        self._matches = StoredMatches(reader, self._condition)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self.close()

    @contextmanager
    def telling(self, progress: AbstractContextManager[Callable[[int, int], None] | None]) -> Iterator[None]:
        """While inside, raw searches tell how many bytes of evidence they searched, and of how many."""
        with progress as tell:
            self._reader.searching = tell
            try:
                yield
            finally:
                self._reader.searching = None

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._reader.close()

    def count(self) -> int:
        """How many events match; lists none of them."""
        with self._lock, self._reader.snapshot():
            return self._matches.count()

    def page(self, offset: int, limit: int) -> list[Event]:
        """Events [offset, offset+limit)."""
        with self._lock, self._reader.snapshot():
            return self._events(self._matches.page(offset, limit))

    def offset_of_time(self, us: int) -> int:
        """Offset of the first match at or after `us` (microseconds UTC)."""
        with self._lock, self._reader.snapshot():
            return self._matches.offset_of_time(us)

    def offset_of_key(self, key: str) -> int | None:
        """Offset of an event; None when it does not match or is not in the case."""
        with self._lock, self._reader.snapshot():
            place = locate(self._reader, [key]).get(key)
            if place is None:
                return None
            segment = next(s for s in self._reader.segments if s.number == place.segment)
            return self._matches.offset_of(next(placed_rows(self._reader, segment, [place.row])))

    def keys(self) -> Iterator[str]:
        """Keys of all matches, in order."""
        return (event.key for event in self.events())

    def events(self) -> Iterator[Event]:
        """All matches, in order, read in one snapshot."""
        with self._lock, self._reader.snapshot():
            batch: list[Placed] = []
            for placed in self._matches.all():
                batch.append(placed)
                if len(batch) >= _BATCH:
                    yield from self._events(batch)
                    batch = []
            yield from self._events(batch)

    def _events(self, placed: Sequence[Placed]) -> list[Event]:
        said = annotated(self._reader)
        marks = {item.key: said[item.key].marks for item in placed if item.key in said}
        return complete(self._reader, placed, marks)
