"""The wall around parsers: whatever a parser does, every record is accounted for."""

from collections.abc import Callable

from tests.ingest.fake_parser import DATA, FakeParser, honest, losing, raising
from timeline.ingest.joint import Part
from timeline.ingest.wall import COULD_NOT_DECODE, decode_safely
from timeline.ingest.work import Task, given_up
from timeline.model.parser import Chunk, Decoded


def decoded(decode: Callable[[Chunk], Decoded]) -> tuple[list[object], list[tuple[int, str]], list[int], int]:
    found = decode_safely(FakeParser(decode), Chunk(DATA), 4)  # type: ignore[arg-type]  # an object stands in for a module
    return (
        found.events.column("record").to_pylist(),
        [(refusal.record, refusal.reason) for refusal in found.rejects],
        [refusal.record for refusal in found.ignored],
        found.records,
    )


def test_an_honest_parser_is_believed() -> None:
    assert decoded(honest) == ([1, 2, 4], [], [3], 4)


def test_a_parser_that_raises_costs_only_the_record_that_made_it() -> None:
    assert decoded(raising) == ([1, 4], [(2, COULD_NOT_DECODE)], [3], 4)


def test_a_parser_that_loses_a_record_is_found_out() -> None:
    assert decoded(losing) == ([1, 4], [(2, COULD_NOT_DECODE)], [3], 4)


def test_a_parser_that_gives_another_schema_is_refused() -> None:
    def foreign(chunk: Chunk) -> Decoded:
        whole = honest(chunk)
        return Decoded(whole.events.select(["record", "offset"]), whole.records)

    records, rejects, ignored, total = decoded(foreign)
    assert (records, ignored, total) == ([], [], 4)
    assert [record for record, _ in rejects] == [1, 2, 3, 4]


def test_a_task_that_is_given_up_rejects_every_record_and_keeps_the_evidence() -> None:
    parts = (Part("fake", Chunk(DATA, 100, 7), 4, DATA, 100), Part("fake", Chunk(b"", 50), 0, b"]}", 50))
    result = given_up(Task(parts), "the worker was killed")
    assert (result.events, result.rows) == (b"", 0)
    assert [(r.record, r.offset, r.reason) for r in result.accounts[0].rejects] == [
        (7, 100, "the worker was killed"),
        (8, 107, "the worker was killed"),
        (9, 111, "the worker was killed"),
        (10, 112, "the worker was killed"),
    ]
    assert result.accounts[0].records == 4
    assert (result.accounts[1].records, result.accounts[1].rejects) == (0, ())
    assert [[(offset, length) for offset, length, _ in frames] for frames in result.frames] == [
        [(100, len(DATA))],
        [(50, 2)],
    ]
