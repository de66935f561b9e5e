"""Results of analyses, found once: kept in memory and in the case, for as long as nothing that they rest on changes.

What they rest on: the events that they asked for, the sources, case.yaml, the rules and the program itself, and decisions where
the caller says so. What was asked is noted beside each result, so that events which are added later leave those standing
that would not have seen them.
A case that cannot be written is asked without keeping anything.
"""

import gc
import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

from timeline import __version__
from timeline.model.errors import CaseError
from timeline.model.groups import Group
from timeline.session.facts import Asked, CaseFacts, GroupFinder, Merge, any_match, span_of
from timeline.store.reader import Reader, Segment
from timeline.store.results import store_results, stored_state, stored_value

if TYPE_CHECKING:
    from timeline.session.case import Case

T = TypeVar("T")
_SOURCES: Final = "SELECT path, stream, state, acquired FROM source ORDER BY path"
_OLD_SOURCES: Final = "SELECT path, stream FROM source WHERE stream <= ? ORDER BY path"
_STREAMS: Final = (
    "SELECT id, lineage, kind, parser_version, clock_offset_us, settings FROM stream WHERE id <= ? ORDER BY id"
)
_GROWTH: Final = "SELECT id, length, complete FROM stream ORDER BY id"
_PROGRAM: Final = ("analysis", "rules", "model")
_KeptSegment = tuple[int, int, int]
"""(number, revision, rows)."""


class State(msgspec.Struct, frozen=True):
    """What a result rests on.

    `base` is a hash of all that makes it old at once: program, case.yaml, rules, decisions. `queries` are those that were
    asked, None where that is not known: then any change makes the result old.
    """

    base: str
    segments: tuple[_KeptSegment, ...]
    last_stream: int
    streams: str
    sources: str
    growth: str
    span: tuple[int, int] | None
    queries: tuple[str, ...] | None = None
    asked_sources: bool = True
    asked_span: bool = True


