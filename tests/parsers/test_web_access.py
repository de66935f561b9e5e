import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import web_access
from parsers.lib.access_events import ROLES, access_events
from parsers.lib.access_line import CLEAN, split_access_line
from parsers.lib.clf_time import read_time
from parsers.lib.columns import chunk_lines
from parsers.lib.log_format import compile_log_format
from parsers.lib.splitting import split_lines
from timeline.model.errors import UsageError
from timeline.model.parser import Chunk, DecodeContext, Sample
from timeline.model.time import parse_iso

COMBINED_NGINX = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'
)
TAIL = ' - - [30/Mar/2026:23:17:59 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8"'


def us(text: str) -> int:
    moment = parse_iso(text)
    assert moment is not None
    return moment[0]


def events(data: bytes, **context: str) -> list[dict[str, object]]:
    decoded = web_access.decode(Chunk(data, context=DecodeContext(**context)))  # type: ignore[arg-type]  # texts only
    return decoded.events.to_pylist()  # type: ignore[no-any-return]  # Arrow is untyped


def event(line: str, **context: str) -> dict[str, object]:
    (found,) = events(line.encode(), **context)
    return found


def test_combined_line() -> None:
    line = '192.0.2.7 - alice [30/Mar/2026:23:17:59 +0200] "GET /a?b=%20c HTTP/1.1" 200 512 "https://x/" "curl/8.5"'
    found = event(line)
    wanted = {
        "timestamp": us("2026-03-30T21:17:59Z"),
        "timestamp_desc": "request",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "record": 1,
        "offset": 0,
        "length": len(line),
        "kind": "web.access",
        "action": "GET",
        "outcome": "success",
        "actor": "alice",
        "src_ip": "192.0.2.7",
        "user_agent": "curl/8.5",
        "resource": "/a?b=%20c",
        "bytes_out": 512,
        "status": 200,
    }
    assert {name: value for name, value in found.items() if value is not None} == wanted


@pytest.mark.parametrize(
    ("head", "client", "user"),
    [
        ("192.0.2.7 - -", "192.0.2.7", None),
        ("2001:db8::7 - -", "2001:db8::7", None),
        ("[2001:db8::7] - -", "2001:db8::7", None),
        ("[2001:db8::7]:4711 - -", "2001:db8::7", None),
        ("192.0.2.7:4711 - -", "192.0.2.7", None),
        ("192.0.2.7 - John Smith", "192.0.2.7", "John Smith"),
        ('192.0.2.7 - ""', "192.0.2.7", None),
        ("192.0.2.7 -", "192.0.2.7", None),
        ("192.0.2.7", "192.0.2.7", None),
        ("www.example.com 192.0.2.7 - bob", "192.0.2.7", "bob"),
        ("www.example.com:443 2001:db8::7 - bob", "2001:db8::7", "bob"),
        ("www.example.com client.example.net - bob", "client.example.net", "bob"),
        ("203.0.113.1 192.0.2.7 - -", "192.0.2.7", None),
        ("203.0.113.1 10.0.0.7 - -", "203.0.113.1", None),
        ("198.51.100.4, 10.0.0.1 - -", "198.51.100.4", None),
        ("198.51.100.4, 10.0.0.1 10.0.0.2 - eve", "198.51.100.4", "eve"),
        ('"198.51.100.4, 10.0.0.1" 10.0.0.2 - eve', "198.51.100.4", "eve"),
        ('"-" 10.0.0.2 - eve', "10.0.0.2", "eve"),
        ("www.example.com 192.0.2.7 - 0123456789abcdef0123456789abcdef bob", "192.0.2.7", "bob"),
        ("Mar 30 23:17:59 web1 nginx: 192.0.2.7 - bob", "192.0.2.7", "bob"),
        ("<190>Mar  3 23:17:59 web1 httpd[811]: 192.0.2.7 - bob", "192.0.2.7", "bob"),
    ],
)
def test_who_stands_before_the_time(head: str, client: str, user: str | None) -> None:
    found = event(head + ' [30/Mar/2026:23:17:59 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8"')
    assert (found["src_ip"], found["actor"]) == (client, user)
    assert (found["resource"], found["status"], found["user_agent"]) == ("/a", 200, "curl/8")


@pytest.mark.parametrize("head", ["\x1c192.0.2.7", "192.0.2.7\u0085", "\t192.0.2.7", "192.0.2.7:80", "192.0.2.7"])
@pytest.mark.parametrize("neighbour", ["192.0.2.9", "192.0.2.9:80", "192.0.2.9, 10.0.0.1"])
def test_the_client_does_not_depend_on_the_lines_around(head: str, neighbour: str) -> None:
    first, _ = events(f"{head}{TAIL}\n{neighbour}{TAIL}\n".encode())
    assert first["src_ip"] == "192.0.2.7"


