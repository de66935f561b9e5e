import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parsers.lib.columns import chunk_lines
from parsers.lib.log_format import compile_log_format, unescape_json
from parsers.lib.splitting import split_lines
from parsers.web_access import check_log_format, decode, fields
from timeline.model.errors import UsageError
from timeline.model.parser import Chunk, DecodeContext
from timeline.model.time import parse_iso

NGINX_MAIN = """log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';"""
COMBINED_NGINX = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'
)
NGINX_LINE = (
    '10.0.0.2 - bob [30/Mar/2026:23:17:59 +0200] "GET /a?b HTTP/1.1" 200 5 "-" "curl/8" "198.51.100.4, 10.0.0.1"'
)
APACHE_LINE = '192.0.2.7 - - [30/Mar/2026:23:17:59 +0200] "GET /a?b HTTP/1.1" 200 5 "-" "curl/8"'


def event(log_format: str, line: str, zone: str | None = None) -> dict[str, object]:
    (found,) = decode(Chunk(line.encode(), context=DecodeContext(log_format=log_format, zone=zone))).events.to_pylist()
    return found  # type: ignore[no-any-return]  # Arrow is untyped


def us(text: str) -> int:
    moment = parse_iso(text)
    assert moment is not None
    return moment[0]


@pytest.mark.parametrize(
    "written",
    [
        "combined",
        '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
        r"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"",
        r'"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\""',
        r'LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\"" combined',
        '%a %l %u %t "%r" %s %O "%!200,304{Referer}i" "%400,501{User-agent}i"',
        '%h %l %u [%{%d/%b/%Y:%H:%M:%S %z}t] "%m %U%q %H" %>s %B "%{Referer}i" "%{User-agent}i"',
        COMBINED_NGINX,
        COMBINED_NGINX.replace("$request", "$request_method $uri$is_args$args $server_protocol", 1),
        COMBINED_NGINX.replace("$remote_addr", "${remote_addr}").replace("$body_bytes_sent", "$bytes_sent"),
    ],
)
def test_one_line_in_many_spellings_of_its_format(written: str) -> None:
    found = event(written, APACHE_LINE)
    assert found["timestamp"] == us("2026-03-30T21:17:59Z")
    assert (found["src_ip"], found["actor"], found["action"], found["resource"]) == ("192.0.2.7", None, "GET", "/a?b")
    assert (found["status"], found["bytes_out"], found["user_agent"]) == (200, 5, "curl/8")


def test_nginx_main_takes_the_client_from_the_forwarded_list() -> None:
    found = event(NGINX_MAIN, NGINX_LINE)
    assert (found["src_ip"], found["actor"], found["resource"], found["outcome"]) == (
        "198.51.100.4",
        "bob",
        "/a?b",
        "success",
    )
    assert event(NGINX_MAIN, NGINX_LINE.replace("198.51.100.4, 10.0.0.1", "-"))["src_ip"] == "10.0.0.2"
    named = fields(NGINX_LINE.encode(), b"", DecodeContext(log_format=NGINX_MAIN))
    assert named["remote_addr"] == "10.0.0.2"
    assert named["http_x_forwarded_for"] == "198.51.100.4, 10.0.0.1"
    assert (named["method"], named["target"], named["protocol"]) == ("GET", "/a?b", "HTTP/1.1")


def test_json_escapes() -> None:
    layout = """log_format j escape=json '{"at":"$time_iso8601","ip":"$remote_addr",'
                            '"req":"$request","st":$status,"ua":"$http_user_agent"}';"""
    line = (
        r'{"at":"2026-03-30T23:17:59+02:00","ip":"192.0.2.7","req":"GET /\u00e9 HTTP/1.1","st":404,"ua":"a \"b\" \\c"}'
    )
    found = event(layout, line)
    assert (found["resource"], found["status"], found["user_agent"]) == ("/é", 404, 'a "b" \\c')
    assert found["timestamp"] == us("2026-03-30T21:17:59Z")
    assert fields(line.encode(), b"", DecodeContext(log_format=layout))["http_user_agent"] == 'a "b" \\c'
    assert unescape_json(r"\q") == r"\q"


