"""A raw search against the same search record by record."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timeline.model.errors import Cancelled, CaseError
from timeline.query import Or, RawTest
from timeline.query.raw import RawRecord
from timeline.store import raw_scan, raw_search
from timeline.store.connection import create_case, open_writer
from timeline.store.raw_hits import HitBatch, RawHits
from timeline.store.raw_needle import is_whole, needle_of
from timeline.store.raw_pieces import RawNeedle
from timeline.store.raw_scan import Hit, RawScan
from timeline.store.reader import Reader

Frames = Sequence[tuple[int, int, bytes]]
Opened = Callable[[Frames], Reader]


def fill(path: Path, frames: Frames) -> None:
    packer = zstandard.ZstdCompressor()
    with closing(open_writer(path)) as connection:
        connection.execute("DELETE FROM frame")
        rows = [(stream, offset, len(data), packer.compress(data)) for stream, offset, data in frames]
        connection.executemany("INSERT INTO frame (stream, offset, length, data) VALUES (?, ?, ?, ?)", rows)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("raw") / "c.db"
    create_case(path, case_id="raw", redaction_key="00")
    return path


@pytest.fixture(scope="module")
def opened(path: Path) -> Iterator[Opened]:
    with closing(Reader(path)) as reader:

        def opened(frames: Frames) -> Reader:
            fill(path, frames)
            return reader

        yield opened


def tiled(stream: int, data: bytes, cuts: Sequence[int]) -> Frames:
    """The data of a stream, cut into frames."""
    borders = [0, *sorted({cut for cut in cuts if 0 < cut < len(data)}), len(data)]
    return [(stream, start, data[start:end]) for start, end in pairwise(borders)]


def needle(text: str, op: str = "contains", *, ignore_case: bool = False) -> RawNeedle:
    found = needle_of(RawTest(None, op, text, ignore_case))  # type: ignore[arg-type]  # any op
    assert found is not None
    return found


def occurrences(data: bytes, wanted: bytes) -> set[int]:
    """Every byte that belongs to some occurrence."""
    found: set[int] = set()
    at = data.find(wanted)
    while at >= 0:
        found.update(range(at, at + len(wanted)))
        at = data.find(wanted, at + 1)
    return found


def covered(hits: Sequence[Hit]) -> set[tuple[int, int]]:
    return {(hit.stream, place) for hit in hits for place in range(hit.start, hit.end)}


CUTS = st.lists(st.integers(1, 120), max_size=40)


@given(st.text("abA", max_size=120), st.sampled_from(["aba", "aa", "bab", "abaab"]), CUTS, st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_hits_are_the_occurrences_wherever_frames_end(
    opened: Opened, text: str, word: str, cuts: list[int], jobs: int
) -> None:
    data = text.encode()
    reader = opened([*tiled(1, data, cuts), *tiled(7, data[::-1], cuts[::2])])
    hits = list(RawScan(reader, needle(word), jobs=jobs).hits())
    expected = {(1, place) for place in occurrences(data, word.encode())}
    expected |= {(7, place) for place in occurrences(data[::-1], word.encode())}
    assert covered(hits) == expected
    assert [(hit.stream, hit.start) for hit in hits] == sorted((hit.stream, hit.start) for hit in hits)


TESTS = [
    RawTest(None, "contains", "strasse", ignore_case=True),
    RawTest(None, "contains", "Kelvin"),
    RawTest(None, "contains", "kelvin", ignore_case=True),
    RawTest(None, "wildcard", "*k?l*in*", ignore_case=True),
    RawTest(None, "regex", "[0-9a-f]{7}"),
    RawTest(None, "regex", r"k.l(v|w)in|straße", ignore_case=True),
    RawTest(None, "regex", r"\d{4}-x"),
]
WORDS = [
    "Straße",
    "STRASSE",
    "stra",
    "ße",
    "Kelvin",
    "\u212aelvin",
    "kel",
    "vin",
    "0123abc",
    "1234-x",
    "\u0661234-x",
    "é",
    " ",
]


@given(
    st.lists(st.sampled_from([*(word.encode() for word in WORDS), b"\xc3", b"\xff", b"\n", b""]), max_size=24),
    CUTS,
    st.data(),
)
@settings(max_examples=120, deadline=None)
def test_no_record_that_matches_is_missed(
    opened: Opened, parts: list[bytes], cuts: list[int], data: st.DataObject
) -> None:
    text = b"".join(parts)
    test = data.draw(st.sampled_from(TESTS))
    places = data.draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, 40)), max_size=12))
    found = needle_of(test)
    assert found is not None
    hits = RawScan(opened(tiled(3, text, cuts)), found, jobs=2).collect()
    for offset, length in [*places, (0, len(text))]:
        record = text[offset : offset + length]
        if RawRecord(lambda raw=record: raw, dict).holds(test):  # type: ignore[misc]  # mypy cannot type defaults of a lambda
            assert hits.touches(3, offset, len(record))


def test_blocks_within_a_frame(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_search, "_BLOCK", 64)
    monkeypatch.setattr(raw_search, "_DENSE", 1)
    data = b"".join(b"%05d needle " % number for number in range(900))
    hits = list(RawScan(opened([(1, 0, data)]), needle("needle")).hits())
    assert covered(hits) == {(1, place) for place in occurrences(data, b"needle")}


def test_a_hit_at_the_border_of_two_blocks(opened: Opened) -> None:
    block = 128 << 10
    data = bytearray(b"-" * (3 * block + 5))
    for at in (block - 3, 2 * block - 6, 3 * block - 1):
        data[at : at + 6] = b"needle"
    hits = list(RawScan(opened([(1, 0, bytes(data))]), needle("needle")).hits())
    assert [(hit.start, hit.end) for hit in hits] == [(at, at + 6) for at in (block - 3, 2 * block - 6, 3 * block - 1)]


def test_more_texts_at_once_than_arrays_are_kept(opened: Opened) -> None:
    rng = random.Random(1)
    data = bytes(rng.randrange(33, 127) for _ in range(5000))
    pairs = [chr(first) + chr(200 - first) for first in range(80, 120)]
    either = needle_of(Or(tuple(RawTest(None, "contains", pair) for pair in pairs)))
    assert either is not None
    expected = {(1, place) for pair in pairs for place in occurrences(data, pair.encode())}
    assert len(expected) > 20
    assert covered(list(RawScan(opened(tiled(1, data, [2500])), either, jobs=2).hits())) == expected


def test_very_many_hits_become_few(opened: Opened) -> None:
    data = b"ab-" * 200_000
    hits = RawScan(opened(tiled(1, data, [300_000])), needle("ab-")).collect()
    assert len(hits) < 10
    assert hits.touches(1, 599_990, 5)


def test_only_the_wanted_streams(opened: Opened) -> None:
    frames = [(stream, 0, b"needle") for stream in range(1, 6)]
    reader = opened(frames)
    assert [hit.stream for hit in RawScan(reader, needle("needle"), streams={4, 2, 9}).hits()] == [2, 4]
    assert list(RawScan(opened([]), needle("needle")).hits()) == []
    assert list(RawScan(opened([(1, 0, b"")]), needle("needle")).hits()) == []


def test_only_the_frames_that_ranges_reach_into(opened: Opened) -> None:
    reader = opened([*tiled(1, b"needle----" * 5, range(10, 50, 10)), *tiled(2, b"needle----" * 5, range(10, 50, 10))])
    told: list[tuple[int, int]] = []
    scan = RawScan(reader, needle("needle"), ranges={2: (10, 21), 7: (0, 5)}, progress=lambda *at: told.append(at))
    assert [(hit.stream, hit.start) for hit in scan.hits()] == [(2, 10), (2, 20)]
    assert told[-1] == (20, 20)


def test_a_stream_without_some_bytes(opened: Opened) -> None:
    """Records that reach over the gap are read without it: what is on both sides may match."""
    hits = RawScan(opened([(1, 0, b"xx nee"), (1, 20, b"dle yy")]), needle("needle")).collect()
    assert hits.touches(1, 3, 20)
    assert not hits.touches(2, 3, 20)


def test_batches_say_how_far_they_are(opened: Opened) -> None:
    data = b"a needle in a haystack with a needle"
    cuts = [4, 5, 33]
    scan = RawScan(opened(tiled(1, data, cuts)), needle("needle"), jobs=1)
    assert list(scan.hits()) == [Hit(1, 4, 8), Hit(1, 30, 36)], "cut where the frame before the border begins"
    batches = list(scan.batches())
    assert [batch.searched_to for batch in batches] == [4, 5, 33, len(data)]
    known = RawHits()
    for batch in batches:
        known.add(batch)
        for start in (2, 30):
            assert known.touches(1, start, 6) or start + 6 > batch.searched_to


def test_progress_grows_to_the_end(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_scan, "_TELL_S", 0)
    monkeypatch.setattr(raw_scan, "_TASK_BYTES", 10)
    data = b"0123456789" * 50
    told: list[tuple[int, int]] = []
    RawScan(
        opened(tiled(1, data, range(10, 500, 10))), needle("needle"), progress=lambda *at: told.append(at)
    ).collect()
    assert len(told) > 20
    assert told == sorted(told)
    assert {total for _, total in told} == {500}
    assert told[-1] == (500, 500)


def test_no_more_than_a_few_frames_are_read_ahead(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_scan, "_TASK_BYTES", 10)
    scan = RawScan(opened(tiled(1, b"0123456789" * 50, range(10, 500, 10))), needle("needle"), jobs=2)
    read: list[int] = []
    reading = scan._read

    def counted(group: "list[raw_scan._Frame]") -> "list[tuple[raw_scan._Frame, bytes]]":
        read.append(len(group))
        return reading(group)

    monkeypatch.setattr(scan, "_read", counted)
    with closing(scan.batches()) as batches:
        next(batches)
    assert 1 < sum(read) <= 2 * 4 + 2


@pytest.mark.parametrize("whose", ["scan", "reader"])
def test_cancel(path: Path, whose: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(path, tiled(1, b"0123456789" * 50, range(10, 500, 10)))
    monkeypatch.setattr(raw_scan, "_TASK_BYTES", 10)
    ours, readers = threading.Event(), threading.Event()
    threads = threading.active_count()
    with closing(Reader(path, cancel=readers)) as reader:
        batches = RawScan(reader, needle("needle"), jobs=2, cancel=ours).batches()
        next(batches)
        (ours if whose == "scan" else readers).set()
        with pytest.raises(Cancelled):
            list(batches)
    assert threading.active_count() == threads


def test_cancel_ends_what_threads_are_at(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the frame that is being searched no other is begun, also of those that were read together."""
    cancel, entered, begun = threading.Event(), threading.Event(), []
    scan = RawScan(opened([(n, 0, b"needle" * 10_000) for n in range(1, 9)]), needle("needle"), jobs=1, cancel=cancel)

    def slow(data: bytes) -> tuple[object, object]:
        begun.append(len(data))
        entered.set()
        assert cancel.wait(10)
        return np.empty(0, np.int64), np.empty(0, np.int64)

    monkeypatch.setattr(scan._finder, "find", slow)

    def stop() -> None:
        assert entered.wait(10)
        cancel.set()

    threading.Thread(target=stop).start()
    with pytest.raises(Cancelled):
        list(scan.batches())
    assert len(begun) == 1


