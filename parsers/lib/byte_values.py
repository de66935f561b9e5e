"""Values read from the bytes of many lines at once, eight bytes to a word: forms, times, statuses, whole numbers.

A word is eight bytes from some place on, the first of them lowest. Every function takes places as arrays and says for
each whether the bytes there have the form that it reads; where they have not, the value means nothing.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parsers.lib.clf_time import MONTHS, day_us
from timeline.model.time import HOUR_US, MINUTE_US, SECOND_US

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

WORD: Final = 8
MOST_DIGITS: Final = 18
_DASH: Final = ord("-")
_SIXES, _ZEROS, _LOW_HALVES, _HIGH_HALVES = (
    np.uint64(byte * 0x0101_0101_0101_0101) for byte in (0x06, 0x30, 0x0F, 0xF0)
)


def words_of(data: bytes) -> Words:
    """The word at each place of the data, without copying; it has no word for the last seven places."""
    return np.ndarray((max(len(data) - WORD + 1, 0),), "<u8", data, strides=(1,))


@dataclass(frozen=True, slots=True)
class Form:
    """What a word must look like: `kept` bits must be `chars`, and its `digits` bytes 0 to 9."""

    kept: np.uint64
    chars: np.uint64
    digits: np.uint64

    @classmethod
    def of(cls, text: str) -> "Form":
        """The form of up to eight characters: `0` stands for any digit, `?` for any byte, others for themselves."""
        kept = bytes({"0": 0xF0, "?": 0}.get(char, 0xFF) for char in text)
        chars = bytes({"?": 0}.get(char, ord(char)) for char in text)
        digits = bytes(0xFF if char == "0" else 0 for char in text)
        return cls(*(np.uint64(int.from_bytes(part, "little")) for part in (kept, chars, digits)))

    def fits(self, words: Words) -> Bools:
        """Which of the words look like this."""
        good: Bools = (words & self.kept) == self.chars
        if self.digits:
            good &= ((words + (self.digits & _SIXES)) & self.digits & _HIGH_HALVES) == (self.digits & _ZEROS)
        return good


_TIME: Final = tuple(Form.of(text) for text in (" [00/???", "/0000:00", ":00:00 ?", '0000] "'))
TIME_BYTES: Final = 30  # of ` [30/Mar/2026:23:17:59 +0000] `
_TIME_FRAME: Final = 32
_STATUS: Final = Form.of('" 000 ')
STATUS_BYTES: Final = 6


def clf_times(data: bytes, begins: Integers) -> tuple[Integers, Bools]:
    """(microseconds UTC, which are times) of each ` [30/Mar/2026:23:17:59 +0000] "`; 32 bytes must follow each place.

    Lines that follow each other often have one time: it is read once.
    """
    frames = np.ndarray((len(data) - _TIME_FRAME + 1,), f"V{_TIME_FRAME}", data, strides=(1,))[begins]
    words = frames.view("<u8").reshape(-1, len(_TIME))
    words[:, 3] &= np.uint64((1 << 56) - 1)  # without the byte behind the quote
    changed = np.ones(len(words), np.bool_)
    np.logical_or.reduce([words[1:, place] != words[:-1, place] for place in range(len(_TIME))], out=changed[1:])
    us, good = _times(words[changed])
    run = np.cumsum(changed) - 1
    return us[run], good[run]


def _times(words: Words) -> tuple[Integers, Bools]:
    day, year_hour, clock, zone = (np.ascontiguousarray(words[:, place]) for place in range(len(_TIME)))
    good = np.logical_and.reduce(
        [form.fits(word) for form, word in zip(_TIME, (day, year_hour, clock, zone), strict=True)]
    )
    hour, minute, second = _two(year_hour, 6), _two(clock, 1), _two(clock, 4)
    east_hours, east_minutes = _two(zone, 0), _two(zone, 2)
    good &= (hour < 24) & (minute < 60) & (second < 60) & (east_hours < 24) & (east_minutes < 60)
    sign = clock >> np.uint64(56)
    good &= (sign == ord("+")) | (sign == _DASH)
    midnight, is_day = _midnights(day, year_hour, good)
    east = east_hours * HOUR_US + east_minutes * MINUTE_US
    us = midnight + hour * HOUR_US + minute * MINUTE_US + second * SECOND_US
    return us - np.where(sign == _DASH, -east, east), good & is_day


def _two(words: Words, place: int) -> Integers:
    """The number that the two digits at this place of each word make."""
    tens = (words >> np.uint64(8 * place)) & np.uint64(15)
    ones = (words >> np.uint64(8 * place + 8)) & np.uint64(15)
    return (tens * np.uint64(10) + ones).astype(np.int64)


def _midnights(day: Words, year: Words, good: Bools) -> tuple[Integers, Bools]:
    """(microseconds UTC of the day's beginning, which are days) of ` [30/Mar` and `/2026:23`, looked at where `good`."""
    month = (day >> np.uint64(40)).astype(np.int64)
    number = (month * 100 + _two(day, 2)) * 10_000 + _two(year, 1) * 100 + _two(year, 3)
    coded = pa.array(np.where(good, number, 0)).dictionary_encode()
    values = [_midnight(value) for value in coded.dictionary.to_pylist()]
    known = np.array([value is not None for value in values], np.bool_)
    places = coded.indices.to_numpy()
    return np.array([value or 0 for value in values], np.int64)[places], known[places]


def _midnight(number: int) -> int | None:
    rest, year = divmod(number, 10_000)
    month, day = divmod(rest, 100)
    name = month.to_bytes(3, "little").decode("latin-1")
    return day_us(f"{day:02}/{name}/{year:04}") if name in MONTHS else None


def statuses(words: Words, quotes: Integers) -> tuple[Integers, Bools]:
    """(status, which have one) of each `" 200 ` that begins with a closing quote."""
    found = words[np.minimum(quotes, len(words) - 1)]
    digits = [((found >> np.uint64(8 * place)) & np.uint64(15)).astype(np.int64) for place in (2, 3, 4)]
    return digits[0] * 100 + digits[1] * 10 + digits[2], _STATUS.fits(found)


def whole_numbers(words: Words, begins: Integers, ends: Integers) -> tuple[Integers, Bools, Bools]:
    """(value, which have one, which are well formed) of texts of up to 18 digits, or `-` for none.

    24 bytes must stand before the end of each.
    """
    lengths = ends - begins
    last = words[ends - WORD]
    none: Bools = (lengths == 1) & (last >> np.uint64(56) == _DASH)
    values, good = _digits(last, lengths)
    for part in (1, 2):
        rows = np.flatnonzero(lengths > part * WORD)
        if len(rows):
            more, also = _digits(words[ends[rows] - (part + 1) * WORD], lengths[rows] - part * WORD)
            values[rows] += more * np.int64(10 ** (part * WORD))
            good[rows] &= also
    good &= (lengths > 0) & (lengths <= MOST_DIGITS)
    return values, ~none, good | none


def _digits(words: Words, lengths: Integers) -> tuple[Integers, Bools]:
    """(value, which are digits only) of the last `lengths` bytes of each word; more than eight count as eight."""
    foreign = (WORD * (WORD - np.clip(lengths, 1, WORD))).astype(np.uint64)  # bits before the first digit
    before = (np.uint64(1) << foreign) - np.uint64(1)
    texts = (words & ~before) | (_ZEROS & before)
    good: Bools = ((texts & _HIGH_HALVES) == _ZEROS) & (((texts + _SIXES) & _HIGH_HALVES) == _ZEROS)
    value = texts & _LOW_HALVES
    for shift, ten, mask in (
        (8, 10, 0x00FF_00FF_00FF_00FF),
        (16, 100, 0x0000_FFFF_0000_FFFF),
        (32, 10_000, 0x0000_0000_FFFF_FFFF),
    ):
        value = (value * np.uint64(ten) + (value >> np.uint64(shift))) & np.uint64(mask)
    return value.astype(np.int64), good
