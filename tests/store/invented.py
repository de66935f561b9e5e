"""Invented events written straight through the writer, in as many segments as a test wants."""

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import zstandard

from tests.evidence_files import new_case
from timeline.model.event import EventBuilder
from timeline.session.case import Case
from timeline.store.frames import compress
from timeline.store.keys import lineage_of, with_identity
from timeline.store.messages import AddChunk, AddSource, EndStream, Message, StartStream
from timeline.store.writer_process import WriterHandle

SECOND_US = 1_000_000
FIRST_US = 1_774_900_000 * SECOND_US  # 2026-03-30T19:46:40Z
SOURCES = ("a.log", "logs/b.log", "logs/deep/c*.json")
ACTORS = (
    None, "alice", "Alice", "alice smith", "bob", "carol", "b*b", "back\\slash", "nul\0a", "nul", "nul\x01", "ünïcode",
    "\U00010000", "\uffff",
)  # fmt: skip
ACTIONS = ("GET", "PUT", "s3:GetObject", "s3:GetBucketAcl", "git.clone", "git.push")
ADDRESSES = (
    None, "192.0.2.7", "192.0.2.8", "198.51.100.3", "2001:db8::1", "2001:DB8:0::1", "::ffff:192.0.2.7", "not-an-ip",
)  # fmt: skip
RESOURCES = (
    None, "s3://models/weights.bin", "s3://models/README", "/pkg/1.tgz", "/pkg/10.tgz", "/a?b=c", "C:\\Users\\x",
    "100%", "under_score",    'quote"d', "STRASSE", "straße",
)  # fmt: skip
AGENTS = (None, "curl/8", "aws-cli/2.15", "Curl-ish", "x" * 300)
SIZES = (None, 0, 1, 999, 1000, 10_000_000, 10_000_001, 2**63 - 1, -5)
STATUSES = (None, 200, 301, 403, 404, 500)


@dataclass(slots=True)
class Invented:
    """One stream: its records' raw bytes, and the values of the events that they give, record by record."""

    path: str
    records: list[bytes] = field(default_factory=list)
    events: list[list[dict[str, Any]]] = field(default_factory=list)


class Receiver(Protocol):
    """Who takes messages: a writer, or a list of what it would be sent."""

    def send(self, message: Message) -> None:
        """Take one message."""
        ...


@dataclass(slots=True)
class Kept:
    """Messages that are not sent yet."""

    messages: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        """Take one message."""
        self.messages.append(message)


def invent(count: int, seed: int = 1, *, moments: int = 40) -> list[Invented]:
    """Streams with `count` records in all; many events share one of `moments` times, some have none, some an id."""
    rng = random.Random(seed)
    streams = [Invented(path) for path in SOURCES]
    for number in range(count):
        stream = rng.choice(streams)
        raw = {"n": number, "who": rng.choice(ACTORS), "tags": [number % 3, str(number % 5)], "in": {"x.y": number % 7}}
        stream.records.append(json.dumps(raw, ensure_ascii=number % 2 == 0).encode("utf-8", "replace"))
        stream.events.append([_event(rng, number, moments) for _ in range(2 if number % 17 == 0 else 1)])
    return streams


def _event(rng: random.Random, number: int, moments: int) -> dict[str, Any]:
    dated = rng.random() < 0.85
    return {
        "timestamp": FIRST_US + rng.randrange(moments) * SECOND_US if dated else None,
        "timestamp_desc": "event",
        "timestamp_precision": SECOND_US,
        "timestamp_basis": "stated" if dated else None,
        "kind": rng.choice(("github.audit", "web.access")),
        "action": rng.choice(ACTIONS),
        "outcome": rng.choice(("success", "denied", None)),
        "actor": rng.choice(ACTORS),
        "src_ip": rng.choice(ADDRESSES),
        "user_agent": rng.choice(AGENTS),
        "resource": rng.choice(RESOURCES),
        "bytes_out": rng.choice(SIZES),
        "status": rng.choice(STATUSES),
        "message": f"line {number}" if number % 4 == 0 else None,
        **({"uid": f"id-{number}", "content": number} if number % 5 == 0 else {}),
    }


def write(path: Path, streams: Sequence[Invented], *, chunk_records: int, segment_rows: int | None = None) -> Case:
    """A case of these streams, their chunks taken in turn, so that segments of `segment_rows` overlap in time."""
    case = new_case(path)
    with WriterHandle(path, segment_rows=segment_rows, first_flush_rows=segment_rows) as writer:
        send(writer, streams, chunk_records=chunk_records)
        writer.finish()
    return case


def send(writer: Receiver, streams: Sequence[Invented], *, chunk_records: int, first_number: int = 1) -> None:
    """Hand streams to a writer, numbered from `first_number`."""
    queues = [_messages(number, stream, chunk_records) for number, stream in enumerate(streams, first_number)]
    for number, stream in enumerate(streams, first_number):
        data = _bytes(stream)
        writer.send(StartStream(number, lineage_of(data), "head", "github.audit", 1, "lines", _SETTINGS, 0, "[]"))
    for place in range(max(map(len, queues), default=0)):
        for queue in queues:
            if place < len(queue):
                writer.send(queue[place])
    for number, stream in enumerate(streams, first_number):
        data = _bytes(stream)
        sha256 = hashlib.sha256(data).hexdigest()
        writer.send(EndStream(number, len(data), sha256, True, None))
        writer.send(
            AddSource(
                stream.path, number, sha256, len(data), None, len(data), sha256, None, None, None, "complete", None
            )
        )


_SETTINGS = "{}"


def _bytes(stream: Invented) -> bytes:
    return b"".join(record + b"\n" for record in stream.records)


def _messages(number: int, stream: Invented, chunk_records: int) -> list[AddChunk]:
    messages = []
    offset = 0
    data = _bytes(stream)
    for first in range(0, len(stream.records), chunk_records):
        builder = EventBuilder()
        start = offset
        records = stream.records[first : first + chunk_records]
        for place, (record, events) in enumerate(zip(records, stream.events[first:], strict=False), first + 1):
            for event in events:
                builder.append(**event, record=place, offset=offset, length=len(record))
            offset += len(record) + 1
        sink = pa.BufferOutputStream()
        batch = with_identity(builder.finish())
        with pa.ipc.new_stream(sink, batch.schema) as ipc:
            ipc.write_batch(batch)
        frames = compress(data[start:offset], start, zstandard.ZstdCompressor())
        sha256 = hashlib.sha256(data[:offset]).hexdigest()
        messages.append(
            AddChunk(
                number, sink.getvalue().to_pybytes(), len(records), len(records), (), (), (), tuple(frames), offset, sha256,
                offset, first + len(records), None,
            )
        )  # fmt: skip
    return messages
