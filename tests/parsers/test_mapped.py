"""Records of any make read by a mapping: what each key of a mapping does to the values of a record."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.lib.mapping import NOT_WANTED
from parsers.lib.w3c_records import NO_FIELDS, OTHER_COUNT
from tests.parsers.one_record import stated
from tests.parsers.registry import Event, load
from tests.parsers.test_conformance import check_event
from timeline.model.event import TEXT_FIELDS
from timeline.model.fingerprint import fingerprint, is_fingerprint
from timeline.model.mapping import mapping_text
from timeline.model.mapping_file import parse_mapping, shipped_mappings
from timeline.model.parser import Chunk, DecodeContext, Decoded, Sample


def decoded(mapping: str, data: bytes, header: bytes = b"", **context: Any) -> Decoded:
    rule = parse_mapping(mapping.encode())
    said = DecodeContext(mapping=mapping_text(rule), **context)
    spans = ((0, len(data)),) if rule.format == "csv" else None
    return load(rule.parser_kind).decode(Chunk(data, spans=spans, header=header, context=said))


def event(fields: str, record: object, time: str = "time: t") -> Event:
    mapping = f"format: json\nkind: a\n{time}\nfields: {{{fields}}}"
    (found,) = decoded(mapping, json.dumps(record).encode()).events.to_pylist()
    return stated(found)


def value(field: str, origin: str, record: object) -> Any:
    return event(f"{field}: {origin}", record).get(field)


@pytest.mark.parametrize(
    ("field", "origin", "record", "expected"),
    [
        ("actor", "u", {"u": "dana"}, "dana"),
        ("actor", "u", {"u": "-"}, None),
        ("actor", "u", {"u": ""}, None),
        ("actor", "u", {"u": 7}, "7"),
        ("actor", "u", {"u": True}, "true"),
        ("actor", "u", {"u": {"x": 1}}, None),
        ("actor", "u", {"u": [None, "-", "kim"]}, "kim"),
        ("actor", "u.n", {"u": {"n": "dana"}}, "dana"),
        ("actor", "u.n", {"u.n": "dana"}, "dana"),
        ("actor", "u.n", {"u": '{"n":"dana"}'}, "dana"),
        ("actor", "u.n", {"u": [1]}, None),
        ("actor", "'u[-1].n'", {"u": [{"n": "a"}, {"n": "b"}]}, "b"),
        ("actor", "'u[5]'", {"u": ["a"]}, None),
        ("actor", "'u[0]'", {"u": '["a"]'}, "a"),
        ("actor", "[x, u]", {"x": "-", "u": "kim"}, "kim"),
        ("actor", "{constant: ci}", {}, "ci"),
        ("actor", "[u, {constant: nobody}]", {}, "nobody"),
        ("resource", "'{h}{p}'", {"h": "h", "p": "/x"}, "h/x"),
        ("resource", "'{h}{p}'", {"h": "h"}, None),
        ("resource", "{field: p, decode: percent}", {"p": "/a%20b%ff"}, "/a b\ufffd"),
        ("user_agent", "{field: p, decode: plus}", {"p": "curl/8+x"}, "curl/8 x"),
        ("action", "{field: r, word: 1}", {"r": "GET /x HTTP/1.1"}, "GET"),
        ("resource", "{field: r, word: 2}", {"r": "GET /x y"}, "/x"),
        ("resource", "{field: r, word: 4}", {"r": "GET /x HTTP/1.1"}, None),
        ("outcome", "r", {"r": "Blocked"}, "denied"),
        ("outcome", "r", {"r": 403}, "denied"),
        ("outcome", "r", {"r": "who knows"}, None),
        ("outcome", "{field: r, values: {'0': success}, other: failure}", {"r": 0}, "success"),
        ("outcome", "{field: r, values: {'0': success}, other: failure}", {"r": 5}, "failure"),
        ("outcome", "{field: r, values: {'0': success}}", {"r": 5}, None),
        ("status", "s", {"s": "404"}, 404),
        ("status", "s", {"s": 0}, None),
        ("status", "s", {"s": "x"}, None),
        ("status", "s", {"s": 1 << 40}, None),
        ("bytes_out", "b", {"b": "12.7"}, 12),
        ("bytes_out", "b", {"b": -1}, None),
        ("src_ip", "i", {"i": "198.51.100.7:443, 10.0.0.1"}, "198.51.100.7"),
        ("src_ip", "{field: i, proxies: 1}", {"i": "6.6.6.6, 198.51.100.7"}, "198.51.100.7"),
        ("src_ip", "{field: i, proxies: 2}", {"i": ["6.6.6.6", "198.51.100.7", "10.0.0.1"]}, "198.51.100.7"),
        ("src_ip", "{field: i, proxies: 9}", {"i": "198.51.100.7"}, "198.51.100.7"),
        ("src_ip", "{field: i, proxies: 1}", {"i": " , "}, None),
    ],
)
def test_values(field: str, origin: str, record: object, expected: Any) -> None:
    assert value(field, origin, record) == expected


def test_of_a_secret_only_the_fingerprint_is_kept_which_needs_a_key() -> None:
    mapping = "format: json\nkind: a\ntime: t\nfields: {credential: {field: k, fingerprint: true}}"
    keyed = decoded(mapping, b'{"k":"hunter2"}', fingerprint_key=b"key").events.column("credential").to_pylist()
    assert keyed == [fingerprint(b"key", "hunter2")]
    assert decoded(mapping, b'{"k":"hunter2"}').events.column("credential").to_pylist() == [None]


def test_the_outcome_follows_from_the_status_unless_it_is_mapped() -> None:
    assert event("status: s", {"s": 401})["outcome"] == "denied"
    assert event("status: s, outcome: o", {"s": 401, "o": "ok"})["outcome"] == "success"
    assert "outcome" not in event("status: s, outcome: o", {"s": 401})


@pytest.mark.parametrize(
    ("time", "record", "us", "desc", "basis"),
    [
        ("time: t", {"t": "2026-03-30T22:36:48Z"}, 1774910208000000, "event", "stated"),
        ("time: t", {"t": "2026-03-30 22:36:48"}, 1774910208000000, "event", "zone_assumed"),
        ("time: {field: t, format: epoch_ms}", {"t": 1774910208424}, 1774910208424000, "event", "stated"),
        ("time: {field: t, format: epoch_ns}", {"t": "1774910208424000999"}, 1774910208424000, "event", "stated"),
        ("time: {field: t, format: [epoch_s, epoch_ms]}", {"t": 1774910208424}, 1774910208424000, "event", "stated"),
        ("time: {field: t, format: [epoch_s, epoch_ms]}", {"t": 1774910208}, 1774910208000000, "event", "stated"),
        ("time: {field: t, format: '%d/%b/%Y %H:%M', desc: found}", {"t": "30/Mar/2026 22:36"}, 1774910160000000, "found",
         "zone_assumed"),
        ("time: {field: '{d} {c}'}", {"d": "2026-03-30", "c": "22:36:48"}, 1774910208000000, "event", "zone_assumed"),
        ("time: {field: [x, t]}", {"x": "soon", "t": "2026-03-30T22:36:48Z"}, 1774910208000000, "event", "stated"),
        ("time: [{field: x, desc: a}, {field: t, desc: b}]", {"t": "2026-03-30T22:36:48Z"}, 1774910208000000, "b", "stated"),
    ],
)  # fmt: skip
def test_times(time: str, record: object, us: int, desc: str, basis: str) -> None:
    found = event("", record, time)
    assert (found["timestamp"], found["timestamp_desc"], found["timestamp_basis"]) == (us, desc, basis)


def test_a_time_that_cannot_be_read_is_a_warning() -> None:
    done = decoded("format: json\nkind: a\ntime: t", b'{"t":"soon"}')
    assert done.events.num_rows == 1
    assert done.warnings == [(1, "the record states no time that can be read")]


def test_the_zone_of_the_call_holds_for_times_without_one() -> None:
    done = decoded("format: json\nkind: a\ntime: t", b'{"t":"2026-03-31 00:36:48"}', zone="Europe/Berlin")
    assert done.events.column("timestamp").to_pylist() == [1774910208000000]


def test_only_records_that_are_wanted() -> None:
    mapping = "format: json\nkind: a\ntime: t\nwhen: {type: [a, b], ok: true}\nfields: {actor: u}"
    lines = b'{"type":"a","ok":true,"u":"1"}\n{"type":"c","ok":true}\n{"type":"b","u":"2"}\n'
    done = decoded(mapping, lines)
    assert done.events.column("actor").to_pylist() == ["1"]
    assert [(refusal.record, refusal.reason) for refusal in done.ignored] == [(2, NOT_WANTED), (3, NOT_WANTED)]


def test_a_provider_id_gets_the_hash_of_its_content() -> None:
    done = decoded("format: json\nkind: a\ntime: t\nfields: {uid: id}", b'{"id":"x1"}\n{"id":""}\n')
    assert [content is None for content in done.events.column("content").to_pylist()] == [False, True]


def test_rows_of_csv() -> None:
    mapping = "format: csv\nkind: door.log\ntime: {field: '{Day} {Clock}'}\nfields: {actor: Who, resource: '#4', status: data.code}"
    row = b'30.3.,12,"Example, Dana",Door 7,"{""code"":403}"'
    (found,) = decoded(mapping, row, b"Day,Clock,Who,,data").events.to_pylist()
    assert stated(found) | {"timestamp_desc": None} == {
        "kind": "door.log", "timestamp_desc": None, "actor": "Example, Dana", "resource": "Door 7", "status": 403,
        "outcome": "denied",
    }  # fmt: skip


def test_lines_of_w3c() -> None:
    agent = "user_agent: {field: cs(User-Agent), decode: plus}"
    mapping = f"format: w3c\nkind: ftp.log\ntime: '{{date}} {{time}}'\nfields: {{src_ip: c-ip, {agent}}}"
    lines = b'#Software: x\n22:36:48 192.0.2.7 curl/8+x\n22:36:49 192.0.2.7\n22:36:50 - "a b"\n'
    done = decoded(mapping, lines, b"#Date: 2026-03-30 00:00:00\n#Fields: time c-ip cs(User-Agent)")
    assert done.events.column("timestamp").to_pylist() == [1774910208000000, 1774910210000000]
    assert done.events.column("src_ip").to_pylist() == ["192.0.2.7", None]
    assert done.events.column("user_agent").to_pylist() == ["curl/8 x", "a b"]
    assert [(refusal.record, refusal.reason) for refusal in done.rejects] == [(3, OTHER_COUNT)]
    assert [refusal.record for refusal in done.ignored] == [1]
    assert [refusal.reason for refusal in decoded(mapping, b"a\n").rejects] == [NO_FIELDS]


def test_fields_are_all_of_the_record() -> None:
    parser = load("mapped.json")
    said = DecodeContext(mapping=mapping_text(parse_mapping(b"format: json\nkind: a\ntime: t")))
    assert parser.fields(b'{"t":1,"deep":{"er":[1]}}', b"", said) == {"t": 1, "deep": {"er": [1]}}
    assert load("mapped.csv").fields(b"1,2", b"a,b", said) == {"a": "1", "b": "2"}
    assert load("mapped.w3c").fields(b"1 2", b"#Fields: a b", said) == {"a": "1", "b": "2"}


FASTLY = (
    {"timestamp": "2026-03-30T22:36:48+0000", "client_ip": "198.51.100.7", "host": "w.example.com", "url": "/m/a.bin",
     "request_method": "GET", "request_user_agent": "curl/8", "response_status": 200, "response_body_size": 5,
     "fastly_server": "cache-fra1"},
    {"service_id": "s1", "time_start": 1774910208000, "client_ip": "198.51.100.7", "request": "GET",
     "host": "w.example.com", "url": "/m/a.bin", "request_user_agent": "curl/8", "status": "200", "resp_body_size": "5"},
)  # fmt: skip


@pytest.mark.parametrize("record", FASTLY)
def test_fastly(record: object) -> None:
    found = shipped("fastly", record)
    assert found["timestamp"] == 1774910208000000
    assert (found["kind"], found["action"], found["outcome"], found["status"]) == ("web.fastly", "GET", "success", 200)
    assert (found["src_ip"], found["user_agent"], found["bytes_out"]) == ("198.51.100.7", "curl/8", 5)
    assert found["resource"] == "w.example.com/m/a.bin"


def test_hugging_face_audit() -> None:
    record = {
        "_id": "e1", "createdAt": "2026-03-30T22:36:48.424Z", "type": "repo.update_settings", "ip": "198.51.100.0",
        "author": {"user": "dana"}, "repo": {"type": "model", "name": "example/llm"}, "organization": "example",
        "message": "Changed visibility to public",
    }  # fmt: skip
    found = shipped("huggingface-audit", record)
    assert (found["action"], found["actor"], found["resource"]) == ("repo.update_settings", "dana", "example/llm")
    assert (found["account"], found["src_ip"], found["uid"]) == ("example", "198.51.100.0", "e1")
    assert found["message"] == "Changed visibility to public"


def test_hugging_face_downloads() -> None:
    record = {
        "timestamp": "2026-03-30T22:36:48Z", "user": "dana", "token": "hf_secret", "ip": "2001:db8::9", "status": 206,
        "repo_id": "example/llm", "revision": "main", "path": "model-00001.safetensors", "bytes_sent": 734003200,
        "user_agent": "unknown/None; hf_hub/0.24; python/3.11",
    }  # fmt: skip
    found = shipped("huggingface-downloads", record)
    assert found["resource"] == "example/llm/resolve/main/model-00001.safetensors"
    assert (found["action"], found["outcome"], found["bytes_out"]) == ("GET", "success", 734003200)
    assert is_fingerprint(str(found["credential"]))
    assert "hf_secret" not in str(found)


def shipped(name: str, record: object) -> Event:
    mapping = shipped_mappings()[name]
    context = DecodeContext(mapping=mapping_text(mapping), fingerprint_key=b"key")
    chunk = Chunk(json.dumps(record).encode(), context=context)
    (found,) = load(mapping.parser_kind).decode(chunk).events.to_pylist()
    return stated(found)


@pytest.mark.parametrize(
    "data",
    [
        b'{"timestamp":"2026-03-30T22:36:48Z","actor":"dana","action":"GET","src_ip":"198.51.100.7"}\n',
        b'{"timestamp":1,"datetime":"2026-03-30T22:36:48Z","timestamp_desc":"a","message":"m","actor":"x","action":"y"}\n',
        b'{"key":"k","source":"s","timestamp":1,"timestamp_desc":"a","actor":"x","action":"y"}\n',
        b"timestamp,actor,action,src_ip\n1,2,3,4\n",
        b"message,timestamp,datetime,timestamp_desc,actor,action\n1,2,3,4,5,6\n",
        b"#Fields: date time c-ip cs-method\n1 2 3 4\n",
        b'["timestamp","timestamp_desc","actor","action"]\n',
    ],
)
def test_only_our_own_names_are_claimed_without_a_mapping(data: bytes) -> None:
    assert [load(f"mapped.{form}").sniff(Sample(data)).confidence for form in ("json", "csv", "w3c")] == [0, 0, 0]


ANY_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abcd"), inner, max_size=3)),
    max_leaves=8,
)
ORIGINS = [
    "a", "a.b", "'a[0]'", "'a[-1].b'", "'{a}-{b}'", "[a, b.c]", "{field: a, word: 2}", "{field: a, decode: percent}",
    "{field: a, decode: plus}", "{field: a, values: {x: success}, other: failure}", "{constant: '-'}",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    record=st.dictionaries(st.sampled_from("abcd"), ANY_JSON, max_size=4),
    chosen=st.lists(st.sampled_from(ORIGINS), min_size=6, max_size=6),
    time=st.sampled_from(["a", "{field: [a, b.c], format: [iso, epoch_ms, epoch_ns, '%d.%m.%y', yearless]}"]),
)
def test_whatever_stands_in_a_record_the_event_keeps_to_the_model(record: object, chosen: list[str], time: str) -> None:
    names = ("actor", "resource", "status", "bytes_out", "src_ip", "uid")
    origins = ", ".join(f"{name}: {origin}" for name, origin in zip(names, chosen, strict=True))
    mapping = f"format: json\nkind: a\ntime: {time}\nfields: {{{origins}, timestamp_desc: d, outcome: b}}"
    data = json.dumps(record).encode()
    done = decoded(mapping, data)
    assert (done.records, done.events.num_rows) == (1, 1)
    (found,) = done.events.to_pylist()
    check_event(load("mapped.json"), found, len(data))
    assert all(found[name] is None or isinstance(found[name], str) for name in TEXT_FIELDS)
