"""Framing "json": NDJSON, a list, an envelope with one list of objects, objects one after another, one document.

NDJSON keeps physical line numbers; a blank line is an empty span, which parsers ignore; a broken line is handed on as
it is. In all other layouts a record's number is its position, and damage costs the record that it is in (`json_split`).
"""

import json
from collections.abc import Iterator
from typing import Any

from timeline.evidence.framing.cutting import Cut, LineCutter, line_spans
from timeline.evidence.framing.framed import CHUNK_BYTES, LONG_RECORD, MAX_RECORD_BYTES, Framed, Framer
from timeline.evidence.framing.json_mode import DECIDE_BYTES, Mode, decide
from timeline.evidence.framing.json_runs import Run
from timeline.evidence.framing.json_split import Item, JsonSplitter, Place
from timeline.model.parser import Refusal


class JsonFramer:
    """Decides on the layout once DECIDE_BYTES are there, then hands everything to the framer for that layout."""

    def __init__(
        self,
        state: dict[str, Any] | None = None,
        *,
        chunk_bytes: int = CHUNK_BYTES,
        max_record_bytes: int = MAX_RECORD_BYTES,
        decide_bytes: int = DECIDE_BYTES,
    ) -> None:
        self._chunk = chunk_bytes
        self._max = max_record_bytes
        self._wanted = decide_bytes
        self._parts: list[bytes] = []
        self._held = 0
        self._inner: Framer | None = None if state is None else self._from_state(state)

    def feed(self, block: bytes) -> Iterator[Framed]:
        """Take the next bytes; give the chunks that are complete."""
        if self._inner is not None:
            yield from self._inner.feed(block)
            return
        self._parts.append(block)
        self._held += len(block)
        if self._held >= self._wanted:
            yield from self._open(whole=False)

    def finish(self) -> Iterator[Framed]:
        """Give the rest."""
        if self._inner is None:
            yield from self._open(whole=True)
        if self._inner is not None:
            yield from self._inner.finish()

    def _open(self, *, whole: bool) -> Iterator[Framed]:
        data = b"".join(self._parts)
        self._parts = []
        mode = decide(data[: self._wanted], whole=whole)
        self._inner = self._from_mode(mode)
        yield from self._inner.feed(data if mode.layout == "lines" else data[mode.start :])

    def _from_mode(self, mode: Mode) -> Framer:
        if mode.layout == "lines":
            return self._from_state({"layout": "lines", "offset": 0, "record": 1, "separated": mode.separated})
        where = "envelope" if mode.layout == "envelope" else "top"
        return self._from_state(
            {"layout": "tree", "offset": mode.start, "record": 1, **Place(where, mode.name).state()}
        )

    def _from_state(self, state: dict[str, Any]) -> Framer:
        kind = NdjsonFramer if state["layout"] == "lines" else TreeFramer
        return kind(state, chunk_bytes=self._chunk, max_record_bytes=self._max)


class NdjsonFramer:
    """One line, one record; spans leave out line ends, and the RS that leads each record of a JSON text sequence."""

    def __init__(self, state: dict[str, Any], *, chunk_bytes: int, max_record_bytes: int) -> None:
        self._record: int = state["record"]
        self._separated: bool = state["separated"]
        self._cutter = LineCutter(state["offset"], chunk_bytes=chunk_bytes, max_record_bytes=max_record_bytes)

    def feed(self, block: bytes) -> Iterator[Framed]:
        """Take the next bytes; give the chunks that are complete."""
        for cut in self._cutter.feed(block):
            yield self._framed(cut)

    def finish(self) -> Iterator[Framed]:
        """Give the rest."""
        for cut in self._cutter.finish():
            yield self._framed(cut)

    def _framed(self, cut: Cut) -> Framed:
        first = self._record
        self._record += cut.lines
        state = json.dumps({"layout": "lines", "offset": cut.end, "record": self._record, "separated": self._separated})
        if cut.long_bytes is not None:
            refused = Refusal(first, cut.offset, cut.long_bytes, LONG_RECORD)
            return Framed(b"", cut.offset, first + 1, (), b"", 0, (refused,), state, cut.end)
        spans = line_spans(cut.data)
        if self._separated:
            spans = tuple(
                (start + 1, length - 1) if length and cut.data[start] == 0x1E else (start, length)
                for start, length in spans
            )
        return Framed(cut.data, cut.offset, first, spans, b"", cut.lines, (), state, cut.end)


