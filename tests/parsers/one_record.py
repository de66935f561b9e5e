"""A single JSON record given to a parser, for tests of what its fields mean."""

import json
from collections.abc import Mapping
from typing import Any

from tests.parsers.registry import Event
from timeline.model.parser import Chunk, Decoded, Parser, Sample


def decode_record(parser: Parser, record: object) -> Decoded:
    """What the parser makes of one JSON value."""
    return parser.decode(Chunk(json.dumps(record).encode()))


def event_of(parser: Parser, record: object) -> Event:
    """The one event of a record."""
    (event,) = decode_record(parser, record).events.to_pylist()
    return Event(event)


def stated(event: Mapping[str, Any]) -> Event:
    """What an event says, without its place and the hash of its content."""
    place = {"record", "offset", "length", "content"}
    return {name: value for name, value in event.items() if value is not None and name not in place}


def reasons(decoded: Decoded) -> list[str]:
    """Why records were rejected."""
    return [refusal.reason for refusal in decoded.rejects]


def confidence(parser: Parser, *records: object) -> int:
    """How sure the parser is of these records, one a line."""
    return parser.sniff(Sample("".join(f"{json.dumps(record)}\n" for record in records).encode())).confidence
