"""Raw records of a case and their fields, through the parser that decoded them."""

from collections.abc import Mapping
from typing import Any

from timeline.ingest.registry import parsers
from timeline.ingest.settings import context_from_json
from timeline.store.frames import FrameReader
from timeline.store.reader import Reader, Stream
from timeline.store.streams import header_at


class CaseRecords:
    """Implements `store.conditions.Records` over one reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._frames = FrameReader(reader)

    def raw(self, stream: Stream, offset: int, length: int) -> bytes:
        """Bytes of a record."""
        return self._frames.read(stream.number, offset, length)

    def fields(self, stream: Stream, offset: int, record: bytes) -> Mapping[str, Any]:
        """All fields of a record; {} when its parser is not installed any more or cannot read it."""
        parser = parsers().get(stream.kind or "")
        if parser is None:
            return {}
        header = header_at(self._reader, stream.number, offset) if parser.FRAMING in {"csv", "w3c"} else b""
        return parser.fields(record, header, context_from_json(stream.settings))
