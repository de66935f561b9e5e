from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import gcs_usage
from parsers.lib.columns import chunk_lines
from parsers.lib.separated_columns import split_separated
from timeline.model.parser import Chunk, DecodeContext, Sample

NAMES = [
    "time_micros",
    "c_ip",
    "c_ip_type",
    "c_ip_region",
    "cs_method",
    "cs_uri",
    "sc_status",
    "cs_bytes",
    "sc_bytes",
    "time_taken_micros",
    "cs_host",
    "cs_referer",
    "cs_user_agent",
    "s_request_id",
    "cs_operation",
    "cs_bucket",
    "cs_object",
]
VALUES = {
    "time_micros": "1774912679123456",
    "c_ip": "192.0.2.7",
    "cs_method": "GET",
    "cs_uri": "/example/a.bin",
    "sc_status": "200",
    "sc_bytes": "4096",
    "cs_user_agent": "curl/8.5.0",
    "s_request_id": "AAAN",
    "cs_operation": "GET_Object",
    "cs_bucket": "example",
    "cs_object": "a.bin",
}
HEADER = ",".join(f'"{name}"' for name in NAMES).encode()


def row(**changes: str) -> bytes:
    values = VALUES | changes
    return ",".join('"' + values.get(name, "").replace('"', '""') + '"' for name in NAMES).encode()


def chunk(*rows: bytes, header: bytes = HEADER, source: str = "") -> Chunk:
    data = b"\n".join(rows)
    spans, start = [], 0
    for one in rows:
        spans.append((start, len(one)))
        start += len(one) + 1
    return Chunk(data, 0, 1, tuple(spans), header, DecodeContext(source=source))


def event(**changes: str) -> dict[str, object]:
    (found,) = gcs_usage.decode(chunk(row(**changes))).events.to_pylist()
    return {name: value for name, value in found.items() if value is not None}


def test_a_row() -> None:
    found = event()
    assert isinstance(found.pop("content"), int)
    assert found == {
        "timestamp": 1774912679123456,
        "timestamp_desc": "request",
        "timestamp_precision": 1,
        "timestamp_basis": "stated",
        "record": 1,
        "offset": 0,
        "length": len(row()),
        "kind": "gcs.usage",
        "action": "GET_Object",
        "outcome": "success",
        "src_ip": "192.0.2.7",
        "user_agent": "curl/8.5.0",
        "resource": "example/a.bin",
        "bytes_out": 4096,
        "status": 200,
        "uid": "AAAN",
    }


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("cs_operation", "", "action", "GET"),
        ("cs_object", "", "resource", "/example/a.bin"),
        ("cs_object", 'a "b", c\u00e9', "resource", 'example/a "b", c\u00e9'),
        ("sc_status", "403", "outcome", "denied"),
        ("sc_status", "", "outcome", None),
        ("sc_bytes", "", "bytes_out", None),
        ("c_ip", "", "src_ip", None),
        ("s_request_id", "", "uid", None),
        ("s_request_id", "", "content", None),
        ("time_micros", "", "timestamp", None),
        ("time_micros", "999999999999999999", "timestamp", None),
    ],
)
def test_values(name: str, text: str, field: str, value: object) -> None:
    assert event(**{name: text}).get(field) == value


def test_rows_of_other_lengths_and_the_header_again() -> None:
    rows = [row(), HEADER, row() + b',"more"', b"1774912679123456,192.0.2.7", b"\x00", row(cs_user_agent='"q"')]
    decoded = gcs_usage.decode(chunk(*rows))
    assert decoded.events.column("record").to_pylist() == [1, 3, 4, 6]
    assert [(refusal.record, refusal.reason) for refusal in decoded.ignored] == [(2, "header")]
    assert [(refusal.record, refusal.reason) for refusal in decoded.rejects] == [(5, "not a CSV row")]
    assert [number for number, _ in decoded.warnings] == [3, 4]


def test_another_order_of_columns_without_quotes() -> None:
    header = b"cs_method,sc_status,c_ip,time_micros"
    decoded = gcs_usage.decode(chunk(b"GET,404,2001:db8::7,1774912679000000", header, header=header))
    (found,) = decoded.events.to_pylist()
    assert (found["action"], found["outcome"], found["src_ip"]) == ("GET", "failure", "2001:db8::7")
    assert found["timestamp"] == 1774912679000000
    assert len(decoded.ignored) == 1


def test_storage_logs_have_their_time_in_the_name() -> None:
    header = b'"bucket","storage_byte_hours"'
    name = "logs/example_storage_2026_03_31_07_00_00_0a1b_v0"
    (found,) = gcs_usage.decode(chunk(b'"example","24"', header=header, source=name)).events.to_pylist()
    assert (found["resource"], found["timestamp"], found["timestamp_desc"]) == (
        "example",
        1774940400000000,
        "delivered",
    )
    decoded = gcs_usage.decode(
        chunk(b'"example","24"', b'"","24"', header=header, source="x_storage_2026_13_31_07_00_00_")
    )
    assert decoded.events.column("timestamp").to_pylist() == [None]
    assert [refusal.reason for refusal in decoded.rejects] == [gcs_usage.NO_BUCKET]
    assert gcs_usage.fields(b'"example","24"', header, DecodeContext()) == {
        "bucket": "example",
        "storage_byte_hours": "24",
    }


@pytest.mark.parametrize(
    "data",
    [b'"bucket","time"\n"a","b"\n', b"date time c-ip cs-method sc-status\n", b"c_ip,sc_status\n", b'{"time_micros":1}'],
)
def test_neighbours_are_left_alone(data: bytes) -> None:
    assert gcs_usage.sniff(Sample(data)).confidence == 0


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_columns_and_single_rows_agree(data: st.DataObject) -> None:
    parts = row().split(b",")
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(parts) - 1))
        odd = [
            b"",
            b'""',
            b'"',
            b"a",
            b" a",
            b'"a"b',
            b'a"b"',
            b'"x,y"',
            b"\xc3\xa9",
            b"\xff",
            b"\r",
            b'"a""b"',
            b"-",
            b'"-"',
        ]
        parts[place] = data.draw(st.sampled_from(odd))
    lines = chunk_lines(chunk(row(), b",".join(parts)))
    names = (*NAMES, gcs_usage._WARNING)
    ways = [
        split_separated(lines, ",", widths, names, partial(gcs_usage._split, HEADER), "no", gcs_usage._TIME)
        for widths in ((NAMES,), ())
    ]
    assert {n: c.to_pylist() for n, c in ways[0].columns.items()} == {
        n: c.to_pylist() for n, c in ways[1].columns.items()
    }
    assert ways[0].rows.to_pylist() == ways[1].rows.to_pylist()
    assert ways[0].rejects == ways[1].rejects
