from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.query.reading import NOW_US
from timeline.model.time import DAY_US, HOUR_US, MAX_US, MIN_US, MINUTE_US, SECOND_US, to_us
from timeline.query.regexes import BadRegexError, check_regex, runaway_repeat
from timeline.query.times import Span, read_time
from timeline.query.values import BadValueError, read_duration, read_integer, read_number

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("404", 404), ("-1", -1), ("+1", 1), ("1_000", 1000), ("1,234,567", 1_234_567), ("1e3", 1000),
        ("10B", 10), ("10k", 10_000), ("10KB", 10_000), ("10kb", 10_000), ("10 MB", 10_000_000), ("1.5GiB", 3 * 2**29),
        ("1Ki", 1024), ("2TiB", 2**41), ("1PB", 10**15), ("3 bytes", 3), (".5k", 500),
    ],
)  # fmt: skip
def test_sizes(text: str, number: int) -> None:
    assert read_integer(text, sized=True) == number


@pytest.mark.parametrize("text", ["", "x", "1,00", "10XB", "1.2.3", "0x10", "٣", "1e999", "1" * 41, "--1", "10 MB MB"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(BadValueError) as caught:
        read_number(text, sized=True)
    assert caught.value.expected


def test_fractions_are_numbers_but_not_integers() -> None:
    assert read_number("1.5", sized=False) == Decimal("1.5")
    with pytest.raises(BadValueError, match="not a whole number"):
        read_integer("1.5", sized=False)


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("5m", 5 * MINUTE_US), ("90s", 90 * SECOND_US), ("1h30m", 90 * MINUTE_US), ("1.5h", 90 * MINUTE_US),
        ("2 days", 2 * DAY_US), ("1w", 7 * DAY_US), ("500ms", 500_000), ("1 hour 5 min", 65 * MINUTE_US), ("", None),
        ("5", None), ("m", None), ("5 parsecs", None), ("5m x", None),
    ],
)  # fmt: skip
def test_durations(text: str, us: int | None) -> None:
    assert read_duration(text) == us


def moment(text: str, zone: tzinfo = UTC) -> int:
    return to_us(datetime.fromisoformat(text).replace(tzinfo=zone))


def start_and_width(text: str, zone: tzinfo = UTC) -> tuple[str, int]:
    span = read_time(text, now_us=NOW_US, zone=zone)
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=span.start_us)
    return start.replace(tzinfo=None).isoformat(), span.end_us - span.start_us


@pytest.mark.parametrize(
    ("text", "start", "width"),
    [
        ("2026-03-30", "2026-03-30T00:00:00", DAY_US),
        ("2026-02", "2026-02-01T00:00:00", 28 * DAY_US),
        ("2026-12", "2026-12-01T00:00:00", 31 * DAY_US),
        ("2024", "2024-01-01T00:00:00", 366 * DAY_US),
        ("2026-03-30T22Z", "2026-03-30T22:00:00", HOUR_US),
        ("2026-03-30 22+02:00", "2026-03-30T20:00:00", HOUR_US),
        ("2026-03-30T22:36", "2026-03-30T22:36:00", MINUTE_US),
        ("2026-03-30T22:36:48.5Z", "2026-03-30T22:36:48.500000", 100_000),
        ("2026-03-30T22:36:48 -0800", "2026-03-31T06:36:48", SECOND_US),
        ("1774910208.25", "2026-03-30T22:36:48.250000", 10_000),
        ("1774910208123456", "2026-03-30T22:36:48.123456", 1),
        ("now", "2026-03-31T00:00:00", 1),
        ("-90m", "2026-03-30T22:30:00", 1),
        ("3 days ago", "2026-03-28T00:00:00", 1),
        ("tomorrow", "2026-04-01T00:00:00", DAY_US),
        ("Today at 7:30", "2026-03-31T07:30:00", MINUTE_US),
        ("30 Mar 2026", "2026-03-30T00:00:00", DAY_US),
        ("March 2026", "2026-03-01T00:00:00", 31 * DAY_US),
        ("Mar 30 2026 10:36pm", "2026-03-30T22:36:00", MINUTE_US),
        ("Mon Mar 30 22:36:48 2026 +0200", "2026-03-30T20:36:48", SECOND_US),
        ("2026/03/30 22:36:48", "2026-03-30T22:36:48", SECOND_US),
        ("31.03.2026", "2026-03-31T00:00:00", DAY_US),
        ("05/05/2026", "2026-05-05T00:00:00", DAY_US),
        ("20260330T223648Z", "2026-03-30T22:36:48", SECOND_US),
    ],
)
def test_times(text: str, start: str, width: int) -> None:
    assert start_and_width(text) == (start, width)


