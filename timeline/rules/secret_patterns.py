"""The pack of patterns of secrets. The head of `packs/secret_patterns.yaml` says what each key means."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast

from timeline.model.yaml_reading import NUMBERS, Value, parse_tree
from timeline.rules.patterns import needed, read_regex

FILE: Final = "secret_patterns.yaml"
Hashed = Literal["sha256"]


@dataclass(frozen=True, slots=True)
class SecretPattern:
    """One pattern; `entropy` in bits per character, 0.0 for any."""

    name: str
    title: str
    words: tuple[bytes, ...]
    regex: re.Pattern[bytes]
    entropy: float
    hashed: Hashed | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret in a file: where it begins (line and byte in it, from 1), its bytes, and what may be shown beside it."""

    pattern: SecretPattern
    secret: bytes
    line: int
    column: int
    shown: bytes | None = None


@cache
def own_secret_patterns() -> tuple[SecretPattern, ...]:
    """The pack that comes with Leakline."""
    return read_secret_patterns(parse_tree(files("timeline.rules").joinpath("packs", FILE).read_bytes(), FILE))


def read_secret_patterns(tree: Value) -> tuple[SecretPattern, ...]:
    """Read a pack. CaseFileError with file, line and key for whatever is wrong in it."""
    return tuple(map(_pattern, needed(tree, tree.mapping(("patterns",)), "patterns").items()))


def _pattern(value: Value) -> SecretPattern:
    keys = value.mapping(("pattern", "title", "words", "regex", "entropy", "hashed"))
    regex = read_regex(needed(value, keys, "regex"))
    entropy = 0.0
    if "entropy" in keys:
        try:
            entropy = float(keys["entropy"].text(also=NUMBERS))
        except ValueError:
            raise keys["entropy"].error("is no number") from None
    return SecretPattern(
        needed(value, keys, "pattern").text(),
        needed(value, keys, "title").text(),
        tuple(word.encode() for word in needed(value, keys, "words").texts()),
        re.compile(regex.pattern.encode()),
        entropy,
        cast("Hashed", keys["hashed"].choice(("sha256",))) if "hashed" in keys else None,
    )


def find_hits(data: bytes, patterns: Sequence[SecretPattern]) -> Iterator[Hit]:
    """Every secret in a file. Of several patterns that find the same bytes the first counts."""
    taken = bytearray()
    for pattern in patterns:
        if not any(word in data for word in pattern.words):
            continue
        group = "secret" if "secret" in pattern.regex.groupindex else 0
        for match in pattern.regex.finditer(data):
            start, end = match.span(group)
            taken = taken or bytearray(len(data))
            secret = match[group].strip()
            if not any(taken[start:end]) and _entropy(secret) >= pattern.entropy:
                taken[start:end] = b"\1" * (end - start)
                shown = match["shown"] if "shown" in pattern.regex.groupindex else None
                line, column = data.count(b"\n", 0, start) + 1, start - data.rfind(b"\n", 0, start)
                yield Hit(pattern, secret, line, column, shown)


def _entropy(secret: bytes) -> float:
    """Shannon's, of its bytes, in bits."""
    counts = Counter(secret).values()
    return -sum(count / len(secret) * math.log2(count / len(secret)) for count in counts)
