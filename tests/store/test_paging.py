"""Pages of any place and size are slices of one sequence, whatever segments it comes from."""

import random
import threading
from pathlib import Path

import pytest

from tests.evidence_files import access_log, ingested, new_case, put
from tests.store.invented import FIRST_US, SECOND_US, invent, write
from timeline.model.errors import Cancelled
from timeline.model.event import Event
from timeline.session.case import Case, open_case
from timeline.session.matches import Matches
from timeline.store.events import placed_rows
from timeline.store.locate import Place, locate

QUERIES = ("", "actor:*", "-status:404", "is:undated", "raw.n:>40", "is:starred", "actor:nobody", "key:000000000000-0")
HUGE = 10**30


def sequence(case: Case, query: str) -> list[Event]:
    with case.find(query) as matches:
        return list(matches.events())


def page(case: Case, query: str, offset: int, limit: int) -> list[Event]:
    """A page of a result that was never asked for anything before."""
    with case.find(query) as matches:
        return matches.page(offset, limit)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("name", ["whole", "parts"])
def test_any_page_is_a_slice(request: pytest.FixtureRequest, name: str, query: str) -> None:
    case: Case = request.getfixturevalue(name)
    every = sequence(case, query)
    rng = random.Random(len(query))
    with case.find(query) as listed:
        assert listed.page(5_000, 1) == []  # from now on the whole list is known
        for _ in range(25):
            offset, limit = rng.randrange(len(every) + 20), rng.choice((0, 1, 2, 7, 50, 400))
            assert listed.page(offset, limit) == every[offset : offset + limit]
            assert page(case, query, offset, limit) == every[offset : offset + limit]


def test_the_sequence_is_the_same_in_one_segment_and_in_fifty(whole: Case, parts: Case) -> None:
    for query in QUERIES:
        assert sequence(whole, query) == sequence(parts, query)


def test_places_outside_are_empty_or_the_beginning(parts: Case, events: list[Event]) -> None:
    for query in ("", "actor:*"):
        every = sequence(parts, query)
        assert page(parts, query, HUGE, 5) == []
        assert page(parts, query, HUGE, HUGE) == []
        assert page(parts, query, 0, HUGE) == every
        assert page(parts, query, -3, 5) == every[:5]
        assert page(parts, query, 0, -1) == []
    assert len(events) == 350


