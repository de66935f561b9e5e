"""Words of eight bytes are read as Python reads the same text."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.lib.byte_values import TIME_BYTES, Form, clf_times, statuses, whole_numbers, words_of
from parsers.lib.clf_time import read_time

BEFORE = b"x7" * 12  # whole_numbers may look so far back
CLF = re.compile(r"[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-5][0-9] [+-][0-9]{4}")
TIME = "30/Mar/2026:23:17:59 +0200"

numerals = st.integers(0, 10**20).map(str)
with_one_changed = st.builds(
    lambda text, place, char: text[: place % len(text)] + char + text[place % len(text) + 1 :],
    numerals, st.integers(0, 20), st.sampled_from("/:-x "),
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.lists(st.one_of(numerals, with_one_changed, st.text("0129-/:x ", max_size=20)), min_size=1, max_size=8))
def test_whole_numbers_are_those_of_python(texts: list[str]) -> None:
    data = b"".join(BEFORE + text.encode() for text in texts)
    ends = np.cumsum([len(BEFORE) + len(text) for text in texts])
    begins = ends - np.array([len(text) for text in texts])
    values, has, good = whole_numbers(words_of(data), begins, ends)
    for text, value, is_number, is_well_formed in zip(texts, values.tolist(), has.tolist(), good.tolist(), strict=True):
        digits = re.fullmatch("[0-9]{1,18}", text) is not None
        assert is_well_formed == (digits or text == "-")
        if is_well_formed:
            assert (value if is_number else None) == (int(text) if digits else None)


@given(st.binary(min_size=6, max_size=6) | st.from_regex(rb'"? ?[0-9/:]{3} ?', fullmatch=True))
def test_a_status_is_three_digits_between_spaces_behind_a_quote(found: bytes) -> None:
    data = (found + b"        ")[:8]
    status, good = statuses(words_of(data), np.array([0]))
    match = re.match(rb'" ([0-9]{3}) ', data)
    assert good.tolist() == [match is not None]
    if match:
        assert status.tolist() == [int(match[1])]


@pytest.mark.parametrize("byte", range(256))
def test_a_form_tells_every_byte(byte: int) -> None:
    for place, char in enumerate("a0?-"):
        data = bytearray(b"a5z-____")
        data[place] = byte
        expected = {"0": bytes([byte]).isdigit(), "?": True}.get(char, byte == ord(char))
        assert Form.of("a0?-").fits(words_of(bytes(data))).tolist() == [expected]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.tuples(st.just(TIME) | st.sampled_from(["29/Feb/2028:00:00:00 -1159", "01/Jan/0001:00:00:00 +0000"]),
                  st.lists(st.tuples(st.integers(0, 25), st.sampled_from("0123456789JanFebrDc/:+- \xff")), max_size=2),
                  st.integers(1, 3)),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_times_are_those_of_the_exact_reader(drawn: list[tuple[str, list[tuple[int, str]], int]]) -> None:
    texts: list[str] = []
    for text, changes, repeated in drawn:
        letters = list(text)
        for place, char in changes:
            letters[place] = char
        texts += ["".join(letters)] * repeated
    data = b"".join(f' [{text}] "'.encode("latin-1") + b"?" for text in texts)
    us, good = clf_times(data, np.arange(len(texts)) * (TIME_BYTES + 2))
    for text, value, is_time in zip(texts, us.tolist(), good.tolist(), strict=True):
        moment = read_time(text) if CLF.fullmatch(text) else None
        assert (value if is_time else None) == (None if moment is None else moment.us)


@pytest.mark.parametrize(("place", "char"), [(0, "x"), (1, "("), (28, ")"), (29, "x"), (30, "'")])
def test_a_time_stands_in_brackets_before_a_quote(place: int, char: str) -> None:
    data = bytearray(f' [{TIME}] "G'.encode())
    assert clf_times(bytes(data), np.array([0]))[1].tolist() == [True]
    data[place] = ord(char)
    assert clf_times(bytes(data), np.array([0]))[1].tolist() == [False]


@pytest.mark.parametrize("byte", [b"\xff", b"\0", b"0", b"?"])
def test_bytes_that_are_no_time_at_all(byte: bytes) -> None:
    assert clf_times(byte * 40, np.arange(8))[1].tolist() == [False] * 8


def test_months_that_are_none() -> None:
    data = b"".join(b' [30/%c%c%c/2026:23:17:59 +0000] "-' % (n, 255 - n, n) for n in range(256))
    assert not clf_times(data, np.arange(256) * (TIME_BYTES + 2))[1].any()
