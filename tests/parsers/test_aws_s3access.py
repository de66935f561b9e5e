import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import aws_s3access
from parsers.lib.columns import chunk_lines
from parsers.lib.s3_line import CLEAN, split_s3_line
from parsers.lib.splitting import split_lines
from timeline.model.parser import Chunk, DecodeContext, Sample

HEAD = "0a1b example-data [30/Mar/2026:23:17:59 +0000] 192.0.2.7 arn:aws:iam::111122223333:user/alice 3E57EXAMPLE"
NUMBERS = "200 - 1048576 2097152 70 10"
TAIL = "- s9lz SigV4 ECDHE AuthHeader example-data.s3.amazonaws.com TLSv1.2 - Yes"
LINE = f'{HEAD} REST.GET.OBJECT a/b%2520c.csv "GET /a/b%20c.csv HTTP/1.1" {NUMBERS} "-" "curl/8.5.0" {TAIL}'


def event(line: str) -> dict[str, object]:
    (found,) = aws_s3access.decode(Chunk(line.encode())).events.to_pylist()
    return found  # type: ignore[no-any-return]  # Arrow is untyped


def test_a_line() -> None:
    found = event(LINE)
    content = found.pop("content")
    assert isinstance(content, int)
    assert {name: value for name, value in found.items() if value is not None} == {
        "timestamp": 1774912679000000,
        "timestamp_desc": "request",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "record": 1,
        "offset": 0,
        "length": len(LINE),
        "kind": "aws.s3access",
        "action": "REST.GET.OBJECT",
        "outcome": "success",
        "actor": "arn:aws:iam::111122223333:user/alice",
        "src_ip": "192.0.2.7",
        "user_agent": "curl/8.5.0",
        "resource": "example-data/a/b%2520c.csv",
        "bytes_out": 1048576,
        "status": 200,
        "uid": "3E57EXAMPLE",
    }


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("192.0.2.7", "-", "src_ip", None),
        ("192.0.2.7", "2001:db8::7", "src_ip", "2001:db8::7"),
        ("arn:aws:iam::111122223333:user/alice", "-", "actor", None),
        ("a/b%2520c.csv", "-", "resource", "example-data"),
        ("200 - 1048576", "403 AccessDenied 243", "outcome", "denied"),
        ("200 - 1048576", "404 NoSuchKey -", "outcome", "failure"),
        ("200 - 1048576", "200 - -", "bytes_out", None),
        ("200 - 1048576", "- - -", "outcome", None),
        ("3E57EXAMPLE", "-", "uid", None),
        ("3E57EXAMPLE", "-", "content", None),
        ("curl/8.5.0", "-", "user_agent", None),
        ("curl/8.5.0", 'say "hello" twice', "user_agent", 'say "hello" twice'),
        ('"-" "curl/8.5.0"', '- "curl/8.5.0"', "user_agent", "curl/8.5.0"),
        ('"-" "curl/8.5.0"', '"-" -', "user_agent", None),
        ('"-" "curl/8.5.0"', "- -", "user_agent", None),
        ('"GET /a/b%20c.csv HTTP/1.1"', "-", "status", 200),
        ("GET /a/b%20c.csv", 'GET /a"b', "status", 200),
        (TAIL, "-", "user_agent", "curl/8.5.0"),
        (TAIL, TAIL + " us-west-2 and more", "user_agent", "curl/8.5.0"),
    ],
)
def test_values(old: str, new: str, field: str, value: object) -> None:
    assert old in LINE
    assert event(LINE.replace(old, new, 1))[field] == value


def test_one_request_that_writes_two_lines_gives_two_contents() -> None:
    data = f"{LINE}\n{LINE.replace('a/b', 'a/c')}\n{LINE}".encode()
    found = aws_s3access.decode(Chunk(data)).events.to_pylist()
    assert len({e["uid"] for e in found}) == 1
    assert found[0]["content"] == found[2]["content"] != found[1]["content"]


@pytest.mark.parametrize(
    "line",
    [
        "x",
        LINE[: LINE.index("REST")],
        LINE.replace("200 - ", "2000 - "),
        LINE.replace(" [", " "),
        '192.0.2.7 - - [t] "GET /"',
    ],
)
def test_other_lines_are_rejected(line: str) -> None:
    decoded = aws_s3access.decode(Chunk(line.encode()))
    assert decoded.events.num_rows == 0
    assert [reject.reason for reject in decoded.rejects] == [aws_s3access.NOT_THIS_FORMAT]


def test_an_unreadable_time_leaves_the_event_undated() -> None:
    decoded = aws_s3access.decode(Chunk(LINE.replace("30/Mar", "31/Feb").encode()))
    assert decoded.events.column("timestamp").to_pylist() == [None]
    assert [number for number, _ in decoded.warnings] == [1]


def test_fields_have_the_names_of_the_documentation() -> None:
    found = aws_s3access.fields(f"{LINE} us-west-2".encode(), b"", DecodeContext())
    assert found["bucket_owner"] == "0a1b"
    assert found["object_size"] == "2097152"
    assert found["turn_around_time"] == "10"
    assert found["host_header"] == "example-data.s3.amazonaws.com"
    assert found["acl_required"] == "Yes"
    assert found["extra"] == ["us-west-2"]
    assert aws_s3access.fields(b"x", b"", DecodeContext()) == {}


def test_sniffing_counts_lines() -> None:
    assert aws_s3access.sniff(Sample(LINE.encode())).confidence == 97
    assert aws_s3access.sniff(Sample(f"{LINE}\nsomething else\n".encode())).confidence == 88
    assert aws_s3access.sniff(Sample((LINE + "\nno" * 9).encode())).confidence == 60
    assert aws_s3access.sniff(Sample(b"")).confidence == 0


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_columns_and_single_lines_agree(data: st.DataObject) -> None:
    words = LINE.split(" ")
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(words) - 1))
        words[place] = data.draw(
            st.sampled_from(["", "-", '"', '"-"', "[x]", "200", "a b", '"a "b" c"', "\\", '\\"', "caf\u00e9", "S3.X"])
        )
    line = " ".join(words)
    lines = chunk_lines(Chunk(line.encode()))
    ways = [split_lines(lines, shapes, aws_s3access._NAMES, split_s3_line, "no") for shapes in (CLEAN, ())]
    assert {n: c.to_pylist() for n, c in ways[0].columns.items()} == {
        n: c.to_pylist() for n, c in ways[1].columns.items()
    }
    assert ways[0].rejects == ways[1].rejects