@pytest.mark.parametrize(
    ("request_line", "action", "resource"),
    [
        ("GET / HTTP/1.1", "GET", "/"),
        ("GET /a b c HTTP/1.1", "GET", "/a b c"),
        ("PROPFIND https://example.com/x HTTP/2.0", "PROPFIND", "https://example.com/x"),
        ("-", None, None),
        ("", None, None),
        ("HEAD - HTTP/1.1", "HEAD", None),
        ("HELP", None, "HELP"),
        ("GET /no-protocol", None, "GET /no-protocol"),
        (r"\x16\x03\x01", None, r"\x16\x03\x01"),
        (r"GET /a\"b HTTP/1.1", "GET", r"/a\"b"),
        ('GET /<script>alert("x")</script> HTTP/1.0', "GET", '/<script>alert("x")</script>'),
    ],
)
def test_request_lines(request_line: str, action: str | None, resource: str | None) -> None:
    found = event(f'192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "{request_line}" 404 1164')
    assert (found["action"], found["resource"], found["status"]) == (action, resource, 404)


@pytest.mark.parametrize(
    ("status", "number", "outcome"),
    [
        ("200", 200, "success"),
        ("401", 401, "denied"),
        ("403", 403, "denied"),
        ("500", 500, "failure"),
        ("-", None, None),
    ],
)
def test_outcome_is_by_status(status: str, number: int | None, outcome: str | None) -> None:
    found = event(f'192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET / HTTP/1.1" {status} -')
    assert (found["status"], found["outcome"], found["bytes_out"]) == (number, outcome, None)


def test_status_zero_is_no_status() -> None:
    found = event('192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET / HTTP/1.1" 000 0')
    assert (found["status"], found["outcome"], found["bytes_out"]) == (None, None, 0)


@pytest.mark.parametrize(
    ("rest", "agent"),
    [
        ('"-" "-"', None),
        ('"" ""', None),
        ('"-" "curl/8" "-"', "curl/8"),
        ('"-" "curl/8" "203.0.113.1" 0.004', "curl/8"),
        ('0.004 "-" "curl/8"', "curl/8"),
        (r'"-" "a \"b\" c"', r"a \"b\" c"),
        ('"-" "a "b" c"', 'a "b" c'),
        ('"curl/8"', "curl/8"),
        ('"https://example.com/"', None),
        ('"-" "caf\u00e9"', "caf\u00e9"),
    ],
)
def test_what_follows_the_bytes(rest: str, agent: str | None) -> None:
    assert event(f'192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET / HTTP/1.1" 200 5 {rest}')["user_agent"] == agent


def test_nginx_proxy_manager_and_other_lines_that_start_with_the_time() -> None:
    found = events(web_access.SAMPLES[4])
    assert [(e["src_ip"], e["action"], e["resource"], e["status"], e["bytes_out"]) for e in found] == [
        ("192.0.2.7", "GET", "/backup.tar.gz", 200, 1048576),
        ("203.0.113.9", "GET", "/admin", 403, 548),
    ]
    start = "[30/Mar/2026:23:17:59 +0000] "
    plus = event(start + 'www.example.com 192.0.2.7 0.01 "GET /x HTTP/2.0" 200 12 300 https://example.com/ curl/8 (x)')
    assert (plus["src_ip"], plus["status"], plus["bytes_out"], plus["user_agent"]) == (
        "192.0.2.7",
        200,
        12,
        "curl/8 (x)",
    )
    tls = event(start + '192.0.2.7 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 "GET /x HTTP/1.1" 512')
    assert (tls["src_ip"], tls["status"], tls["bytes_out"]) == ("192.0.2.7", None, 512)


def test_records_are_physical_lines_and_all_are_accounted_for() -> None:
    data = f"192.0.2.1{TAIL}\r\n\r\n{'x' * 10}\n192.0.2.2{TAIL}".encode()
    decoded = web_access.decode(Chunk(data, offset=1000, first_record=5))
    assert decoded.records == 4
    assert [(r.record, r.offset, r.length, r.reason) for r in decoded.ignored] == [
        (6, 1000 + len(TAIL) + 11, 0, "blank line")
    ]
    assert [(r.record, r.length, r.reason) for r in decoded.rejects] == [(7, 10, web_access.NOT_THIS_FORMAT)]
    spans = [(e["record"], e["offset"], e["length"]) for e in decoded.events.to_pylist()]
    assert spans[0] == (5, 1000, len(TAIL) + 9)
    assert data[spans[1][1] - 1000 :] == f"192.0.2.2{TAIL}".encode()