def damage(path: Path, sql: str, *values: object) -> None:
    with closing(open_writer(path)) as connection:
        assert connection.execute(sql, values).rowcount == 1


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("data", b"no zstd", "cannot be read"),
        ("data", b"", "cannot be read"),
        ("data", zstandard.ZstdCompressor().compress(b"x" * 4), "is not of 6 bytes"),
        ("data", zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 4), "has 4 bytes, not 6"),
        ("data", zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 4000), "cannot be read"),
        ("data", zstandard.ZstdCompressor().compress(b"needle") + b"more", "cannot be read"),
        ("length", 1 << 40, "claims"),
        ("length", -1, "claims"),
        ("length", 20, "begins before the last one ends"),
        ("offset", -3, "claims"),
    ],
)
def test_a_damaged_frame_is_an_error(path: Path, opened: Opened, column: str, value: object, what: str) -> None:
    reader = opened([(1, 0, b"needle"), (1, 6, b"needle")])
    damage(path, f"UPDATE frame SET {column} = ? WHERE offset = 0", value)
    with pytest.raises(CaseError, match=what):
        RawScan(reader, needle("needle"), jobs=2).collect()


def test_a_frame_that_goes_away_is_an_error(path: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_scan, "_TASK_BYTES", 6)
    batches = RawScan(opened([(n, 0, b"needle") for n in range(1, 30)]), needle("needle"), jobs=1).batches()
    next(batches)
    damage(path, "DELETE FROM frame WHERE stream = 29")
    with pytest.raises(CaseError, match="is gone"):
        list(batches)


RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 6)), max_size=30)


@given(RANGES, st.integers(1, 40), st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_hits_kept_answer_as_all_of_them_would(ranges: list[tuple[int, int]], most: int, parts: int) -> None:
    ordered = sorted((start, start + length) for start, length in ranges)
    exact, few = RawHits(), RawHits(most)
    for first in range(0, len(ordered), parts):
        batch = np.array(ordered[first : first + parts], np.int64).reshape(-1, 2)
        for hits in (exact, few):
            hits.add(HitBatch(5, batch[:, 0], batch[:, 1], 100))
    for offset in range(70):
        for length in (0, 1, 3, 20):
            truth = length > 0 and any(start < offset + length and end > offset for start, end in ordered)
            assert exact.touches(5, offset, length) is truth
            assert few.touches(5, offset, length) or not truth
    assert (exact.starts(5)[1:] > exact.ends(5)[:-1]).all()
    assert len(few) <= max(most, 1)


def test_a_record_that_holds_a_whole_hit_is_sure() -> None:
    hits = RawHits()
    hits.add(HitBatch(2, np.array([10, 40]), np.array([15, 45]), 50))
    hits.add(HitBatch(2, np.array([60]), np.array([65]), 100, other_text=(50, 100)))
    offsets, lengths = np.array([10, 11, 0, 10, 41, 30, 60, 38]), np.array([5, 30, 14, 4, 5, 15, 20, 13])
    assert hits.held(2, offsets, lengths).tolist() == [True, False, False, False, False, True, False, False]
    assert not hits.held(9, offsets, lengths).any()


@given(
    st.lists(st.sampled_from((b"sk", b"sK", b"s", b"k", b"\n", "\u212a".encode(), "\u017f".encode(), b"c" * 9)), max_size=40),
    st.lists(st.integers(1, 200), max_size=6),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_sure_is_true(opened: Opened, parts: list[bytes], cuts: list[int]) -> None:
    data, test = b"".join(parts), RawTest(None, "contains", "sk", ignore_case=True)
    needle = needle_of(test)
    assert needle is not None
    assert is_whole(test, needle)
    hits = RawScan(opened(tiled(1, data, cuts)), needle).collect()
    for offset in range(len(data)):
        for length in range(1, 12):
            record = data[offset : offset + length]
            is_sure = hits.held(1, np.array([offset]), np.array([length]))[0]
            assert not is_sure or RawRecord(lambda r=record: r, dict).holds(test)  # type: ignore[misc]  # mypy cannot type defaults of a lambda
            assert is_sure or not data.isascii() or b"sksk" in data.lower() or b"sk" not in record.lower()


@pytest.mark.parametrize("test", [
    RawTest(None, "contains", "stra\u00dfe"), RawTest(None, "prefix", "token"), RawTest(None, "exact", "token"),
    RawTest(None, "regex", "token"), RawTest(None, "wildcard", "*token*"), RawTest(None, "contains", "x" * 200),
])  # fmt: skip
def test_only_a_plain_text_is_whole(test: RawTest) -> None:
    needle = needle_of(test)
    assert needle is None or not is_whole(test, needle)


def test_tens_of_millions_of_hits_stay_within_bounds() -> None:
    hits = RawHits(10_000)
    for stream in (1, 2):
        for first in range(0, 50_000_000, 1_000_000):
            starts = np.arange(first, first + 1_000_000, 20, dtype=np.int64)
            hits.add(HitBatch(stream, starts, starts + 4, first + 1_000_000))
    assert len(hits) <= 10_000
    assert hits.touches(2, 20, 1)
    assert not hits.touches(2, 60_000_000, 1)
    assert hits.touched(1, np.array([0, 20_000_000]), np.array([10, 10])).all()
