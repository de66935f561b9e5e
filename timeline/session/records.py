"""Raw records of a case and their fields, through the parser that decoded them."""

from collections.abc import Mapping, Sequence
from typing import Any

from timeline.ingest.registry import parser_of
from timeline.ingest.settings import context_from_json
from timeline.model.parser import DecodeContext, Parser
from timeline.store.frames import FrameReader
from timeline.store.reader import Reader, Stream
from timeline.store.streams import header_at


class CaseRecords:
    """Implements `store.conditions.Records` over one reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._frames = FrameReader(reader)
        self._key: bytes | None = None
        self._contexts: dict[int, tuple[str, DecodeContext]] = {}

    def raw(self, stream: Stream, offset: int, length: int) -> bytes:
        """Bytes of a record."""
        return self._frames.read(stream.number, offset, length)

    def fields(self, stream: Stream, offset: int, record: bytes) -> Mapping[str, Any]:
        """All fields of a record; {} when its parser is not installed any more or cannot read it."""
        parser = parser_of(stream.kind or "")
        if parser is None:
            return {}
        return parser.fields(record, self._header(parser, stream, offset), self._context(stream))

    def unprintable(self, stream: Stream, offset: int, record: bytes) -> Sequence[str]:
        """Texts of a record that nothing that leaves the case may show, as its parser knows them; mostly none."""
        parser = parser_of(stream.kind or "")
        unprintable = getattr(parser, "unprintable", None)
        if parser is None or unprintable is None:
            return ()
        found: Sequence[str] = unprintable(record, self._header(parser, stream, offset), self._context(stream))
        return found

    def _header(self, parser: Parser, stream: Stream, offset: int) -> bytes:
        return header_at(self._reader, stream.number, offset) if parser.FRAMING in {"csv", "w3c"} else b""

    def _context(self, stream: Stream) -> DecodeContext:
        known = self._contexts.get(stream.number)
        if known is not None and known[0] == stream.settings:
            return known[1]
        if self._key is None:
            self._key = self._reader.redaction_key()
        context = context_from_json(stream.settings, self._key)
        self._contexts[stream.number] = stream.settings, context
        return context
