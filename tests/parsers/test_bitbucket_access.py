import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import bitbucket_access
from parsers.lib.bitbucket_line import CLEAN, split_bitbucket_line
from parsers.lib.columns import chunk_lines
from parsers.lib.splitting import split_lines
from timeline.model.parser import Chunk, DecodeContext, Sample

LINE = (
    '203.0.113.9,10.0.0.4 | https | o@4QEXAMPLEx7x51x1 | dana | 2026-03-30 23:17:59,410 | "GET /scm/ml/w.git/info/refs HTTP/1.1"'
    ' | "" "git/2.43.0" | 200 | 7 | 734003 | refs, access-token:id:4711, cache:hit | 95 | s3ss10n |'
)


def event(line: str, zone: str | None = None) -> dict[str, object]:
    (found,) = bitbucket_access.decode(Chunk(line.encode(), context=DecodeContext(zone=zone))).events.to_pylist()
    return {name: value for name, value in found.items() if value is not None}


def test_a_line() -> None:
    assert event(LINE) == {
        "timestamp": 1774912679410000,
        "timestamp_desc": "request",
        "timestamp_precision": 1000,
        "timestamp_basis": "zone_assumed",
        "record": 1,
        "offset": 0,
        "length": len(LINE),
        "kind": "bitbucket.access",
        "action": "GET",
        "outcome": "success",
        "actor": "dana",
        "credential": "access-token:id:4711",
        "session": "s3ss10n",
        "src_ip": "203.0.113.9",
        "user_agent": "git/2.43.0",
        "resource": "/scm/ml/w.git/info/refs",
        "bytes_out": 734003,
        "status": 200,
    }


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("203.0.113.9,10.0.0.4", "0:0:0:0:0:0:0:1", "src_ip", "0:0:0:0:0:0:0:1"),
        ("| dana |", "| - |", "actor", None),
        ("| dana |", "| dana x |", "actor", "dana x"),
        ("| 200 | 7 | 734003 |", "| - | - | - |", "outcome", None),
        ("| 200 | 7 | 734003 |", "| - | - | - |", "bytes_out", None),
        ("| 200 |", "| 401 |", "outcome", "denied"),
        ("access-token:id:4711, ", "", "credential", None),
        ("| s3ss10n |", "| - |", "session", None),
        ("| s3ss10n |", "| s3ss10n", "session", "s3ss10n"),
        ("| s3ss10n |", "| s3ss10n | more |", "session", "s3ss10n"),
        ("GET /scm/ml/w.git/info/refs HTTP/1.1", "SSH - git-upload-pack '/ml/w.git'", "action", "git-upload-pack"),
        ("GET /scm/ml/w.git/info/refs HTTP/1.1", "SSH - git-upload-pack '/ml/w.git'", "resource", "/ml/w.git"),
        ("GET /scm/ml/w.git/info/refs", 'GET /a"b', "resource", '/a"b'),
        ('"" "git/2.43.0"', "-", "user_agent", None),
        ("git/2.43.0", 'say "x"', "user_agent", 'say "x"'),
        ("git/2.43.0", "", "user_agent", None),
        ("03-30", "02-30", "timestamp", None),
    ],
)
def test_values(old: str, new: str, field: str, value: object) -> None:
    assert old in LINE
    assert event(LINE.replace(old, new, 1)).get(field) == value


def test_the_zone_of_the_case_is_applied() -> None:
    assert event(LINE, "+02:00")["timestamp"] == 1774905479410000


def test_mesh_requests_have_one_column_more() -> None:
    found = event(
        '10.0.0.9 | grpc | o@6QEXAMPLEx9x71x2 | @7QEXAMPLEx9x72x0 | admin | 2026-03-30 23:17:59,410 | "HostingService/HttpBackend"'
        " | - | 0 | 2 | 4096 | 77 | 88 | - | 99"
    )
    assert (found["actor"], found["resource"], found["timestamp"]) == (
        "admin",
        "HostingService/HttpBackend",
        1774912679410000,
    )
    assert "bytes_out" not in found
    assert "status" not in found


@pytest.mark.parametrize("line", ["x", LINE[:60], LINE[:130], LINE.replace("2026", "26"), LINE.replace(" | ", "|")])
def test_other_lines_are_rejected(line: str) -> None:
    decoded = bitbucket_access.decode(Chunk(line.encode()))
    assert decoded.events.num_rows == 0
    assert [reject.reason for reject in decoded.rejects] == [bitbucket_access.NOT_THIS_FORMAT]


def test_fields() -> None:
    found = bitbucket_access.fields(LINE.encode(), b"", DecodeContext())
    assert found["request_id"] == "o@4QEXAMPLEx7x51x1"
    assert found["labels"] == "refs, access-token:id:4711, cache:hit"
    assert found["bytes_read"] == "7"
    assert found["duration_ms"] == "95"
    assert bitbucket_access.fields(b"x", b"", DecodeContext()) == {}


def test_sniffing() -> None:
    assert bitbucket_access.sniff(Sample(f"x\n{LINE}\n".encode())).confidence == 88
    audit = b'203.0.113.9 | RepositoryDeleted | dana | 1774912679410 | ML/w | {"a":"b"} | x@1 | s3ss10n\n'
    assert bitbucket_access.sniff(Sample(audit)).confidence == 0


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_columns_and_single_lines_agree(data: st.DataObject) -> None:
    words = LINE.split(" ")
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(words) - 1))
        words[place] = data.draw(st.sampled_from(["", "-", "|", '"', '""', "a|b", "@x", "200", "a b", "\u00e9", '\\"']))
    lines = chunk_lines(Chunk(" ".join(words).encode()))
    ways = [split_lines(lines, shapes, bitbucket_access._NAMES, split_bitbucket_line, "no") for shapes in (CLEAN, ())]
    assert {n: c.to_pylist() for n, c in ways[0].columns.items()} == {
        n: c.to_pylist() for n, c in ways[1].columns.items()
    }
    assert ways[0].rejects == ways[1].rejects
