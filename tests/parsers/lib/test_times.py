import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.lib.times import MILLISECOND_US, Stamp, Times
from timeline.model.time import MAX_US, MIN_US, SECOND_US, parse_iso

AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=60), st.lists(st.integers()))


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2026-03-30T22:36:48Z", Stamp(AT, SECOND_US, "stated")),
        ("2026-03-31T00:36:48+02:00", Stamp(AT, SECOND_US, "stated")),
        ("2026-03-30 22:36:48+00:00", Stamp(AT, SECOND_US, "stated")),
        ("2026-03-30T22:36:48.424Z", Stamp(AT + 424_000, 1_000, "stated")),
        ("2026-03-30T22:36:48.4241239Z", Stamp(AT + 424_123, 1, "stated")),
        ("2026-03-30T22:36:60Z", Stamp(AT + 12 * SECOND_US, SECOND_US, "stated")),
        ("2026-03-30T22:36:48", Stamp(AT, SECOND_US, "zone_assumed")),
        ("2026-02-30T22:36:48Z", None),
        ("2026-03-30T22:36:48+99:00", None),
        ("2026-03-30", None),
        ("yesterday", None),
        ("", None),
        ("2026-03-30T22:36:48Z" + " " * 60, None),
    ],
)
def test_iso(text: str, stamp: Stamp | None) -> None:
    assert Times().iso(text) == stamp


def test_the_zone_of_the_source_is_for_times_without_one_only() -> None:
    times = Times("Europe/Berlin")
    assert times.iso("2026-03-31T00:36:48") == Stamp(AT, SECOND_US, "zone_assumed")
    assert times.iso("2026-03-30T22:36:48Z") == Stamp(AT, SECOND_US, "stated")
    assert Times("+02:00").iso("2026-03-31 00:36:48") == Stamp(AT, SECOND_US, "zone_assumed")


def test_a_zone_that_does_not_exist_counts_as_none_given() -> None:
    assert Times("Mars/Olympus").iso("2026-03-30T22:36:48") == Stamp(AT, SECOND_US, "zone_assumed")


@pytest.mark.parametrize(
    ("value", "unit_us", "stamp"),
    [
        (1_774_910_208, SECOND_US, Stamp(AT, SECOND_US, "stated")),
        (1_774_910_208.0, SECOND_US, Stamp(AT, SECOND_US, "stated")),
        (1_774_910_208.424, SECOND_US, Stamp(AT + 424_000, 1_000, "stated")),
        ("1774910208.4241239", SECOND_US, Stamp(AT + 424_123, 1, "stated")),
        (1_774_910_208_424, MILLISECOND_US, Stamp(AT + 424_000, MILLISECOND_US, "stated")),
        (1_774_910_208_424.0, MILLISECOND_US, Stamp(AT + 424_000, MILLISECOND_US, "stated")),
        ("1774910208424", MILLISECOND_US, Stamp(AT + 424_000, MILLISECOND_US, "stated")),
        (0, MILLISECOND_US, Stamp(0, MILLISECOND_US, "stated")),
        (-1, SECOND_US, Stamp(-SECOND_US, SECOND_US, "stated")),
        (1_774_910_208_424, SECOND_US, None),
        (10**30, MILLISECOND_US, None),
        (True, SECOND_US, None),
        (float("nan"), SECOND_US, None),
        (float("inf"), SECOND_US, None),
        ("1e999999999", SECOND_US, None),
        ("noon", SECOND_US, None),
        (None, SECOND_US, None),
        ([1], SECOND_US, None),
    ],
)
def test_epoch(value: object, unit_us: int, stamp: Stamp | None) -> None:
    assert Times().epoch(value, unit_us) == stamp


@given(value=anything, unit_us=st.sampled_from([1, MILLISECOND_US, SECOND_US]))
def test_whatever_is_read_is_in_the_calendar(value: object, unit_us: int) -> None:
    for stamp in (Times().iso(value), Times().epoch(value, unit_us)):
        assert stamp is None or (MIN_US <= stamp.us <= MAX_US and stamp.precision_us >= 1)


@given(st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z"))
def test_the_fast_form_says_the_same_as_the_slow_one(text: str) -> None:
    found = parse_iso(text)
    stamp = Times().iso(text)
    assert found is not None
    assert stamp == Stamp(found[0], found[1], "stated")
