"""The sources screen and that of rejects: on a fake case in snapshots, on a real one with a clock that is set right."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.analysis.trails import call, made_case, user
from tests.tui.conftest import open_terminal
from tests.tui.fake_case import START_US, FakeCase, make_events, source_info
from tests.tui.test_real_case import access_log, on_screen
from tests.tui.test_screens import compare
from timeline.ingest.progress import Progress
from timeline.model.coverage import Interval, State, Vantage
from timeline.model.errors import Cancelled, CaseBusyError, CaseError
from timeline.model.source import Histogram
from timeline.model.time import DAY_US
from timeline.session.case import open_case
from timeline.session.source_gaps import gaps_of
from timeline.tui.clock import DISPLAY_UTC
from timeline.tui.source_rows import SORTS, bar_of, gap_text, gapped, offset_text, own_gaps, sorted_sources, source_line

HOUR_US = 3_600_000_000


@pytest.mark.parametrize("width", [20, 76, 116, 300])
def test_a_line_has_its_width(width: int) -> None:
    for path in ("a", "x" * 500, "日本語\x1b[31m/log"):
        assert cell_len(source_line(source_info(1, path), width, "▁█")) == width
        assert "\x1b" not in source_line(source_info(1, path), width, "")


def test_offsets_are_as_they_are_typed() -> None:
    assert [offset_text(us) for us in (0, HOUR_US, -90_000_000, 60_000_000, 1_500_000)] == [
        "",
        "+1h",
        "-90s",
        "+1m",
        "+1.5s",
    ]


def test_bars_and_orders() -> None:
    assert bar_of(Histogram(0, 1, {"a": (0, 1, 1000), "b": (0, 0, 1000)})) == " ▁█"
    assert bar_of(Histogram(0, 1, {})) == ""
    names = [source.path for source in sorted_sources([source_info(1, "b"), source_info(2, "a")], "path")]
    assert names == ["a", "b"]


def test_what_adds_nothing_comes_last_with_the_reason() -> None:
    link = replace(source_info(1, "a/link"), state="unreadable", problem="symbolic link, not followed", stream_bytes=0)
    copy = replace(source_info(2, "a/copy"), same_as="z.log")
    empty = replace(source_info(3, "a/empty"), problem="empty: it holds no byte", stream_bytes=0, events=0)
    for sort in SORTS:
        found = sorted_sources([link, copy, empty, source_info(4, "z.log")], sort)
        assert [source.path for source in found] == ["z.log", "a/copy", "a/empty", "a/link"]
    lines = [source_line(source, 80, "").rstrip() for source in (link, copy, empty)]
    assert [line[0] for line in lines] == ["!", "=", "!"]
    assert lines[0].endswith("symbolic link, not followed")
    assert lines[1].endswith("the same bytes as z.log")
    assert lines[2].endswith("empty: it holds no byte")


def gap(start: int, end: int, state: State = "off") -> Interval:
    return Interval(Vantage("web.access", "x"), start, end, state, f"why {state}")


def test_gaps_are_drawn_where_nothing_else_is() -> None:
    found = Histogram(0, 10, {"a": (5, 0, 0, 0, 0)})
    bar = bar_of(found)
    assert gapped(bar, found, ()) == "█    "
    assert gapped(bar, found, [gap(0, 15)]) == "█░   "
    assert gapped(bar, found, [gap(0, 14), gap(20, 50, "partial")]) == "█ ▒▒▒"
    assert gapped(bar, found, [gap(20, 24), gap(24, 26, "partial"), gap(30, 33, "unknown")]) == "█ ░  "
    source = replace(source_info(1, "a"), first_us=10, last_us=19)
    assert gapped("  ▁  ", found, own_gaps(source, (0, 49))) == "░ ▁░░"
    assert own_gaps(replace(source, first_us=None), (0, 49)) == []


def test_gaps_in_words() -> None:
    source = replace(source_info(1, "a"), first_us=10, last_us=HOUR_US)
    assert gap_text(source, None, DISPLAY_UTC).startswith("not worked out yet")
    assert gap_text(source, (), DISPLAY_UTC) == "no gap is known"
    text = gap_text(source, [gap(-5, 10, "unknown"), gap(HOUR_US // 2, HOUR_US)], DISPLAY_UTC)
    assert text == "off: why off, 1970-01-01 00:30:00 UTC .. 1970-01-01 01:00:00 UTC; 1 more"


def test_what_is_on_anywhere_is_no_gap() -> None:
    found = gaps_of([gap(0, 10, "on"), gap(10, 40), gap(0, 30, "unknown"), gap(20, 25, "on"), gap(35, 50, "partial")])
    assert [(one.start_us, one.end_us, one.state) for one in found] == [
        (10, 20, "off"), (25, 40, "off"), (40, 50, "partial"),
    ]  # fmt: skip
    assert gaps_of([gap(0, 10, "on")]) == ()


def test_gaps_of_a_case_come_from_coverage_that_was_worked_out(tmp_path: Path) -> None:
    def told(hour: int, name: str) -> dict[str, object]:
        return call(hour, f"2026-03-30T{hour:02}:00:00Z", "cloudtrail", name, user("ann", "AKIAEXAMPLEANN"))

    trail = [told(1, "LookupEvents"), told(2, "StopLogging"), told(5, "StartLogging"), told(6, "LookupEvents")]
    (tmp_path / "web.log").write_text(access_log(100), encoding="utf-8")
    with made_case(tmp_path / "case", {"trail.json": trail}) as case:
        case.ingest([tmp_path / "web.log"], jobs=1)
        assert case.source_gaps() is None
        case.finding_rows("coverage")
        gaps = case.source_gaps()
        assert gaps is not None
        paths = {source.path: source for source in case.sources()}
        trails = next(path for path in paths if path.endswith("trail.json"))
        assert any(one.state == "off" for one in gaps[trails])
        assert {one.state for one in gaps["web.log"]} == {"unknown"}
        place = case.folder or case.path
    with open_case(place) as case:
        assert case.source_gaps() == gaps  # kept in the case
    with open_case(place) as case:
        case.reparse("web.log", clock_offset_us=HOUR_US)
        assert case.source_gaps() is None  # it does not hold any more
        case.findings.keep()


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
async def test_screens(size: tuple[int, int]) -> None:
    async with open_terminal(FakeCase(), size) as terminal:
        await terminal.press("s", "j")
        compare("sources", size, terminal.text)
        await terminal.press("r", "j")
        compare("rejects", size, terminal.text)
        await terminal.press("tab", "end")
        compare("rejects-of-a-reason", size, terminal.text)
        terminal.case.reject_count = 0
        await terminal.press("escape", "r")
        compare("rejects-none", size, terminal.text)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
async def test_gaps_on_the_screen(size: tuple[int, int]) -> None:
    path, day = "logs/git.commit.log", START_US + 4 * DAY_US
    kept = [
        event for event in make_events(3000) if event.source != path or day <= (event.timestamp or 0) < day + DAY_US
    ]
    gaps = (gap(START_US, START_US + 3 * DAY_US), gap(START_US + 6 * DAY_US, START_US + 9 * DAY_US, "partial"))
    async with open_terminal(FakeCase(kept, gaps={path: gaps}), size) as terminal:
        await terminal.press("s", "j")
        compare("sources-gaps", size, terminal.text)


async def test_errors_are_lines() -> None:
    case = FakeCase(broken={"reparse": CaseBusyError("another process is writing", where="case.db", hint="try again")})
    async with open_terminal(case) as terminal:
        await terminal.press("s", "o")
        await terminal.type("-1h")
        await terminal.press("enter", "y")
        await terminal.evidence_read()
        assert "another process is writing" in terminal.text
        case.broken["rejects"] = CaseError("damaged")
        await terminal.press("r")
        assert "damaged" in terminal.text


async def test_a_clock_is_set_right_and_back(tmp_path: Path) -> None:
    trail = [call(n, f"2026-03-30T1{n}:00:00Z", "s3", "GetObject", user("ann", "AKIAEXAMPLEANN")) for n in range(3)]
    with made_case(tmp_path / "case", {"trail.json": [*trail, {"eventVersion": 1}]}) as case:
        async with on_screen(case) as terminal:
            assert "10:00:00" in terminal.text
            for typed, shown in (("1h", "11:00:00"), ("0", "10:00:00")):
                await terminal.press("s", "S", "o")
                await terminal.type(typed)
                await terminal.press("enter", "y")
                await terminal.evidence_read()
                assert "3 events of" in terminal.text
                assert ("+1h" in terminal.text) == (typed == "1h")
                await terminal.press("escape")
                assert shown in terminal.text
            await terminal.press("s", "r")
            assert "1 rejects of" in terminal.text
            assert '{"eventVersion": 1}' in terminal.text


async def test_a_zone_is_said_and_taken_back_and_a_format_changed(tmp_path: Path) -> None:
    table = "when,who\n2026-03-24 10:00:00,dana\n2026-03-24 11:00:00,kim\n"
    (tmp_path / "gate.csv").write_text(table, encoding="utf-8")
    rules = "format: csv\nkind: gate.open\ntime: {field: when, format: iso}\nfields: {actor: who}\n"
    (tmp_path / "m.yaml").write_text(rules, encoding="utf-8")
    with open_case(tmp_path / "case.db", create=True, analyst="kim") as case:
        case.ingest([tmp_path / "gate.csv"], mapping=str(tmp_path / "m.yaml"), jobs=1)
        async with on_screen(case) as terminal:
            for typed, shown in (("+02:00", "08:00:00"), ("auto", "10:00:00")):
                await terminal.press("s", "z")
                await terminal.type(typed)
                await terminal.press("enter", "y")
                await terminal.evidence_read()
                await terminal.press("escape")
                assert shown in terminal.text
            await terminal.press("s", "f")
            await terminal.type("web.acc")
            await terminal.press("tab")
            assert "web.access" in terminal.text
            await terminal.press("enter", "y")
            await terminal.evidence_read()
            assert "0 events of gate.csv decoded again" in terminal.text
            await terminal.press("f")
            await terminal.type("nonsense")
            await terminal.press("enter", "y")
            await terminal.evidence_read()
            assert "nonsense" in terminal.text.splitlines()[-2]


async def test_decoding_again_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(access_log(3000), encoding="utf-8")
    with open_case(tmp_path / "case.db", create=True) as case:
        case.ingest([tmp_path / "access.log"], jobs=1)
        told: list[Progress] = []
        case.reparse("access.log", progress=told.append, jobs=1)
        assert told[-1].bytes_done == told[-1].total_bytes == (tmp_path / "access.log").stat().st_size
        assert told[-1].events == 3000
        cancel = threading.Event()
        cancel.set()
        with pytest.raises(Cancelled):
            case.reparse("access.log", clock_offset_us=HOUR_US, cancel=cancel, jobs=1)
        assert case.source("access.log").clock_offset_us == 0
