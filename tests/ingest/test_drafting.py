"""Drafts of mappings: what is guessed, why, and that every draft loads and ingests as it stands."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.ingest.drafting.draft import draft_mapping
from timeline.ingest.drafting.times import time_formats
from timeline.ingest.registry import parsers
from timeline.model.errors import UsageError
from timeline.model.field_path import write_field_path
from timeline.model.mapping import EventMapping, Origin
from timeline.model.mapping_file import parse_mapping
from timeline.model.parser import Sample
from timeline.text import visible


def drafted(data: str | bytes, name: str = "logs/gate-2026.ndjson") -> EventMapping:
    return parse_mapping(draft_mapping(Sample(data.encode() if isinstance(data, str) else data, name)).encode())


def ndjson(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def fed_by(mapping: EventMapping) -> dict[str, str]:
    return {name: written(origins[0]) for name, origins in mapping.fields.items()}


def written(origin: Origin) -> str:
    if origin.path is not None:
        return write_field_path(*origin.path.steps) + (f" {origin.word}" if origin.word else "")
    return "".join(
        part if isinstance(part, str) else f"{{{write_field_path(*part.steps)}}}" for part in origin.template
    )


GATEWAY = {
    "ts": "2026-03-30T22:36:48.424Z",
    "http": {"method": "GET", "host": "m.example.com", "path": "/a", "status": 200, "user_agent": "curl/8.5"},
    "client": {"ip": "198.51.100.7:50122"}, "server_ip": "10.0.0.1", "user": {"email": "dana@example.com"},
    "response_size": 7, "request_size": 9, "api_key": "sk-1", "ok": True,
}  # fmt: skip


def test_a_log_of_requests() -> None:
    mapping = drafted(ndjson(GATEWAY, GATEWAY))
    assert (mapping.format, mapping.kind) == ("json", "gate.log")
    (time,) = mapping.times
    assert (written(time.origins[0]), time.formats, time.desc) == ("ts", ("iso",), "request")
    assert fed_by(mapping) == {
        "src_ip": "client.ip", "user_agent": "http.user_agent", "status": "http.status", "actor": "user.email",
        "action": "http.method", "resource": "{http.host}{http.path}", "bytes_out": "response_size", "credential": "api_key",
    }  # fmt: skip
    assert mapping.fields["credential"][0].fingerprint


def test_the_draft_says_why_and_how_it_does() -> None:
    text = draft_mapping(Sample(ndjson(GATEWAY, GATEWAY, {"x": 1}).encode(), "a.ndjson"))
    assert "# Of 3 records in the sample 3 gave events, 2 of them with a time.\n" in text
    assert "  # by its name; 2 of 2 values are HTTP statuses, e.g. 200\n  status: http.status\n" in text
    assert "# not used: server_ip, request_size, ok, x\n" in text
    assert "sk-1" not in text


def test_a_csv_with_day_and_time_of_day_in_two_columns() -> None:
    mapping = drafted(
        "Date;Time;Badge User;Door;Result\n30.03.2026;22:36:48;dana;7;granted\n31.03.2026;01:00:00;kim;8;denied\n"
    )
    assert (mapping.format, written(mapping.times[0].origins[0])) == ("csv", "{Date} {Time}")
    assert mapping.times[0].formats == ("%d.%m.%Y %H:%M:%S",)
    assert fed_by(mapping) == {"actor": "Badge User", "outcome": "Result"}


def test_the_line_of_a_request_gives_action_and_resource() -> None:
    record = {
        "time": 1774910208.5,
        "request": "GET /a HTTP/1.1",
        "remote_addr": "2001:db8::9",
        "body_bytes_sent": "0",
    }
    mapping = drafted(ndjson(record))
    assert mapping.times[0].formats == ("epoch_s",)
    assert fed_by(mapping) == {
        "action": "request 1",
        "resource": "request 2",
        "src_ip": "remote_addr",
        "bytes_out": "body_bytes_sent",
    }


def test_addresses_are_known_by_their_values_unless_the_name_speaks_against_it() -> None:
    assert fed_by(drafted(ndjson({"a": "198.51.100.7"})))["src_ip"] == "a"
    assert "src_ip" not in fed_by(drafted(ndjson({"dst_ip": "198.51.100.7"})))
    assert "src_ip" not in fed_by(drafted(ndjson({"client_ip": "n/a"}, {"client_ip": "x"})))


def test_what_few_records_have_gives_way_and_others_stand_in() -> None:
    rare = {"created_at": "2026-03-30T22:36:48Z", "actor": "dana", "url": "/a"}
    usual = {"created_at": "2026-03-30T22:36:48Z", "username": "kim", "timestamp": None}
    mapping = drafted(ndjson(rare, *[usual] * 3, {"when": "2026-03-30T22:36:49Z", "username": "kim"}))
    assert [written(origin) for origin in mapping.times[0].origins] == ["created_at", "when"]
    assert [written(origin) for origin in mapping.fields["actor"]] == ["username", "actor"]


def test_an_address_of_mail_says_who_better_than_a_name() -> None:
    record = {"user": {"name": "Dana Example", "email": "dana@example.com"}}
    assert fed_by(drafted(ndjson(record)))["actor"] == "user.email"
    assert fed_by(drafted(ndjson({"actor": {"alternateId": "dana@example.com"}})))["actor"] == "actor.alternateId"


def test_w3c_logs_too() -> None:
    mapping = drafted("#Fields: date time c-ip cs-method sc-status\n2026-03-30 22:36:48 192.0.2.7 RETR 226\n")
    assert (mapping.format, written(mapping.times[0].origins[0])) == ("w3c", "{date} {time}")
    assert fed_by(mapping) == {"src_ip": "c-ip", "action": "cs-method", "status": "sc-status"}


def test_without_a_time_the_draft_says_so_and_still_loads() -> None:
    text = draft_mapping(Sample(b'{"who":"dana"}\n', "a"))
    assert "# no field holds times" in text
    assert "0 of them with a time" in text
    assert fed_by(parse_mapping(text.encode())) == {"actor": "who"}


@pytest.mark.parametrize(
    "data", [b"", b"just a line of text\n", b"\x00\x01\x02,", b"[]", b"{}", b"#Fields: a b\n", b"a,b\n"]
)
def test_what_holds_no_records_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match="holds no records"):
        draft_mapping(Sample(data, "x.bin"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-30T22:36:48Z", "iso"), ("2026-03-31 00:36:48+02:00", "iso"), ("1774910208", "epoch_s"),
        ("1774910208424", "epoch_ms"), ("1774910208424000", "epoch_us"), ("1774910208424000000", "epoch_ns"),
        ("Mar 30 22:36:48", "yearless"), ("30/Mar/2026:22:36:48 +0000", "%d/%b/%Y:%H:%M:%S %z"),
        ("3/30/2026, 11:17:59.250 PM", "%m/%d/%Y, %I:%M:%S.%f %p"), ("30/03/2026 22:36:48", "%d/%m/%Y %H:%M:%S"),
        ("2026-03-30", "%Y-%m-%d"), ("Mon, 30 Mar 2026 22:36:48 GMT", "%a, %d %b %Y %H:%M:%S GMT"), ("7", None), ("soon", None),
        ("2026-03-30T22:36:48+99:00", None),
    ],
)  # fmt: skip
def test_formats_of_times(value: str, expected: str | None) -> None:
    assert next(iter(time_formats((value,))), None) == expected


SAMPLES = [
    sample
    for parser in parsers().values()
    for sample in parser.SAMPLES
    if parser.FRAMING in {"json", "csv"} or b"#Fields:" in sample
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_sample_of_every_format_gets_a_draft_that_reads_all_of_it(sample: bytes) -> None:
    text = draft_mapping(Sample(sample, "a.log"))
    assert parse_mapping(text.encode()).times
    assert int(text.splitlines()[1].split()[7]) > 0  # records that gave events


HIDDEN = "\u202e\x1b[31m\u2028\ufffe\u3164" + "\u0301" * 9
NAMES = st.one_of(
    st.sampled_from(["ip", "user", "ts", "path", "host", "a.b", "{x}", 'q"', "é", "no", "0", HIDDEN]),
    st.text(max_size=6),
)
ODD = ["198.51.100.7", "2026-03-30T22:36:48Z", "GET", "/a", HIDDEN, '{"a":1}', "GET / HTTP/1.1"]
PLAIN: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.sampled_from(ODD)
)
VALUES = st.one_of(PLAIN, st.lists(PLAIN, max_size=2), st.dictionaries(NAMES, PLAIN, max_size=2))


@settings(max_examples=60, deadline=None)
@given(records=st.lists(st.dictionaries(NAMES, VALUES, max_size=5), min_size=1, max_size=4))
def test_any_records_get_a_draft_that_loads(records: list[dict[str, Any]]) -> None:
    text = draft_mapping(Sample(ndjson({"x": 1}, *records).encode(), "a.log"))
    assert parse_mapping(text.encode()).format == "json"
    assert all(visible(line) == line for line in text.split("\n"))
