"""Regexes as people type them: checked when the query is read, so that none fails, warns or hangs later."""

import re
import threading
import warnings
from dataclasses import dataclass
from typing import Final

MAX_LENGTH: Final = 2000
_ITEM: Final = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:[aiLmsux-]+\)|#[^)]*\))"
    r"|\((?:\?(?:P<\w+>|P?[=:!>]|<[=!]|[aiLmsux-]+:))?|.",
    re.DOTALL,
)
_REPEAT: Final = re.compile(r"([*+?])|\{(\d{0,9})(,)?(\d{0,9})\}")
_MANY: Final = 10  # rounds that already take for ever when each is itself a repeat
_LOOKS: Final = frozenset({"(?=", "(?!", "(?<=", "(?<!"})
_ANCHORS: Final = frozenset({"^", "$", r"\b", r"\B", r"\A", r"\Z"})
_WARNINGS: Final = threading.Lock()  # warning filters are global, and queries are read in several threads


class BadRegexError(ValueError):
    """A regex that cannot be used; `at` is the offset of the fault in it."""

    def __init__(self, what: str, at: int, expected: str) -> None:
        super().__init__(what)
        self.at = at
        self.expected = expected


def check_regex(pattern: str) -> None:
    """Raise BadRegexError for a regex that does not compile, that Python warns about, or that could run for ever."""
    if len(pattern) > MAX_LENGTH:
        raise BadRegexError(f"a regex of {len(pattern)} characters", 0, f"at most {MAX_LENGTH}")
    try:
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except re.error as error:
        at = min(error.pos or 0, len(pattern))
        raise BadRegexError(f"not a regex: {error.msg}", at, "a regular expression as Python's re has them") from error
    except Warning as warning:
        raise BadRegexError(f"ambiguous regex: {warning}", 0, r"a backslash before [ & | ~ - inside a set") from warning
    except (OverflowError, RecursionError) as error:
        raise BadRegexError("a regex too large to compile", 0, "fewer levels, smaller repetitions") from error
    runaway = runaway_repeat(pattern)
    if runaway is not None:
        what = "a repetition of a repetition, which can take for ever"
        raise BadRegexError(what, runaway, "one of the two: `a+`, not `(a+)+`")


@dataclass(slots=True)
class _Group:
    """What a group holds so far, in its current alternative and in any of those before."""

    start: int
    opening: str = "("
    repeats: bool = False  # an item without upper bound
    mandatory: bool = False  # an item of fixed length besides, which keeps rounds of the group apart
    runaway: bool = False  # some alternative is nothing but repeats and optional items

    def close_alternative(self) -> None:
        self.runaway = self.runaway or (self.repeats and not self.mandatory)
        self.repeats = self.mandatory = False

    def add(self, *, unbounded: bool, optional: bool) -> None:
        if unbounded:
            self.repeats = True
        elif not optional:
            self.mandatory = True


def runaway_repeat(pattern: str) -> int | None:
    """Find a group repeated without bound whose body can be one unbounded repeat alone, as `(a+)+` -> its offset.

    That is the common cause of exponential time, not the only one: `(a|a)*` is not found.
    """
    stack = [_Group(0)]
    at = 0
    while at < len(pattern):
        match = _ITEM.match(pattern, at)
        assert match is not None, "any character is an item"
        item = match[0]
        if item.startswith("(") and not item.endswith(")"):
            stack.append(_Group(at, item))
            at = match.end()
        elif item == "|":
            stack[-1].close_alternative()
            at = match.end()
        elif item == ")" and len(stack) > 1:
            group = stack.pop()
            group.close_alternative()
            unbounded, optional, at = _repeat_at(pattern, match.end())
            runaway = group.runaway and group.opening != "(?>"
            if unbounded and runaway:
                return group.start
            stack[-1].add(unbounded=unbounded or runaway, optional=optional or group.opening in _LOOKS)
        else:
            unbounded, optional, at = _repeat_at(pattern, match.end())
            stack[-1].add(unbounded=unbounded, optional=optional or item in _ANCHORS)
    return None


def _repeat_at(pattern: str, at: int) -> tuple[bool, bool, int]:
    """Read the quantifier at `at`, if there is one -> (as good as unbounded, may be absent, where to go on)."""
    match = _REPEAT.match(pattern, at)
    if match is None:
        return False, False, at
    sign, least, comma, most = match.groups()
    after = pattern[match.end() : match.end() + 1]
    end = match.end() + (after in {"?", "+"})
    unbounded = sign in {"*", "+"} if sign else comma is not None and (not most or int(most) >= _MANY)
    return unbounded and after != "+", sign == "?" or (sign is None and least in {"", "0"}), end
