"""Values of somebody's records made into values of an event's fields, by the rules of a mapping.

Each function here is made once for a mapping and then runs for every record, on whatever stands there.
"""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_values import as_count
from parsers.lib.times import Stamp, Times
from timeline.model.fingerprint import fingerprint
from timeline.model.mapping import OUTCOME_WORDS, Origin

Convert = Callable[[Any], Any]
ReadTime = Callable[[Any, Times], Stamp | None]

_INT32_MAX: Final = 2**31 - 1
_NUMBER_MAX: Final = 1e300
_UNITS_US: Final = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}


def plain_text(value: object) -> str | None:
    """A value as a text; a list gives its first. None for nothing, `-` and objects."""
    if type(value) is str:
        return value if value and value != "-" else None
    if value is None:
        return None
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value) if abs(value) < _NUMBER_MAX else None
    if isinstance(value, list):
        return next((text for text in map(plain_text, value[:100]) if text is not None), None)
    return None


def converter(name: str, origin: Origin, key: bytes) -> Convert:
    """What makes a value of a record the value of the field `name`; None for one that it cannot be.

    `key` is the case's, for fingerprints of secrets; without one there are none.
    """
    changes = _changes(origin, key)
    last = _last(name, origin.proxies)
    if not changes:
        return last

    def convert(value: Any) -> Any:
        text = plain_text(value)
        for change in changes:
            if text is None:
                return None
            text = change(text)
        return last(text)

    return convert


def _changes(origin: Origin, key: bytes) -> list[Callable[[str], str | None]]:
    changes: list[Callable[[str], str | None]] = []
    if origin.decode == "percent":
        changes.append(lambda text: unquote(text, errors="replace"))
    elif origin.decode == "plus":
        changes.append(lambda text: text.replace("+", " "))
    if origin.word is not None:
        place = origin.word - 1
        changes.append(lambda text: _word(text, place))
    if origin.values:
        table, other = origin.values, origin.other
        changes.append(lambda text: table.get(text, other))
    if origin.fingerprint:
        changes.append(lambda secret: fingerprint(key, secret) if key else None)
    return changes


def _word(text: str, place: int) -> str | None:
    words = text.split(maxsplit=place + 1)
    return words[place] if len(words) > place else None


def _last(name: str, proxies: int | None) -> Convert:
    if name == "bytes_out":
        return as_count
    if name == "status":
        return _status
    if name == "src_ip":
        return _client if proxies is None else lambda value: _behind(value, proxies)
    return _outcome if name == "outcome" else plain_text


def _status(value: object) -> int | None:
    """None for 0, which says that there was none."""
    return as_count(value, _INT32_MAX) or None


def _client(value: object) -> str | None:
    return client_address(plain_text(value))


def _behind(value: object, proxies: int) -> str | None:
    """The address that the outermost of so many proxies of one's own saw: each of them appended what it saw."""
    text = ",".join(filter(None, map(plain_text, value))) if isinstance(value, list) else plain_text(value)
    addresses = [part for part in map(str.strip, (text or "").split(",")) if part]
    return client_address(addresses[-min(proxies, len(addresses))]) if addresses else None


def _outcome(value: object) -> str | None:
    text = plain_text(value)
    if text is None:
        return None
    if len(text) == 3 and text.isascii() and text.isdecimal() and "100" <= text < "600":
        return outcome_of(int(text))
    return OUTCOME_WORDS.get(text.lower())


def time_reader(form: str) -> ReadTime:
    """What reads times of one format: one of TIME_FORMATS, or a pattern of `strptime`."""
    if form == "iso":
        return lambda value, times: times.iso(value)
    if form == "yearless":
        return lambda value, times: times.yearless(value)
    if form == "epoch_ns":
        return _epoch_ns
    unit_us = _UNITS_US.get(form)
    if unit_us is not None:
        return lambda value, times: times.epoch(value, unit_us)
    return lambda value, times: times.written(value, form)


def _epoch_ns(value: object, times: Times) -> Stamp | None:
    count = as_count(value)
    return None if count is None else times.epoch(count // 1_000, 1)
