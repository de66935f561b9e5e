"""Framing "lines": one physical line, one record; LF or CR LF; a last line without line end counts."""

import json
from collections.abc import Iterator
from typing import Any

from timeline.evidence.framing.cutting import Cut, LineCutter
from timeline.evidence.framing.framed import CHUNK_BYTES, LONG_RECORD, MAX_RECORD_BYTES, Framed
from timeline.model.parser import Refusal


class LineFramer:
    """Chunks of whole lines. NUL bytes and bytes that are no text are the parser's business."""

    def __init__(
        self,
        state: dict[str, Any] | None = None,
        *,
        chunk_bytes: int = CHUNK_BYTES,
        max_record_bytes: int = MAX_RECORD_BYTES,
    ) -> None:
        start = state or {"offset": 0, "record": 1}
        self._record: int = start["record"]
        self._cutter = LineCutter(start["offset"], chunk_bytes=chunk_bytes, max_record_bytes=max_record_bytes)

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
        state = json.dumps({"offset": cut.end, "record": self._record})
        if cut.long_bytes is None:
            return Framed(cut.data, cut.offset, first, None, b"", cut.lines, (), state, cut.end)
        refused = Refusal(first, cut.offset, cut.long_bytes, LONG_RECORD)
        return Framed(b"", cut.offset, first + 1, None, b"", 0, (refused,), state, cut.end)
