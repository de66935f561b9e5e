"""Text in UTF-16 is read as UTF-8; the hash stays that of the file."""

import gzip
import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timeline.evidence.containers import open_stream
from timeline.evidence.layers import first_decompressed
from timeline.evidence.reading import BytesReader
from timeline.evidence.utf16 import FromUtf16
from timeline.evidence.walk import Found

MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file(tmp_path: Path, encoding: str, packed: bool) -> None:
    text = "CreationDate,UserIds\r\n2026-03-30T22:36:48,z\u00e9\U0001f600\r\n"
    data = MARKS[encoding] + text.encode(encoding)
    received = gzip.compress(data) if packed else data
    (tmp_path / "a.csv").write_bytes(received)
    with open_stream(Found("a.csv", tmp_path / "a.csv", "file")) as stream:
        assert stream.layers == (("gz", "utf-16") if packed else ("utf-16",))
        assert stream.inner_name == "a.csv"
        assert stream.read(1 << 20) == text.encode()
        assert stream.read(1) == b""
    assert stream.file_sha256 == hashlib.sha256(received).hexdigest()
    assert stream.problem is None
    assert first_decompressed(received, 8) is None


@given(st.text(st.characters(codec="utf-16"), max_size=80), st.integers(1, 9), st.sampled_from(sorted(MARKS)))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_in_any_pieces(text: str, size: int, encoding: str) -> None:
    reader = FromUtf16(BytesReader(MARKS[encoding] + text.encode(encoding)))
    read = b""
    while piece := reader.read(size):
        assert len(piece) <= size
        read += piece
    assert read == text.encode()


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"\xff\xfeA\x00B", "A\ufffd"),
        (b"\xff\xfe\x00\xd8A\x00", "\ufffdA"),
        (b"\xff\xfe", ""),
    ],
)
def test_what_is_none_is_replaced(data: bytes, read: str) -> None:
    reader = FromUtf16(BytesReader(data))
    assert b"".join(iter(lambda: reader.read(100), b"")) == read.encode()
