import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.fake_case import HOSTILE
from timeline.tui.cells import fit, masked, steady, wrap, wrap_words

HOSTILE_TEXT = st.text() | st.sampled_from(HOSTILE)


@given(HOSTILE_TEXT, st.integers(0, 60), st.booleans())
def test_fit_gives_exactly_the_width(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right=right)) == width


@given(st.text(max_size=80), st.integers(1, 40))
def test_nothing_is_cut_without_a_mark(text: str, width: int) -> None:
    shown = fit(text, width)
    assert shown.rstrip(" ") == steady(text).rstrip(" ") or shown.rstrip(" ").endswith("…")


def test_fit_pads_on_the_side_that_is_asked() -> None:
    assert fit("ab", 4) == "ab  "
    assert fit("ab", 4, right=True) == "  ab"
    assert fit("abcdef", 4) == "abc…"
    assert fit("漢字漢", 4) == "漢… "


def test_a_megabyte_costs_no_more_than_its_beginning() -> None:
    assert fit("A" * 1_000_000, 5) == "AAAA…"
    assert fit("é" * 1_000_000, 5) == "éééé…"


@given(HOSTILE_TEXT)
def test_steady_text_has_no_control_and_widths_add_up(text: str) -> None:
    shown = steady(text[:300])
    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Cs"}]
    assert cell_len(shown) == sum(cell_len(char) for char in shown)


@given(HOSTILE_TEXT, st.integers(2, 40))
def test_wrapped_pieces_fit_and_lose_nothing(text: str, width: int) -> None:
    shown = steady(text[:300])
    for pieces in (wrap(shown, width), wrap_words(shown, width)):
        assert "".join(pieces) == shown
        assert all(cell_len(piece) <= width for piece in pieces)


def test_words_are_kept_whole_where_they_can_be() -> None:
    assert wrap_words("stated in the record", 12) == ["stated in ", "the record"]
    assert wrap_words("no room", 0) == ["no", " r", "oo", "m"]
    assert wrap_words("a veryverylongword", 8) == ["a veryve", "rylongwo", "rd"]


@given(HOSTILE_TEXT)
def test_masked_text_keeps_places(text: str) -> None:
    shown = masked(text[:300])
    assert len(shown) == len(text[:300])
    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Cs"}]
