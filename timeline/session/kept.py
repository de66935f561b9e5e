"""Results of analyses, found once: kept in memory and in the case, for as long as nothing that they rest on changes.

What they rest on: the events, the sources, case.yaml, the rules and the program itself, and decisions where the caller says so.
A case that cannot be written is asked without keeping anything.
"""

import gc
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from timeline import __version__
from timeline.store.reader import Reader
from timeline.store.results import store_results, stored_result

if TYPE_CHECKING:
    from timeline.session.case import Case

T = TypeVar("T")
_SOURCES: Final = "SELECT path, stream, state, acquired FROM source ORDER BY path"
_STREAMS: Final = (
    "SELECT id, lineage, length, complete, kind, parser_version, clock_offset_us, settings FROM stream ORDER BY id"
)
_PROGRAM: Final = ("analysis", "rules", "model")


class Kept:
    """The results of one case. May be asked by any thread; one result is worked out at a time."""

    def __init__(self, case: "Case") -> None:
        self._case = case
        self._config = msgspec.json.encode(case.config)
        self._found: dict[str, tuple[str, Any]] = {}
        self._new: dict[str, tuple[str, bytes]] = {}
        self._lock = threading.RLock()

    def get(self, reader: Reader, name: str, form: type[T] | Any, find: Callable[[], T], *, also: object = ()) -> T:
        """The result of this name, of the type `form`: as it was found, or found now. `also` is what else it rests on."""
        with self._lock:
            state = self._state(reader, also)
            known = self._found.get(name)
            if known is None or known[0] != state:
                stored = stored_result(reader, name, state)
                value = None if stored is None else _decoded(stored, form)
                if value is None:
                    with collecting_later():
                        value = find()
                    self._new[name] = state, msgspec.json.encode(value)
                known = self._found[name] = state, value
            result: T = known[1]
            return result

    def write(self) -> None:
        """Write what was found since into the case; nothing where it cannot be written, or another program writes."""
        with self._lock:
            new, self._new = self._new, {}
        store_results(self._case.path, new)

    def _state(self, reader: Reader, also: object) -> str:
        segments = [(s.number, s.revision, s.rows, s.first_us) for s in reader.segments]
        rows = reader.rows(_SOURCES), reader.rows(_STREAMS)
        parts = [program(), self._config.hex(), repr(segments), repr(rows), repr(also)]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


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


def _decoded(stored: bytes, form: Any) -> Any:
    """The value, or None when it is none of that type: it is worked out again then."""
    try:
        return msgspec.json.decode(stored, type=form)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


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
