"""The many names that JSON access logs give to the same things, and the event that a record with such names tells.

Whoever configures nginx, Apache httpd, an ingress or an API gateway chooses the names: `remote_addr`, `clientIp`,
`RemoteAddr`, `source.ip`. Names are compared without case and punctuation. Which of a record's names mean what is
found once for all records that have the same names in the same order.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.clf_time import read_time
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_count, as_text
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues
from timeline.model.time import SECOND_US

Aliases = Mapping[str, tuple[str, ...]]
_INT32_MAX: Final = 2**31 - 1
_MANY_NAMES: Final = 200  # records with more are not remembered
_PUNCTUATION: Final = re.compile("[^a-z0-9]+")
_REQUEST_LINE: Final = re.compile(
    r"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}) ([^ ].*) ([A-Za-z]{1,10}/[0-9](?:\.[0-9])?)", re.DOTALL
)
_METHOD: Final = re.compile(r"[A-Z][A-Z0-9_-]{1,31}")
_NUMBER: Final = re.compile(r"[0-9]{9,20}(?:\.[0-9]{1,12})?")
# the unit of an epoch number by its size: servers write seconds, milliseconds, microseconds or nanoseconds as configured,
# and between the years 1973 and 5138 the four do not overlap
_UNITS: Final = ((10**11, SECOND_US), (10**14, 1_000), (10**17, 1))


class RequestNames(NamedTuple):
    """The names, in order of preference, under which records of one shape have each thing."""

    client: tuple[str, ...]
    user: tuple[str, ...]
    line: tuple[str, ...]  # `GET /a HTTP/1.1`
    method: tuple[str, ...]
    target: tuple[str, ...]  # with its query
    path: tuple[str, ...]  # without
    query: tuple[str, ...]
    status: tuple[str, ...]
    bytes_out: tuple[str, ...]
    user_agent: tuple[str, ...]
    time: tuple[str, ...]

    @property
    def tells_request(self) -> bool:
        """Whether there is a name for what was asked."""
        return bool(self.line or self.method or self.target or self.path)


class Naming:
    """What a family of formats calls things. `aliases` are plain names (`plain_name`) by field of `RequestNames`."""

    def __init__(self, aliases: Aliases) -> None:
        self._meanings = [
            {alias: place for place, alias in enumerate(aliases.get(name, ()))} for name in RequestNames._fields
        ]
        self._cached = lru_cache(maxsize=1024)(self._find)

    def names(self, record: Record) -> RequestNames:
        """Which of the record's names mean what."""
        names = tuple(record)
        return self._cached(names) if len(names) <= _MANY_NAMES else self._find(names)

    def _find(self, names: tuple[str, ...]) -> RequestNames:
        plain = [(plain_name(name), name) for name in names]
        return RequestNames(
            *(
                # `@timestamp` is mostly the shipper's; the log's own name counts first
                tuple(
                    name
                    for _, _, name in sorted(
                        (places[a], name.startswith("@"), name) for a, name in plain if a in places
                    )
                )
                for places in self._meanings
            )
        )


def plain_name(name: str) -> str:
    """`remoteaddr` of `remote_addr`, `RemoteAddr`, `remote.addr`."""
    return _PUNCTUATION.sub("", name.lower())


def read_named(record: Record, names: RequestNames, times: Times) -> EventValues:
    """The event that a record tells."""
    method, target = _request(record, names)
    stamp = next((found for name in names.time if (found := read_stamp(record[name], times)) is not None), None)
    return request_values(
        stamp=stamp,
        method=method,
        target=target,
        status=first_count(record, names.status, _INT32_MAX) or None,
        client=_first(record, names.client),
        user=_first(record, names.user),
        user_agent=_without_quotes(_first(record, names.user_agent)),
        bytes_out=first_count(record, names.bytes_out),
    )


def request_values(
    *,
    stamp: Stamp | None,
    method: str | None,
    target: str | None,
    status: int | None,
    client: str | None,
    user: str | None,
    user_agent: str | None,
    bytes_out: int | None,
) -> EventValues:
    """The values of a request's event."""
    values: EventValues = {
        "timestamp_desc": "request",
        "action": method,
        "outcome": None if status is None else outcome_of(status),
        "actor": user,
        "src_ip": client_address(client),
        "user_agent": user_agent,
        "resource": target,
        "bytes_out": bytes_out,
        "status": status,
    }
    if stamp is not None:
        values["timestamp"], values["timestamp_precision"], values["timestamp_basis"] = stamp
    return values


def _request(record: Record, names: RequestNames) -> tuple[str | None, str | None]:
    """(method, target), where the request line says most exactly what was asked."""
    method, target = _first(record, names.method), _first(record, names.target)
    line = _first(record, names.line)
    if line is not None:
        if (match := _REQUEST_LINE.fullmatch(line)) is not None:
            return method or match[1], target or match[2]
        if method is None and _METHOD.fullmatch(line):
            method, line = line, None
        elif method is None:
            return None, target or line
    if target is None:
        target = line or _first(record, names.path)
        if target is not None and names.query and "?" not in target:
            query = (_first(record, names.query) or "").removeprefix("?")
            target = f"{target}?{query}" if query else target
    return method, target


def _without_quotes(text: str | None) -> str | None:
    """The text without the quotes that Logstash's patterns leave around it."""
    return text[1:-1] or None if text is not None and len(text) > 1 and text[0] == text[-1] == '"' else text


def is_method(value: object) -> bool:
    """Whether this is an HTTP method as logged."""
    return isinstance(value, str) and _METHOD.fullmatch(value) is not None


def is_request_line(value: object) -> bool:
    """Whether this is `GET /a HTTP/1.1`."""
    return isinstance(value, str) and _REQUEST_LINE.fullmatch(value) is not None


def _first(record: Record, names: tuple[str, ...]) -> str | None:
    for name in names:
        value = record[name]
        if type(value) is list and value:
            value = value[0]
        found = as_text(value)
        if found is not None:
            return found
    return None


def first_count(record: Record, names: tuple[str, ...], limit: int = 2**63 - 1) -> int | None:
    """The first of these names that has a number."""
    for name in names:
        found = as_count(record[name], limit)
        if found is not None:
            return found
    return None


def read_stamp(value: object, times: Times) -> Stamp | None:
    """The time of an ISO text, of `30/Mar/2026:23:17:59 +0000` (also in brackets), of an epoch number in whatever unit."""
    if isinstance(value, str):
        return times.iso(value) or _clf(value) or times.written(value, *_WRITTEN) or _epoch_text(value, times)
    if isinstance(value, float) and not 1e9 <= value < 1e20:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 10**9:
        unit_us = next((unit_us for limit, unit_us in _UNITS if value < limit), None)
        return times.epoch(value // 1_000, 1) if unit_us is None else times.epoch(value, unit_us)
    return None


_WRITTEN: Final = ("%d/%b/%Y:%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%a, %d %b %Y %H:%M:%S %z", "%Y/%m/%d %H:%M:%S.%f")


@lru_cache(maxsize=65_536)
def _clf(text: str) -> Stamp | None:
    bare = text.strip("[] ") if len(text) < 64 else ""
    moment = read_time(bare)
    if moment is None or not moment.stated:  # without offset it is for those who know the zone
        return None
    return Stamp(moment.us, moment.precision_us, "stated")


def _epoch_text(text: str, times: Times) -> Stamp | None:
    if len(text) > 40 or _NUMBER.fullmatch(text) is None:
        return None
    return read_stamp(float(text) if "." in text and len(text) < 18 else int(text.partition(".")[0]), times)
