"""What the writer is told, and in which order, whatever is gathered into groups on the way."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from tests.ingest.stub_writer import StubWriter
from timeline.ingest import chunks as module
from timeline.ingest.chunks import Conveyor, Resume, StreamChunks
from timeline.ingest.outbox import MAX_BYTES, MAX_MESSAGES, MAX_SECONDS, Outbox
from timeline.ingest.pieces import framed_pieces
from timeline.ingest.pool import make_pool
from timeline.model.parser import DecodeContext
from timeline.store.messages import (
    AddChunk,
    AddGroup,
    AddSource,
    CutStream,
    EndStream,
    StartStream,
    Sync,
)

LINE = b'198.51.100.1 - - [01/Mar/2026:00:00:%02d +0000] "GET /%d HTTP/1.1" 200 5 "-" "-"\n'


class Clock:
    """A clock that stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Told(StubWriter):
    """A writer that notes what it is told."""

    def of(self, number: int) -> list[str]:
        """What was said about one stream, in order."""
        names = []
        for message in self.messages:
            members = message.chunks if isinstance(message, AddGroup) else (message,)
            names += [type(one).__name__ for one in members if getattr(one, "number", None) == number]
        return names


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def conveyor(told: Told, clock: Clock) -> Iterator[Conveyor]:
    with make_pool(1, 0) as pool:
        yield Conveyor(pool, told.send, lambda _: None, clock=clock)


def start(number: int) -> StartStream:
    return StartStream(number, f"{number:012x}", "h", "web.access", 1, "lines", "{}", 0, "[]")


def source(number: int) -> AddSource:
    return AddSource(f"f{number}", number, None, None, None, 0, None, None, None, None, "complete", None)


def one(conveyor: Conveyor, number: int, lines: int = 2) -> None:
    conveyor.then(start(number))
    data = b"".join(LINE % (n % 60, number) for n in range(lines))
    chunks = StreamChunks(
        conveyor, number=number, kind="web.access", framing="lines", context=DecodeContext(f"f{number}"), stored_length=0,
        resume=Resume(),
    )  # fmt: skip
    for piece in framed_pieces([data], "lines", 0, None):
        chunks.add(piece, "sha")
    conveyor.then(EndStream(number, len(data), "sha", complete=True, problem=None))
    conveyor.then(source(number))


def rows(group: AddGroup) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pa.ipc.open_stream(group.events).read_all().to_pylist()
    return found


def test_small_streams_go_together(conveyor: Conveyor, told: Told) -> None:
    for number in range(1, 6):
        one(conveyor, number, lines=number)
    assert not any(isinstance(message, AddGroup) for message in told.messages)
    conveyor.collect(everything=True)
    (group,) = (message for message in told.messages if isinstance(message, AddGroup))
    assert group.rows == (1, 2, 3, 4, 5)
    assert [row["resource"] for row in rows(group)] == [f"/{n}" for n in range(1, 6) for _ in range(n)]
    for number in range(1, 6):
        assert told.of(number) == ["StartStream", "AddChunk", "EndStream"]
    assert [m.stream for m in told.messages if isinstance(m, AddSource)] == [1, 2, 3, 4, 5]
    assert told.writes == 1


def test_a_large_chunk_goes_alone(told: Told) -> None:
    with make_pool(1, 0) as pool:
        conveyor = Conveyor(pool, told.send, lambda _: None, group_bytes=1000)
        one(conveyor, 1)
        one(conveyor, 2, lines=50)
        one(conveyor, 3)
        conveyor.collect(everything=True)
    assert [type(m).__name__ for m in told.messages if isinstance(m, AddChunk | AddGroup)] == ["AddChunk"] * 3
    assert [m.number for m in told.messages if isinstance(m, AddChunk)] == [1, 2, 3]


@pytest.mark.parametrize(("parts", "size"), [(3, 1 << 20), (256, 450)])
def test_groups_are_bounded(told: Told, monkeypatch: pytest.MonkeyPatch, parts: int, size: int) -> None:
    monkeypatch.setattr(module, "GROUP_PARTS", parts)
    with make_pool(1, 0) as pool:
        conveyor = Conveyor(pool, told.send, lambda _: None, size, Clock())
        for number in range(1, 7):
            one(conveyor, number)
        conveyor.collect(everything=True)
    assert [len(m.chunks) for m in told.messages if isinstance(m, AddGroup)] == [3, 3]


def test_a_group_does_not_wait_long(conveyor: Conveyor, told: Told, clock: Clock) -> None:
    one(conveyor, 1)
    clock.now = module.GROUP_SECONDS
    one(conveyor, 2)
    conveyor.collect(everything=True)
    assert [m.number for m in told.messages if isinstance(m, AddChunk)] == [1, 2]


def test_a_stream_that_is_cut_is_cut_behind_its_own_chunks(conveyor: Conveyor, told: Told) -> None:
    one(conveyor, 1)
    conveyor.then(CutStream(1, 0, 1, 0, ""))
    one(conveyor, 1)
    conveyor.collect(everything=True)
    once = ["StartStream", "AddChunk", "EndStream"]
    assert told.of(1) == [*once, "CutStream", *once]


def test_a_stream_that_goes_on_is_started_again_behind_its_own_end(conveyor: Conveyor, told: Told) -> None:
    one(conveyor, 1)
    one(conveyor, 2)
    one(conveyor, 1)
    conveyor.collect(everything=True)
    assert told.of(1) == ["StartStream", "AddChunk", "EndStream"] * 2


def test_what_waits_behind_a_group_is_bounded_too(told: Told) -> None:
    with make_pool(1, 0) as pool:
        conveyor = Conveyor(pool, told.send, lambda _: None, 1000, Clock())
        one(conveyor, 1)
        large = AddChunk(2, b"", 1, 0, (), (), (), ((0, 900, bytes(900)),), 900, "sha", 0, 1, None)
        conveyor.then(start(2))
        conveyor.then(large)
        one(conveyor, 3)
        conveyor.collect(everything=True)
    assert [m.number for m in told.messages if isinstance(m, AddChunk)] == [1, 2, 3]


def test_nothing_is_held_back_before_a_slow_source(conveyor: Conveyor, told: Told) -> None:
    conveyor.then(source(1))
    assert told.messages == []
    conveyor.hurry()
    assert told.messages == [source(1)]


def test_the_outbox_writes_many_small_messages_at_once(told: Told, clock: Clock) -> None:
    outbox = Outbox(told.send, clock)
    for number in range(MAX_MESSAGES * 2 + 1):
        outbox.put(source(number))
    assert told.writes == 2
    outbox.flush()
    outbox.flush()
    assert told.writes == 3
    assert told.messages == [source(number) for number in range(MAX_MESSAGES * 2 + 1)]


def test_the_outbox_holds_neither_much_nor_long(told: Told, clock: Clock) -> None:
    outbox = Outbox(told.send, clock)
    frames = ((0, MAX_BYTES, bytes(MAX_BYTES)),)
    chunk = AddChunk(1, b"", 0, 0, (), (), (), frames, 0, "", 0, 1, None)
    outbox.put(chunk)
    assert told.messages == [chunk]
    outbox.put(Sync())
    clock.now = MAX_SECONDS
    outbox.put(Sync())
    assert told.messages == [chunk, Sync(), Sync()]
