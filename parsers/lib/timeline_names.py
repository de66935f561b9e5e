"""Records of other people's timelines (Timesketch, Plaso): one event each, by the names that these tools give to values.

References: https://timesketch.org/guides/user/import-from-json-csv/, https://plaso.readthedocs.io/en/latest/ (output formats).
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_count, text_or_first
from parsers.lib.times import Stamp, Times
from timeline.model.event import BASES, OUTCOMES, EventValues

DATED: Final = frozenset({"datetime", "timestamp"})
_INT32_MAX: Final = 2**31 - 1
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "action": ("action", "http_request_method", "http_method", "event_name", "event_type"),
    "actor": ("actor", "username", "user_name", "user", "account_name", "user_email", "user_sid"),
    "credential": ("credential", "access_key_id", "key_fingerprint"),
    "session": ("session", "session_id", "session_identifier", "logon_id"),
    "user_agent": ("user_agent", "http_request_user_agent", "userAgent"),
    "resource": ("resource", "url", "http_request_url", "uri", "filename", "path", "display_name"),
    "account": ("account", "account_id", "recipient_account_id", "project_identifier"),
    "region": ("region", "cloud_region"),
    "message": ("message",),
}
_ADDRESSES: Final = ("src_ip", "source_ip", "ip_address", "client_ip", "remote_ip", "source_address", "remote_address")
_STATUSES: Final = ("status", "http_response_code", "http_status_code", "status_code")
_COUNTS: Final = ("bytes_out", "http_response_bytes", "response_bytes", "bytes_sent")
_ALL: Final = {**_NAMES, "src_ip": _ADDRESSES, "status": _STATUSES, "bytes_out": _COUNTS}


@lru_cache(maxsize=256)
def _present(names: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Which fields a record with these names may have, and from which of them; records of a timeline are mostly alike."""
    own = frozenset(names)
    found = ((field, tuple(name for name in known if name in own)) for field, known in _ALL.items())
    return tuple((field, known) for field, known in found if known)


def read_by_names(record: Record) -> EventValues:
    """What a record says beside its time."""
    values: dict[str, Any] = {"timestamp_desc": text_or_first(record.get("timestamp_desc")) or "event"}
    for field, names in _present(tuple(record)):
        convert = _CONVERTERS.get(field, text_or_first)
        for name in names:
            value = convert(record[name])
            if value is not None:
                values[field] = value
                break
    outcome, status = record.get("outcome"), values.get("status")
    if outcome in OUTCOMES:
        values["outcome"] = outcome
    elif status is not None and 100 <= status < 600:
        values["outcome"] = outcome_of(status)
    return values  # type: ignore[return-value]  # the names are those of EventValues


def _client(value: object) -> str | None:
    return client_address(text_or_first(value))


def _status(value: object) -> int | None:
    return as_count(value, _INT32_MAX) or None


_CONVERTERS: Final[Mapping[str, Callable[[object], Any]]] = {
    "src_ip": _client,
    "status": _status,
    "bytes_out": as_count,
}


def put_time(values: EventValues, stamp: Stamp | None, record: Record) -> EventValues:
    """The values with their time. Precision and basis are what the record says of them, where it does, as our exports do."""
    if stamp is not None:
        values["timestamp"] = stamp.us
        values["timestamp_precision"] = as_count(record.get("timestamp_precision")) or stamp.precision_us
        basis = record.get("timestamp_basis")
        values["timestamp_basis"] = basis if basis in BASES else stamp.basis
    return values


def stated_time(record: Record, times: Times) -> Stamp | None:
    """`datetime`, an ISO time, or `timestamp`, microseconds since 1970; 0 stands for none."""
    stamp = times.iso(record.get("datetime"))
    if stamp is None and as_count(record.get("timestamp")) != 0:
        stamp = times.epoch(record.get("timestamp"), 1) or times.iso(record.get("timestamp"))
    return stamp
