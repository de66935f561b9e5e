"""The event: one Arrow schema, one registry of fields, one builder for parsers.

Text fields travel dictionary-encoded (int32 -> utf8): logs repeat themselves, and the store interns texts anyway.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypedDict, Unpack

import pyarrow as pa

TEXT: Final = pa.dictionary(pa.int32(), pa.utf8())

FieldType = Literal["text", "time", "int", "bytes"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the event.

    `type` decides how queries treat values: text, time (microseconds UTC), bytes (a count that takes size units),
    int. `aliases` are names that other tools use for the same thing, accepted in queries.
    """

    name: str
    type: FieldType
    arrow: pa.DataType
    meaning: str
    unit: str = ""
    aliases: tuple[str, ...] = ()


FIELDS: Final[tuple[Field, ...]] = (
    Field("timestamp", "time", pa.int64(), "best time; null = undated", "us UTC", ("time", "datetime", "ts")),
    Field("timestamp_desc", "text", TEXT, "which clock: event, author, commit, push, request, delivered, published, found"),
    Field("timestamp_precision", "int", pa.int64(), "width of the interval that the record states", "us"),
    Field("timestamp_basis", "text", TEXT, "stated; zone_assumed; year_inferred; offset_applied"),
    Field("record", "int", pa.int64(), "1-based ordinal of the record in its source; null where the object id points", ""),
    Field("offset", "int", pa.int64(), "first byte of the record in the decompressed source", "bytes"),
    Field("length", "int", pa.int32(), "length of the record", "bytes"),
    Field("kind", "text", TEXT, "format of the record: aws.cloudtrail, web.access, git.commit ..."),
    Field("action", "text", TEXT, "native verb: s3:GetObject, git.clone, GET", aliases=("event.action", "did")),
    Field("outcome", "text", TEXT, "success, denied, failure, unknown"),
    Field("actor", "text", TEXT, "who, as the provider writes it", aliases=("user", "who", "user.name")),
    Field("credential", "text", TEXT, "id or fingerprint of the key or token, never the secret", aliases=("key_id",)),
    Field("session", "text", TEXT, "session in which it was done"),
    Field("src_ip", "text", TEXT, "client address as logged", aliases=("ip", "source.ip", "from")),
    Field("user_agent", "text", TEXT, "client software as logged", aliases=("agent", "ua")),
    Field("resource", "text", TEXT, "on what: ARN, bucket/key, path, repository, package", aliases=("what", "url", "object")),
    Field("account", "text", TEXT, "account, project, organisation or tenant"),
    Field("region", "text", TEXT, "cloud region"),
    Field("bytes_out", "bytes", pa.int64(), "bytes that left, as logged", "bytes", ("bytes", "out", "size")),
    Field("status", "int", pa.int32(), "HTTP or provider status", "", ("status_code",)),
    Field("uid", "text", TEXT, "the provider's own event id; null where it has none"),
    Field("message", "text", TEXT, "text for people that the record itself carries (a commit's subject); else null"),
)
# `content` is not a field of the event but of its identity: a 64-bit hash of the canonical record, given by the
# parser exactly where `uid` is given, so that two sightings of one provider id merge only when they agree.
CONTENT: Final = "content"

FIELD_BY_NAME: Final = {field.name: field for field in FIELDS}
TEXT_FIELDS: Final = tuple(field.name for field in FIELDS if field.type == "text")
SEARCHED_BY_WORDS: Final = ("actor", "action", "resource", "src_ip", "user_agent", "message")
SEVERITIES: Final = ("low", "medium", "high", "critical")
OUTCOMES: Final = ("success", "denied", "failure", "unknown")
BASES: Final = ("stated", "zone_assumed", "year_inferred", "offset_applied")

EVENT_SCHEMA: Final = pa.schema(
    [
        pa.field(field.name, field.arrow, metadata={"unit": field.unit, "meaning": field.meaning})
        for field in FIELDS
    ]
    + [pa.field(CONTENT, pa.int64(), metadata={"unit": "", "meaning": "hash of the canonical record; null without uid"})]
)


