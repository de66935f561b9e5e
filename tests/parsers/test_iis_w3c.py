import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import iis_w3c
from parsers.lib.columns import chunk_lines
from parsers.lib.iis_lines import BY_DEFAULT, OTHER_FIELDS, take_apart
from parsers.lib.w3c_header import w3c_header
from tests.parsers.registry import load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

FIELDS = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-bytes"
    " time-taken"
)
HEADER = f"#Date: 2026-03-30 00:00:00\n#Fields: {FIELDS}".encode()
LINE = (
    "2026-03-30 23:17:59 10.0.0.4 GET /a/b.aspx c=d 443 EXAMPLE\\dana 192.0.2.7 Mozilla/5.0+(X11;+Linux) - 200 4096 46"
)


def event(line: str, header: bytes = HEADER) -> dict[str, object]:
    (found,) = iis_w3c.decode(Chunk(line.encode(), header=header)).events.to_pylist()
    return {name: value for name, value in found.items() if value is not None}


def test_a_line() -> None:
    assert event(LINE) == {
        "timestamp": 1774912679000000,
        "timestamp_desc": "request",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "record": 1,
        "offset": 0,
        "length": len(LINE),
        "kind": "iis.w3c",
        "action": "GET",
        "outcome": "success",
        "actor": "EXAMPLE\\dana",
        "src_ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0 (X11; Linux)",
        "resource": "/a/b.aspx?c=d",
        "bytes_out": 4096,
        "status": 200,
    }


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        (" c=d ", " - ", "resource", "/a/b.aspx"),
        (" c=d ", " ?c=d ", "resource", "/a/b.aspx?c=d"),
        (" c=d ", " x=%20\u00e9 ", "resource", "/a/b.aspx?x=%20\u00e9"),
        ("EXAMPLE\\dana", "-", "actor", None),
        ("192.0.2.7", "fe80::1%12", "src_ip", "fe80::1"),
        ("192.0.2.7", "-", "src_ip", None),
        ("Mozilla/5.0+(X11;+Linux)", "-", "user_agent", None),
        ("Mozilla/5.0+(X11;+Linux)", '"Mozilla/5.0 (X11)"', "user_agent", "Mozilla/5.0 (X11)"),
        (" 200 ", " 401 ", "outcome", "denied"),
        (" 200 ", " 0 ", "status", None),
        (" 4096 ", " - ", "bytes_out", None),
        ("23:17:59", "23:17:59.250", "timestamp", 1774912679250000),
        ("23:17:59", "23:17:59.250", "timestamp_basis", "stated"),
        ("2026-03-30", "2026-02-30", "timestamp", None),
        (" ", "\t", "resource", "/a/b.aspx"),
    ],
)
def test_values(old: str, new: str, field: str, value: object) -> None:
    assert old in LINE
    line = LINE.replace(old, new) if new == "\t" else LINE.replace(old, new, 1)
    assert event(line.replace("c=d", "-") if new == "\t" else line).get(field) == value


def test_the_zone_of_the_case_does_not_touch_what_is_utc_by_definition() -> None:
    chunk = Chunk(LINE.encode(), header=HEADER, context=DecodeContext(zone="+02:00"))
    assert iis_w3c.decode(chunk).events.column("timestamp").to_pylist() == [1774912679000000]


def test_the_header_may_come_again_and_change() -> None:
    data = (
        f"#Software: Microsoft Internet Information Services 10.0\n#Fields: {FIELDS} \n{LINE}\n\n"
        "#Date: 2026-03-31 00:00:00\n#Fields: time c-ip cs-method cs-uri-stem sc-status\n00:00:01 192.0.2.8 PUT /x 403\n"
    ).encode()
    assert iis_w3c.sniff(Sample(data)).confidence == 97
    done = run(load(iis_w3c.KIND), data)
    first, second = done.events
    assert (first["record"], first["resource"]) == (3, "/a/b.aspx?c=d")
    assert (second["record"], second["action"], second["outcome"]) == (7, "PUT", "denied")
    assert second["timestamp"] == 1774915201000000
    assert sorted(refusal[0] for refusal in done.refused) == [1, 2, 4, 5, 6]


