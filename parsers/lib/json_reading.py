"""Bytes of one record into a JSON object: strictly where it is sound, leniently where a person could still read it.

Evidence is hostile: NUL bytes, cut text, invalid UTF-8, lone surrogates, NaN, numbers of a thousand digits, brackets
nested without end. None of it raises, and the same bytes give the same however deep the caller's own stack is.
"""

import json
import re
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

Record = dict[str, Any]

NOT_JSON: Final = "not valid JSON"
NOT_AN_OBJECT: Final = "not a JSON object"
NUL_BYTES: Final = "holds NUL bytes"
TOO_DEEP: Final = "nested too deeply"
UTF8_REPLACED: Final = "invalid UTF-8 was replaced"
NOT_STRICT: Final = "read although it is not strict JSON"
MAX_DEPTH: Final = 300  # far below Python's own limit, which depends on the caller

DAMAGE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
SHALLOW_DEPTH: Final = 6

_BOM: Final = b"\xef\xbb\xbf"
_DECODER: Final = msgspec.json.Decoder()
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_MAX_DIGITS: Final = 4000  # Python refuses longer integers


class Loaded(NamedTuple):
    """An object, perhaps with a warning; or None and the reason why there is none, or (`is_ignored`) why none is missed."""

    value: Record | None
    problem: str | None = None
    warning: str | None = None
    is_ignored: bool = False


def load_object(raw: bytes) -> Loaded:
    """Read one record. Duplicate keys: the last one counts, as in every JSON library in use."""
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and too_deep(raw):
        return Loaded(None, TOO_DEEP)
    try:
        value = _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _leniently(raw)
    return Loaded(value) if isinstance(value, dict) else Loaded(None, NOT_AN_OBJECT)


def too_deep(raw: bytes) -> bool:
    """Whether brackets are nested deeper than MAX_DEPTH."""
    return raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _depth(raw) > MAX_DEPTH


@cache
def shallow(depth: int = SHALLOW_DEPTH) -> Any:
    """The type, for msgspec, of any JSON value whose objects and lists are nested no deeper than this.

    It costs no time to check, but grows with the power of the depth; a value that it refuses is for `load_object`.
    """
    leaf = str | int | float | bool | None
    if depth == 0:
        return leaf
    inside = shallow(depth - 1)
    return leaf | dict[str, inside] | list[inside]  # type: ignore[valid-type]  # made here, at run time


def _leniently(raw: bytes) -> Loaded:
    if b"\0" in raw:
        return Loaded(None, NUL_BYTES)
    body = raw.removeprefix(_BOM).decode("utf-8", "replace")
    try:
        value = json.loads(body, strict=False, parse_constant=_no_number, parse_int=_whole_number)
    except ValueError:
        return Loaded(None, NOT_JSON)
    if not isinstance(value, dict):
        return Loaded(None, NOT_AN_OBJECT)
    written = _LONE_SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False, default=str))
    return Loaded(_finite(written), None, UTF8_REPLACED if _replaced(raw) else NOT_STRICT)


def _finite(written: str) -> Record:
    value: Record = json.loads(written, parse_constant=_no_number, parse_int=_whole_number)
    return value


def _no_number(name: str) -> None:  # noqa: ARG001 - json passes which of NaN, Infinity, -Infinity it was
    return None


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def _replaced(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _depth(raw: bytes) -> int:
    depth = deepest = 0
    for match in _TOKEN.finditer(raw):
        token = raw[match.start()]
        if token in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token in b"]}":
            depth -= 1
    return deepest