class EventValues(TypedDict, total=False):
    """The values of one event; what is absent is null. Units as in FIELDS."""

    timestamp: int | None
    timestamp_desc: str | None
    timestamp_precision: int | None
    timestamp_basis: str | None
    record: int | None
    offset: int | None
    length: int | None
    kind: str
    action: str | None
    outcome: str | None
    actor: str | None
    credential: str | None
    session: str | None
    src_ip: str | None
    user_agent: str | None
    resource: str | None
    account: str | None
    region: str | None
    bytes_out: int | None
    status: int | None
    uid: str | None
    message: str | None
    content: int | None


_INT64 = range(-(2**63), 2**63)
_INT32 = range(-(2**31), 2**31)
_TEXT_NAMES = frozenset(TEXT_FIELDS)
_RANGES = {
    field.name: _INT32 if field.type == pa.int32() else _INT64 for field in EVENT_SCHEMA if field.name not in _TEXT_NAMES
}


class EventBuilder:
    """Collects events one by one and gives an Arrow batch in EVENT_SCHEMA; for formats without a columnar decoder.

    Integers outside the column's range become null (a log may claim 10**30 bytes; the raw record still says so).
    Lone surrogates in texts are replaced; an empty text is null.
    """

    def __init__(self) -> None:
        self._columns: dict[str, list[object]] = {field.name: [] for field in EVENT_SCHEMA}
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def append(self, **values: Unpack[EventValues]) -> None:
        """Add one event."""
        for name, column in self._columns.items():
            column.append(self._fit(name, values.get(name)))
        self._rows += 1

    @staticmethod
    def _fit(name: str, value: object) -> object:
        if value is None or value == "":
            return None
        if name in _TEXT_NAMES:
            text = value if isinstance(value, str) else str(value)
            return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
        if not isinstance(value, int) or value not in _RANGES[name]:
            return None
        return value

    def finish(self) -> pa.RecordBatch:
        """Everything appended so far, as one batch."""
        arrays = [
            pa.array(column, pa.utf8()).dictionary_encode()
            if name in _TEXT_NAMES
            else pa.array(column, EVENT_SCHEMA.field(name).type)
            for name, column in self._columns.items()
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=EVENT_SCHEMA)


def empty_batch() -> pa.RecordBatch:
    """A batch of no events in EVENT_SCHEMA."""
    return EventBuilder().finish()


@dataclass(frozen=True, slots=True)
class Witness:
    """Another sighting of the same event: `source` is the path as ingested, `record` its 1-based ordinal (None for Git)."""

    source: str
    record: int | None
    offset: int | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """An analyst's comment. `at_us` is when it was written, microseconds UTC."""

    analyst: str
    at_us: int
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event as readers see it: the fields of EVENT_SCHEMA, its public key, its places, and what analysts said of it.

    `key` is stable for the life of the case and independent of row ids. `source` is the path relative to the ingested
    folder; `stream_sha256` the hash of its decompressed bytes. `severity` is one of SEVERITIES, `why` says why the event
    matters; None where nobody said so.
    """

    key: str
    source: str
    stream_sha256: str
    timestamp: int | None
    timestamp_desc: str | None
    timestamp_precision: int | None
    timestamp_basis: str | None
    record: int | None
    offset: int | None
    length: int | None
    kind: str
    action: str | None = None
    outcome: str | None = None
    actor: str | None = None
    credential: str | None = None
    session: str | None = None
    src_ip: str | None = None
    user_agent: str | None = None
    resource: str | None = None
    account: str | None = None
    region: str | None = None
    bytes_out: int | None = None
    status: int | None = None
    uid: str | None = None
    message: str | None = None
    witnesses: tuple[Witness, ...] = ()
    starred: bool = False
    tags: tuple[str, ...] = ()
    comments: tuple[Note, ...] = ()
    severity: str | None = None
    why: str | None = None

    def fields(self) -> Iterator[tuple[str, str | int]]:
        """The fields that have a value, in schema order."""
        for field in FIELDS:
            value = getattr(self, field.name)
            if value is not None:
                yield field.name, value
