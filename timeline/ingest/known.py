"""Has the case these bytes already? The same, a part of what it has, or a log that has grown."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from timeline.ingest.beginnings import Beginnings
from timeline.store.keys import LINEAGE_BYTES
from timeline.store.streams import StreamRow

GROWING_FRAMINGS = frozenset({"lines", "csv", "w3c", "json"})
LOG_FRAMINGS = frozenset({"lines", "csv", "w3c"})


class Relation(Enum):
    """How a source's bytes relate to a stored stream."""

    NEW = "new"
    SAME = "same"
    CONTAINED = "contained"
    EXTENDS = "extends"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The relation and the stream; `sha256` and `length` of the source where it had to be read whole to find out."""

    relation: Relation
    stream: StreamRow | None = None
    sha256: str | None = None
    length: int | None = None


class KnownStreams:
    """The streams of a case and of this run.

    `prefix_sha256(stream number, length)` hashes what is stored, `beginnings(stream numbers)` gives the first 2 KiB of each.
    """

    def __init__(
        self,
        rows: Iterable[StreamRow],
        prefix_sha256: Callable[[int, int], str],
        beginnings: Callable[[Sequence[int]], Iterable[bytes]],
    ) -> None:
        self._rows: dict[int, StreamRow] = {}
        self._lineages: set[str] = set()
        self._by_head: dict[str, tuple[int, ...]] = {}
        self._beginnings = Beginnings(beginnings)
        self._prefix_sha256 = prefix_sha256
        self.before_reading: Callable[[], None] = lambda: None  # called before stored bytes are hashed
        for row in rows:
            self.add(row)

    def add(self, row: StreamRow, head: bytes | None = None) -> None:
        """Note a stream, or its new state; `head` are its first 4 KiB where they are at hand."""
        self._rows[row.number] = row
        self._lineages.add(row.lineage)
        alike = self._by_head.get(row.head, ())
        if row.number not in alike:
            self._by_head[row.head] = (*alike, row.number)
        short = 0 < row.length < LINEAGE_BYTES and (not row.complete or row.framing in GROWING_FRAMINGS)
        log = row.length > 0 and row.framing in LOG_FRAMINGS
        if short or log:
            self._beginnings.add(row.number, row.length, head, short=short, log=log)

    def next_number(self) -> int:
        """A number for a new stream."""
        return next(reversed(self._rows), 0) + 1

    def lineage_for(self, lineage: str, whole_sha256: Callable[[], str]) -> str:
        """A lineage that no stored stream has: that of the head, else (another stream begins alike) of the whole."""
        return lineage if lineage not in self._lineages else whole_sha256()[:12]

    def relation(self, head: bytes, lineage: str, blocks: Callable[[], Iterator[bytes]]) -> Verdict:
        """Compare a source, of which `head` are the first 4 KiB, with what is stored; `lineage` is that of the head.

        `blocks` reads it anew from the start; called only when a stored stream begins alike.
        """
        whole = len(head) < LINEAGE_BYTES
        alike = self._by_head.get(lineage, ())
        if whole and (same := self._same(alike, len(head), sha256 := hashlib.sha256(head).hexdigest())):
            return Verdict(Relation.SAME, same, sha256, len(head))
        candidates = self._candidates(head, alike)
        if not candidates:
            return Verdict(Relation.NEW)
        prefixes, sha256, length = _hashes(
            iter((head,)) if whole else blocks(), sorted({row.length for row in candidates})
        )
        if same := self._same(alike, length, sha256):
            return Verdict(Relation.SAME, same, sha256, length)
        for row in candidates:
            if row.length > length and self._stored_prefix(row.number, length) == sha256:
                return Verdict(Relation.CONTAINED, row, sha256, length)
        grown = [row for row in candidates if row.length <= length and prefixes.get(row.length) == row.sha256]
        grown = [row for row in grown if not row.complete or row.framing in GROWING_FRAMINGS]
        if grown:
            return Verdict(Relation.EXTENDS, max(grown, key=lambda row: row.length), sha256, length)
        return Verdict(Relation.NEW, None, sha256, length)

    def _same(self, alike: Iterable[int], length: int, sha256: str) -> StreamRow | None:
        """The stream that holds exactly these bytes; those that do begin alike."""
        rows = (self._rows[number] for number in sorted(alike))
        return next((row for row in rows if row.complete and row.length == length and row.sha256 == sha256), None)

    def _stored_prefix(self, number: int, length: int) -> str:
        self.before_reading()
        return self._prefix_sha256(number, length)

    def _candidates(self, head: bytes, alike: Iterable[int]) -> list[StreamRow]:
        numbers = {*alike, *self._beginnings.begun_by(head)}
        if len(head) < LINEAGE_BYTES:  # a short source may be the beginning of a stored log
            numbers |= self._beginnings.beginning_with(head)
        return [self._rows[number] for number in sorted(numbers)]


def _hashes(blocks: Iterator[bytes], lengths: list[int]) -> tuple[dict[int, str], str, int]:
    """(length -> SHA-256 of that prefix, SHA-256 of all, length of all)."""
    digest = hashlib.sha256()
    done = 0
    prefixes = {0: digest.hexdigest()}
    wanted = [length for length in lengths if length]
    for block in blocks:
        start = 0
        while wanted and wanted[0] <= done + len(block):
            stop = wanted.pop(0) - done
            digest.update(block[start:stop])
            prefixes[done + stop] = digest.hexdigest()
            start = stop
        digest.update(block[start:])
        done += len(block)
    return prefixes, digest.hexdigest(), done
