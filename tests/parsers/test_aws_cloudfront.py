"""CloudFront logs: what each field is taken from, with and without a header, and what they are not."""

import pytest

from parsers.aws_cloudfront import OTHER_COUNT
from tests.parsers.registry import load, run
from timeline.model.parser import Sample

parser = load("aws.cloudfront")
HEADED, BARE = parser.SAMPLES


@pytest.mark.parametrize("data", [HEADED, BARE])
def test_a_line_says_who_asked_for_what(data: bytes) -> None:
    (event,) = run(parser, data).events
    assert (event["kind"], event["action"], event["status"], event["outcome"]) == (
        "aws.cloudfront",
        "GET",
        200,
        "success",
    )
    assert (event["src_ip"], event["resource"], event["bytes_out"]) == ("198.51.100.9", "/model.bin?shard=1", 703)
    assert (event["user_agent"], event["uid"]) == ("agent one/1.0", "EXAMPLErequest-1==")
    assert (event["timestamp"], event["timestamp_basis"]) == (1774910208000000, "stated")


def test_a_query_of_a_hyphen_is_none() -> None:
    (event,) = run(parser, BARE.replace(b"shard=1", b"-")).events
    assert event["resource"] == "/model.bin"


def test_a_cut_line_is_refused() -> None:
    assert [refusal[3] for refusal in run(parser, BARE + BARE[:90]).refused] == [OTHER_COUNT]


def test_it_knows_its_own_and_no_neighbour() -> None:
    assert parser.sniff(Sample(HEADED)).confidence >= 95
    assert parser.sniff(Sample(BARE)).confidence >= 95
    assert not parser.sniff(
        Sample(b"#Fields: date time c-ip cs-method\n2026-03-30 22:36:48 192.0.2.1 GET\n")
    ).confidence
    assert not parser.sniff(Sample(b"\t".join([b"cell"] * 33) + b"\n")).confidence
