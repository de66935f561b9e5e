import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.events import HOSTILE, event, us
from tests.report.report_models import hostile, ordinary
from timeline.model.source import Histogram
from timeline.report.figure import MAX_LANES, timeline_svg
from timeline.report.mermaid import MAX_MILESTONES, gantt, title

LINE = re.compile(
    r"    [ESM]\d+ ?[A-Za-z0-9 _./@-]* :(?:(?:milestone|active), )?[esm]\d+,"
    r" \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d, (?:0s|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)"
)


def _svg(text: str | None) -> ET.Element:
    assert text is not None
    return ET.fromstring(text)  # our own output


def test_the_svg_shows_kinds_key_events_and_markers() -> None:
    texts = [element.text for element in _svg(timeline_svg(ordinary())).iter("{http://www.w3.org/2000/svg}text")]
    assert {"git.commit", "npm.registry", "web.access", "E1-E3", "M1", "M2"} <= set(texts)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_nothing_to_the_svg(text: str) -> None:
    root = _svg(timeline_svg(hostile(text)))
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "rect", "text", "line", "path"}
    for element in root.iter():
        assert not any(name.lower().startswith(("on", "href", "style")) or "href" in name for name in element.attrib)


def test_the_svg_is_the_same_each_time() -> None:
    assert timeline_svg(ordinary()) == timeline_svg(ordinary())


def test_many_kinds_become_a_bounded_number_of_lanes() -> None:
    series: dict[str, tuple[int, ...]] = {f"kind.{number:02}": (number + 1, 1) for number in range(40)}
    svg = timeline_svg(ordinary(histogram=Histogram(0, 1_000_000, series)))
    assert svg is not None
    assert svg.count("(most ") == MAX_LANES
    assert "29 other kinds" in svg


def test_events_and_markers_outside_of_the_figure_are_said_to_be() -> None:
    svg = timeline_svg(ordinary(histogram=Histogram(us("2020-01-01T00:00:00Z"), 1_000_000, {"git": (1,)})))
    assert svg is not None
    assert ">E1" not in svg
    assert "(outside of the figure)" in svg


@pytest.mark.parametrize("width", [1, 1_000_000, 86_400_000_000, 10**16])
def test_any_width_of_bins_gives_a_figure(width: int) -> None:
    assert timeline_svg(ordinary(histogram=Histogram(0, width, {"git": (1, 0, 2)}))) is not None


@settings(deadline=None)
@given(st.text() | st.sampled_from(HOSTILE))
def test_a_mermaid_title_holds_nothing_that_mermaid_reads(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9 _./@-]{1,48}", title(text))


@pytest.mark.parametrize("text", [*HOSTILE, "click e1 href x", "section x", "a:b,c;d%%e"])
def test_every_line_of_the_chart_is_one_of_ours(text: str) -> None:
    lines = gantt(hostile(text))
    assert lines[0] == "```mermaid"
    for line in lines[2:-2]:
        known = line.startswith(("    section ", "    title Key", "    dateFormat ", "    axisFormat "))
        assert known or LINE.fullmatch(line), line


def test_the_chart_carries_a_bounded_number_of_milestones() -> None:
    lines = gantt(ordinary(key_events=[event(number) for number in range(100)], raw=lambda _key: b"x"))
    assert sum(":milestone, e" in line for line in lines) == MAX_MILESTONES


def test_times_outside_of_the_calendar_do_not_break_the_chart() -> None:
    events = [event(1, timestamp=2**62), event(2, timestamp=us("0068-09-09T13:20:00Z"))]
    lines = gantt(ordinary(key_events=events, raw=lambda _key: b"x"))
    milestones = [line for line in lines if ":milestone, e" in line]
    assert milestones == ["    E2 web.access GET :milestone, e2, 0068-09-09T13:20:00, 0s"]
