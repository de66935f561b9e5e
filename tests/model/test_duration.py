import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.model.duration import parse_duration, show_duration


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("90s", 90_000_000),
        ("-1h", -3_600_000_000),
        ("1m30s", 90_000_000),
        ("+2d", 172_800_000_000),
        ("250ms", 250_000),
        ("7us", 7),
        ("0s", 0),
        (" 5m ", 300_000_000),
    ],
)
def test_reads_durations_with_units(text: str, us: int) -> None:
    assert parse_duration(text) == us


@pytest.mark.parametrize("text", ["", "90", "s", "1.5h", "1h-5m", "--1h", "1w", "١s", "90 s x", "36526d"])
def test_refuses_what_is_not_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|century"):
        parse_duration(text)


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15))
def test_shown_durations_read_back(us: int) -> None:
    assert parse_duration(show_duration(us)) == us


def test_shows_the_short_form() -> None:
    assert show_duration(-90_000_000) == "-1m30s"
