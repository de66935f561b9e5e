"""Histogram, facet and span agree with counting the events one by one, in one segment and in many."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.evidence_files import access_log, ingested, new_case, put
from tests.store.invented import FIRST_US, SECOND_US
from timeline.model.errors import UsageError
from timeline.model.event import FIELDS, Event
from timeline.model.source import Histogram
from timeline.session.case import Case

QUERIES = (
    "",
    "actor:*",
    "-status:404",
    "is:undated",
    "raw.n:>40",
    "-raw.who:alice",
    "actor:nobody",
    "kind:github.audit",
)
RANGES = (
    (FIRST_US, FIRST_US + 39 * SECOND_US),
    (FIRST_US + 3 * SECOND_US, FIRST_US + 3 * SECOND_US),
    (FIRST_US + 5 * SECOND_US + 1, FIRST_US + 9 * SECOND_US - 1),
    (FIRST_US - 10**12, FIRST_US + 10**12),
    (0, FIRST_US - 1),
    (FIRST_US + 9, FIRST_US + 3),
    (-(10**30), 10**30),
)


def matching(case: Case, query: str) -> list[Event]:
    with case.find(query) as matches:
        return list(matches.events())


def counted(events: Iterable[Event], start: int, end: int, width: int, by: str) -> Counter[tuple[str, int]]:
    return Counter(
        (getattr(event, by) or "", (event.timestamp - start) // width)
        for event in events
        if event.timestamp is not None and start <= event.timestamp <= end
    )


def filled(histogram: Histogram) -> Counter[tuple[str, int]]:
    return Counter(
        {
            (name, place): count
            for name, counts in histogram.series.items()
            for place, count in enumerate(counts)
            if count
        }
    )


@pytest.mark.parametrize("by", ["kind", "outcome", "actor", "session"])
@pytest.mark.parametrize("query", QUERIES)
def test_a_histogram_counts_every_dated_match_once(whole: Case, parts: Case, query: str, by: str) -> None:
    events = matching(whole, query)
    dated = [event.timestamp for event in events if event.timestamp is not None]
    for bins in (1, 7, 40, 1000):
        found = whole.histogram(query, bins=bins, by=by)
        assert parts.histogram(query, bins=bins, by=by) == found
        assert sum(map(sum, found.series.values())) == len(dated)
        if dated:
            assert found.start_us == min(dated)
            assert filled(found) == counted(events, min(dated), max(dated), found.width_us, by)
            assert all(len(counts) == bins for counts in found.series.values())
            assert found.width_us * bins > max(dated) - min(dated)


@pytest.mark.parametrize("query", ["", "actor:*", "raw.n:>40"])
@pytest.mark.parametrize("bins", [-1, 0, 1, 4, 39, 40])
def test_bins_are_right_at_their_edges(whole: Case, parts: Case, query: str, bins: int) -> None:
    events = matching(whole, query)
    for start, end in RANGES:
        for case in (whole, parts):
            found = case.histogram(query, bins=bins, start_us=start, end_us=end)
            assert filled(found) == counted(events, found.start_us, end, found.width_us, "kind")
            assert all(len(counts) == max(1, bins) for counts in found.series.values())


@pytest.mark.parametrize("query", QUERIES)
def test_a_facet_is_a_counter(whole: Case, parts: Case, query: str) -> None:
    events = matching(whole, query)
    for field in FIELDS:
        values = (getattr(event, field.name) for event in events)
        counts = Counter(None if value is None else str(value) for value in values)
        expected = sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))
        for limit in (1, 20, 10_000):
            assert whole.facet(field.name, query, limit=limit) == expected[:limit]
            assert parts.facet(field.name, query, limit=limit) == expected[:limit]


@pytest.mark.parametrize("query", QUERIES)
def test_a_span_is_from_the_first_to_the_last(whole: Case, parts: Case, query: str) -> None:
    dated = [event.timestamp for event in matching(whole, query) if event.timestamp is not None]
    expected = (min(dated), max(dated)) if dated else None
    assert (whole.span(query), parts.span(query)) == (expected, expected)


def test_one_kind_is_counted_by_seeking(tmp_path: Path) -> None:
    folder = put(tmp_path / "e", {"access.log": access_log(range(500), step=3)})
    with ingested(tmp_path / "c.db", folder, segment_rows=90, first_flush_rows=90, chunk_bytes=4_000) as case:
        events = matching(case, "")
        for bins in (1, 9, 400):
            found = case.histogram(bins=bins)
            assert list(found.series) == ["web.access"]
            assert filled(found) == counted(events, found.start_us, 2**62, found.width_us, "kind")
            assert filled(case.histogram("status:*", bins=bins)) == filled(found)


def test_an_empty_case_counts_nothing(tmp_path: Path) -> None:
    with new_case(tmp_path / "c.db") as case:
        assert case.span() is None
        assert case.facet("actor") == []
        assert case.histogram().series == {}
        assert case.histogram(start_us=0, end_us=9).series == {}


def test_what_cannot_be_counted_is_a_usage_error(whole: Case) -> None:
    with pytest.raises(UsageError, match="there is no field"):
        whole.facet("nothing")
    with pytest.raises(UsageError, match="not a text field"):
        whole.histogram(by="status")
