"""Lines that are read one by one; several events of a record, ignored and refused ones."""

import pytest

from parsers.lib.json_reading import NUL_BYTES, UTF8_REPLACED, Record
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import BLANK_LINE, NO_TIME, UNDECODABLE, Ignored, RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk


def split(text: str) -> Record | Ignored | str:
    if text.startswith("#"):
        return Ignored("comment")
    return {"words": text.split()} if " " in text else "no words"


def read(record: Record, times: Times, warn: Warn) -> EventValues | list[EventValues] | Ignored | str:
    words = record["words"]
    if words[0] == "skip":
        return Ignored("skipped")
    if words[0] == "none":
        return []
    if words[0] == "same":
        return {"action": "same", "uid": "1", "timestamp": 1}
    return [{"kind": f"x.{word}", "action": word, "uid": "1", "timestamp": 1} for word in words]


FORM = RecordFormat("x", read)


def test_lines() -> None:
    data = b"a b\n\n# c\nnothing\nskip it\nnone here\n\0 x\nsame \xff\n  \n"
    done = decode_lines(Chunk(data), FORM, split)
    events = done.events.to_pylist()
    assert [(event["record"], event["kind"], event["action"]) for event in events] == [
        (1, "x.a", "a"), (1, "x.b", "b"), (8, "x", "same"),
    ]  # fmt: skip
    assert events[0]["content"] != events[1]["content"]
    assert [(refusal.record, refusal.reason) for refusal in done.ignored] == [
        (2, BLANK_LINE), (3, "comment"), (5, "skipped"), (9, BLANK_LINE),
    ]  # fmt: skip
    assert [(refusal.record, refusal.reason) for refusal in done.rejects] == [
        (4, "no words"), (6, UNDECODABLE), (7, NUL_BYTES),
    ]  # fmt: skip
    assert done.records == 9
    assert done.warnings == [(8, UTF8_REPLACED)]


def test_a_record_without_time_is_told_once() -> None:
    form = RecordFormat("x", lambda record, times, warn: [{"action": "a"}, {"action": "b"}])
    assert decode_lines(Chunk(b"a b"), form, split).warnings == [(1, NO_TIME)]


@pytest.mark.parametrize(
    ("raw", "fields"), [(b"a b", {"words": ["a", "b"]}), (b"nothing", {}), (b"# c", {}), (b"", {})]
)
def test_fields(raw: bytes, fields: Record) -> None:
    assert line_fields(raw, FORM, split) == fields