def test_a_time_without_zone_is_meant_in_the_zone() -> None:
    assert start_and_width("2026-03-30 22:36:48", BERLIN) == ("2026-03-30T20:36:48", SECOND_US)
    assert start_and_width("30 March 2026 10pm", BERLIN) == ("2026-03-30T20:00:00", HOUR_US)
    assert start_and_width("2026-03-30 22:36:48Z", BERLIN) == ("2026-03-30T22:36:48", SECOND_US)
    assert start_and_width("2026-03-30 22:00 America/New_York", BERLIN) == ("2026-03-31T02:00:00", MINUTE_US)


def test_days_are_as_long_as_their_zone_says() -> None:
    assert start_and_width("2026-03-29", BERLIN) == ("2026-03-28T23:00:00", 23 * HOUR_US)
    assert start_and_width("2026-10-25", BERLIN) == ("2026-10-24T22:00:00", 25 * HOUR_US)
    assert start_and_width("today", BERLIN) == ("2026-03-30T22:00:00", 24 * HOUR_US)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-30 22:00 PST", "America/Los_Angeles"),
        ("2026-03-30 22:00 IST", "Asia/Kolkata"),
        ("2026-03-30 22:00 EST", "America/New_York"),
        ("03/04/2026", "2026-03-04 or 2026-04-03"),
        ("2h", "-2h or 2h ago"),
        ("0000-01-01", "2026-03-30"),
    ],
)
def test_what_is_not_clear_says_what_to_write(text: str, expected: str) -> None:
    with pytest.raises(BadValueError) as caught:
        read_time(text, now_us=NOW_US)
    assert expected in caught.value.expected


@pytest.mark.parametrize("text", ["", "x", "22:00", "March", "Monday", "30 Mar 26", "2026-03-30 25:00", "9" * 200])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(BadValueError):
        read_time(text, now_us=NOW_US)


def test_the_ends_of_the_calendar() -> None:
    assert read_time("9999-12-31", now_us=0) == Span(moment("9999-12-31T00:00:00"), MAX_US + 1)
    assert read_time("0001-01-01", now_us=0).start_us == MIN_US
    with pytest.raises(BadValueError, match="outside the calendar"):
        read_time("0001-01-01T00:00:00+02:00", now_us=0)
    with pytest.raises(BadValueError, match="outside the calendar"):
        read_time("today", now_us=2**62)


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="0123456789-/:. TZ+apmMarchnogdy,()", max_size=24))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    try:
        span = read_time(text, now_us=NOW_US, zone=BERLIN)
    except BadValueError:
        return
    assert MIN_US <= span.start_us < span.end_us <= MAX_US + 1


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", "(a*)*b", r"(\w+\s?)*$", "(?:.*)*", "((a+))+", "(a|b+)+", "(a+){2,}", "(a+){1,30}", "(?:x*y?)+"],
)
def test_runaway_repeats_are_refused(pattern: str) -> None:
    with pytest.raises(BadRegexError, match="take for ever"):
        check_regex(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(\d+\.)+", r"(?:\d{1,3}\.){3}\d{1,3}", "AKIA[0-9A-Z]{16}", "(a+)?", "(a+)b+", "(?>a+)+", "(a+b)+", "[(+)+]+",
        r"\(a+\)+", "(a|b)+", "(?:ab)+", "(a{2,5})+", "(a++)+", "", "(?i)tok", "a{,3}", "(?P<n>a+,)+",
    ],
)  # fmt: skip
def test_ordinary_regexes_are_not(pattern: str) -> None:
    check_regex(pattern)
    assert runaway_repeat(pattern) is None


@pytest.mark.parametrize(("pattern", "at"), [("a(", 1), ("ab[", 2), ("*", 0), ("a" * 3000, 0), ("[a--b]", 0)])
def test_bad_regexes_say_where(pattern: str, at: int) -> None:
    with pytest.raises(BadRegexError) as caught:
        check_regex(pattern)
    assert caught.value.at == at
    assert caught.value.expected


@given(st.text(alphabet="ab()[]|*+?{}1,\\^$.:<>=!P#-", max_size=16))
def test_any_pattern_is_checked_or_refused(pattern: str) -> None:
    refused = None
    try:
        check_regex(pattern)
    except BadRegexError as error:
        refused = error
    assert refused is None or 0 <= refused.at <= len(pattern)
