"""Framing "whole": the source is one chunk, a document that holds many records."""

import json
from collections.abc import Iterator
from typing import Any, Final

from timeline.evidence.framing.framed import BOM, LONG_DOCUMENT, Framed
from timeline.model.parser import Refusal

MAX_DOCUMENT_BYTES: Final = 256 * 1024 * 1024


class WholeFramer:
    """Gives the document at its end, with `records` 0: its parser counts. Longer than MAX_DOCUMENT_BYTES is refused."""

    def __init__(
        self, state: dict[str, Any] | None = None, *, max_document_bytes: int = MAX_DOCUMENT_BYTES
    ) -> None:
        self._offset: int = state["offset"] if state else 0
        self._record: int = state["record"] if state else 1
        self._max = max_document_bytes
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, block: bytes) -> Iterator[Framed]:
        """Take the next bytes; nothing is given before the end."""
        self._size += len(block)
        if self._size > self._max:
            self._parts.clear()
        else:
            self._parts.append(block)
        yield from ()

    def finish(self) -> Iterator[Framed]:
        """Give the document."""
        if not self._size:
            return
        end = self._offset + self._size
        state = json.dumps({"offset": end, "record": self._record + 1})
        if self._size > self._max:
            refused = Refusal(self._record, self._offset, self._size, LONG_DOCUMENT)
            yield Framed(b"", self._offset, self._record + 1, None, b"", 0, (refused,), state, end)
            return
        data = b"".join(self._parts)
        start = len(BOM) if not self._offset and data.startswith(BOM) else 0
        yield Framed(data[start:], self._offset + start, self._record, None, b"", 0, (), state, end)
