"""JSON documents that hold their records somewhere inside, each with the bytes that stand for it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from parsers.lib.json_members import JsonDocument, Member
from parsers.lib.json_reading import DAMAGE, NOT_JSON, NUL_BYTES, TOO_DEEP, Record, load_object, too_deep
from parsers.lib.json_records import rows_batch
from parsers.lib.records import BLANK_LINE, NO_TIME, UNDECODABLE, Ignored
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, Decoded, Refusal

_BOM: Final = b"\xef\xbb\xbf"
_MAX_LENGTH: Final = 2**31 - 1


def documents(data: bytes) -> Iterator[tuple[bytes, int]]:
    """The documents of a source and where each begins: one document, the elements of an array, or one a line."""
    body = data.removeprefix(_BOM).strip()
    start = data.index(body)
    if body[:1] == b"[" and not too_deep(body):
        try:
            elements = JsonDocument(body).elements()
        except DAMAGE:
            elements = []
        if elements:
            yield from ((bytes(element.raw), start + element.start) for element in elements)
            return
    line_end = body.find(b"\n")
    if line_end > 0 and load_object(body[:line_end]).value is not None:
        yield from _lines(body, start)
    elif body:
        yield body, start


def _lines(body: bytes, start: int) -> Iterator[tuple[bytes, int]]:
    for line in body.split(b"\n"):
        text = line.strip()
        if text:
            yield text, start + line.index(text)
        start += len(line) + 1


class Part(NamedTuple):
    """A record inside a document, and what the document says of it beside the record's own bytes."""

    member: Member
    about: Mapping[str, Any]


class PartFormat(NamedTuple):
    """What is particular to one format of such documents.

    `split` gives the records of a document, from its members; a reason (a fixed sentence) where it is none of the format,
    or why there are none to be missed. It may raise one of DAMAGE. `read` gives the events of one record, at least one, or
    why it is refused.
    """

    kind: str
    split: Callable[[JsonDocument, Mapping[str, Member]], list[Part] | Ignored | str]
    read: Callable[[Record, Mapping[str, Any], Times], list[EventValues] | str]


def decode_documents(chunk: Chunk, form: PartFormat) -> Decoded:
    """The events of all records in all documents of a chunk. A document without any is a record itself. Never raises."""
    rows = _Rows(chunk, form)
    for text, start in documents(chunk.data):
        rows.take(text, start)
    if rows.number == chunk.first_record and chunk.data:
        rows.ignored.append(Refusal(rows.number, chunk.offset, min(len(chunk.data), _MAX_LENGTH), BLANK_LINE))
        rows.number += 1
    records = rows.number - chunk.first_record
    return Decoded(rows_batch(rows.events, form.kind), records, rows.rejects, rows.ignored, rows.warnings)


class _Rows:
    """What the documents of one chunk gave so far; `number` is the ordinal of the next record."""

    def __init__(self, chunk: Chunk, form: PartFormat) -> None:
        self.number = chunk.first_record
        self.events: list[EventValues] = []
        self.rejects: list[Refusal] = []
        self.ignored: list[Refusal] = []
        self.warnings: list[tuple[int, str]] = []
        self._offset = chunk.offset
        self._form = form
        self._times = Times.of(chunk.context)

    def take(self, text: bytes, start: int) -> None:
        """Put the records of a document where they belong."""
        place = self._offset + start
        found = self._parts(text)
        if isinstance(found, str | Ignored):
            self._refuse(found, place, len(text))
            return
        for part in found:
            self._take_part(part, place + part.member.start, part.member.end - part.member.start)

    def _parts(self, text: bytes) -> list[Part] | Ignored | str:
        if too_deep(text):
            return TOO_DEEP
        document = JsonDocument(text)
        try:
            return self._form.split(document, document.members())
        except DAMAGE:
            return NUL_BYTES if b"\0" in text else NOT_JSON

    def _take_part(self, part: Part, offset: int, length: int) -> None:
        loaded = load_object(bytes(part.member.raw))
        if loaded.value is None:
            self._refuse(loaded.problem or UNDECODABLE, offset, length)
            return
        try:
            found = self._form.read(loaded.value, part.about, self._times)
        except Exception:  # noqa: BLE001 - the parser wall: a hostile record becomes a reject, never the log's end
            found = UNDECODABLE
        if isinstance(found, str):
            self._refuse(found, offset, length)
            return
        notes = [] if loaded.warning is None else [loaded.warning]
        for values in found:
            values["record"], values["offset"], values["length"] = self.number, offset, min(length, _MAX_LENGTH)
            if values.get("timestamp") is None:
                notes.append(NO_TIME)
        self.events += found
        self.warnings.extend((self.number, note) for note in dict.fromkeys(notes))
        self.number += 1

    def _refuse(self, why: str | Ignored, offset: int, length: int) -> None:
        kept = self.ignored if isinstance(why, Ignored) else self.rejects
        reason = why.reason if isinstance(why, Ignored) else why
        kept.append(Refusal(self.number, offset, min(length, _MAX_LENGTH), reason))
        self.number += 1
