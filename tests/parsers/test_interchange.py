"""Timelines of other tools: Timesketch and Plaso, and what looks like them."""

import json
from typing import Any

import pytest

from parsers.lib.plaso_rows import SEVERAL_ROWS
from parsers.plaso_l2tcsv import HEADER, NOT_17
from tests.parsers.one_record import confidence, event_of, reasons, stated
from tests.parsers.registry import Event, load, run
from timeline.ingest.detect import detect
from timeline.model.parser import Chunk, DecodeContext, Sample

US = 1774910208000000


def row_of(kind: str, header: str, row: str) -> Event:
    (event,) = run(load(kind), f"{header}\n{row}\n".encode()).events
    return stated(event)


def test_timesketch_lines() -> None:
    found = stated(
        event_of(
            load("timesketch.jsonl"),
            {
                "message": "GET /a", "datetime": "2026-03-30T22:36:48.424+00:00", "timestamp": US, "timestamp_desc": "Request",
                "username": "dana", "source_ip": "198.51.100.7", "http_response_code": 403, "url": "https://example.com/a",
                "user_agent": "curl/8", "tag": ["x"],
            },
        )
    )  # fmt: skip
    assert found == {
        "kind": "timesketch.event", "timestamp": US + 424_000, "timestamp_precision": 1000, "timestamp_basis": "stated",
        "timestamp_desc": "Request", "message": "GET /a", "actor": "dana", "src_ip": "198.51.100.7", "status": 403,
        "outcome": "denied", "resource": "https://example.com/a", "user_agent": "curl/8",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("time", "us", "basis"),
    [
        ({"datetime": "2026-03-30T22:36:48"}, US, "zone_assumed"),
        ({"timestamp": US}, US, "stated"),
        ({"timestamp": str(US)}, US, "stated"),
        ({"datetime": "", "timestamp": US}, US, "stated"),
        ({"timestamp": "2026-03-30T22:36:48Z"}, US, "stated"),
        ({"timestamp": 0}, None, None),
        ({"datetime": "soon"}, None, None),
    ],
)
def test_times_of_timesketch(time: dict[str, Any], us: int | None, basis: str | None) -> None:
    found = event_of(load("timesketch.jsonl"), {"message": "m", "timestamp_desc": "d", **time})
    assert (found["timestamp"], found["timestamp_basis"]) == (us, basis)


def test_timesketch_rows() -> None:
    header = "message,timestamp,datetime,timestamp_desc,user,status"
    found = row_of("timesketch.csv", header, f'"a, ""b""",{US},2026-03-30T22:36:48+00:00,Login,dana,200')
    assert (found["message"], found["actor"], found["status"], found["outcome"]) == ('a, "b"', "dana", 200, "success")
    assert found["timestamp"] == US


def test_an_apostrophe_of_somebody_else_is_left_alone() -> None:
    header = "message,datetime,timestamp_desc"
    assert row_of("timesketch.csv", header, "'=x,2026-03-30T22:36:48+00:00,a")["message"] == "'=x"
    ours = f"{header},key,native_message,witnesses"
    assert row_of("timesketch.csv", ours, "'=x,2026-03-30T22:36:48+00:00,a,k,,")["message"] == "=x"


