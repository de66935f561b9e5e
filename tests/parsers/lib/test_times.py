import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.lib.times import MILLISECOND_US, Stamp, Times
from timeline.model.time import MAX_US, MIN_US, SECOND_US, parse_iso

AT = 1_774_910_208_000_000  # 2026-03-30T22:36:48Z
anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=60), st.lists(st.integers())
)


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


PORTAL = "%m/%d/%Y, %I:%M:%S %p"


@pytest.mark.parametrize(
    ("text", "patterns", "stamp"),
    [
        ("3/30/2026, 10:36:48 PM", (PORTAL,), Stamp(AT, SECOND_US, "zone_assumed")),
        ("30/Mar/2026:22:36:48 +0000", ("%d/%b/%Y:%H:%M:%S %z",), Stamp(AT, SECOND_US, "stated")),
        ("Mon, 30 Mar 2026 22:36:48 GMT", ("%Y", "%a, %d %b %Y %H:%M:%S %z"), Stamp(AT, SECOND_US, "stated")),
        ("30 March 2026 22:36:48.25 +0000", ("%d %B %Y %H:%M:%S.%f %z",), Stamp(AT + 250_000, 10_000, "stated")),
        ("3/30/2026, 12:00:00 AM", (PORTAL,), Stamp(AT - 81_408 * SECOND_US, SECOND_US, "zone_assumed")),
        ("13/30/2026, 10:36:48 PM", (PORTAL,), None),
        ("2/30/2026, 10:36:48 PM", (PORTAL,), None),
        ("yesterday", (PORTAL,), None),
        (5, (PORTAL,), None),
    ],
)
def test_written(text: object, patterns: tuple[str, ...], stamp: Stamp | None) -> None:
    assert Times().written(text, *patterns) == stamp


def test_a_written_time_is_in_the_zone_of_the_source() -> None:
    stamp = Times("+02:00").written("3/31/2026, 12:36:48 AM", PORTAL)
    assert stamp == Stamp(AT, SECOND_US, "zone_assumed")


@pytest.mark.parametrize(
    ("text", "year", "shown"),
    [
        ("Mar 30 22:36:48", None, "2026-03-30T22:36:48"),
        ("Mar 30 22:36:49", None, "2025-03-30T22:36:49"),
        ("Mar  3 01:02:03", None, "2026-03-03T01:02:03"),
        ("Dec 31 23:59:59", None, "2025-12-31T23:59:59"),
        ("Feb 29 00:00:00", None, "2024-02-29T00:00:00"),
        ("Dec 31 23:59:59", 2031, "2031-12-31T23:59:59"),
        ("Feb 29 00:00:00", 2031, None),
        ("Foo 29 00:00:00", None, None),
        ("Mar 30 25:00:00", None, None),
    ],
)
def test_without_a_year(text: str, year: int | None, shown: str | None) -> None:
    stamp = Times(year=year, evidence_mtime_us=AT).yearless(text)
    if shown is None:
        assert stamp is None
        return
    found = parse_iso(shown)
    assert found is not None
    assert stamp == Stamp(found[0], SECOND_US, "year_inferred")


def test_without_any_year_there_is_no_time() -> None:
    assert Times().yearless("Mar 30 22:36:48") is None


_USUAL = (
    "2026-03-30T22:36:48.424Z",
    "2026-03-30 22:36:48 +0200",
    "2026-03-30T22:36:48-11:30",
    "2026-03-30T22:36:48",
    "2026-03-30T22:36:48Z",
)
_SIGNS = st.sampled_from([*"0123456789-:.,+TZ zW", ""])


@given(text=st.sampled_from(_USUAL), place=st.integers(0, 30), sign=_SIGNS, width=st.integers(0, 2))
def test_the_quick_way_reads_what_the_exact_one_reads(text: str, place: int, sign: str, width: int) -> None:
    damaged = text[:place] + sign + text[place + width :]
    try:
        found = parse_iso(damaged)
    except ValueError:
        found = None
    stamp = Times().iso(damaged)
    if found is None:
        assert stamp is None
    else:
        assert stamp == Stamp(found[0], found[1], "stated" if found[2] else "zone_assumed")
