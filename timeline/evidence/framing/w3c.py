"""Framing "w3c": lines under directives (`#Fields:` and others), which may repeat and change.

Directive lines are records like all lines, and parsers ignore them as headers. A chunk's `header` holds the directives
in force for its lines, the latest of each name, joined by LF; where they change, a new chunk begins.
Reference: W3C working draft WD-logfile-960323.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from timeline.evidence.framing.cutting import Cut, LineCutter, line_spans
from timeline.evidence.framing.framed import CHUNK_BYTES, LONG_RECORD, MAX_RECORD_BYTES, Framed
from timeline.model.parser import Refusal

_DIRECTIVE: Final = re.compile(rb"(?m)^#([A-Za-z][A-Za-z-]{0,31}):[^\r\n]{0,65536}")
_MAX_DIRECTIVES: Final = 64


class W3cFramer:
    """Chunks of whole lines, all under the same directives."""

    def __init__(
        self,
        state: dict[str, Any] | None = None,
        *,
        chunk_bytes: int = CHUNK_BYTES,
        max_record_bytes: int = MAX_RECORD_BYTES,
    ) -> None:
        start = state or {"offset": 0, "record": 1, "directives": []}
        self._record: int = start["record"]
        self._directives: dict[bytes, bytes] = {
            name.encode("latin-1"): line.encode("latin-1") for name, line in start["directives"]
        }
        self._cutter = LineCutter(start["offset"], chunk_bytes=chunk_bytes, max_record_bytes=max_record_bytes)

    def feed(self, block: bytes) -> Iterator[Framed]:
        """Take the next bytes; give the chunks that are complete."""
        for cut in self._cutter.feed(block):
            yield from self._framed(cut)

    def finish(self) -> Iterator[Framed]:
        """Give the rest."""
        for cut in self._cutter.finish():
            yield from self._framed(cut)

    def _framed(self, cut: Cut) -> Iterator[Framed]:
        if cut.long_bytes is not None:
            refused = Refusal(self._record, cut.offset, cut.long_bytes, LONG_RECORD)
            self._record += 1
            header = self._header()
            yield Framed(b"", cut.offset, self._record, (), header, 0, (refused,), self._state(cut.end), cut.end)
            return
        start = 0
        behind = 0
        for found in _DIRECTIVE.finditer(cut.data):
            if self._directives.get(found[1]) == found[0]:
                continue
            # directives that follow each other, with nothing but comments between them, are one header
            if not _only_comments(cut.data, behind, found.start()) and found.start() > start:
                yield self._piece(cut.data[start : found.start()], cut.offset + start)
                start = found.start()
            if found[1] in self._directives or len(self._directives) < _MAX_DIRECTIVES:
                self._directives[found[1]] = found[0]
            behind = found.end()
        yield self._piece(cut.data[start:], cut.offset + start)

    def _piece(self, data: bytes, offset: int) -> Framed:
        first = self._record
        spans = line_spans(data)
        self._record += len(spans)
        end = offset + len(data)
        return Framed(data, offset, first, spans, self._header(), len(spans), (), self._state(end), end)

    def _header(self) -> bytes:
        return b"\n".join(self._directives.values())

    def _state(self, end: int) -> str:
        directives = [(name.decode("latin-1"), line.decode("latin-1")) for name, line in self._directives.items()]
        return json.dumps({"offset": end, "record": self._record, "directives": directives})


def _only_comments(data: bytes, start: int, stop: int) -> bool:
    return all(not line.strip() or line.startswith(b"#") for line in data[start:stop].split(b"\n"))
