"""Access logs of AWS's load balancers: columns and single lines agree; what the classic one's lines say."""

from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import aws_alb, aws_elb
from tests.parsers.agreeing import outcome
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, Sample

ELB = (
    "2026-03-30T22:36:48.424113Z web 198.51.100.9:44740 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 57"
    ' "GET http://www.example.com:80/a?b HTTP/1.1" "curl/8.5.0" - -'
)
ALB = (
    "h2 2026-03-30T22:36:48.424113Z app/web/50dc 198.51.100.9:44740 10.0.0.1:80 0.086 0.048 0.037 200 200 34 366"
    ' "GET https://www.example.com:443/ HTTP/2.0" "curl/8" ECDHE TLSv1.2 arn:aws:x "Root=1-5833" "www.example.com" "-" 1 -'
)
TOKENS = [
    "-", "", "0", "000", "404", "99", "[2001:db8::7]:44740", "2001:db8::7", "203.0.113.7", "203.0.113.7:1, 10.0.0.1:2", "host:80",
    "2026-02-30T22:36:48.424113Z", "2026-03-30T22:36:48Z", "2026-03-30T22:36:48+02:00", "app/", "999999999999999999", "-1",
    "\u00e9", "\udcff", "\0", "\t", "\x1f", "\u2028", '"', '""', '"- - - "', '"GET', '"GET a  b HTTP/1.1"', '"- a HTTP/1.1"', '"-"',
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, line: str) -> bytes:
    """A line with a few words in place of others, or between them."""
    words = line.split(" ")
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words) - 1))
        word = draw(st.one_of(st.sampled_from(TOKENS), st.text(max_size=4)))
        words[place : place + draw(st.integers(0, 1))] = [word]
    return " ".join(words).replace("\n", " ").encode("utf-8", "surrogateescape" if draw(st.booleans()) else "replace")


@pytest.mark.parametrize(("module", "line"), [(aws_alb, ALB), (aws_elb, ELB)])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_columns_and_single_lines_agree(module: ModuleType, line: str, data: st.DataObject) -> None:
    lines = data.draw(st.lists(damaged(line), min_size=1, max_size=6))
    chunk = Chunk(b"\n".join([*lines, line.encode()]), offset=77, first_record=5)
    assert outcome(module.decode(chunk)) == outcome(module.decode_singly(chunk))


@pytest.mark.parametrize(("module", "line"), [(aws_alb, ALB), (aws_elb, ELB)])
def test_clean_lines_are_read_as_columns(module: ModuleType, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "decode_lines", None)
    assert len(module.decode(Chunk(f"{line}\n{line}\n".encode())).events) == 2


@pytest.mark.parametrize("module", [aws_alb, aws_elb])
def test_every_line_of_the_samples_is_an_event(module: ModuleType) -> None:
    assert all(not run(load(module.KIND), sample).refused for sample in module.SAMPLES)


def test_a_request_that_no_instance_answered() -> None:
    event = classic(ELB.replace("10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 57", "- -1 -1 -1 504 0 0 0"))
    assert (event["status"], event["outcome"], event["bytes_out"]) == (504, "failure", 0)


def classic(line: str) -> Event:
    (event,) = run(load("aws.elb"), line.encode()).events
    return {name: value for name, value in event.items() if value is not None}


def test_a_request() -> None:
    event = classic(ELB)
    assert {name: event[name] for name in event.keys() - {"record", "offset", "length"}} == {
        "kind": "aws.elb",
        "timestamp": 1_774_910_208_424_113,
        "timestamp_precision": 1,
        "timestamp_basis": "stated",
        "timestamp_desc": "request",
        "action": "GET",
        "outcome": "success",
        "src_ip": "198.51.100.9",
        "user_agent": "curl/8.5.0",
        "resource": "http://www.example.com:80/a?b",
        "status": 200,
        "bytes_out": 57,
    }


def test_a_connection_has_no_request_and_no_status() -> None:
    event = classic(ELB.replace("200 200", "- -").replace("GET http://www.example.com:80/a?b HTTP/1.1", "- - - "))
    assert event.keys().isdisjoint({"action", "resource", "status", "outcome"})
    assert event["bytes_out"] == 57


def test_quotes_in_a_user_agent_and_lines_without_one() -> None:
    assert classic(ELB.replace("curl/8.5.0", 'an "agent"'))["user_agent"] == 'an "agent"'
    assert "user_agent" not in classic(ELB.removesuffix(' "curl/8.5.0" - -'))


@pytest.mark.parametrize("line", [
    ALB,
    "tls 2.0 2026-03-30T22:36:48 net/web/c6e7 g3d4 198.51.100.9:51341 10.0.0.1:443 5 2 98 246 - arn:aws:acm - TLSv12 - - - - -",
    '2026-03-30T22:36:48Z web 198.51.100.9 GET /a 200 57 "curl"',
    '2026-03-30T22:36:48.424113Z app/web/50dc 198.51.100.9:44740 10.0.0.1:80 0 0 0 200 200 0 57 "GET / HTTP/1.1" "-" - -',
])  # fmt: skip
def test_neighbours_are_left_alone(line: str) -> None:
    assert not load("aws.elb").sniff(Sample(f"{line}\n".encode() * 3)).confidence
    assert [refusal[3] for refusal in run(load("aws.elb"), line.encode()).refused] == [aws_elb.NOT_THIS_FORMAT]


def test_a_damaged_first_line_does_not_hide_the_others() -> None:
    assert load("aws.elb").sniff(Sample(f"{ELB[40:]}\n{ELB}\n{ELB}\n".encode())).confidence > 80
