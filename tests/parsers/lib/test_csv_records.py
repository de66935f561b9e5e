"""Rows of CSV files become objects by the names of their header."""

from dataclasses import dataclass, field

import pytest

from parsers.lib.csv_records import (
    EXTRA,
    FEW_FIELDS,
    HEADER_AGAIN,
    MORE_FIELDS,
    NO_HEADER,
    NOT_A_ROW,
    CsvHeader,
    csv_fields,
    decode_csv,
)
from parsers.lib.json_reading import NUL_BYTES, UTF8_REPLACED, Loaded, Record
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk


@pytest.mark.parametrize(
    ("header", "row", "loaded"),
    [
        (b"a,b", b"1,2", Loaded({"a": "1", "b": "2"})),
        (b"a;b", b"1,5;2", Loaded({"a": "1,5", "b": "2"})),
        (b"a\tb", b"1\t", Loaded({"a": "1", "b": ""})),
        (b'"a","b|c"', b'"x, ""y""","1\r\n2"', Loaded({"a": 'x, "y"', "b|c": "1\r\n2"})),
        (b"\xef\xbb\xbfa,b", b'1, "2"', Loaded({"a": "1", "b": "2"})),
        (b"a,,a", b"1,2,3", Loaded({"a": "1", "#2": "2", "#3": "3"})),
        (b"a", "1\u2028".encode(), Loaded({"a": "1\u2028"})),
        (b"a,b", b"1", Loaded({"a": "1"}, None, FEW_FIELDS)),
        (b"a,b", b"1,2,3,4", Loaded({"a": "1", "b": "2", EXTRA: ["3", "4"]}, None, MORE_FIELDS)),
        (b"a,b", b"\xff,2", Loaded({"a": "\ufffd", "b": "2"}, None, UTF8_REPLACED)),
        (b"a,b", b"a,b", Loaded(None, HEADER_AGAIN, is_ignored=True)),
        (b"a,b", b"1,\0", Loaded(None, NUL_BYTES)),
        (b"a,b", b"1\n2", Loaded(None, NOT_A_ROW)),
        (b"", b"1,2", Loaded(None, NO_HEADER)),
    ],
)
def test_a_row(header: bytes, row: bytes, loaded: Loaded) -> None:
    assert CsvHeader(header).load(row) == loaded


def test_a_field_of_a_megabyte_is_read() -> None:
    assert CsvHeader(b"a").load(b"x" * 1_000_000).value == {"a": "x" * 1_000_000}


@dataclass
class Read:
    """A format that remembers what it read."""

    rows: list[Record] = field(default_factory=list)

    def __call__(self, record: Record, times: Times, warn: Warn) -> EventValues:
        self.rows.append(record)
        return {"action": record["a"]}


def test_rows_of_a_chunk() -> None:
    read = Read()
    form = RecordFormat("x", read)
    done = decode_csv(Chunk(b"1,2\na,b\n3", spans=((0, 3), (4, 3), (8, 1)), header=b"a,b"), form)
    assert [event["record"] for event in done.events.to_pylist()] == [1, 3]
    assert [ignored.reason for ignored in done.ignored] == [HEADER_AGAIN]
    assert (3, FEW_FIELDS) in done.warnings
    assert csv_fields(b"1,2", b"a,b", form) == {"a": "1", "b": "2"}
