import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import confluence_access, jira_access
from parsers.lib import atlassian_lines
from parsers.lib.atlassian_lines import CLEAN, NOT_THIS_FORMAT, split_atlassian_line
from parsers.lib.columns import chunk_lines
from parsers.lib.splitting import split_lines
from timeline.model.parser import Chunk, DecodeContext, Sample

THREAD = (
    "[30/Mar/2026:23:17:59 +0200] dana http-nio-8080-exec-6 192.0.2.7 GET /secure/Dashboard.jspa?a=b HTTP/1.1 200 41ms 5120"
    " https://jira.example.com/ Mozilla/5.0 (X11; Linux x86_64)"
)
OWN = (
    '192.0.2.7 1397x5161x1 dana [30/Mar/2026:23:17:59 +0200] "GET /secure/Dashboard.jspa?a=b HTTP/1.1" 200 5120 0.0450'
    ' "https://jira.example.com/" "Mozilla/5.0 (X11; Linux x86_64)" "9nrl"'
)


def event(line: str, zone: str | None = None) -> dict[str, object]:
    (found,) = jira_access.decode(Chunk(line.encode(), context=DecodeContext(zone=zone))).events.to_pylist()
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize(("line", "more"), [(THREAD, {}), (OWN, {"session": "9nrl"})])
def test_a_line(line: str, more: dict[str, str]) -> None:
    assert event(line) == more | {
        "timestamp": 1774905479000000,
        "timestamp_desc": "request",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "record": 1,
        "offset": 0,
        "length": len(line),
        "kind": "jira.access",
        "action": "GET",
        "outcome": "success",
        "actor": "dana",
        "src_ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "resource": "/secure/Dashboard.jspa?a=b",
        "bytes_out": 5120,
        "status": 200,
    }


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("192.0.2.7", "build.example.com", "src_ip", None),
        ("192.0.2.7", "0:0:0:0:0:0:0:1", "src_ip", "0:0:0:0:0:0:0:1"),
        (" dana ", " - ", "actor", None),
        (" dana ", " 203.0.113.9 dana ", "actor", "dana"),
        (" dana ", " 203.0.113.9 dana ", "src_ip", "192.0.2.7"),
        (" dana ", " 203.0.113.9, 10.0.0.9 dana ", "actor", "dana"),
        (" dana ", " - ADMIN ", "actor", "ADMIN"),
        ("exec-6 ", "exec-6 url: /x; user: dana ", "actor", "dana"),
        (" 200 ", " 403 ", "outcome", "denied"),
        (" 5120 ", " - ", "bytes_out", None),
        ("41ms", "41", "bytes_out", 5120),
        ("?a=b", " b", "resource", "/secure/Dashboard.jspa b"),
        ("(X11; Linux x86_64)", '"x"', "user_agent", 'Mozilla/5.0 "x"'),
        (" Mozilla/5.0 (X11; Linux x86_64)", "", "user_agent", None),
        (" +0200", "", "timestamp_basis", "zone_assumed"),
        ("30/Mar", "31/Feb", "timestamp", None),
    ],
)
def test_values_of_the_thread_pattern(old: str, new: str, field: str, value: object) -> None:
    assert old in THREAD
    assert event(THREAD.replace(old, new, 1)).get(field) == value


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("192.0.2.7", "203.0.113.9, 10.0.0.4", "src_ip", "203.0.113.9"),
        ("1397x", "i1397x", "actor", "dana"),
        (" dana ", " - ", "actor", None),
        (" 200 ", " 401 ", "outcome", "denied"),
        (" 5120 ", " - ", "bytes_out", None),
        ('"9nrl"', '"-"', "session", None),
        (' "9nrl"', "", "user_agent", "Mozilla/5.0 (X11; Linux x86_64)"),
        ("(X11", '"(X11', "user_agent", 'Mozilla/5.0 "(X11; Linux x86_64)'),
        ("GET /secure", 'GET /"secure', "resource", '/"secure/Dashboard.jspa?a=b'),
    ],
)
def test_values_of_jiras_pattern(old: str, new: str, field: str, value: object) -> None:
    assert old in OWN
    assert event(OWN.replace(old, new, 1)).get(field) == value