class TreeFramer:
    """Records found by structure: items of lists and envelopes, objects one after another."""

    def __init__(self, state: dict[str, Any], *, chunk_bytes: int, max_record_bytes: int) -> None:
        self._record: int = state["record"]
        self._base: int = state["offset"]
        self._ended: int = state["offset"]
        self._chunk = chunk_bytes
        place = Place(state["where"], state["name"], state["key"], state["rescanned"])
        self._splitter = JsonSplitter(place, self._base, chunk_bytes=chunk_bytes, max_record_bytes=max_record_bytes)
        self._parts: list[bytes] = []
        self._held = 0
        self._wanted = chunk_bytes
        self._starts: list[int] = []
        self._lengths: list[int] = []
        self._refused: list[Refusal] = []

    def feed(self, block: bytes) -> Iterator[Framed]:
        """Take the next bytes; give the chunks that are complete."""
        self._parts.append(block)
        self._held += len(block)
        if self._held >= self._wanted:
            yield from self._split(last=False)

    def finish(self) -> Iterator[Framed]:
        """Give the rest; a chunk without records where only brackets and blanks were left after the last one."""
        yield from self._split(last=True)
        if self._ended < self._base:
            self._ended = self._base
            state = self._state(self._splitter.place, self._ended)
            yield Framed(b"", self._ended, self._record, (), b"", 0, (), state, self._ended)

    def _split(self, *, last: bool) -> Iterator[Framed]:
        data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        splitter = self._splitter
        place, end = splitter.place, splitter.position
        for found in splitter.items(data, self._base, last=last):
            if isinstance(found, Run):
                found_end, reason = found.end, None
            else:
                found_end, reason = found[0] + found[1], found[2]
            full = self._starts and found_end - self._starts[0] > self._chunk
            if full or (reason is None and self._refused):
                yield self._framed(data, place, end)
            self._hold(found)
            place, end = splitter.place, splitter.position
        if self._starts or self._refused:  # at the end of the stream, with the brackets that close it
            yield self._framed(data, splitter.place if last else place, splitter.position if last else end)
        rest = data[splitter.position - self._base :]
        self._base = splitter.position
        self._parts = [rest] if rest else []
        self._held = len(rest)
        self._wanted = self._held + self._chunk

    def _hold(self, found: Item | Run) -> None:
        if isinstance(found, Run):
            self._starts += found.starts
            self._lengths += found.lengths
            return
        offset, length, reason = found
        if reason is None:
            self._starts.append(offset)
            self._lengths.append(length)
        else:
            number = self._record + len(self._starts) + len(self._refused)
            self._refused.append(Refusal(number, offset, length, reason))

    def _framed(self, data: bytes, place: Place, end: int) -> Framed:
        first = self._record
        starts, lengths, refused = self._starts, self._lengths, tuple(self._refused)
        self._starts, self._lengths, self._refused = [], [], []
        self._record += len(starts) + len(refused)
        self._ended = end
        state = self._state(place, end)
        if not starts:
            return Framed(b"", refused[0].offset, self._record, (), b"", 0, refused, state, end)
        offset = starts[0]
        inside = tuple(zip(map((-offset).__add__, starts), lengths, strict=True))
        piece = data[offset - self._base : starts[-1] + lengths[-1] - self._base]
        return Framed(piece, offset, first, inside, b"", len(starts), refused, state, end)

    def _state(self, place: Place, end: int) -> str:
        return json.dumps({"layout": "tree", "offset": end, "record": self._record, **place.state()})
