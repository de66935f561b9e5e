"""Total getters for JSON values: whatever a record holds at a name, they give the type that they promise, or None."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from parsers.lib.json_reading import Record, load_object

_INT64_MAX: Final = 2**63 - 1
_INT64_DIGITS: Final = 19
_INT32_MAX: Final = 2**31 - 1
_NUMBERS: Final = (int, float, str)
_NOTHING: Final[Record] = {}


def text(holder: object, *path: str) -> str | None:
    """The text at a path of names; None for `""`, `-`, null, lists, objects. Whole numbers become texts."""
    value = holder
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    if type(value) is str:  # most are: saves a call
        return value if value and value != "-" else None
    return None if value is None else as_text(value)


def as_text(value: object) -> str | None:
    """A value by itself as `text` gives it. Decoders of bulky formats call this with what they looked up."""
    if type(value) is str:
        return value if value and value != "-" else None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _INT64_MAX:
        return str(value)
    return None


def first_text(holder: Mapping[str, Any], *names: str) -> str | None:
    """The first of these names that has a text. A list gives its first text."""
    for name in names:
        value = holder.get(name)
        if type(value) is str:  # most are: saves two calls
            if value and value != "-":
                return value
        elif value is not None and (found := text_or_first(value)) is not None:
            return found
    return None


def text_or_first(value: object) -> str | None:
    """The text itself, or the first text of a list."""
    if isinstance(value, list):
        return next((found for found in map(as_text, value) if found is not None), None)
    return as_text(value)


def inner(holder: Mapping[str, Any], name: str) -> Record:
    """The object at a name, also where it is written as JSON text; {} where there is none. Not to be changed."""
    value = holder.get(name)
    if type(value) is dict:  # most are: saves a call
        return value
    return _NOTHING if value is None else object_of(value)


def object_of(value: object) -> Record:
    """A value by itself as `inner` gives it."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str) and value[:1] == "{":
        return object_in_text(value) or _NOTHING
    return _NOTHING


def object_in_text(value: str) -> Record | None:
    """The object that a text of a record spells out as JSON; None where it is none."""
    return load_object(value.encode("utf-8", "replace")).value


def items(holder: Mapping[str, Any], name: str) -> list[Any]:
    """The list at a name, also where it is written as JSON text; [] where there is none."""
    return list_of(holder.get(name))


def list_of(value: object) -> list[Any]:
    """A value by itself as `items` gives it."""
    if isinstance(value, str) and value[:1] == "[":
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return []
    return value if isinstance(value, list) else []


def count(holder: Mapping[str, Any], name: str, limit: int = _INT64_MAX) -> int | None:
    """A number that counts something, also as text or with a fraction (cut off); None below 0 or above `limit`."""
    return as_count(holder.get(name), limit)


def as_count(value: object, limit: int = _INT64_MAX) -> int | None:
    """A value by itself as `count` gives it."""
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        return None
    if type(value) is str and len(value) < _INT64_DIGITS and value.isascii() and value.isdecimal():
        value = int(value)  # most counts in texts: quicker than a Decimal
    if isinstance(value, int):
        return value if 0 <= value <= limit else None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    # compared before it is made an integer: 1e999999999 is short, its digits are not
    return int(number) if number.is_finite() and 0 <= number <= limit else None


def http_status(holder: Mapping[str, Any], name: str) -> int | None:
    """An HTTP or provider status; None for 0, which says that there was none."""
    return count(holder, name, _INT32_MAX) or None