class Kept:
    """The results of one case. May be asked by any thread; one result is worked out at a time."""

    def __init__(self, case: "Case") -> None:
        self._case = case
        self._config = msgspec.json.encode(case.config)
        self._found: dict[str, tuple[State, Any]] = {}
        self._new: dict[str, bytes] = {}
        self._there: dict[str, str] = {}  # what the case says that its results rest on
        self._lock = threading.RLock()

    def get(
        self, reader: Reader, name: str, form: type[T] | Any, find: Callable[[CaseFacts], T], *, also: object = (),
        after: Sequence[str] | None = (),
    ) -> T:  # fmt: skip
        """The result of this name, of the type `form`: as it was found, or found now.

        `also` is what else it rests on, `after` the results that `find` builds on, which were asked for just before; None
        where it asks in ways that are not noted. A result is found again when anything changes that it rests on; not when
        events were added that no query which it asked would find.
        """
        with self._lock, collecting_later():
            now = self._state(reader, also)
            old = self._state_of(reader, name)
            known = self._value_of(reader, name, form) if old is not None and self._stands(reader, old, now) else None
            if old is None or known is None:
                asked = Asked()
                value = find(CaseFacts(reader, asked, partial(self._groups, reader)))
                state = self._rests(now, asked, after)
                self._new[name] = msgspec.json.encode(value)
            else:
                (value,) = known
                state = replace(now, queries=old.queries, asked_sources=old.asked_sources, asked_span=old.asked_span)
            self._found[name] = state, value
            result: T = value
            return result

    def standing(self, reader: Reader, name: str, form: type[T]) -> T | None:
        """The result of this name, if it was found already and stands; None else, and while another one is worked out."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            old = self._state_of(reader, name)
            if old is None or not self._stands(reader, old, self._state(reader, ())):
                return None
            known: tuple[T] | None = self._value_of(reader, name, form)
            return None if known is None else known[0]
        finally:
            if name not in self._found:
                self._there.pop(name, None)  # it is not held here, so there is nothing to be written of it
            self._lock.release()

    def grown(
        self, reader: Reader, name: str, form: type[T] | Any, find: Callable[[CaseFacts], T], merge: Callable[[T, T], T], *,
        also: object = (),
    ) -> T:  # fmt: skip
        """As `get`; where events were only added, what is found in these is merged into what was found before.

        `find` gives of all events what `merge` makes of what it gives of some and of the others.
        """
        with self._lock, collecting_later():
            now = self._state(reader, also)
            old = self._state_of(reader, name)
            added = None if old is None else self._added(reader, old, now)
            known = self._value_of(reader, name, form) if added else None
            if known is None or not added:
                whole: T = self.get(reader, name, form, find, also=also)
                return whole
            asked = Asked()
            value: T = merge(known[0], find(CaseFacts(reader.only(added), asked)))
            self._found[name] = self._rests(now, asked, ()), value
            self._new[name] = msgspec.json.encode(value)
            return value

    def _groups(self, reader: Reader, name: str, how: object, find: GroupFinder, merge: Merge) -> list[Group]:
        return self.grown(reader, f"groups {name}", list[Group], find, merge, also=how)

    def write(self) -> None:
        """Write what was found since into the case; nothing where it cannot be written, or another program writes."""
        try:
            self._case.check_file()
        except CaseError:
            return
        with self._lock:
            states = {name: msgspec.json.encode(state).decode() for name, (state, _) in self._found.items()}
            new = {name: (states[name], value) for name, value in self._new.items()}
            moved = {
                name: (before, states[name])
                for name, before in self._there.items()
                if name not in new and states.get(name, before) != before  # one that was given up is not held
            }
            if store_results(self._case.path, new, moved):
                self._there |= states
            self._new = {}

    def _state_of(self, reader: Reader, name: str) -> State | None:
        """What the result of that name rests on; None where there is none."""
        if name in self._found:
            return self._found[name][0]
        written = stored_state(reader, name)
        if written is None:
            return None
        try:
            state = msgspec.json.decode(written, type=State)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        self._there[name] = written
        return state

    def _value_of(self, reader: Reader, name: str, form: Any) -> tuple[Any] | None:
        """The result of that name, alone in a tuple; None where it is none of that type: it is worked out again."""
        if name in self._found:
            return (self._found[name][1],)
        written = stored_value(reader, name)
        try:
            return None if written is None else (msgspec.json.decode(written, type=form),)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    def _rests(self, now: State, asked: Asked, after: Sequence[str] | None) -> State:
        """The state with what was asked, and what those results asked that were built on."""
        queries, sources, span = asked.queries, asked.sources, asked.span
        for state, _ in [self._found[name] for name in after or () if name in self._found]:
            queries = None if queries is None or state.queries is None else queries | set(state.queries)
            sources, span = sources or state.asked_sources, span or state.asked_span
        noted = None if after is None or queries is None else tuple(sorted(queries))
        return replace(now, queries=noted, asked_sources=sources, asked_span=span)

    def _stands(self, reader: Reader, old: State, now: State) -> bool:
        """Whether a result of that state is what would be found now."""
        if old.base != now.base:
            return False
        as_it_was = replace(now, queries=old.queries, asked_sources=old.asked_sources, asked_span=old.asked_span)
        if old == as_it_was:
            return True
        added = self._added(reader, old, now)
        return added is not None and old.queries is not None and not any_match(reader, added, old.queries)

    def _added(self, reader: Reader, old: State, now: State) -> list[Segment] | None:
        """The segments that came to those of a state; None when more than that changed which the result rests on."""
        if (
            old.base != now.base
            or (old.asked_sources and (old.sources, old.growth) != (now.sources, now.growth))
            or (old.asked_span and old.span != now.span)
            or not set(old.segments) <= set(now.segments)
            or old.streams != _streams(reader, old.last_stream)
        ):
            return None
        numbers = {number for number, _, _ in old.segments}
        return [segment for segment in reader.segments if segment.number not in numbers]

    def _state(self, reader: Reader, also: object) -> State:
        growth = reader.rows(_GROWTH)
        last = max((number for number, _, _ in growth), default=0)
        return State(
            _hash(program(), self._config, also),
            tuple((segment.number, segment.revision, segment.rows) for segment in reader.segments),
            last,
            _streams(reader, last),
            _hash(reader.rows(_SOURCES)),
            _hash(growth),
            span_of(reader.segments),
        )


def _streams(reader: Reader, last: int) -> str:
    """A hash of how the streams up to a number are read, and of the sources that they are of."""
    return _hash(reader.rows(_STREAMS, (last,)), reader.rows(_OLD_SOURCES, (last,)))


def _hash(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(repr, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@contextmanager
def collecting_later() -> Iterator[None]:
    """Without the garbage collector, which would look again and again at millions of values that make no circles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def program() -> str:
    """Hash of the version, and of the analyses and rules as they are installed."""
    value = hashlib.sha256(__version__.encode())
    for name in _PROGRAM:
        for path, content in sorted(_contents(files("timeline").joinpath(name), name)):
            value.update(f"{path}\0{len(content)}\0".encode() + content)
    return value.hexdigest()


def _contents(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                found += _contents(entry, f"{name}/{entry.name}")
        elif entry.name.endswith((".py", ".yaml")):
            found.append((f"{name}/{entry.name}", entry.read_bytes()))
    return found