@pytest.mark.parametrize("query", QUERIES[:5])
@pytest.mark.parametrize("name", ["whole", "parts"])
def test_times_and_keys_lead_to_their_offsets(request: pytest.FixtureRequest, name: str, query: str) -> None:
    case: Case = request.getfixturevalue(name)
    every = sequence(case, query)
    stamps = [event.timestamp for event in every if event.timestamp is not None]
    with case.find(query) as matches:
        for us in (-HUGE, 0, FIRST_US - 1, *(FIRST_US + n * SECOND_US // 2 for n in range(0, 90, 7)), HUGE):
            expected = sum(stamp < us for stamp in stamps)
            assert matches.offset_of_time(us) == expected
        for offset, event in enumerate(every):
            if offset % 5 == 0:
                assert matches.offset_of_key(event.key) == offset
        absent = {event.key for event in sequence(case, "")} - {event.key for event in every}
        assert all(matches.offset_of_key(key) is None for key in sorted(absent)[:20])
        assert matches.offset_of_key("000000000000-0") is None
        assert matches.offset_of_key("no key at all") is None


def test_an_empty_case_has_empty_pages(tmp_path: Path) -> None:
    with new_case(tmp_path / "c.db") as case, case.find("actor:*") as matches, case.find() as every:
        for found in (matches, every):
            assert (found.count(), found.page(0, 10), list(found.events())) == (0, [], [])
            assert (found.offset_of_time(0), found.offset_of_key("000000000000-0")) == (0, None)


def test_pages_stay_right_while_the_case_grows(tmp_path: Path) -> None:
    folder = put(tmp_path / "e", {"a.log": access_log(range(0, 90, 3))})
    with new_case(tmp_path / "c.db") as case:
        case.ingest([folder], jobs=1)
        with case.find() as every, case.find("-status:404") as some:
            for matches in (every, some):
                matches.page(2_500, 1)
                matches.count()
            put(tmp_path / "e", {"b.log": access_log(range(1, 90, 3))})
            case.ingest([folder], jobs=1, segment_rows=8, first_flush_rows=8, chunk_bytes=500)
            for matches in (every, some):
                expected = sequence(case, matches.query)
                assert matches.count() == len(expected)
                assert pages(matches, 13) == expected
                assert matches.offset_of_key(expected[31].key) == 31


def test_raw_conditions_do_not_remember_the_bytes_of_a_removed_source(tmp_path: Path) -> None:
    with new_case(tmp_path / "c.db") as case:
        case.ingest([put(tmp_path / "e", {"a.log": access_log(range(30))})], jobs=1)
        with case.find("raw:user1") as matches:
            assert pages(matches, 4) == sequence(case, "actor:user1")
            case.remove("a.log")
            assert matches.page(0, 4) == []
            case.ingest([put(tmp_path / "f", {"b.log": access_log(range(13, 60))})], jobs=1)
            assert pages(matches, 4) == sequence(case, "actor:user1") != []


def pages(matches: Matches, size: int) -> list[Event]:
    found: list[Event] = []
    while part := matches.page(len(found), size):
        found += part
    return found


def test_many_events_of_one_time_are_paged_without_reading_all(tmp_path: Path) -> None:
    with write(tmp_path / "c.db", invent(400, moments=1), chunk_records=20, segment_rows=20) as case:
        every = sequence(case, "")
        reads = 0

        def look(_statement: str) -> None:
            nonlocal reads
            reads += 1

        with case.find() as matches:
            matches.page(2_500, 1)
            matches._reader.connection.set_trace_callback(look)
            assert matches.page(330, 5) == every[330:335]
            assert matches.offset_of_key(every[200].key) == 200
        assert reads < 1_500


def test_many_keys_cost_no_more_reads_than_one(tmp_path: Path) -> None:
    lines = access_log(range(9_000), step=3)
    with ingested(tmp_path / "c.db", put(tmp_path / "e", {"a.log": lines}), segment_rows=3_000) as case:
        every = [event.key for event in sequence(case, "")]
        assert reads(case, f"key:{every[4_321]}") == (1, reads(case, f"key:{every[8_000]}")[1])
        count, statements = reads(case, " OR ".join(f"key:{key}" for key in every[::20]))
        assert count == 450
        assert statements < 40
        case.annotate(every[::30], star=True)
        count, statements = reads(case, "is:starred")
        assert count == 300
        assert statements < 40


def reads(case: Case, query: str) -> tuple[int, int]:
    """(matches, how many statements it took to find them in a case that was just opened)."""
    statements: list[str] = []
    with open_case(case.path) as fresh, fresh.find(query) as matches:
        matches._reader.connection.set_trace_callback(statements.append)
        return matches.count(), len(statements)


def test_keys_lead_to_their_rows(whole: Case, parts: Case) -> None:
    for case in (whole, parts):
        with case.reading() as reader, reader.snapshot():
            expected = {
                placed.key: Place(segment.number, placed.row)
                for segment in reader.segments
                for placed in placed_rows(reader, segment, range(1, segment.rows + 1))
            }
            lineage = next(iter(reader.streams.values())).lineage
            wrong = [
                f"{lineage}-{2**63 - 1}",
                f"{lineage}-1",
                f"{lineage}-0.9",
                "000000000000-0",
                "u" + "0" * 16,
                "no key",
                "",
            ]
            assert locate(reader, wrong) == {}
            assert locate(reader, [*expected, *wrong]) == expected
            for key in list(expected)[::29]:
                assert locate(reader, [key, *wrong]) == {key: expected[key]}


def test_cancel_ends_every_method(parts: Case) -> None:
    cancel = threading.Event()
    with parts.find("actor:*", cancel=cancel) as matches:
        assert matches.page(0, 1)
        cancel.set()
        for call in (
            matches.count,
            lambda: matches.page(0, 1),
            lambda: list(matches.events()),
            lambda: matches.offset_of_time(0),
            lambda: matches.offset_of_key("000000000000-0"),
        ):
            with pytest.raises(Cancelled):
                call()
        cancel.clear()
        assert matches.page(0, 1)


def test_cancel_ends_an_iteration_that_has_begun(tmp_path: Path) -> None:
    cancel = threading.Event()
    with write(tmp_path / "c.db", invent(1_500), chunk_records=1_500) as case, case.find(cancel=cancel) as matches:
        found = matches.events()
        next(found)
        cancel.set()
        with pytest.raises(Cancelled):
            list(found)


@pytest.mark.parametrize("call", ["span", "histogram", "facet"])
def test_cancel_ends_the_counting(parts: Case, call: str) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        getattr(parts, call)(*(["actor"] if call == "facet" else []), cancel=cancel)
