"""Many small ingests become few segments, and nothing else changes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence_files import access_log, ingested, new_case, put, rows_of, trail_file
from timeline.session.case import Case, open_case
from timeline.session.ingesting import IngestOptions
from timeline.store.rewrite import MERGE_AT

HOUR_US = 3_600_000_000
SMALL: IngestOptions = {"jobs": 1, "segment_rows": 400, "first_flush_rows": 400}


def files(count: int) -> dict[str, str | bytes]:
    """Logs that interleave in time, and trails of which each shares half of its records with the next."""
    logs = {f"web/{n:02d}.log": access_log(range(n, 60 * count, count)[:20]) for n in range(count)}
    trails = {f"trail/{n:02d}.json": trail_file(range(n * 10, n * 10 + 20)) for n in range(count)}
    return {**logs, **trails}


def one_by_one(path: Path, evidence: dict[str, str | bytes], folder: Path) -> Case:
    """A case that was given one file after the other, with a segment for each at first."""
    case = new_case(path)
    for number, (name, content) in enumerate(evidence.items()):
        case.ingest([put(folder / str(number), {name: content})], **SMALL)
    return case


def segments(case: Case) -> int:
    with case.reading() as reader:
        return len(reader.segments)


def assert_sound(case: Case) -> None:
    assert [problem for check in case.verify() for problem in check.problems] == []


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two cases of the same evidence: merged.db was given file by file, whole.db all at once."""
    folder = tmp_path_factory.mktemp("merging")
    one_by_one(folder / "merged.db", files(9), folder / "one").close()
    ingested(folder / "whole.db", put(folder / "e", files(9))).close()
    return folder


@pytest.fixture
def merged(built: Path, tmp_path: Path) -> Iterator[Case]:
    with open_case(shutil.copy(built / "merged.db", tmp_path)) as case:
        yield case


@pytest.fixture
def whole(built: Path, tmp_path: Path) -> Iterator[Case]:
    with open_case(shutil.copy(built / "whole.db", tmp_path)) as case:
        yield case


def test_small_ingests_are_merged_and_change_nothing(merged: Case, whole: Case) -> None:
    assert segments(whole) == 1
    assert segments(merged) < MERGE_AT
    assert merged.digest() == whole.digest()
    assert rows_of(merged) == rows_of(whole)
    for query in ("actor:user1", "-status:404", "source:trail/* s3", "raw.n:1 OR actor:*u2"):
        assert rows_of(merged, query) == rows_of(whole, query)
    assert merged.facet("src_ip", limit=100) == whole.facet("src_ip", limit=100)
    assert merged.histogram(bins=9) == whole.histogram(bins=9)
    assert_sound(merged)


def test_an_open_result_and_marks_survive_a_merge(tmp_path: Path) -> None:
    evidence = files(8)
    names = list(evidence)
    with one_by_one(tmp_path / "c.db", {name: evidence[name] for name in names[:5]}, tmp_path / "one") as case:
        assert segments(case) == 5
        case.annotate_matches("source:web/02.log status:404", star=True)
        starred = rows_of(case, "is:starred")
        with case.find("source:web/*") as matches:
            before = [event.key for event in matches.events()]
            for number, name in enumerate(names[5:], 5):
                case.ingest([put(tmp_path / "one" / str(number), {name: evidence[name]})], **SMALL)
            assert segments(case) < 5
            assert set(before) < {event.key for event in matches.page(0, 1_000)}
            assert matches.offset_of_key(before[7]) is not None
        assert rows_of(case, "is:starred") == starred


def test_a_clock_offset_on_merged_segments(merged: Case, whole: Case) -> None:
    digest = merged.digest()
    for case in (merged, whole):
        case.annotate_matches("source:web/03.log record:4", star=True)
        for source in ("web/03.log", "trail/04.json"):
            case.reparse(source, clock_offset_us=HOUR_US)
    assert rows_of(merged) == rows_of(whole)
    assert rows_of(merged, "is:starred") == rows_of(whole, "is:starred") != []
    assert merged.digest() == whole.digest() != digest
    assert_sound(merged)
    for source in ("web/03.log", "trail/04.json"):
        merged.reparse(source, clock_offset_us=0)
    assert merged.digest() == digest
    assert_sound(merged)


def test_removing_what_others_saw_from_merged_segments(merged: Case, tmp_path: Path) -> None:
    removed = ["trail/04.json", "trail/00.json", "web/03.log", "trail/05.json"]
    for source in removed:
        merged.remove(source)
        assert_sound(merged)
    rest = {name: content for name, content in files(9).items() if name not in removed}
    with ingested(tmp_path / "rest.db", put(tmp_path / "rest", rest)) as expected:
        assert rows_of(merged) == rows_of(expected)
        assert merged.digest() == expected.digest()
    for source in rest:
        merged.remove(source)
    assert rows_of(merged) == []
    assert segments(merged) == 0
    assert_sound(merged)