def test_a_time_without_offset_is_in_the_zone_of_the_case() -> None:
    line = THREAD.replace(" +0200", "")
    assert event(line, "+02:00")["timestamp"] == 1774905479000000
    assert event(line, "nowhere")["timestamp"] == 1774912679000000


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "[",
        THREAD[:90],
        THREAD.replace("GET", "get"),
        OWN[:90],
        OWN.replace("1397x5161x1", "-"),
        "[a] b c HTTP/1.1 200 1 1",
    ],
)
def test_other_lines_are_rejected(line: str) -> None:
    decoded = jira_access.decode(Chunk(line.encode()))
    assert decoded.events.num_rows == 0
    assert [reject.reason for reject in decoded.rejects] == [NOT_THIS_FORMAT]


def test_fields() -> None:
    found = jira_access.fields(THREAD.replace("dana", "203.0.113.9 dana").encode(), b"", DecodeContext())
    assert found["forwarded_for"] == "203.0.113.9"
    assert found["thread"] == "http-nio-8080-exec-6"
    assert found["referer"] == "https://jira.example.com/"
    assert found["duration"] == "41"
    assert jira_access.fields(OWN.encode(), b"", DecodeContext())["request_id"] == "1397x5161x1"
    assert jira_access.fields(b"x", b"", DecodeContext()) == {}


def test_jira_and_confluence_are_told_apart() -> None:
    both = (jira_access, confluence_access)
    wiki = THREAD.replace("/secure/Dashboard.jspa", "/display/ML/Keys").replace("jira.", "wiki.")
    plain = THREAD.replace("/secure/Dashboard.jspa", "/").replace("jira.", "www.")
    for line, name, wins in (
        (THREAD, "", jira_access),
        (OWN, "confluence.log", jira_access),
        (wiki, "jira.log", confluence_access),
        (plain, "evidence/jira/access_log", jira_access),
        (plain, "conf_access_log.2026-03-30.log", confluence_access),
        (plain, "", confluence_access),
    ):
        first, second = sorted(both, key=lambda module: -module.sniff(Sample(line.encode(), name)).confidence)
        sample = Sample(line.encode(), name)
        assert first is wins
        assert first.sniff(sample).confidence >= 90
        assert first.sniff(sample).confidence - second.sniff(sample).confidence >= 5


@pytest.mark.parametrize(
    "data",
    [
        b'192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /browse/ML-1 HTTP/1.1" 200 2326 "-" "curl"\n',
        b"[30/Mar/2026:23:17:59 +0000] server started HTTP/1.1 connector\n",
        b"[notice] GET / HTTP/1.1\n",
    ],
)
def test_neighbours_are_left_alone(data: bytes) -> None:
    assert jira_access.sniff(Sample(data)).confidence < 50
    assert confluence_access.sniff(Sample(data)).confidence < 50


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_columns_and_single_lines_agree(data: st.DataObject) -> None:
    words = data.draw(st.sampled_from([THREAD, OWN])).split(" ")
    odd = ["", "-", '"', '""', "[x]", "200", "GET", "a b", "1x2x3", "http-1", "\u00e9", '\\"', "HTTP/1.1", "12ms"]
    for _ in range(data.draw(st.integers(0, 3))):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(odd))
    lines = chunk_lines(Chunk(" ".join(words).encode()))
    ways = [split_lines(lines, shapes, atlassian_lines._NAMES, split_atlassian_line, "no") for shapes in (CLEAN, ())]
    assert {n: c.to_pylist() for n, c in ways[0].columns.items()} == {
        n: c.to_pylist() for n, c in ways[1].columns.items()
    }
    assert ways[0].rejects == ways[1].rejects