@pytest.mark.parametrize(
    ("time", "text", "wanted", "precision", "basis"),
    [
        ("%t", "[30/Mar/2026:23:17:59 +0200]", "2026-03-30T21:17:59Z", 1_000_000, "stated"),
        ("%{sec}t", "1774912679", "2026-03-30T23:17:59Z", 1_000_000, "stated"),
        ("%{msec}t", "1774912679250", "2026-03-30T23:17:59.250Z", 1000, "stated"),
        ("%{usec}t", "1774912679250001", "2026-03-30T23:17:59.250001Z", 1, "stated"),
        ("%{begin:usec}t", "1774912679250001", "2026-03-30T23:17:59.250001Z", 1, "stated"),
        ("%{%F %T}t.%{msec_frac}t %{%z}t", "2026-03-30 23:17:59.250 +0200", "2026-03-30T21:17:59.250Z", 1000, "stated"),
        (
            "%{%d/%b/%Y %T}t.%{usec_frac}t",
            "30/Mar/2026 23:17:59.000250",
            "2026-03-30T21:17:59.000250Z",
            1,
            "zone_assumed",
        ),
        ("%{%D %I:%M %p}t", "03/30/26 11:17 PM", "2026-03-30T21:17:00Z", 60_000_000, "zone_assumed"),
        ("%{%B %e %Y %H:%M:%S %Z}t", "March 30 2026 23:17:59 UTC", "2026-03-30T23:17:59Z", 1_000_000, "stated"),
        ("%{%Y-%jT%R}t", "2026-089T23:17", "2026-03-30T21:17:00Z", 60_000_000, "zone_assumed"),
        ("%{%s}t", "1774912679", "2026-03-30T23:17:59Z", 1_000_000, "stated"),
    ],
)
def test_apache_times(time: str, text: str, wanted: str, precision: int, basis: str) -> None:
    found = event(f"{time} %h", f"{text} 192.0.2.7", zone="Europe/Berlin")
    assert (found["timestamp"], found["timestamp_precision"], found["timestamp_basis"]) == (
        us(wanted),
        precision,
        basis,
    )
    assert found["src_ip"] == "192.0.2.7"


def test_nginx_msec_and_columns_that_only_fields_show() -> None:
    layout = "$msec $remote_addr $upstream_addr $upstream_response_time $request_time $ssl_protocol"
    line = "1774912679.250 192.0.2.7 10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80 0.1, 0.2 : 0.3 0.7 TLSv1.3"
    found = event(layout, line)
    assert (found["timestamp"], found["timestamp_precision"]) == (us("2026-03-30T23:17:59.250Z"), 1000)
    named = fields(line.encode(), b"", DecodeContext(log_format=layout))
    assert named["upstream_addr"] == "10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80"
    assert (named["request_time"], named["ssl_protocol"]) == ("0.7", "TLSv1.3")


def test_every_directive_and_repeated_names() -> None:
    layout = (
        "%a %{c}a %A %B %D %f %I %k %L %m %O %p %{remote}p %P %R %T %{ms}T %v %V %X %{Host}i %{ETag}o %{VAR}e"
        " %{note}n %{id}C %{SSL_PROTOCOL}x %{tid}P %^FB %{T}^ti %S %% %{Host}i"
    )
    words = [f"v{n}" for n in range(1, layout.count(" ") + 2)]
    for place in (3, 6, 10, 29):
        words[place] = "7"
    words[19], words[30] = "+", "%"
    named = fields(" ".join(words).encode(), b"", DecodeContext(log_format=layout))
    assert named["remote_address"] == "v1"
    assert named["peer_address"] == "v2"
    assert named["duration_us"] == "v5"
    assert named["duration"] == "v16"
    assert named["duration_2"] == "v17"
    assert named["connection_status"] == "+"
    assert (named["Host"], named["Host_2"]) == ("v21", "v32")
    assert (named["VAR"], named["note"], named["id"], named["SSL_PROTOCOL"]) == ("v23", "v24", "v25", "v26")


