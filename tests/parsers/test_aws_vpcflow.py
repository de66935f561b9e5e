"""VPC flow logs: the columns of clean lines say what the exact reader says, and fields that case.yaml names."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import aws_vpcflow
from timeline.model.parser import Chunk, DecodeContext

LINE = "2 111122223333 eni-0e25 198.51.100.9 10.0.0.200 38471 443 6 12 7340 1774910208 1774910218 ACCEPT OK"


def events(data: bytes, **options: str) -> list[dict[str, Any]]:
    decoded = aws_vpcflow.decode(Chunk(data, context=DecodeContext(options=options)))
    found: list[dict[str, Any]] = decoded.events.to_pylist()
    return found


def stated(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in {"record", "offset", "length"}}


words = st.one_of(
    st.sampled_from(LINE.split()),
    st.sampled_from(
        [
            "-",
            "NODATA",
            "REJECT",
            "2001:db8::1",
            "unknown",
            "version",
            "srcaddr",
            "start",
            "1e9",
            "0",
            "99999999999999999999",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), min_size=1, max_size=6),
)
lines = st.one_of(
    st.just(LINE),
    st.builds(
        lambda place, word: " ".join([*LINE.split()[:place], word, *LINE.split()[place + 1 :]]),
        st.integers(0, 13),
        words,
    ),
    st.lists(words, max_size=16).map(" ".join),
    st.just(f"2026-03-30T22:36:48.000Z {LINE}"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, min_size=1, max_size=5))
def test_columns_say_what_the_exact_reader_says(found: list[str]) -> None:
    """A tab in place of a blank sends a line to the exact reader."""
    whole = aws_vpcflow.decode(Chunk("".join(f"{line}\n" for line in found).encode()))
    single: list[dict[str, Any]] = []
    for line in found:
        single += events((line.replace(" ", "\t", 1) + "\n").encode())
    assert [stated(event) for event in whole.events.to_pylist()] == [stated(event) for event in single]
    assert len(whole.events) + len(whole.rejects) + len(whole.ignored) == len(found)


def test_fields_that_case_yaml_names() -> None:
    names = "${version} ${vpc-id} ${srcaddr} ${dstaddr} ${dstport} ${bytes} ${start} ${action} ${region}"
    (event,) = events(b"5 vpc-1 192.0.2.7 198.51.100.9 443 77 1774910208 ACCEPT us-west-2\n", fields=names)
    assert (event["src_ip"], event["resource"], event["bytes_out"], event["region"]) == (
        "192.0.2.7", "198.51.100.9:443", 77, "us-west-2",
    )  # fmt: skip
    assert (event["timestamp"], event["account"]) == (1_774_910_208_000_000, None)


def test_cloudwatchs_time_in_front() -> None:
    (event,) = events(f"2026-03-30T22:36:48.000Z {LINE}\n".encode())
    assert (event["src_ip"], event["account"]) == ("198.51.100.9", "111122223333")


@pytest.mark.parametrize(
    "line", ["11 " + LINE[2:], LINE.replace("OK", "FINE"), LINE.replace("111122223333", "corp"), LINE + " x y"]
)
def test_what_is_no_flow_is_refused(line: str) -> None:
    decoded = aws_vpcflow.decode(Chunk(f"{line}\n".encode()))
    assert [refusal.reason for refusal in decoded.rejects] == [aws_vpcflow.NOT_THIS_FORMAT]


def test_headers_anywhere_are_ignored() -> None:
    header = " ".join(aws_vpcflow._NAMES)
    decoded = aws_vpcflow.decode(Chunk(f"{header}\n{LINE}\n{header}\n".encode()))
    assert (len(decoded.events), len(decoded.ignored)) == (1, 2)
