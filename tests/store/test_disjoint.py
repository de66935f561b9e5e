"""Segments that follow each other in time: the first pages do without the later ones, and are the same."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.store.invented import FIRST_US, SECOND_US, Invented, invent, write
from timeline.model.event import Event
from timeline.session.case import Case

RECORDS = 240
ROWS = 20
QUERIES = ("", "actor:*", "-status:404", "is:undated", "-is:undated", "raw.n:>40", "actor:nobody")


def in_turn(*, later_first: bool) -> list[Invented]:
    """One stream whose records ascend (or descend) with time, three to a second; every eleventh has no time."""
    streams = invent(RECORDS)
    one = Invented("a.log")
    one.records = [record for stream in streams for record in stream.records]
    one.events = [events for stream in streams for events in stream.events]
    for place, events in enumerate(one.events):
        second = (RECORDS - 1 - place if later_first else place) // 3
        for event in events:
            event["timestamp"] = None if place % 11 == 5 else FIRST_US + second * SECOND_US
            event["timestamp_basis"] = None if place % 11 == 5 else "stated"
    return [one]


@pytest.fixture(scope="module", params=["ascending", "descending"])
def cases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Case, Case]]:
    """The same events in one segment, and in some that share at most the second at their borders."""
    folder = tmp_path_factory.mktemp("disjoint")
    streams = in_turn(later_first=request.param == "descending")
    with (
        write(folder / "one.db", streams, chunk_records=RECORDS) as one,
        write(folder / "many.db", streams, chunk_records=ROWS // 2, segment_rows=ROWS) as many,
    ):
        yield one, many


def page(case: Case, query: str, offset: int, limit: int) -> list[Event]:
    """A page of a result that was never asked for anything before."""
    with case.find(query) as matches:
        return matches.page(offset, limit)


def test_the_segments_are_disjoint(cases: tuple[Case, Case]) -> None:
    one, many = cases
    with one.reading() as reader, reader.snapshot():
        assert len(reader.segments) == 1
    with many.reading() as reader, reader.snapshot():
        spans = sorted((segment.first_us, segment.last_us) for segment in reader.segments)
        assert len(spans) >= 10
        assert all(last <= first for (_, last), (first, _) in pairwise(spans))  # type: ignore[operator]  # all have dated rows
        assert any(last == first for (_, last), (first, _) in pairwise(spans))
        assert all(0 < segment.dated_rows < segment.rows for segment in reader.segments)


@pytest.mark.parametrize("query", QUERIES)
def test_pages_are_those_of_one_segment(cases: tuple[Case, Case], query: str) -> None:
    one, many = cases
    with one.find(query) as matches:
        every = list(matches.events())
    with many.find(query) as matches:
        assert list(matches.events()) == every
    for limit in (1, 3, 7, 50, 200, 400):
        for offset in (0, 1, 5, 19, 20, 21, 60, 199, 230, 260):
            assert page(many, query, offset, limit) == every[offset : offset + limit]


@pytest.mark.parametrize("query", ["", "-status:404"])
def test_a_first_page_reads_the_segments_that_it_is_from(cases: tuple[Case, Case], query: str) -> None:
    one, many = cases
    read: list[str] = []
    with many.reading() as reader, reader.snapshot():
        segments = len(reader.segments)
    with many.find(query) as matches:
        matches._reader.connection.set_trace_callback(read.append)
        assert matches.page(0, 5) == page(one, query, 0, 5)
    numbers = {
        line.split("segment = ")[1].split()[0] for line in read if "FROM segment_column WHERE segment = " in line
    }
    assert 1 <= len(numbers) <= 3 < segments
