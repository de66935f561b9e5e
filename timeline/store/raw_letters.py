"""Which bytes one character of a raw search can be in the evidence, and how rare they are.

Raw tests look at a record's text: UTF-8, where bytes that are none read as U+FFFD. Most characters that a test may meet
at a place have the same length in UTF-8; these are the letter's core, a set of bytes for each place. What else it may meet
(the Kelvin sign for k, any letter for a dot) stands beside it, and counts as found wherever it occurs alone.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Final

import numpy as np

ByteSet = frozenset[int]
Piece = tuple[ByteSet, ...]
"""Bytes in a row, each one of a set."""

_ASCII: Final = "".join(map(chr, range(128)))
_NOT_ASCII: Final = frozenset(range(0x80, 0x100))
_UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
_FEW: Final = 8  # characters besides ASCII ones that are sought one by one


@dataclass(frozen=True, slots=True)
class Letter:
    """One character of a needle: its `core`, and pieces of which one occurs where the character is not of the core.

    `is_wide` when these pieces are common in some languages.
    """

    core: Piece
    beyond: frozenset[Piece] = frozenset()
    is_wide: bool = False


def exact_letter(char: str) -> Letter | None:
    """The letter that is this character alone; None when no bytes can be told."""
    return _letter({char})


@lru_cache(maxsize=4096)
def folded_letter(char: str) -> Letter | None:
    """The letter for one character of a casefolded text, sought in another; None when no bytes can be told."""
    sources = _fold_sources().get(char, ())
    single = {source for source in sources if len(source.casefold()) == 1}
    if char.casefold() == char:
        single.add(char)
    return _letter(single, set(sources) - single)


@lru_cache(maxsize=4096)
def caseless_letter(char: str, flags: int) -> Letter | None:
    """The letter for one literal character of a regex that ignores case; None when no bytes can be told."""
    return _letter({char, *re.compile(re.escape(char), flags).findall(_cased())})


@lru_cache(maxsize=1024)
def class_letter(item: str, flags: int) -> Letter | None:
    """The letter for an item of a regex that takes one character (a set, a dot, an escape); None when no bytes can be told."""
    pattern = re.compile(item, flags)
    plain = set(pattern.findall(_ASCII))
    if not pattern.fullmatch(_UNREADABLE):
        blocks = {lead: block for lead, block in _blocks().items() if pattern.search(block)}
        few = set(islice((found[0] for block in blocks.values() for found in pattern.finditer(block)), _FEW + 1))
        if len(few) <= _FEW:
            return _letter(plain | few)
        leads = frozenset(blocks)
    else:
        leads = _NOT_ASCII
    return Letter((frozenset(map(ord, plain)),), frozenset({(leads,)}), is_wide=True) if plain else None


def rarity(found: ByteSet) -> float:
    """Bits that meeting one of these bytes tells, guessed for logs."""
    return max(0.0, -math.log2(sum(_weight(byte) for byte in found)))


def _weight(byte: int) -> float:
    """Share of a byte in a log, guessed; those of ASCII make 1."""
    char = chr(byte)
    if byte >= 0x80:
        return 1 / 300
    if char == " " or char.isdigit() or char.islower():
        return 1 / 50
    return 1 / 250 if char.isalpha() else 1 / 220 if char.isprintable() else 1 / 3000


def _letter(chars: Iterable[str], others: Iterable[str] = ()) -> Letter | None:
    """The letter that may be one of `chars`, or part of what one of `others` becomes."""
    by_length: dict[int, set[bytes]] = defaultdict(set)
    for char in chars:
        if char == _UNREADABLE:
            return None
        by_length[len(char.encode("utf-8", "surrogatepass"))].add(char.encode("utf-8", "surrogatepass"))
    if not by_length:
        return None
    length = 1 if 1 in by_length else max(by_length, key=lambda size: (len(by_length[size]), -size))
    core = tuple(frozenset(column) for column in zip(*by_length.pop(length), strict=True))
    rest = {char.encode() for char in others}.union(*by_length.values())
    return Letter(core, frozenset(tuple(frozenset((byte,)) for byte in char) for char in rest))


@cache
def _cased() -> str:
    """Every character that has another case, or is one."""
    found: set[str] = set()
    for block in _all_characters():
        if block != block.casefold() or block != block.lower() or block != block.upper():
            for char in block:
                forms = {char, *char.casefold(), *char.lower(), *char.upper(), *char.title()}
                found |= forms if len(forms) > 1 else set()
    return "".join(sorted(found))


def _all_characters() -> Iterator[str]:
    for start in range(0, 0x110000, 0x100):
        yield np.arange(start, start + 0x100, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")


@cache
def _fold_sources() -> dict[str, list[str]]:
    """Character of a casefolded text -> the characters, other than itself, that become it or a text with it."""
    sources = defaultdict(list)
    for char in _cased():
        for part in set(char.casefold()) if char.casefold() != char else ():
            sources[part].append(char)
    return sources


@cache
def _blocks() -> dict[int, str]:
    """Lead byte -> all characters whose UTF-8 begins with it, ASCII apart."""
    blocks: dict[int, list[str]] = defaultdict(list)
    for part in _all_characters():
        for start in range(0, len(part), 64):
            if ord(part[start]) >= 0x80 and not 0xD800 <= ord(part[start]) < 0xE000:
                blocks[part[start].encode()[0]].append(part[start : start + 64])
    return {lead: "".join(parts) for lead, parts in blocks.items()}
