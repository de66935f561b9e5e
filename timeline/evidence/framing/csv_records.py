"""Framing "csv": one row, one record; quoted fields may hold line ends and doubled quotes.

The first row is the header and is no record; rows are numbered from 1 behind it. Blank lines between rows are no rows:
they come as `ignored`, with the number of the row that follows. A quoted field that is not closed within 1 MiB (or not
at all) makes its row a refused one that ends at its first line end. Any of , ; | and tab may separate fields.
Reference: RFC 4180.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from timeline.evidence.framing.cutting import Cut, LineCutter
from timeline.evidence.framing.framed import (
    BLANK_LINE,
    CHUNK_BYTES,
    LONG_RECORD,
    MAX_RECORD_BYTES,
    OPEN_QUOTE,
    Framed,
)
from timeline.model.parser import Refusal

MAX_QUOTED_BYTES: Final = 1024 * 1024
_LONG_HEADER: Final = "header longer than 1 MiB"
# a row on one line, whose quoted fields are closed; what does not match is looked at field by field
_QUOTED: Final = rb' *"[^"\n]*+(?:""[^"\n]*+)*+"'
_BARE: Final = rb'[^",;|\t\n]*+'
_SIMPLE: Final = re.compile(
    rb"(?:(?:" + _QUOTED + rb"|" + _BARE + rb")[,;|\t])*+(?:" + _QUOTED + rb"|" + _BARE + rb")\r?(?=\n|\Z)"
)
_OPENS: Final = re.compile(rb' *"')
_OPENS_LATER: Final = re.compile(rb'[,;|\t] *"')
_CLOSES: Final = re.compile(rb'[^"]*+(?:""[^"]*+)*+"(?!")')


class CsvFramer:
    """Chunks of whole rows."""

    def __init__(
        self,
        state: dict[str, Any] | None = None,
        *,
        chunk_bytes: int = CHUNK_BYTES,
        max_record_bytes: int = MAX_RECORD_BYTES,
        max_quoted_bytes: int = MAX_QUOTED_BYTES,
    ) -> None:
        start = state or {"offset": 0, "record": 1, "header": None}
        self._record: int = start["record"]
        self._header: bytes | None = None if start["header"] is None else start["header"].encode("latin-1")
        self._max_quoted = max_quoted_bytes
        self._cutter = LineCutter(start["offset"], chunk_bytes=chunk_bytes, max_record_bytes=max_record_bytes)
        self._pending = b""
        self._pending_offset = 0
        self._spans: list[tuple[int, int]] = []
        self._refused: list[Refusal] = []
        self._ignored: list[Refusal] = []

    def feed(self, block: bytes) -> Iterator[Framed]:
        """Take the next bytes; give the chunks that are complete."""
        for cut in self._cutter.feed(block):
            yield from self._cut(cut)

    def finish(self) -> Iterator[Framed]:
        """Give the rest."""
        for cut in self._cutter.finish():
            yield from self._cut(cut)
        yield from self._close_pending()

    def _cut(self, cut: Cut) -> Iterator[Framed]:
        if cut.long_bytes is not None:
            yield from self._close_pending()
            self._refuse(cut.offset, cut.long_bytes, LONG_RECORD)
            yield self._framed(b"", cut.offset, cut.end)
            return
        base = cut.offset - len(self._pending)
        text = self._pending + cut.data if self._pending else cut.data
        yield from self._rows(text, base, last=False)

    def _close_pending(self) -> Iterator[Framed]:
        if self._pending:
            yield from self._rows(self._pending, self._pending_offset, last=True)

    def _rows(self, text: bytes, base: int, *, last: bool) -> Iterator[Framed]:
        at = 0
        while at < len(text):
            line_end = text.find(b"\n", at)
            line_end = len(text) if line_end < 0 else line_end
            stop = self._row_end(text, at, line_end, last=last)
            if stop is None:
                break
            if self._refused and stop >= 0:
                yield self._framed(text, base, base + at)
            at = self._take(text, base, at, stop, line_end)
        self._pending = text[at:]
        self._pending_offset = base + at
        if at:
            yield self._framed(text, base, base + at)

    def _take(self, text: bytes, base: int, start: int, stop: int, line_end: int) -> int:
        """Note the row from `start` to `stop` (negative: never closed) -> where the next one begins."""
        end = line_end if stop < 0 else stop
        length = end - start - (text[end - 1 : end] == b"\r" and end > start)
        if not length:
            self._ignored.append(Refusal(self._next_record(), base + start, 0, BLANK_LINE))
        elif self._header is None and length > MAX_QUOTED_BYTES:
            self._refuse(base + start, length, _LONG_HEADER)
        elif self._header is None:
            self._header = text[start : start + length]
        elif stop < 0:
            self._refuse(base + start, length, OPEN_QUOTE)
        else:
            self._spans.append((start, length))
        return min(end + 1, len(text))

    def _row_end(self, text: bytes, start: int, line_end: int, *, last: bool) -> int | None:
        """Where the row's last line ends; negative when a quote is never closed, None when more text is needed."""
        if text.find(b'"', start, line_end) < 0 or _SIMPLE.match(text, start):
            return line_end
        opened = _OPENS.match(text, start) or _OPENS_LATER.search(text, start, line_end)
        while opened:
            limit = opened.end() + self._max_quoted
            closed = _CLOSES.match(text, opened.end(), limit)
            if closed is None:
                return -1 if last or len(text) >= limit else None
            if closed.end() > line_end:
                line_end = text.find(b"\n", closed.end())
                line_end = len(text) if line_end < 0 else line_end
            opened = _OPENS_LATER.search(text, closed.end(), line_end)
        return line_end

    def _next_record(self) -> int:
        return self._record + len(self._spans) + len(self._refused)

    def _refuse(self, offset: int, length: int, reason: str) -> None:
        self._refused.append(Refusal(self._next_record(), offset, length, reason))

    def _framed(self, text: bytes, base: int, end: int) -> Framed:
        first, spans = self._record, self._spans
        refused, ignored = tuple(self._refused), tuple(self._ignored)
        self._record = self._next_record()
        self._spans, self._refused, self._ignored = [], [], []
        header = self._header or b""
        known = None if self._header is None else self._header.decode("latin-1")
        state = json.dumps({"offset": end, "record": self._record, "header": known})
        if not spans:
            return Framed(b"", end, self._record, (), header, 0, refused, state, end, ignored)
        start = spans[0][0]
        data = text[start : spans[-1][0] + spans[-1][1]]
        inside = tuple((at - start, length) for at, length in spans)
        return Framed(data, base + start, first, inside, header, len(spans), refused, state, end, ignored)
