"""ALB, HAProxy and VPC flow logs: what each field is taken from, and what these formats are not."""

import pytest

from parsers import aws_vpcflow
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Sample

ALB = (
    "https 2026-03-30T22:36:48.424113Z app/web/50dc 198.51.100.9:44740 10.0.0.1:80 0.086 0.048 0.037 {status} 200 34 {sent}"
    ' "{request}" "curl/8" ECDHE TLSv1.2 arn:aws:x "Root=1-5833" "www.example.com" "-" 1 -'
    ' "forward" "-" "-"'
)
HAPROXY = (
    "198.51.100.9:1 [30/Mar/2026:22:36:48.127] www~ app/node 1/0/0/3/4 {status} 739 - - ---- 0/0/0/0/0 0/0"
    ' {captured}"{request}"'
)
FLOW = "2 111122223333 eni-1 {src} {dst} 1 443 6 1 {bytes} 1774910208 1774910218 {action} {log}"


def one(kind: str, line: str) -> Event:
    (event,) = run(load(kind), line.encode()).events
    return event


@pytest.mark.parametrize(
    ("request_line", "action", "resource"),
    [
        ("GET https://www.example.com:443/a b?c HTTP/1.1", "GET", "https://www.example.com:443/a b?c"),
        ("- http://www.example.com:80- -", None, "- http://www.example.com:80-"),
    ],
)
def test_alb_requests(request_line: str, action: str | None, resource: str) -> None:
    event = one("aws.alb", ALB.format(status="403", sent="57", request=request_line))
    assert (event["action"], event["resource"], event["outcome"], event["status"]) == (action, resource, "denied", 403)
    assert (event["src_ip"], event["session"], event["bytes_out"]) == ("198.51.100.9", "Root=1-5833", 57)
    assert event["timestamp"] == 1_774_910_208_424_113
    assert event["uid"] is None


def test_alb_without_status() -> None:
    event = one("aws.alb", ALB.format(status="-", sent="-", request="GET / HTTP/1.1"))
    assert (event["status"], event["outcome"], event["bytes_out"]) == (None, None, None)


@pytest.mark.parametrize("captured", ["", "{a|b} ", "{a} {|b} "])
def test_haproxy(captured: str) -> None:
    event = one("haproxy.http", HAPROXY.format(status=206, captured=captured, request="GET /a b HTTP/1.1"))
    assert (event["action"], event["resource"], event["status"], event["bytes_out"]) == ("GET", "/a b", 206, 739)
    assert (event["timestamp"], event["timestamp_precision"]) == (1_774_910_208_127_000, 1_000)


def test_haproxy_bad_requests_and_notices() -> None:
    bad = one("haproxy.http", HAPROXY.format(status=-1, captured="", request="<BADREQ>"))
    assert (bad["action"], bad["resource"], bad["status"], bad["outcome"]) == (None, "<BADREQ>", None, None)
    line = b"Mar 30 22:36:48 lb haproxy[1]: Proxy www started."
    (notice,) = load("haproxy.http").decode(Chunk(line, context=DecodeContext(year=2026))).events.to_pylist()
    assert (notice["action"], notice["message"], notice["timestamp"]) == (
        "notice",
        "Proxy www started.",
        1_774_910_208_000_000,
    )


def test_flows() -> None:
    sent = one("aws.vpcflow", FLOW.format(src="198.51.100.9", dst="10.0.0.2", bytes="44", action="ACCEPT", log="OK"))
    found = [sent[name] for name in ("action", "outcome", "src_ip", "resource", "account", "bytes_out", "timestamp")]
    assert found == ["ACCEPT", "success", "198.51.100.9", "10.0.0.2:443", "111122223333", 44, 1_774_910_208_000_000]
    nothing = one("aws.vpcflow", FLOW.format(src="-", dst="-", bytes="-", action="-", log="NODATA"))
    assert [nothing[name] for name in ("action", "outcome", "src_ip", "resource")] == ["NODATA", None, None, None]


def test_flows_with_a_header_and_with_the_time_of_cloudwatch() -> None:
    line = FLOW.format(src="198.51.100.9", dst="10.0.0.2", bytes="44", action="REJECT", log="OK")
    done = run(load("aws.vpcflow"), f"version account-id srcaddr\n2026-03-30T22:36:48Z {line}\n{line} more\n".encode())
    assert [(event["record"], event["outcome"]) for event in done.events] == [(2, "denied")]
    assert [(record, reason) for record, _, _, reason in done.refused] == [
        (1, "header"), (3, aws_vpcflow.NOT_THIS_FORMAT),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["aws.alb", "haproxy.http", "aws.vpcflow"])
@pytest.mark.parametrize("line", [
    '192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET /a/b HTTP/1.1" 200 2326 "-" "curl"', "2 111 eni 1 2 3", "http app/web x",
    "a/b] c [d] 1/2/3", "",
])  # fmt: skip
def test_look_alikes_are_left_alone(kind: str, line: str) -> None:
    assert load(kind).sniff(Sample(line.encode() * 3)).confidence < 50
