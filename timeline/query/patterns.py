r"""Words, phrases and patterns between how they are typed and what they mean.

In a word `*` and `?` are wild. A backslash makes the special character after it literal; a run of backslashes before
anything else is itself (`C:\Users`, `\\host\share`), before a special character two stand for one. A `?` before `name=`
is itself: it begins the parameters of a URL. In a phrase only `\"` is special.
"""

import re
from typing import Final, Literal

SPECIAL: Final = frozenset('*?"():/')
SPECIAL_FIRST: Final = frozenset("-+!@[{<>")
_PARAMETERS: Final = re.compile(r"\?(?=[\w.%\[\]~-]+=)")
_PIECE: Final = re.compile(r"(\\+)|(\*+)|([^\\*?]+)|\?")
_CANONICAL: Final = re.compile(r"\\(.)|([*?])|([^\\*?]+)", re.DOTALL)
_STARS: Final = re.compile(r"(?<!\\)((?:\\\\)*)\*{2,}")

SimpleOp = Literal["exact", "prefix", "contains", "wildcard", "present"]


def escaped(text: str) -> str:
    """Write a literal text as a canonical pattern."""
    return re.sub(r"([\\*?])", r"\\\1", text)


def word_pattern(word: str) -> str:
    """Read a typed word into a canonical pattern."""
    out: list[str] = []
    at = 0
    while at < len(word):
        piece = _PIECE.match(word, at)
        assert piece is not None, "every character belongs to some piece"
        backslashes, stars, plain = piece.groups()
        at = piece.end()
        if backslashes:
            literal, at = _backslashes(word, piece.start(), at)
            out.append(escaped(literal))
        elif stars:
            out.append("*")
        elif plain:
            out.append(plain)
        else:
            out.append(r"\?" if _PARAMETERS.match(word, piece.start()) else "?")
    return "".join(out)


def _backslashes(word: str, start: int, end: int) -> tuple[str, int]:
    """Read a run of backslashes and, where it escapes one, the character after it -> (literal text, where to go on)."""
    count = end - start
    after = word[end : end + 1]
    leading = start == 0 and count == 1 and after in SPECIAL_FIRST
    if after not in SPECIAL and not leading:
        return "\\" * count, end
    if count % 2:
        return "\\" * (count // 2) + after, end + 1
    return "\\" * (count // 2), end


def skip_backslashes(text: str, at: int) -> int:
    """Step over the run of backslashes at `at`, and over the special character that it escapes."""
    end = at
    while text[end : end + 1] == "\\":
        end += 1
    return end + 1 if (end - at) % 2 and text[end : end + 1] in SPECIAL else end


def literal_of(pattern: str) -> str | None:
    """Give the text that a canonical pattern without wildcards stands for; None when it has wildcards."""
    out: list[str] = []
    for part in _CANONICAL.finditer(pattern):
        if part[2]:
            return None
        out.append(part[1] or part[3])
    return "".join(out)


def simplified(pattern: str) -> tuple[SimpleOp, str]:
    """Find the cheapest test for a canonical pattern: exact, prefix and contains take a literal, wildcard a pattern."""
    if pattern == "*":
        return "present", ""
    if (literal := literal_of(pattern)) is not None:
        return "exact", literal
    if pattern.endswith("*") and (literal := literal_of(pattern[:-1])) is not None and _is_wild_end(pattern):
        return "prefix", literal
    inner = pattern[1:-1]
    if pattern.startswith("*") and _is_wild_end(pattern) and (literal := literal_of(inner)) is not None:
        return "contains", literal
    return "wildcard", pattern


def _is_wild_end(pattern: str) -> bool:
    body = pattern[:-1]
    return pattern.endswith("*") and (len(body) - len(body.rstrip("\\"))) % 2 == 0


def anywhere(pattern: str) -> str:
    """Let a canonical pattern match anywhere in a text."""
    return _STARS.sub(r"\1*", f"*{pattern}*")


def phrase_text(phrase: str) -> str:
    r"""Read a typed phrase, quotes included: `\"` is a quote, `\\` before a quote a backslash, all else is itself."""
    return re.sub(r'(\\+)("|\Z)', lambda run: "\\" * (len(run[1]) // 2) + run[2], phrase[1:-1])


def quoted(text: str) -> str:
    """Write any text as a phrase."""
    inner = re.sub(r'(\\*)("|\Z)', lambda run: run[1] * 2 + (r"\"" if run[2] else ""), text)
    return f'"{inner}"'


def typed_pattern(pattern: str) -> str | None:
    """Write a canonical pattern as a word; None when no word can say it (it holds a space, say)."""
    out: list[str] = []
    pending = 0  # literal backslashes before what comes next
    for part in _CANONICAL.finditer(pattern):
        if part[1] == "\\":
            pending += 1
            continue
        for char in part[2] or part[1] or part[3]:
            special = char in SPECIAL
            escape = special and not part[2] and (char not in ":/" or not out)
            out.append("\\" * (pending * (2 if special else 1) + escape) + char)
            pending = 0
    word = "".join(out) + "\\" * pending
    if word[:1] in SPECIAL_FIRST:
        word = "\\" + word
    if any(char.isspace() for char in word) or word_pattern(word) != pattern:
        return None
    return word
