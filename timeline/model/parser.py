"""What a parser is: a module with the attributes of `Parser`.

Framing (finding whole records in a byte stream) is done by `timeline.evidence`; a parser names the framing it wants and
decodes chunks of whole records, anywhere: in this process, in a worker, on a cluster node. It is a pure function of the
chunk: no clock, no file, no network, no order between chunks.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

import msgspec
import pyarrow as pa

Framing = Literal["lines", "json", "csv", "w3c", "whole", "git"]
"""lines: one physical line, one record. json: NDJSON, an array, an envelope with one array of objects, concatenated or
pretty-printed objects. csv: quoted fields may hold line breaks. w3c: lines under `#Fields:` headers. whole: the whole
source is one chunk (one document that holds many records). git: the records that `timeline.evidence.git` writes."""


@dataclass(frozen=True, slots=True)
class DecodeContext:
    """What a decoder may know beside the bytes. All of it is recorded per source, so that a later decode gives the same.

    `zone` is an IANA name or fixed offset for times without one (None: UTC, marked zone_assumed). `year` is case.yaml's
    year for logs that leave it out; `evidence_mtime_us` the file's (or archive member's) own time, microseconds UTC.
    `log_format` is an Apache LogFormat or nginx log_format. `mapping` is the text of a `timeline.model.mapping`, for the
    parsers that read by one. `options` is the source's free `options:` of case.yaml.
    `fingerprint_key` is the case's own key for `timeline.model.fingerprint`; b"": none, so no fingerprints.
    """

    source: str = ""
    zone: str | None = None
    year: int | None = None
    evidence_mtime_us: int | None = None
    log_format: str | None = None
    mapping: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    fingerprint_key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole records of one source.

    `data` starts at byte `offset` of the decompressed stream; its first record has the 1-based ordinal `first_record`.
    `spans` gives (start, length) of each record inside `data`, without its line end; None under "lines" framing, where
    records are the physical lines of `data`, and under "whole". `header` is the header in force (CSV header line,
    W3C directive lines), b"" where the framing has none.
    """

    data: bytes
    offset: int = 0
    first_record: int = 1
    spans: Sequence[tuple[int, int]] | None = None
    header: bytes = b""
    context: DecodeContext = field(default_factory=DecodeContext)

    def records(self) -> Iterable[tuple[int, int, bytes]]:
        """(ordinal, offset in the stream, bytes) of each record; line ends removed; lines end in LF, CRLF or the chunk."""
        if self.spans is not None:
            for number, (start, length) in enumerate(self.spans, self.first_record):
                yield number, self.offset + start, self.data[start : start + length]
            return
        start = 0
        number = self.first_record
        size = len(self.data)
        while start < size:
            end = self.data.find(b"\n", start)
            end = size if end < 0 else end
            stop = end - 1 if end > start and self.data[end - 1 : end] == b"\r" else end
            yield number, self.offset + start, self.data[start:stop]
            start = end + 1
            number += 1


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that gave no event: a reject (something is wrong with it) or an ignored one (blank, comment, header).

    `reason` is a short, fixed sentence without values from the evidence, so that refusals group by it.
    """

    record: int
    offset: int
    length: int
    reason: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a chunk gave. Every record of the chunk is in at least one event, or in one reject, or in one ignored.

    `records` counts the chunk's records. `warnings` are (record, text): the event stands, but poorer.
    """

    events: pa.RecordBatch
    records: int
    rejects: Sequence[Refusal] = ()
    ignored: Sequence[Refusal] = ()
    warnings: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True, slots=True)
class Sniff:
    """How sure a parser is that a source is its own. 0 = no; 50 = could be; 90 = its own marks are there; 100 = certain.

    `reasons` are short phrases for `leakline ingest --explain`.
    """

    confidence: int
    reasons: tuple[str, ...] = ()


NO = Sniff(0)


