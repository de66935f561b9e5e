from hypothesis import given
from hypothesis import strategies as st

from parsers.lib.identity import content_hash
from parsers.lib.json_reading import NOT_AN_OBJECT, NOT_JSON, NUL_BYTES, UTF8_REPLACED, Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import text
from parsers.lib.records import BLANK_LINE, NO_TIME, UNDECODABLE, RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EVENT_SCHEMA, EventValues
from timeline.model.parser import Chunk, DecodeContext
from timeline.model.time import SECOND_US


def read(record: Record, times: Times, warn: Warn) -> EventValues | str:
    if "what" not in record:
        return "names nothing"
    if "odd" in record:
        warn("odd")
    values: EventValues = {"action": text(record, "what"), "uid": text(record, "id"), "timestamp_desc": "event"}
    stamp = times.iso(record.get("at"))
    return values if stamp is None else {**values, **stamp.values()}


def unwrap(record: Record, warn: Warn) -> Record:
    held = record.get("held")
    return held if isinstance(held, dict) else record


FORMAT = RecordFormat("test.kind", read, unwrap)


def test_every_record_goes_where_it_belongs() -> None:
    data = b"\n".join(
        [
            b'{"what": "x", "id": "1", "at": "2026-03-30T22:36:48Z"}',
            b"  ",
            b'{"what": "cut',
            b"[]",
            b"\0\0",
            b'{"other": 1}',
            b'{"what": "y", "odd": 1}',
            b'{"what": "\xff", "at": "2026-03-30T22:36:48Z"}\r',
        ]
    )
    done = decode_json(Chunk(data, 1000, 11), FORMAT)
    assert done.records == 8
    assert [(r.record, r.reason) for r in done.ignored] == [(12, BLANK_LINE)]
    assert [(r.record, r.reason) for r in done.rejects] == [
        (13, NOT_JSON),
        (14, NOT_AN_OBJECT),
        (15, NUL_BYTES),
        (16, "names nothing"),
    ]
    assert done.warnings == [(17, "odd"), (17, NO_TIME), (18, UTF8_REPLACED)]
    events = done.events.to_pylist()
    assert [(e["record"], e["action"], e["timestamp"]) for e in events] == [
        (11, "x", 1_774_910_208_000_000),
        (17, "y", None),
        (18, "\ufffd", 1_774_910_208_000_000),
    ]
    for event in events:
        start = event["offset"] - 1000
        assert data[start : start + event["length"]].startswith(b'{"what"')
        assert data[start : start + event["length"]].endswith(b"}")


def test_content_is_given_with_a_uid_only_and_is_of_the_unwrapped_record() -> None:
    data = b'{"held": {"what": "x", "id": "1"}, "by": "an export"}\n{"id": "1", "what": "x"}\n{"what": "x"}'
    contents = decode_json(Chunk(data), FORMAT).events.column("content").to_pylist()
    assert contents == [content_hash({"what": "x", "id": "1"})] * 2 + [None]


def test_fields_are_those_of_the_unwrapped_record() -> None:
    assert json_fields(b'{"held": {"what": {"deep": 1}}}', FORMAT) == {"what": {"deep": 1}}
    assert json_fields(b'{"held": ', FORMAT) == {}


def test_the_zone_of_the_source_is_used() -> None:
    chunk = Chunk(b'{"what": "x", "at": "2026-03-31T00:36:48"}', context=DecodeContext(zone="Europe/Berlin"))
    (event,) = decode_json(chunk, FORMAT).events.to_pylist()
    assert (event["timestamp"], event["timestamp_basis"]) == (1_774_910_208_000_000, "zone_assumed")
    assert event["timestamp_precision"] == SECOND_US


def test_a_mistake_in_a_format_costs_one_record_and_not_the_log() -> None:
    def faulty(record: Record, times: Times, warn: Warn) -> EventValues | str:
        warn("half way")
        return {"action": record["missing"]}

    done = decode_json(Chunk(b'{"missing": "here"}\n{}\n'), RecordFormat("test.kind", faulty))
    assert [(r.record, r.reason) for r in done.rejects] == [(2, UNDECODABLE)]
    assert done.events.column("action").to_pylist() == ["here"]
    assert {record for record, _ in done.warnings} == {1}


lines = st.sampled_from(
    [b'{"what": "x", "id": "1"}', b"", b" ", b"\0", b"{", b"[]", b'{"what": 1}', b'{"id": 1}', b'{"what": "\xff"}', b"NaN"]
)


@given(st.lists(lines, max_size=12), st.data())
def test_chunk_borders_do_not_matter(parts: list[bytes], data: st.DataObject) -> None:
    text_lines = [line + b"\n" for line in parts]
    cut = data.draw(st.integers(0, len(text_lines)))
    first, second = b"".join(text_lines[:cut]), b"".join(text_lines[cut:])
    whole = decode_json(Chunk(first + second), FORMAT)
    halves = [decode_json(Chunk(first), FORMAT), decode_json(Chunk(second, len(first), cut + 1), FORMAT)]
    assert whole.events.schema == EVENT_SCHEMA
    assert whole.events.to_pylist() == [event for half in halves for event in half.events.to_pylist()]
    assert list(whole.rejects) == [r for half in halves for r in half.rejects]
    assert list(whole.ignored) == [r for half in halves for r in half.ignored]
    assert whole.records == len(whole.events) + len(whole.rejects) + len(whole.ignored) == len(parts)
