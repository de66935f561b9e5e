"""Streams: what comes out of containers, sound, damaged and hostile."""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import random
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timeline.evidence import layers
from timeline.evidence.containers import Stream, open_stream
from timeline.evidence.hashing import sha256_of
from timeline.evidence.reading import PipeReader
from timeline.evidence.walk import Found
from timeline.model.errors import EvidenceError

TEXT = b"".join(b"192.0.2.%d - - line %d %x\n" % (i % 256, i, random.Random(i).getrandbits(64)) for i in range(4000))
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}


def stream_of(data: bytes, name: str = "a.log") -> Stream:
    return Stream(PipeReader(io.BytesIO(data)), name)


def read_all(stream: Stream, size: int = 4096) -> bytes:
    parts = []
    while data := stream.read(size):
        parts.append(data)
    return b"".join(parts)


@pytest.mark.parametrize("name", PACKERS)
@pytest.mark.parametrize("size", [100, 1 << 20])
def test_each_layer_gives_its_bytes_and_the_hash_as_received(name: str, size: int) -> None:
    packed = PACKERS[name](TEXT)
    stream = stream_of(packed, f"x/access.log.{name}")
    assert read_all(stream, size) == TEXT
    assert (stream.problem, stream.layers, stream.inner_name) == (None, (name,), "x/access.log")
    assert stream.file_sha256 == hashlib.sha256(packed).hexdigest()


def test_plain_bytes_pass() -> None:
    stream = stream_of(TEXT, "a.gz")
    assert stream.read(10) == TEXT[:10]
    assert stream.file_sha256 is None
    assert read_all(stream) == TEXT[10:]
    assert (stream.problem, stream.layers, stream.inner_name) == (None, (), "a.gz")


def test_stacked_layers_are_taken_off_up_to_three() -> None:
    packed = PACKERS["zst"](PACKERS["gz"](PACKERS["xz"](TEXT)))
    stream = stream_of(packed, "a.json.xz.gz.zst")
    assert read_all(stream) == TEXT
    assert (stream.layers, stream.inner_name) == (("zst", "gz", "xz"), "a.json")
    four = stream_of(PACKERS["bz2"](packed))
    assert read_all(four) == PACKERS["xz"](TEXT)


@pytest.mark.parametrize("name", PACKERS)
def test_streams_one_after_another_and_trailing_zeros(name: str) -> None:
    packed = b"".join(PACKERS[name](part) for part in (TEXT[:5000], b"", TEXT[5000:]))
    stream = stream_of(packed + b"\0" * 10_000)
    assert read_all(stream) == TEXT
    assert stream.problem is None


def test_many_small_gzip_members() -> None:
    packed = b"".join(gzip.compress(b"%d\n" % i) for i in range(3000))
    stream = stream_of(packed)
    assert read_all(stream) == b"".join(b"%d\n" % i for i in range(3000))
    assert stream.problem is None


@pytest.mark.parametrize("name", PACKERS)
def test_trailing_garbage_is_said(name: str) -> None:
    stream = stream_of(PACKERS[name](TEXT) + b"garbage")
    assert read_all(stream) == TEXT
    assert stream.problem == f"bytes after the end of the {name} data were not read"
    assert stream.file_sha256 is not None