class Sample:
    """The beginning of a source (at most 64 KiB, decompressed, BOM removed), with the views that sniffers share.

    `name` is the path as ingested, without the container's suffix; `whole` says whether `data` is the entire source.
    """

    def __init__(self, data: bytes, name: str = "", *, whole: bool = True) -> None:
        self.data = data.removeprefix(b"\xef\xbb\xbf")
        self.name = name
        self.whole = whole

    @cached_property
    def lines(self) -> list[str]:
        """The first 50 complete, non-blank lines, invalid UTF-8 replaced."""
        raw = self.data.split(b"\n")
        if not self.whole and len(raw) > 1:
            raw.pop()
        found = (line.rstrip(b"\r").decode("utf-8", "replace") for line in raw)
        return [line for line in found if line.strip()][:50]

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        """Up to 20 JSON objects that are records: of NDJSON, an array, an envelope's array, or one document; else []."""
        text = self.data.lstrip()
        if not text[:1] or text[:1] not in b"{[":
            return []
        if self.document is not None:
            return _in_document(self.document)
        return _first_objects(text)

    @cached_property
    def document(self) -> dict[str, Any] | None:
        """The whole source as one JSON object; None when it is not one or is longer than the sample."""
        try:
            value = msgspec.json.decode(self.data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


ANY_KIND = "*"
ENVELOPES = (
    "Records", "records", "value", "items", "entries", "events", "Events", "logs",
    "Findings", "configurationItems", "result", "entities",
)  # fmt: skip


def _in_document(document: dict[str, Any], limit: int = 20) -> list[dict[str, Any]]:
    """The records of a whole document: those of its envelope, else itself."""
    for name in ENVELOPES:
        inner = document.get(name)
        if isinstance(inner, list):
            return [item for item in inner if isinstance(item, dict)][:limit]
    return [document]


def _first_objects(text: bytes, limit: int = 20) -> list[dict[str, Any]]:
    import json

    decoder = json.JSONDecoder()
    body = text.decode("utf-8", "replace")
    found: list[dict[str, Any]] = []
    first = _decode_at(decoder, body, 0)
    if first is not None and isinstance(first[0], dict):
        for name in ENVELOPES:
            inner = first[0].get(name)
            if isinstance(inner, list):
                return [item for item in inner if isinstance(item, dict)][:limit]
    position = _first_item(body) if first is None or isinstance(first[0], list) else 0
    in_list = position > 0
    while len(found) < limit:
        while position < len(body) and body[position] in " \t\r\n,\x1e":
            position += 1
        item = _decode_at(decoder, body, position)
        if item is None:
            line_end = body.find("\n", position)
            if line_end < 0 or in_list:  # in lines one may be damaged; in a list it is the end of the sample
                break
            position = line_end + 1
            continue
        value, position = item
        if isinstance(value, dict):
            found.append(value)
    return found


def _first_item(body: str) -> int:
    """Where the records of an array or envelope that is longer than the sample begin; 0 for anything else."""
    if body[0] == "[":
        return 1
    for name in ENVELOPES:
        start = body.find(f'"{name}"', 0, 4096)
        if start >= 0 and body[start + len(name) + 2 :].lstrip()[:1] == ":" and _depth(body[:start]) == 1:
            bracket = body.find("[", start)
            if bracket >= 0:
                return bracket + 1
    return 0


def _depth(text: str) -> int:
    """How many brackets the text leaves open: 1 right inside an envelope, more inside a record's own lists."""
    outside = re.sub(r'"(?:[^"\\]|\\.)*+"', "", text, flags=re.DOTALL)
    return sum(outside.count(bracket) for bracket in "[{") - sum(outside.count(bracket) for bracket in "]}")


def _decode_at(decoder: Any, body: str, position: int) -> tuple[Any, int] | None:
    try:
        value, end = decoder.raw_decode(body, position)
    except (ValueError, RecursionError):
        return None
    return value, end


class Parser(Protocol):
    """The attributes of a parser module. Its docstring shows real-looking sample records and names the reference."""

    KIND: str  # name of the format, also its entry point's name
    VERSION: int  # raised whenever the same bytes would give other events
    TITLE: str  # one phrase for `leakline formats`
    REFERENCE: str  # where the format is described
    FRAMING: Framing
    COLUMNAR: bool  # whether `decode` works on columns
    EMITS: tuple[str, ...]  # values of `kind` that its events may have; ANY_KIND where a mapping or the record names it
    SAMPLES: tuple[bytes, ...]  # small complete sources of our own, each of which it accepts

    @staticmethod
    def sniff(sample: Sample) -> Sniff:
        """Say whether this source is one's own. Never raises."""
        ...

    @staticmethod
    def decode(chunk: Chunk) -> Decoded:
        """Turn whole records into events; every record is accounted for. Must not raise on any bytes."""
        ...

    @staticmethod
    def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:
        """All fields of one raw record, nested as in the record, for `raw.path` and the detail pane; {} if unreadable."""
        ...