def test_lines_that_have_a_default_in_place_of_their_header() -> None:
    short = "2026-03-30 23:17:59 10.0.0.4 GET / a 80 - 192.0.2.7 curl/8.5.0 404 0 2 15"
    older = "2026-03-30 23:17:59 W3SVC1 10.0.0.4 POST /login - 80 - 192.0.2.7 curl/8.5.0 403 0 2"
    decoded = iis_w3c.decode(Chunk(f"{short}\n{older}\nx y\n".encode(), header=b"#Fields: date time c-ip"))
    assert decoded.events.column("resource").to_pylist() == ["/?a", "/login"]
    assert decoded.events.column("status").to_pylist() == [404, 403]
    assert [text for _, text in decoded.warnings] == [
        BY_DEFAULT,
        BY_DEFAULT,
    ]
    assert [refusal.record for refusal in decoded.rejects] == [3]


def test_what_does_not_fit_is_rejected() -> None:
    decoded = iis_w3c.decode(Chunk(f"{LINE} more\nx\n# comment\n \n{LINE}".encode(), header=HEADER))
    assert [(refusal.record, refusal.reason) for refusal in decoded.rejects] == [(1, OTHER_FIELDS), (2, OTHER_FIELDS)]
    assert [(refusal.record, refusal.reason) for refusal in decoded.ignored] == [(3, "header"), (4, "blank line")]
    assert decoded.events.column("record").to_pylist() == [5]
    assert iis_w3c.decode(Chunk(b"x\n")).rejects[0].reason == OTHER_FIELDS


def test_fields() -> None:
    found = iis_w3c.fields(LINE.encode(), HEADER, DecodeContext())
    assert found["cs(User-Agent)"] == "Mozilla/5.0+(X11;+Linux)"
    assert found["time-taken"] == "46"
    assert iis_w3c.fields(b"#Date: x", HEADER, DecodeContext()) == {}
    assert iis_w3c.fields(b"x", HEADER, DecodeContext()) == {}


@pytest.mark.parametrize(
    "data",
    [
        b"#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status\n",
        b"#Version: 1.5\n#Fields: date time action protocol src-ip dst-ip src-port dst-port size\n",
        b"#Fields: DateTime,RequestId,ClientIpAddress\n",
        b"2026-03-30 23:17:59 INFO server started on port 80 by root with pid 7 and more words 200\n",
    ],
)
def test_neighbours_are_left_alone(data: bytes) -> None:
    assert iis_w3c.sniff(Sample(data)).confidence == 0


def test_headers() -> None:
    header = w3c_header(b"#Software: x: y\r\n#Fields: a B a  c\r\n#Date: 2026-03-30 01:02:03\r\n#bad")
    assert header.names == ("a", "B", "#3", "c")
    assert header.places["b"] == 1
    assert header.date == "2026-03-30"
    assert header.directives["software"] == "x: y"
    assert w3c_header(b"").names == ()


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_columns_and_single_lines_agree(data: st.DataObject) -> None:
    words = LINE.split(" ")
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(words) - 1))
        words[place] = data.draw(
            st.sampled_from(["", "-", '"', '"a"', "a b", "\t", "#x", "\u00e9", '\\"', "+", "a\rb", "\x0b"])
        )
    line = " ".join(words)
    header = w3c_header(HEADER)
    lines = [chunk_lines(Chunk(f"{LINE}\n{one}".encode())) for one in (line, line + "\t")]  # a tab: taken one by one
    ways = [take_apart(one, header) for one in lines]
    assert {n: c.to_pylist() for n, c in ways[0].columns.items()} == {
        n: c.to_pylist() for n, c in ways[1].columns.items()
    }
    assert ways[0].rows.to_pylist() == ways[1].rows.to_pylist()
