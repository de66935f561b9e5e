"""What the writer is told of streams and sources waits for a commit: it arrives whole, in whatever messages it came."""

import hashlib
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zstandard

from tests.evidence_files import new_case, rows_of
from tests.store.invented import Invented, Kept, invent, send
from timeline.model.parser import Refusal
from timeline.session.case import Case
from timeline.store.frames import compress
from timeline.store.keys import lineage_of
from timeline.store.messages import AddChunk, AddGroup, AddSource, Batch, EndStream, Message, StartStream
from timeline.store.writer_process import WriterHandle

HOUR_US = 3_600_000_000


def table(case: Case, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{case.path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def written(path: Path, *runs: Iterable[Message], segment_rows: int | None = None) -> Case:
    """A case that was sent these messages, a run of the writer after the other."""
    case = new_case(path)
    for messages in runs:
        with WriterHandle(path, segment_rows=segment_rows, first_flush_rows=segment_rows) as writer:
            for message in messages:
                writer.send(message)
            writer.finish()
    return case


def assert_sound(case: Case) -> None:
    assert [problem for check in case.verify() for problem in check.problems] == []


def start(number: int, data: bytes) -> StartStream:
    return StartStream(number, lineage_of(data), "head", "web.access", 1, "lines", "{}", 0, "[]")


def chunk(number: int, data: bytes, *, begin: int = 0, record: int = 0, **other: Any) -> AddChunk:
    """Lines of a stream from `begin` on, all of them ignored."""
    lines = data[begin:].splitlines(keepends=True)
    places = [begin + sum(map(len, lines[:place])) for place in range(len(lines))]
    ignored = tuple(
        Refusal(n, place, len(line), "blank")
        for n, (place, line) in enumerate(zip(places, lines, strict=True), record + 1)
    )
    frames = tuple(compress(data[begin:], begin, zstandard.ZstdCompressor()))
    return replace(
        AddChunk(
            number, b"", len(lines), 0, (), ignored, (), frames, len(data), hashlib.sha256(data).hexdigest(), len(data),
            record + len(lines), None,
        ),
        **other,
    )  # fmt: skip


def end(number: int, data: bytes) -> EndStream:
    return EndStream(number, len(data), hashlib.sha256(data).hexdigest(), True, None)


def source(path: str, number: int | None, data: bytes, **other: Any) -> AddSource:
    sha256 = hashlib.sha256(data).hexdigest()
    made = AddSource(path, number, sha256, len(data), None, len(data), sha256, None, None, None, "complete", None)
    return replace(made, **other)


def test_many_streams_without_events(tmp_path: Path) -> None:
    streams = {number: f"{number}\n".encode() * (number % 3) for number in range(1, 1_501)}
    messages: list[Message] = [start(number, b"%d" % number) for number in streams]
    messages += [chunk(number, data) for number, data in streams.items() if number % 3]
    messages += [end(number, data) for number, data in streams.items()]
    messages += [source(f"{number:04d}.log", number, data) for number, data in streams.items()]
    with written(tmp_path / "c.db", messages) as case:
        infos = case.sources()
        assert [(info.path, info.records, info.ignored) for info in infos] == [
            (f"{number:04d}.log", number % 3, number % 3) for number in streams
        ]
        assert len(list(case.ignored())) == sum(number % 3 for number in streams)
        assert rows_of(case) == []
        assert_sound(case)


def test_more_chunks_without_events_than_may_wait(tmp_path: Path) -> None:
    """They are committed on the way, group by group, without an event that would ask for it."""
    groups: list[Message] = []
    for first in range(1, 21_001, 3_000):
        numbers = range(first, first + 3_000)
        groups.append(Batch(tuple(start(number, b"%d" % number) for number in numbers)))
        groups.append(AddGroup(tuple(chunk(number, b"") for number in numbers), b"", (0,) * 3_000))
    with new_case(tmp_path / "c.db") as case:
        with WriterHandle(case.path) as abandoned:
            for message in groups:
                abandoned.send(message)
            until = time.monotonic() + 30
            while table(case, "SELECT count(*) FROM stream") == [(0,)] and time.monotonic() < until:
                time.sleep(0.01)  # messages are on their way
        assert table(case, "SELECT count(*) FROM stream") == [(21_000,)]


def test_a_path_that_is_sent_twice_is_what_was_said_last(tmp_path: Path) -> None:
    one, two = b"1\n2\n", b"3\n"
    first: list[Message] = [
        start(1, one),
        chunk(1, one),
        end(1, one),
        source("a.log", None, one, state="failed", problem="unreadable"),
    ]
    second: list[Message] = [
        source("a.log", 1, one),
        start(2, two),
        chunk(2, two),
        end(2, two),
        source("b.log", 2, two),
    ]
    with (
        written(tmp_path / "one.db", first + second) as at_once,
        written(tmp_path / "two.db", first, second) as later,
    ):
        for case in (at_once, later):
            assert [(info.path, info.state, info.problem, info.ignored) for info in case.sources()] == [
                ("a.log", "complete", None, 2),
                ("b.log", "complete", None, 1),
            ]
            assert_sound(case)
        assert at_once.digest() == later.digest()


def test_warnings_and_headers_that_are_repeated_are_kept_once(tmp_path: Path) -> None:
    data = b"1\n2\n3\n"
    said = ((1, "no zone"), (2, "no zone"), (1, "no zone"), (1, "no year"))
    parts = [data[:2], data[:4], data]
    chunks = [
        chunk(
            1, part, begin=2 * place, record=place, warnings=said, header=(0 if place < 2 else 4, b"names %d" % place)
        )
        for place, part in enumerate(parts)
    ]
    rest: list[Message] = [end(1, data), source("a.log", 1, data)]
    runs: list[list[Message]] = [rest]
    runs[:0] = [[start(1, data), part] for part in chunks]
    with (
        written(tmp_path / "one.db", [start(1, data), *chunks, *rest]) as at_once,
        written(tmp_path / "two.db", *runs) as later,
    ):
        for case in (at_once, later):
            assert table(case, "SELECT record, text FROM warning ORDER BY record, text") == [
                (1, "no year"), (1, "no zone"), (2, "no zone"),
            ]  # fmt: skip
            headers = table(case, "SELECT offset, CAST(text AS TEXT) FROM header ORDER BY offset")
            assert headers == [(0, "names 0"), (4, "names 2")]
            assert case.sources()[0].warnings == 3
            assert_sound(case)
        assert at_once.digest() == later.digest()


def test_reasons_keep_their_numbers_over_runs(tmp_path: Path) -> None:
    data = b"1\n2\n"
    refused = [
        replace(
            chunk(1, part, begin=begin, record=begin // 2),
            ignored=(),
            rejects=(Refusal(begin // 2 + 1, begin, 1, why),),
        )
        for part, begin, why in ((data[:2], 0, "no date"), (data, 2, "no verb"))
    ]
    runs: list[list[Message]] = [
        [start(1, data), refused[0]],
        [start(1, data), refused[1], end(1, data), source("a.log", 1, data)],
    ]
    with written(tmp_path / "c.db", *runs) as case:
        assert [(reject.record, reject.reason) for reject in case.rejects()] == [(1, "no date"), (2, "no verb")]
        assert_sound(case)


def mixed() -> list[Message]:
    """Streams with events, rejects, warnings, a clock offset, and chunks without events among the others."""
    kept = Kept()
    streams = invent(120)
    streams[1].events = [events if place % 40 < 20 else [] for place, events in enumerate(streams[1].events)]
    send(kept, streams, chunk_records=5)
    return [_completed(message, streams) for message in kept.messages]


def _completed(message: Message, streams: Sequence[Invented]) -> Message:
    if isinstance(message, StartStream):
        return replace(message, clock_offset_us=HOUR_US if message.number == 3 else 0)
    if not isinstance(message, AddChunk):
        return message
    first = message.resume_record - message.records
    records, events = (
        kept[first : message.resume_record]
        for kept in (streams[message.number - 1].records, streams[message.number - 1].events)
    )
    place = message.length - sum(len(record) + 1 for record in records)
    silent = []
    for number, (record, gave) in enumerate(zip(records, events, strict=True), first + 1):
        if not gave:
            silent.append(Refusal(number, place, len(record), f"reason {number % 3}"))
        place += len(record) + 1
    return replace(
        message, events=message.events if len(silent) < len(records) else b"", with_events=len(records) - len(silent),
        rejects=tuple(silent[::2]), ignored=tuple(silent[1::2]), warnings=((first + 1, "odd"),),
    )  # fmt: skip


def grouped(messages: Sequence[Message], size: int) -> list[Message]:
    """The same with chunks that follow each other in groups of so many."""
    found: list[Message] = []
    waiting: list[AddChunk] = []
    for message in [*messages, None]:
        if isinstance(message, AddChunk):
            waiting.append(message)
        if waiting and (len(waiting) == size or not isinstance(message, AddChunk)):
            found.append(_group(waiting))
            waiting = []
        if message is not None and not isinstance(message, AddChunk):
            found.append(message)
    return found


def _group(chunks: Sequence[AddChunk]) -> AddGroup:
    tables = [pa.ipc.open_stream(chunk.events).read_all() if chunk.events else None for chunk in chunks]
    rows = tuple(0 if events is None else events.num_rows for events in tables)
    every = [events for events in tables if events is not None]
    sink = pa.BufferOutputStream()
    if every:
        joined = pa.concat_tables(every).unify_dictionaries()
        with pa.ipc.new_stream(sink, joined.schema) as stream:
            stream.write_table(joined)
    events = sink.getvalue().to_pybytes() if every else b""
    return AddGroup(tuple(replace(chunk, events=b"") for chunk in chunks), events, rows)


def batched(messages: Sequence[Message], size: int) -> list[Message]:
    """The same in batches of so many, and batches of two of these."""
    batches = [Batch(tuple(messages[at : at + size])) for at in range(0, len(messages), size)]
    return [Batch(tuple(batches[at : at + 2])) for at in range(0, len(batches), 2)]


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Iterable[Case]:
    with written(tmp_path_factory.mktemp("single") / "c.db", mixed()) as case:
        yield case


def assert_same(case: Case, expected: Case) -> None:
    assert_sound(case)
    assert rows_of(case) == rows_of(expected) != []
    assert case.sources() == expected.sources()
    assert list(case.rejects()) == list(expected.rejects()) != []
    assert list(case.ignored()) == list(expected.ignored()) != []
    assert case.digest() == expected.digest()


@pytest.mark.parametrize("segment_rows", [None, 30])
@pytest.mark.parametrize("shape", ["single", "groups of 2", "groups of all", "batches", "batches of groups"])
def test_groups_and_batches_mean_the_same(tmp_path: Path, single: Case, shape: str, segment_rows: int | None) -> None:
    messages = mixed()
    sent = {
        "single": messages,
        "groups of 2": grouped(messages, 2),
        "groups of all": grouped(messages, 1_000),
        "batches": batched(messages, 4),
        "batches of groups": batched(grouped(messages, 3), 2),
    }[shape]
    with written(tmp_path / "c.db", sent, segment_rows=segment_rows) as case:
        assert_same(case, single)


@pytest.mark.parametrize("at", [1, 4, 9, 20, 30])
def test_streams_that_go_on_in_a_later_run(tmp_path: Path, single: Case, at: int) -> None:
    messages = mixed()
    starts = [message for message in messages if isinstance(message, StartStream)]
    with written(tmp_path / "c.db", messages[:at], [*starts, *messages[at:]]) as case:
        assert_same(case, single)