@pytest.mark.parametrize("name", PACKERS)
def test_truncated_data_gives_what_is_there(name: str) -> None:
    noise = random.Random(1).randbytes(400_000) if name in {"bz2", "zst"} else b""
    text = TEXT + noise + TEXT
    packed = PACKERS[name](text)
    cut = packed[: len(packed) * 3 // 4] if name != "bz2" else bz2.compress(text, 1)[:-30]
    stream = stream_of(cut)
    read = read_all(stream)
    assert len(read) > 50_000
    assert text.startswith(read)
    assert stream.problem == f"truncated: the {name} data ends early"
    assert stream.file_sha256 == hashlib.sha256(cut).hexdigest()


def test_a_damaged_gzip_gives_everything_before_the_damage() -> None:
    packed = bytearray(gzip.compress(TEXT))
    middle = len(packed) // 2
    packed[middle : middle + 8] = b"\xff" * 8
    slow = zlib.decompressobj(31)
    sound = slow.decompress(bytes(packed[:middle]))
    stream = stream_of(bytes(packed))
    read = read_all(stream)
    assert len(sound) > 10_000
    assert read.startswith(sound[:-300])
    assert stream.problem is not None
    assert "gz data" in stream.problem
    assert stream.file_sha256 == hashlib.sha256(packed).hexdigest()


def test_a_wrong_checksum_gives_all_bytes_and_goes_on() -> None:
    packed = bytearray(gzip.compress(TEXT[:1000]))
    packed[-8] ^= 1
    stream = stream_of(bytes(packed) + gzip.compress(TEXT[1000:]))
    assert read_all(stream) == TEXT
    assert stream.problem == "the checksum of the gz data does not match"


@given(st.sampled_from(sorted(PACKERS)), st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damage_never_raises(name: str, data: st.DataObject) -> None:
    packed = bytearray(PACKERS[name](TEXT[:3000]))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    stream = stream_of(bytes(packed[: data.draw(st.integers(1, len(packed)))]))
    read_all(stream, data.draw(st.integers(1, 5000)))
    assert stream.read(10) == b""
    assert stream.file_sha256 is not None


def test_gzip_headers_with_every_field() -> None:
    body = gzip.compress(TEXT)[10:]
    head = b"\x1f\x8b\x08\x1e\0\0\0\0\0\xff" + b"\x05\x00extra" + b"name\0" + b"comment\0" + b"\x12\x34"
    assert read_all(stream_of(head + body)) == TEXT


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        (TEXT, TEXT[:512]),
        (gzip.compress(TEXT), TEXT[:512]),
        (bz2.compress(TEXT), TEXT[:512]),
        (lzma.compress(TEXT), TEXT[:512]),
        (zstandard.compress(TEXT), TEXT[:512]),
        (gzip.compress(gzip.compress(TEXT * 9, 0)), None),
        (gzip.compress(b"short"), None),
        (b"short", None),
        (gzip.compress(TEXT)[:11], None),
        (b"\x1f\x8b\x08" + b"\xff" * 600, None),
        (b"", None),
    ],
    ids=str.split("plain gz bz2 xz zst twice short-inside short header damaged empty"),
)
def test_the_first_bytes_inside_are_given_where_that_is_cheap(whole: bytes, expected: bytes | None) -> None:
    assert layers.first_decompressed(whole, 512) == expected


@given(
    size=st.integers(0, 3000),
    wrap=st.integers(1, 3),
    at=st.integers(0, 4000),
    flip=st.integers(0, 255),
    tail=st.sampled_from([b"", b"\0\0", b"x", gzip.compress(b"second")]),
)
@settings(deadline=None, max_examples=150)
def test_a_small_file_in_one_call_is_what_it_is_in_many(size: int, wrap: int, at: int, flip: int, tail: bytes) -> None:
    packed = TEXT[:size]
    for _ in range(wrap):
        packed = gzip.compress(packed, mtime=0)
    damaged = bytearray(packed + tail)
    damaged[at % len(damaged)] ^= flip
    told = []
    for small in (layers._SMALL_BYTES, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(layers, "_SMALL_BYTES", small)
            stream = stream_of(bytes(damaged))
            told.append((read_all(stream), stream.problem, stream.layers, stream.file_sha256))
    assert told[0] == told[1]


def test_a_bomb_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "BOMB_BYTES", 1 << 20)
    stream = stream_of(gzip.compress(b"\0" * (1 << 24)))
    read = read_all(stream, 1 << 16)
    assert (1 << 20) <= len(read) < (1 << 22)
    assert stream.problem is not None
    assert "more than 200 times" in stream.problem


def test_a_file_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EvidenceError, match=r"gone\.log: cannot be read: No such file"):
        open_stream(Found("gone.log", tmp_path / "gone.log", "file"))
    with pytest.raises(EvidenceError, match="FIFO, not read"):
        open_stream(Found("pipe", tmp_path / "pipe", "file", problem="FIFO, not read"))

    def denied(*_args: object, **_kwargs: object) -> BinaryIO:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", denied)
    with pytest.raises(EvidenceError, match=r"shadow: cannot be read: Permission denied$"):
        open_stream(Found("shadow", tmp_path / "shadow", "file"))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(TEXT))))
    with open_stream(Found("-", Path("-"), "stdin")) as stream:
        assert read_all(stream) == TEXT
        assert stream.layers == ("gz",)


def test_hash_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(TEXT)
    assert sha256_of(path) == hashlib.sha256(TEXT).hexdigest()
    os.remove(path)
    with pytest.raises(EvidenceError):
        sha256_of(path)
