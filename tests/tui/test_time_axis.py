from hypothesis import given
from hypothesis import strategies as st

from tests.tui.fake_case import START_US
from timeline.model.source import Histogram
from timeline.model.time import DAY_US, HOUR_US, MINUTE_US, SECOND_US, zone_named
from timeline.tui.clock import DISPLAY_UTC
from timeline.tui.widgets.histogram import totals, width_text
from timeline.tui.widgets.stacks import ranked, stacked
from timeline.tui.widgets.ticks import scale_line, ticks

UTC = DISPLAY_UTC.zone


def labels(width_us: int, bins: int = 100) -> list[str]:
    return [label for _, label in ticks(START_US, width_us, bins, UTC)]


def test_labels_suit_the_scale() -> None:
    assert labels(2 * HOUR_US)[:3] == ["24 Mar", "25", "26"]
    assert labels(10 * MINUTE_US)[:3] == ["24 Mar", "02:00", "04:00"]
    assert labels(SECOND_US)[:3] == ["00:00:00", "00:00:15", "00:00:30"]
    assert labels(5 * DAY_US)[:2] == ["Apr 2026", "Jul 2026"]
    assert labels(400 * DAY_US)[:2] == ["2050", "2100"]


def test_days_begin_at_midnight_of_the_zone() -> None:
    found = ticks(START_US, HOUR_US, 48, zone_named("America/New_York"))
    assert found[0] == (4, "24 Mar")


@given(st.integers(-(2**62), 2**62), st.integers(1, 2**50), st.integers(0, 300))
def test_any_scale_gives_bins_in_order(start_us: int, width_us: int, bins: int) -> None:
    places = [place for place, _ in ticks(start_us, width_us, bins, UTC)]
    assert places == sorted(places)
    assert all(0 <= place < bins for place in places)


@given(st.lists(st.tuples(st.integers(0, 79), st.sampled_from(["24 Mar", "12:00", "Apr 2026"]))))
def test_scale_has_the_width(found: list[tuple[int, str]]) -> None:
    assert len(scale_line(sorted(found), 80)) == 80


def test_labels_that_would_touch_are_left_out() -> None:
    assert scale_line([(0, "24 Mar"), (3, "25"), (9, "26")], 16) == "╷24 Mar  ╷26    "


def drawn(series: dict[str, list[int]], height: int) -> list[str]:
    return ["".join(char for char, _ in line) for line in stacked(ranked(series), height)]


def test_bars_show_every_event() -> None:
    assert drawn({"a": [0, 1, 500, 1000]}, 1) == [" ▁▄█"]
    assert drawn({"a": [0, 1, 500, 1000]}, 2) == ["   █", " ▁██"]
    assert drawn({"a": [0, 0]}, 1) == ["  "]
    assert drawn({"a": []}, 2) == ["", ""]
    assert drawn({}, 2) == ["", ""]


def test_series_are_stacked_the_largest_below_and_told_apart_without_colour() -> None:
    series = {"small": [0, 80], "large": [100, 120]}
    assert drawn(series, 4) == [" █", " ▓", "██", "██"]
    assert [line[1][1] for line in stacked(ranked(series), 4)] == [1, 1, 0, 0]


def test_many_series_are_four() -> None:
    found = ranked({str(number): [number] for number in range(9)} | {"": [100]})
    assert found == [("(none)", [100]), ("8", [8]), ("7", [7]), ("others", [21])]


def test_totals_are_over_all_series() -> None:
    assert totals(Histogram(0, 1, {"a": (1, 2), "b": (0, 3)})) == [1, 5]


def test_width_of_a_bin_in_words() -> None:
    assert [width_text(us) for us in (2 * HOUR_US, 90 * MINUTE_US, 3 * DAY_US, 45 * SECOND_US, 100_000)] == [
        "2 h",
        "1.5 h",
        "3 d",
        "45 s",
        "0.1 s",
    ]