def test_user_names_may_hold_spaces_before_the_time() -> None:
    assert event("common", '192.0.2.7 - John A Smith [30/Mar/2026:23:17:59 +0200] "-" 200 5')["actor"] == "John A Smith"


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ("", 1),
        ("   ", 1),
        ("no columns at all", 1),
        ("%h %Y", 4),
        ("%h %", 4),
        ("%h %{}i", 4),
        ("%h %i", 4),
        ("%h %{X-Forwarded-For", 4),
        ("%h%l", 3),
        ("%h %{%Y-%Q}t", 4),
        (r"%h \"%Y\"", 6),
        (r'LogFormat "%h %Y" x', 15),
        ("$remote_addr $", 14),
        ("log_format main '$remote_addr '\n '$';", 35),
        ("$remote_addr$status", 13),
    ],
)
def test_faults_name_their_column(written: str, column: int) -> None:
    with pytest.raises(UsageError) as caught:
        check_log_format(written)
    assert caught.value.where == f"log format, column {column}"
    assert caught.value.what


def test_formats_that_are_fine() -> None:
    for written in ("common", "vhost_combined", NGINX_MAIN, "%v:%p %h", "$scheme://$host$request_uri", "%U%q %h"):
        check_log_format(written)


def test_compiling_is_cached() -> None:
    assert compile_log_format("combined") is compile_log_format("combined")


# a part of a format, and what a line may have in its place
pair = st.one_of(
    st.tuples(
        st.sampled_from(["%h", "%u", "$remote_addr", "%{X-Forwarded-For}i"]),
        st.sampled_from(["192.0.2.7", "a b", "a, b", "-", ""]),
    ),
    st.tuples(
        st.sampled_from(["%t", "[$time_local]", "%{%F %T}t"]),
        st.sampled_from(["[30/Mar/2026:23:17:59 +0000]", "2026-03-30 23:17:59", "[x]"]),
    ),
    st.tuples(
        st.sampled_from(['"%r"', "%r", '"$request"', "%U%q", "$request_uri"]),
        st.sampled_from(['"GET / HTTP/1.1"', '"a\\"b"', "/a?b", '"', '"x']),
    ),
    st.tuples(
        st.sampled_from(["%>s", "$status", "%b", "%{msec_frac}t", "%X", "$is_args"]),
        st.sampled_from(["200", "-", "12", "+", "?", ""]),
    ),
    st.sampled_from([" ", " ", " ", '"', "'", "[", "]", "|", "^", "-", "\u00e9", "x"]).map(lambda text: (text, text)),
    st.tuples(st.sampled_from(["%", "%%", "$", "\\"]), st.sampled_from(["%", "$", ""])),
    st.text(max_size=2).map(lambda text: (text, text)),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(pair, max_size=9))
@example([("$is_args", ""), (" ", " ")])  # a blank line
def test_any_text_is_a_usable_format_or_a_usage_error(pairs: list[tuple[str, str]]) -> None:
    written = "".join(part for part, _ in pairs).encode("utf-8", "replace").decode()
    line = "".join(value for _, value in pairs)
    data = line.encode("utf-8", "replace")
    try:
        layout = compile_log_format(written)
    except UsageError:
        with pytest.raises(UsageError, match=r"log format, column [0-9]+: "):
            check_log_format(written)
        return
    context = DecodeContext(log_format=written)
    decoded = decode(Chunk(data, context=context))
    assert decoded.records == len({*decoded.events.column("record").to_pylist()}) + len(decoded.rejects) + len(
        decoded.ignored
    )
    fields(data, b"", context)
    lines = chunk_lines(Chunk(data))
    groups = [group for group, _ in layout.names]
    ways = [split_lines(lines, shapes, groups, layout.split, "no") for shapes in (layout.shapes, ())]
    assert {n: c.to_pylist() for n, c in ways[0].columns.items()} == {
        n: c.to_pylist() for n, c in ways[1].columns.items()
    }
