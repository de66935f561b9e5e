"""What every text that a pattern matches must hold: the rarest of its fixed parts.

A pattern is a row of elements: fixed words that follow each other without anything between, and gaps of any length.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from timeline.store.raw_letters import Letter, Piece, rarity

Word = tuple[Letter, ...]
_MOST_CHOICES: Final = 16
_LONGEST_WORD: Final = 64
_MOST_ELEMENTS: Final = 256
_ENOUGH_BITS: Final = 18.0  # three or four rare characters: no need for a dot that takes anything
_ENOUGH_PART: Final = 0.75
MOST_PIECES: Final = 256


@dataclass(frozen=True, slots=True)
class RawNeedle:
    """Pieces of which every match holds at least one. `bits`: about how rarely, as a power of two of bytes."""

    pieces: tuple[Piece, ...]
    bits: float


@dataclass(frozen=True, slots=True)
class Words:
    """One of some words of known letters; the empty word where nothing need stand."""

    choices: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Anything, in which `needle` occurs (None: nothing is known of it)."""

    needle: RawNeedle | None = None


Element = Words | Gap


def one(letter: Letter | None) -> Element:
    """A single letter; None is one of which nothing is known."""
    return Gap() if letter is None else Words(((letter,),))


def rarest(elements: Iterable[Element]) -> RawNeedle | None:
    """The rarest thing that every match of these elements holds; None when it may hold nothing that is known."""
    found: list[RawNeedle | None] = []
    run: tuple[Word, ...] = ((),)
    for element in elements:
        longer = _product(run, element.choices) if isinstance(element, Words) else None
        if longer is None:
            found.append(_of_words(run))
            found += [element.needle] if isinstance(element, Gap) else []
            run = element.choices if isinstance(element, Words) else ((),)
        else:
            run = longer
    found.append(_of_words(run))
    return max((needle for needle in found if needle), key=lambda needle: needle.bits, default=None)


def any_needle(needles: Sequence[RawNeedle | None]) -> RawNeedle | None:
    """What holds where one of these does; None when one is not known, or they are too many."""
    known = [needle for needle in needles if needle]
    pieces = tuple(dict.fromkeys(chain.from_iterable(needle.pieces for needle in known)))
    if not known or len(known) < len(needles) or len(pieces) > MOST_PIECES:
        return None
    return RawNeedle(pieces, min(needle.bits for needle in known) - math.log2(len(known)))


def either(alternatives: Sequence[list[Element]]) -> list[Element]:
    """One of several rows of elements, as one row."""
    if len(alternatives) == 1:
        return alternatives[0]
    choices: list[Word] = []
    for elements in alternatives:
        fixed = _fixed(elements)
        if fixed is None or len(choices) + len(fixed) > _MOST_CHOICES:
            return [Gap(any_needle([rarest(elements) for elements in alternatives]))]
        choices += fixed
    return [Words(tuple(choices))]


def repeated(elements: list[Element], least: int, most: int | None) -> list[Element]:
    """Elements that come from `least` to `most` times (None: any number of times)."""
    if not elements or most == 0:
        return []
    if least == 0:
        fixed = _fixed(elements) if most == 1 else None
        return [Gap()] if fixed is None or len(fixed) >= _MOST_CHOICES else [Words((*fixed, ()))]
    copies = min(least, max(1, _LONGEST_WORD // len(elements)))
    row = elements * copies
    if not least == most == copies:
        row = [*row, Gap(), *row]  # what stands at the end adjoins what follows
    return row if len(row) <= _MOST_ELEMENTS else [Gap(rarest(row))]


def _product(left: tuple[Word, ...], right: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """Each word of one followed by each of the other; None when they become too many or too long."""
    if len(left) * len(right) > _MOST_CHOICES:
        return None
    words = tuple(first + second for first in left for second in right)
    return words if max(map(len, words)) <= _LONGEST_WORD else None


def _fixed(elements: list[Element]) -> tuple[Word, ...] | None:
    """All words that the elements can be; None when there are gaps, or too many."""
    words: tuple[Word, ...] | None = ((),)
    for element in elements:
        words = _product(words, element.choices) if words and isinstance(element, Words) else None
    return words


def _of_words(words: tuple[Word, ...]) -> RawNeedle | None:
    return any_needle([_of_word(word) for word in words])


def _of_word(word: Word) -> RawNeedle | None:
    """The needle for a word, or for its rarest part without wide letters when that is rare enough alone."""
    narrow = max(_narrow_parts(word), key=_bits, default=())
    chosen = narrow if _bits(narrow) >= min(_ENOUGH_BITS, _ENOUGH_PART * _bits(word)) else word
    if not chosen:
        return None
    core = tuple(chain.from_iterable(letter.core for letter in chosen))
    beyond = dict.fromkeys(piece for letter in chosen for piece in sorted(letter.beyond, key=_sorted))
    return RawNeedle((core, *beyond), _bits(chosen))


def _sorted(piece: Piece) -> list[list[int]]:
    return [sorted(found) for found in piece]


def _narrow_parts(word: Word) -> list[Word]:
    parts: list[list[Letter]] = [[]]
    for letter in word:
        if letter.is_wide:
            parts.append([])
        else:
            parts[-1].append(letter)
    return [tuple(part) for part in parts if part]


def _bits(word: Word) -> float:
    return sum(rarity(found) for letter in word for found in letter.core)
