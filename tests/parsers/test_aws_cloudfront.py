"""CloudFront logs: what each field is taken from, with and without a header, and what they are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import aws_cloudfront
from parsers.aws_cloudfront import OTHER_COUNT
from tests.parsers.agreeing import outcome
from tests.parsers.registry import load, run
from timeline.model.parser import Chunk, Sample

TOKENS = [
    "", "-", "--", '""', "000", "1000", "99", "\u0664\u0664\u0664", "9" * 18, "9" * 19, "2026-02-30", "24:00:00", "22:36:48.5",
    "[2001:db8::7]:1", "2001:db8::7", "198.51.100.9:44740", "198.51.100.9, 10.0.0.1", "unknown", " ", "#", "a%20b", "a%2520b",
    "%%2020", "a%20%2Cb", "%C3%A9%20", "%", "\u00e9", "\udcff", "\0", "\x1f", "\u2028", "a\tb",
]  # fmt: skip

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


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A line with a few fields in place of others, or between them."""
    values = BARE.decode().rstrip("\n").split("\t")
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(values) - 1))
        value = draw(st.one_of(st.sampled_from(TOKENS), st.text(max_size=4)))
        values[place : place + draw(st.integers(0, 9)) // 2] = [value]
    return "\t".join(values).replace("\n", " ").encode("utf-8", "surrogateescape" if draw(st.booleans()) else "replace")


short = st.lists(st.sampled_from([*TOKENS, "2026-03-30", "22:36:48"]), min_size=1, max_size=4).map(
    lambda values: "\t".join(values).encode("utf-8", "surrogateescape")
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(damaged(), short), min_size=1, max_size=6),
    st.sampled_from([
        b"", b"#Fields: date time c-ip", b"#Fields: date", b"#Fields: x-edge-request-id time", b"#Fields: date time time date",
    ]),
)  # fmt: skip
def test_columns_and_single_lines_agree(lines: list[bytes], header: bytes) -> None:
    chunk = Chunk(b"\n".join(lines), offset=77, first_record=5, header=header)
    assert outcome(aws_cloudfront.decode(chunk)) == outcome(aws_cloudfront.decode_singly(chunk))


def test_clean_lines_are_read_as_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    chunk = Chunk(BARE * 3)
    expected = outcome(aws_cloudfront.decode_singly(chunk))
    monkeypatch.setattr(aws_cloudfront, "decode_lines", None)
    assert outcome(aws_cloudfront.decode(chunk)) == expected
    assert len(expected["events"]) == 3


@pytest.mark.parametrize(
    ("written", "sent"),
    [(b"a%20b", "a b"), (b"a%2520b", "a b"), (b"a%2Cb%25", "a,b%"), (b"a%20%22b%22", 'a "b"'), (b"-", None)],
)
def test_user_agents(written: bytes, sent: str | None) -> None:
    (event,) = run(parser, BARE.replace(b"agent%20one/1.0", written)).events
    assert event["user_agent"] == sent


def test_one_line_is_the_same_event_wherever_it_is() -> None:
    first, second = run(parser, HEADED + BARE).events
    (other,) = run(parser, BARE).events
    assert first["content"] == second["content"] == other["content"]
