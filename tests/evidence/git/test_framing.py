from hypothesis import given
from hypothesis import strategies as st

from timeline.evidence.framing import Framed, Framer, make_framer
from timeline.evidence.git.framing import CUT_RECORD, NOT_A_RECORD, GitFramer
from timeline.evidence.git.records import encoded_name, record

STREAM = b"".join(
    [
        record(b"repository", b"corp/app", [b"leakline-git-1", b"sha1"], b"form folder"),
        record(b"ref", b"refs/heads/main", (), b"1" * 40),
        record(b"shallow", b"2" * 40, ()),
        *(record(b"commit", b"%040x" % n, [b"reachable"], b"tree\n\n" * n, b":a\0b\0" * n) for n in range(20)),
    ]
)


def _frames(framer: Framer, data: bytes, size: int) -> list[Framed]:
    found: list[Framed] = []
    for start in range(0, len(data), size):
        found += framer.feed(data[start : start + size])
    return found + list(framer.finish())


@given(size=st.integers(1, 700), chunk_bytes=st.integers(1, 3000))
def test_chunks_tile_the_stream_whatever_the_blocks(size: int, chunk_bytes: int) -> None:
    frames = _frames(GitFramer(None, chunk_bytes), STREAM, size)
    assert frames == _frames(GitFramer(None, chunk_bytes), STREAM, len(STREAM))
    assert b"".join(framed.data for framed in frames) == STREAM
    end = 0
    for framed in frames:
        assert framed.offset == end
        end = framed.end
        assert framed.spans is not None
        assert len(framed.spans) == framed.records
        assert framed.header == b"repository corp/app leakline-git-1,sha1 11"
        assert all(framed.data[start + length : start + length + 1] == b"\n" for start, length in framed.spans)
    assert [framed.first_record for framed in frames[1:]] == [
        framed.first_record + framed.records for framed in frames[:-1]
    ]


def test_a_framer_goes_on_from_any_state() -> None:
    frames = _frames(GitFramer(None, 500), STREAM, 64)
    assert len(frames) > 3
    for number, framed in enumerate(frames):
        resumed = make_framer("git", framed.state, chunk_bytes=500)
        assert _frames(resumed, STREAM[framed.end :], 64) == frames[number + 1 :]


def test_a_stream_that_is_cut_is_refused_from_the_cut_record_on() -> None:
    frames = _frames(GitFramer(None), STREAM[:-10], 100)
    assert frames[-1].end == len(STREAM) - 10
    refused = frames[-1].refused[0]
    assert refused.reason == CUT_RECORD
    assert refused.record == 23
    assert refused.offset + refused.length == len(STREAM) - 10


def test_damage_is_refused_to_the_end() -> None:
    good = STREAM[: STREAM.index(b"shallow")]
    for bad in (b"no header\n", b"ref x - 4\nabcd!", b"x" * 70_000, b"ref x - -4\n"):
        frames = _frames(GitFramer(None), good + bad + STREAM, 999)
        assert sum(framed.records for framed in frames) == 2
        assert [refusal.reason for framed in frames for refusal in framed.refused] == [NOT_A_RECORD]
        assert frames[-1].end == len(good + bad + STREAM)


@given(st.binary(max_size=300))
def test_garbage_never_raises(data: bytes) -> None:
    frames = _frames(GitFramer(None), data, 50)
    assert (frames[-1].end if frames else 0) == len(data)


@given(st.binary(max_size=60))
def test_names_are_one_word(name: bytes) -> None:
    word = encoded_name(name)
    assert word
    assert not set(word) & set(b" \n\0")
    assert word.isascii()
