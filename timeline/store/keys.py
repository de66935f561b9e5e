"""Public event keys: how the world outside the store names an event.

`u` + 16 hex digits       hash of the provider's id, the canonical content and the sub-event; the same in every case
<lineage>-<offset>[.sub]  12 hex digits of the stream's lineage, byte offset of the record, ordinal of the sub-event

The lineage of a stream is a hash of its first 4 KiB as first seen; it stays when the log grows.
"""

import hashlib
import re
import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from timeline.model.event import EVENT_SCHEMA

LINEAGE_BYTES = 4096
_NO_BYTES = hashlib.blake2b(digest_size=8)
_KEY = re.compile(r"u(?P<uid>[0-9a-f]{16})|(?P<lineage>[0-9a-f]{12})-(?P<offset>\d{1,18})(?:\.(?P<sub>[1-9]\d{0,8}))?")


@dataclass(frozen=True, slots=True)
class EventKey:
    """A parsed key: either `identity` (signed 64-bit), or lineage, offset and sub."""

    identity: int | None
    lineage: str = ""
    offset: int = 0
    sub: int = 0


def parse_key(text: str) -> EventKey | None:
    """Read a public key; None when it is not one."""
    match = _KEY.fullmatch(text)
    if match is None:
        return None
    if match["uid"]:
        value = int(match["uid"], 16)
        return EventKey(value - 2**64 if value >= 2**63 else value)
    return EventKey(None, match["lineage"], int(match["offset"]), int(match["sub"] or 0))


def key_order(text: str) -> tuple[int, int, int]:
    """Where an event of a time stands among others of that time, by its public key. ValueError when it is none."""
    key = parse_key(text)
    if key is None:
        raise ValueError(text)
    return (lineage_number(key.lineage), key.offset, key.sub) if key.identity is None else (key.identity, 0, key.sub)


def show_key(identity: int | None, lineage: str, offset: int | None, sub: int) -> str:
    """The public key of an event."""
    if identity is not None:
        return f"u{identity & (2**64 - 1):016x}"
    return f"{lineage}-{offset or 0}" + (f".{sub}" if sub else "")


def lineage_of(head: bytes) -> str:
    """Lineage of a stream that begins with `head` (at least its first 4 KiB, or all of it)."""
    return hashlib.sha256(head[:LINEAGE_BYTES]).hexdigest()[:12]


def lineage_number(lineage: str) -> int:
    """The lineage as the integer that canonical order uses."""
    return int(lineage, 16)


def identity_of(uid: str, content: int, sub: int) -> int:
    """Signed 64-bit identity of an event whose provider gives an id."""
    return _identities([(uid, content, sub)])[0]


def _identities(events: Iterable[tuple[str, int, int]]) -> "array[int]":
    digests = []
    for uid, content, sub in events:
        state = _NO_BYTES.copy()  # quicker than to make a new one
        state.update(f"{uid}\0{content}\0{sub}".encode("utf-8", "surrogatepass"))
        digests.append(state.digest())
    numbers = array("q", b"".join(digests))
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def with_identity(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Replace `content` by `key` (int64, null without uid) and add `sub` (int32). Rows of one record must be adjacent."""
    content = batch.column("content")
    sub = _sub_events(batch)
    key = content if content.null_count == len(content) else _keys(batch.column("uid"), content, sub)
    columns = [column for name, column in zip(batch.schema.names, batch.columns, strict=True) if name != "content"]
    schema = _KEYED if batch.schema.equals(EVENT_SCHEMA) else _keyed(batch.schema)
    return pa.RecordBatch.from_arrays([*columns, sub, key], schema=schema)


def _keyed(schema: pa.Schema) -> pa.Schema:
    kept = [(field.name, field.type) for field in schema if field.name != "content"]
    return pa.schema([*kept, ("sub", pa.int32()), ("key", pa.int64())])


_KEYED = _keyed(EVENT_SCHEMA)


def _keys(uid: pa.Array, content: pa.Array, sub: pa.Array) -> pa.Array:
    uids = (uid.cast(pa.utf8()) if len(uid) > 1 else uid).to_pylist()
    events = zip(uids, content.to_pylist(), sub.to_pylist(), strict=True)
    if not content.null_count and None not in uids:
        numbers = _identities(events)
        return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])
    values = [None if event[0] is None or event[1] is None else _identities([event])[0] for event in events]
    return pa.array(values, pa.int64())


def _sub_events(batch: pa.RecordBatch) -> pa.Array:
    """Ordinal of each row among the rows of its record; a record is known by its offset (null: each row its own)."""
    offsets = batch.column("offset")
    rows = len(offsets)
    if rows < 2 or not pc.any(pc.equal(offsets.slice(1), offsets.slice(0, rows - 1))).as_py():
        return pa.array([0] * rows, pa.int32())
    numbers: list[int] = []
    previous: int | None = None
    for offset in offsets.to_pylist():
        numbers.append(numbers[-1] + 1 if numbers and offset is not None and offset == previous else 0)
        previous = offset
    return pa.array(numbers, pa.int32())