def test_plaso_lines() -> None:
    record = {
        "__container_type__": "event", "__type__": "AttributeContainer", "data_type": "syslog:line", "username": "dana",
        "message": "m", "timestamp": US, "timestamp_desc": "Content Modification Time",
        "date_time": {"__class_name__": "PosixTime", "timestamp": US // 1_000_000},
        "pathspec": {"__type__": "PathSpec", "location": "/var/log/auth.log"},
    }  # fmt: skip
    found = stated(event_of(load("plaso.jsonl"), record))
    assert found == {
        "kind": "plaso.event", "timestamp": US, "timestamp_precision": 1_000_000, "timestamp_basis": "stated",
        "timestamp_desc": "Content Modification Time", "actor": "dana", "message": "m", "resource": "/var/log/auth.log",
    }  # fmt: skip
    local = event_of(load("plaso.jsonl"), {**record, "date_time": {"is_local_time": True}})
    assert local["timestamp_basis"] == "zone_assumed"
    assert event_of(load("plaso.jsonl"), {**record, "timestamp": 0})["timestamp"] is None


def l2t(**values: str) -> str:
    base = {
        "date": "03/30/2026", "time": "22:36:48", "timezone": "UTC", "MACB": "M...", "source": "LOG", "sourcetype": "Syslog",
        "type": "Recorded Time", "user": "dana", "host": "b", "short": "s", "desc": "d", "version": "2",
        "filename": "OS:/a", "inode": "1", "notes": "-", "format": "syslog", "extra": "-",
    }  # fmt: skip
    return ",".join((base | values).values())


@pytest.mark.parametrize(
    ("values", "us", "basis"),
    [
        ({}, US, "stated"),
        ({"timezone": "Europe/Berlin"}, US - 7_200_000_000, "stated"),
        ({"timezone": "EST"}, US + 18_000_000_000, "stated"),
        ({"timezone": "-"}, US, "zone_assumed"),
        ({"timezone": "nowhere/at/all"}, US, "zone_assumed"),
        ({"time": "22:36:48.424"}, US + 424_000, "stated"),
        ({"date": "00/00/0000", "time": "--:--:--"}, None, None),
    ],
)
def test_l2tcsv_times(values: dict[str, str], us: int | None, basis: str | None) -> None:
    found = row_of("plaso.l2tcsv", HEADER, l2t(**values))
    assert (found.get("timestamp"), found.get("timestamp_basis")) == (us, basis)


def test_l2tcsv_values() -> None:
    found = row_of("plaso.l2tcsv", HEADER, l2t(extra="http_response_code: 404; ip_address: 198.51.100.7; pid: 4"))
    assert (found["actor"], found["message"], found["resource"], found["timestamp_desc"]) == (
        "dana",
        "d",
        "OS:/a",
        "Recorded Time",
    )
    assert (found["src_ip"], found["status"], found["outcome"]) == ("198.51.100.7", 404, "failure")
    assert row_of("plaso.l2tcsv", HEADER, l2t(desc="-"))["message"] == "s"
    assert row_of("plaso.l2tcsv", HEADER, l2t(desc='"a, b"'))["message"] == "a, b"
    assert row_of("plaso.l2tcsv", HEADER, l2t(desc="a, b"))["message"] == "a, b"
    assert "actor" not in row_of("plaso.l2tcsv", HEADER, l2t(user="-"))


def test_a_quote_that_is_never_closed_costs_no_other_row() -> None:
    rows = [HEADER, l2t(desc='"open'), l2t(desc="next"), l2t()]
    done = run(load("plaso.l2tcsv"), "\n".join(rows).encode())
    assert [event["message"] for event in done.events] == ['"open', "next", "d"]


def test_rows_that_a_quote_joined_are_told_apart() -> None:
    rows = [
        "datetime,timestamp_desc,message,parser",
        '2026-03-30T22:36:48+00:00,a,"open,bash',
        "2026-03-30T22:36:49+00:00,b,two,x",
    ]
    rows += ['2026-03-30T22:36:50+00:00,c,closed",bash', "2026-03-30T22:36:51+00:00,d,four,x"]
    done = run(load("plaso.dynamic"), "\n".join(rows).encode())
    assert [(event["record"], event["message"]) for event in done.events] == [
        (1, '"open'), (1, "two"), (1, 'closed"'), (2, "four"),
    ]  # fmt: skip
    assert done.warnings == [(1, SEVERAL_ROWS)]
    quoted = run(load("plaso.dynamic"), f'{rows[0]}\n2026-03-30T22:36:48+00:00,a,"two\nlines, quoted",x\n'.encode())
    assert [event["message"] for event in quoted.events] == ["two\nlines, quoted"]


def test_l2tcsv_lines_that_are_none() -> None:
    parser = load("plaso.l2tcsv")
    assert reasons(parser.decode(Chunk(b"a,b\n"))) == [NOT_17]
    inside = parser.fields(l2t(extra="pid: 4; ppid: 1").encode(), b"", DecodeContext())["extra_fields"]
    assert inside == {"pid": "4", "ppid": "1"}


def test_plaso_rows_with_chosen_columns() -> None:
    header = "datetime,timestamp_desc,message,parser,username,some_stuff"
    found = row_of("plaso.dynamic", header, "2026-03-30T22:36:48.000000+00:00,Start Time,hello there,filestat,dana,-")
    assert (found["timestamp"], found["timestamp_desc"], found["actor"]) == (US, "Start Time", "dana")
    header = "date,time,timezone,macb,type,user,message_short,filename"
    found = row_of("plaso.dynamic", header, "2026-03-31,00:36:48,Europe/Berlin,M...,Start Time,dana,hi,log/a")
    assert (found["timestamp"], found["timestamp_basis"], found["message"]) == (US, "stated", "hi")
    assert (found["timestamp_desc"], found["resource"]) == ("Start Time", "log/a")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("message,datetime,timestamp_desc\na,b,c\n", "timesketch.csv"),
        ("datetime,timestamp_desc,source,source_long,message,parser,display_name,tag\n", "plaso.dynamic"),
        (
            "datetime,timestamp_desc,source,source_long,message,parser,display_name,tag,timestamp,data_type\n",
            "timesketch.csv",
        ),
        (f"{l2t()}\n{l2t()}\n", "plaso.l2tcsv"),
        ("message,time,level\na,b,c\n", None),
        ("date,time,timezone,message\na,b,c,d\n", None),
        ("03/30/2026,22:36:48,UTC,a\n", None),
        ("timestamp_desc,a\nb,c\n", None),
    ],
)
def test_which_is_which(data: str, kind: str | None) -> None:
    assert detect(Sample(data.encode())).kind == kind


def test_near_neighbours_of_the_json_formats() -> None:
    plain = {"message": "m", "timestamp": US}
    assert confidence(load("timesketch.jsonl"), plain) == 0
    assert confidence(load("timesketch.jsonl"), {**plain, "timestamp_desc": "d"}, plain, plain) == 40
    assert confidence(load("plaso.jsonl"), {**plain, "timestamp_desc": "d"}) == 0
    container = {**plain, "timestamp_desc": "d", "__container_type__": "event"}
    assert confidence(load("timesketch.jsonl"), container) == 0
    assert detect(Sample(json.dumps(container).encode())).kind == "plaso.jsonl"
