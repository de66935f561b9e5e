"""Bridge."""

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from timeline.model.event import EventBuilder, EventValues
from timeline.model.parser import Chunk, Decoded, Refusal

BLANK = "blank line"
NOT_JSON = "not valid JSON"
NOT_OBJECT = "not a JSON object"
NULS = "NUL bytes"
REPLACED = "invalid UTF-8 was replaced"

JsonObject: TypeAlias = dict[str, Any]
ReadRecord: TypeAlias = Callable[[JsonObject], list[EventValues] | str]
"""A decoded object -> its events, without record, offset and length; or the reason why it is refused."""

_DECODE = msgspec.json.Decoder().decode


def decode_records(chunk: Chunk, read: ReadRecord) -> Decoded:
    """Decode each record of the chunk with `read`."""
    builder = EventBuilder()
    rejects: list[Refusal] = []
    ignored: list[Refusal] = []
    warnings: list[tuple[int, str]] = []
    records = 0
    for number, offset, record in chunk.records():
        records += 1
        if not record.strip():
            ignored.append(Refusal(number, offset, len(record), BLANK))
            continue
        value, replaced = read_object(record)
        found = value if isinstance(value, str) else read(value)
        if isinstance(found, str):
            rejects.append(Refusal(number, offset, len(record), found))
            continue
        for values in found:
            values["record"], values["offset"], values["length"] = number, offset, len(record)
            builder.append(**values)
        if replaced:
            warnings.append((number, REPLACED))
    return Decoded(builder.finish(), records, rejects, ignored, warnings)


def read_object(record: bytes) -> tuple[JsonObject | str, bool]:
    """(the object or the reason why it is none, whether invalid UTF-8 was replaced)."""
    replaced = False
    try:
        value = _DECODE(record)
    except RecursionError:
        return NOT_JSON, False
    except (msgspec.DecodeError, UnicodeDecodeError):
        if b"\0" in record:
            return NULS, False
        try:
            value = _DECODE(record.decode("utf-8", "replace"))
        except (msgspec.DecodeError, RecursionError):
            return NOT_JSON, False
        replaced = True
    return (value, replaced) if isinstance(value, dict) else (NOT_OBJECT, False)


def object_or_empty(record: bytes) -> JsonObject:
    """The object, or {} where the record is none."""
    value, _ = read_object(record)
    return {} if isinstance(value, str) else value
