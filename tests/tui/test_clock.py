import pytest

from tests.tui.fake_case import START_US, make_event
from timeline.model.errors import UsageError
from timeline.model.time import DAY_US, HOUR_US, MINUTE_US, zone_named
from timeline.tui.clock import (
    DISPLAY_UTC,
    DisplayZone,
    day_bounds,
    day_name,
    display_zones,
    local_zone_name,
    moment_text,
    offset_name,
    time_of_day,
    typed_moment,
)

BERLIN = DisplayZone("Europe/Berlin", zone_named("Europe/Berlin"))


@pytest.mark.parametrize(
    ("precision", "shown"),
    [
        (1_000_000, "00:00:01"),
        (1000, "00:00:01.500"),
        (1, "00:00:01.500000"),
        (MINUTE_US, "00:00"),
        (HOUR_US, "00h"),
        (DAY_US, "day only"),
        (None, "00:00:01"),
    ],
)
def test_time_is_as_precise_as_the_record(precision: int | None, shown: str) -> None:
    event = make_event(0, timestamp=START_US + 1_500_000, timestamp_precision=precision)
    assert time_of_day(event, DISPLAY_UTC.zone) == shown


def test_assumed_and_missing_times_are_marked() -> None:
    assert time_of_day(make_event(0, timestamp_basis="zone_assumed"), DISPLAY_UTC.zone) == "00:00:00~"
    assert time_of_day(make_event(0, timestamp=None), DISPLAY_UTC.zone) == "undated"
    assert time_of_day(make_event(0, timestamp=2**62), DISPLAY_UTC.zone) == "off calendar"


def test_zone_changes_hour_day_and_offset() -> None:
    late = START_US - HOUR_US // 2
    assert time_of_day(make_event(0, timestamp=late), BERLIN.zone) == "00:30:00"
    assert day_name(late, BERLIN.zone) == "Tue 24 March 2026"
    assert day_name(late, DISPLAY_UTC.zone) == "Mon 23 March 2026"
    assert offset_name(BERLIN, START_US) == "+01:00"
    assert offset_name(BERLIN, START_US + 30 * DAY_US) == "+02:00"
    assert offset_name(DISPLAY_UTC, START_US) == "UTC"
    assert moment_text(START_US, BERLIN, 1_000_000) == "2026-03-24 01:00:00 +0100 Europe/Berlin"
    assert moment_text(START_US, DISPLAY_UTC, DAY_US) == "2026-03-24 UTC"
    assert moment_text(None, DISPLAY_UTC, None) == day_name(None, DISPLAY_UTC.zone) == "undated"


def test_zones_to_switch_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    assert local_zone_name() == "America/New_York"
    assert [zone.name for zone in display_zones("Europe/Berlin")] == ["UTC", "Europe/Berlin", "America/New_York"]
    assert [zone.name for zone in display_zones("Not/AZone")] == ["UTC", "America/New_York"]
    monkeypatch.setenv("TZ", "Etc/UTC")
    assert [zone.name for zone in display_zones("UTC")] == ["UTC"]


@pytest.mark.parametrize(
    ("typed", "us"),
    [
        ("2026-03-24 02:00", START_US + HOUR_US),
        ("2026-03-24 02:00Z", START_US + 2 * HOUR_US),
        ("02:30", START_US + 3 * HOUR_US // 2),
        ("24 Mar 2026 03:00", START_US + 2 * HOUR_US),
        ("-2h", START_US - HOUR_US),
    ],
)
def test_typed_times_are_in_the_shown_zone_and_near_the_cursor(typed: str, us: int) -> None:
    assert typed_moment(typed, BERLIN, START_US + HOUR_US) == us


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-45", "99:99"])
def test_other_texts_are_refused(typed: str) -> None:
    with pytest.raises(UsageError):
        typed_moment(typed, DISPLAY_UTC, None)


def test_day_bounds_are_midnights_of_the_zone() -> None:
    bounds = day_bounds(START_US, BERLIN.zone)
    assert bounds is not None
    assert [bound.isoformat() for bound in bounds] == ["2026-03-24T00:00:00+01:00", "2026-03-25T00:00:00+01:00"]
    assert day_bounds(2**62, BERLIN.zone) is None