def test_times() -> None:
    def at(text: str, **context: str) -> tuple[object, object, object]:
        found = event(f'192.0.2.7 - - [{text}] "GET / HTTP/1.1" 200 5', **context)
        return found["timestamp"], found["timestamp_precision"], found["timestamp_basis"]

    assert at("01/Jan/2026:00:30:00 +0130") == (us("2025-12-31T23:00:00Z"), 1_000_000, "stated")
    assert at("31/Dec/2016:23:59:60 +0000") == (us("2017-01-01T00:00:00Z"), 1_000_000, "stated")
    assert at("2026-03-30T23:17:59-05:00") == (us("2026-03-31T04:17:59Z"), 1_000_000, "stated")
    assert at("30/Mar/2026:23:17:59.250 +0000") == (us("2026-03-30T23:17:59.250Z"), 1000, "stated")
    assert at("30/Mar/2026:23:17:59") == (us("2026-03-30T23:17:59Z"), 1_000_000, "zone_assumed")
    assert at("30/Mar/2026:23:17:59", zone="Europe/Berlin") == (us("2026-03-30T21:17:59Z"), 1_000_000, "zone_assumed")


def test_a_time_that_is_none_leaves_the_event_undated_with_a_warning() -> None:
    for text in ("31/Feb/2026:23:17:59 +0000", "30/Mai/2026:23:17:59 +0000", "30/Mar/0000:23:17:59 +0000"):
        data = f'192.0.2.7 - - [{text}] "GET / HTTP/1.1" 200 5\n'.encode()
        decoded = web_access.decode(Chunk(data))
        (found,) = decoded.events.to_pylist()
        assert (found["timestamp"], found["timestamp_precision"], found["timestamp_basis"]) == (None, None, None)
        assert found["resource"] == "/"
        assert [number for number, _ in decoded.warnings] == [1]


def test_a_line_that_ends_inside_the_agent_is_an_event_with_a_warning() -> None:
    decoded = web_access.decode(Chunk(b"192.0.2.7" + TAIL[:-1].encode()))
    assert decoded.events.num_rows == 1
    assert decoded.warnings == [(1, web_access.CUT)]


def test_fields_name_everything() -> None:
    line = f'www.example.com:443 192.0.2.7{TAIL} 0.25 "x"'.encode()
    found = web_access.fields(line, b"", DecodeContext())
    assert found == {
        "vhost": "www.example.com:443",
        "remote_host": "192.0.2.7",
        "identity": "-",
        "user": "-",
        "time": "30/Mar/2026:23:17:59 +0000",
        "request": "GET /a HTTP/1.1",
        "method": "GET",
        "target": "/a",
        "protocol": "HTTP/1.1",
        "status": "200",
        "bytes": "5",
        "referer": "-",
        "user_agent": "curl/8",
        "extra": ["0.25", "x"],
    }
    assert web_access.fields(b"nothing", b"", DecodeContext()) == {}


def test_a_given_format_is_exact() -> None:
    layout = '%{X-Forwarded-For}i %h %l %u %t "%r" %>s %b %D'
    found = event(
        '198.51.100.4, 10.0.0.1 10.0.0.2 - bob [30/Mar/2026:23:17:59 +0000] "GET /a HTTP/1.1" 200 5 901',
        log_format=layout,
    )
    assert (found["src_ip"], found["actor"], found["bytes_out"]) == ("198.51.100.4", "bob", 5)
    none = event('- 10.0.0.2 - bob [30/Mar/2026:23:17:59 +0000] "GET /a HTTP/1.1" 200 5 901', log_format=layout)
    assert none["src_ip"] == "10.0.0.2"
    refused = web_access.decode(Chunk(f"192.0.2.7{TAIL}\n".encode(), context=DecodeContext(log_format=layout)))
    assert [reject.reason for reject in refused.rejects] == [web_access.NOT_THE_LOG_FORMAT]
    fields = web_access.fields(
        b'- 10.0.0.2 - bob [30/Mar/2026:23:17:59 +0000] "GET /a HTTP/1.1" 200 5 901',
        b"",
        DecodeContext(log_format=layout),
    )
    assert fields["duration_us"] == "901"
    assert fields["method"] == "GET"


def test_a_format_that_cannot_be_understood_is_an_error() -> None:
    with pytest.raises(UsageError, match="column 4"):
        web_access.decode(Chunk(b"x\n", context=DecodeContext(log_format="%h %Y")))


def test_a_zone_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(UsageError, match="Atlantis"):
        web_access.decode(Chunk(b"x\n", context=DecodeContext(zone="Sea/Atlantis")))


@pytest.mark.parametrize(
    ("name", "confidence"), [("common", 95), ("mixed", 85), ("few", 60), ("json", 0), ("traefik", 40), ("undated", 0)]
)
def test_sniffing(name: str, confidence: int) -> None:
    good = f"192.0.2.7{TAIL}\n"
    data = {
        "common": good,
        "mixed": good * 3 + "[Thu Oct 13 12:24:49 2026] [core:error] something\n" * 2,
        "few": good + "a line of something else\n" * 3,
        "json": '{"a": "192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] x"}\n',
        "traefik": f'192.0.2.7{TAIL} 17 "web@docker" "http://10.0.0.3:80" 12ms\n',
        "undated": good.replace("Mar", "Foo"),
    }[name]
    assert web_access.sniff(Sample(data.encode())).confidence == confidence


piece = st.one_of(
    st.sampled_from(
        ["192.0.2.7", "2001:db8::1", "www.example.com:80", "www.example.com", "-", "bob", "a, b", "10.0.0.1,",
         '"x, y"', '""', "[", "]",
         "[30/Mar/2026:23:17:59 +0000]", "[31/Feb/2026:23:17:59 +0000]", "[1]",
         '"GET / HTTP/1.1"', '"GET /a b HTTP/1.1"',
         '"-"', '"a\\"b"',
         '"\\\\"', "200", "404", "-", "512", "0.004", '"curl/8"', '"', "\\", "caf\u00e9", "\t", "GET"]
    ),
    st.text(alphabet='ab1.:,-"[]\\ /\u00e9', max_size=6),
)  # fmt: skip
line_text = st.one_of(
    st.lists(piece, max_size=12).map(" ".join),
    st.builds(
        lambda head, time, request, rest: f'{head} [{time}] "{request}" {rest}',
        st.lists(piece, min_size=1, max_size=5).map(" ".join),
        st.sampled_from(["30/Mar/2026:23:17:59 +0000", "30/Mar/2026:25:17:59 +0000", "30/Mar/2026:23:17:59"]),
        st.sampled_from(["GET / HTTP/1.1", "-", "", 'GET /"x" HTTP/1.1', r"\x16", "a b"]),
        st.builds(
            lambda numbers, more: f"{numbers} {' '.join(more)}".strip(),
            st.sampled_from(["200 5", "- -", "200 99999999999999999999"]),
            st.lists(piece, max_size=4),
        ),
    ),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(line_text, min_size=1, max_size=5))
def test_columns_and_single_lines_agree(texts: list[str]) -> None:
    data = "\n".join(text.replace("\n", " ") for text in texts).encode() + b"\n"
    whole = web_access.decode(Chunk(data))
    plain = list(zip(*(column.to_pylist() for column in whole.events.columns[:22]), strict=True))
    # a byte that is not UTF-8 in a line of its own does not disturb the others; an escaped quote takes the slow way
    forced = web_access.decode(Chunk(data + b'\xff\\"\n'))
    assert list(zip(*(column.to_pylist() for column in forced.events.columns[:22]), strict=True)) == plain
    for text in texts:
        one = split_access_line(text)
        row = [e for e in whole.events.to_pylist() if data[e["offset"] : e["offset"] + e["length"]] == text.encode()]
        assert bool(row) == (one is not None or not text.strip()) or not text.strip()


@settings(deadline=None, max_examples=150)
@given(line_text)
def test_clean_lines_are_split_alike_both_ways(text: str) -> None:
    lines = chunk_lines(Chunk(text.replace("\n", " ").encode() + b"\n"))
    names = (*ROLES, "cut")
    found = []
    for shapes in (CLEAN, ()):
        split = split_lines(lines, shapes, names, web_access._split_common, "no")
        columns = {name: column for name, column in split.columns.items() if name != "cut"}
        batch, warnings = access_events("web.access", lines, split.rows, columns, read_time)
        found.append((batch.to_pylist(), warnings, split.rejects, split.ignored, split.columns["cut"].to_pylist()))
    assert found[0] == found[1]


@settings(deadline=None, max_examples=100)
@given(line_text)
def test_a_format_given_decodes_alike_both_ways(text: str) -> None:
    lines = chunk_lines(Chunk(text.replace("\n", " ").encode() + b"\n"))
    for layout in (compile_log_format("combined"), compile_log_format(COMBINED_NGINX)):
        groups = [group for group, _ in layout.names]
        ways = [split_lines(lines, shapes, groups, layout.split, "no") for shapes in (layout.shapes, ())]
        assert {n: c.to_pylist() for n, c in ways[0].columns.items()} == {
            n: c.to_pylist() for n, c in ways[1].columns.items()
        }
        assert ways[0].rejects == ways[1].rejects


def test_a_dash_for_a_method_is_none() -> None:
    line = b'192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "- / HTTP/1.1" 400 0\n'
    (event,) = web_access.decode(Chunk(line)).events.to_pylist()
    assert (event["action"], event["resource"]) == (None, "/")
