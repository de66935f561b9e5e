"""Request and access records of the JFrog Platform as objects, whether fluentd named their columns or a parser of lines.

The fluentd configuration that JFrog publishes names the columns; it once left blanks at the ends of some names.
"""

import re
from typing import Final

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import count, first_text, http_status, text
from parsers.lib.records import Ignored, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues

REQUEST: Final = "jfrog.request"
ACCESS: Final = "jfrog.access"
ANOTHER_LOG: Final = "a log of the platform that is neither of requests nor of access"
_NOBODY: Final = frozenset({"anonymous", "UNKNOWN", "unknown", "NA", "N/A", "non_authenticated_user"})
_ADDRESS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%\w{1,20})?")
_OUTCOMES: Final = {"ACCEPTED": "success", "DENIED": "denied", "FAILED": "failure"}


def source_kind(record: Record) -> str | None:
    """The kind of a record by the log that it is from; None for a record of no such log."""
    source = first_text(record, "log_source", "service")
    if source is None:
        return None
    if source.endswith(".request"):
        return REQUEST
    return ACCESS if source.endswith((".access", ".audit")) else None


def trimmed(record: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    """The record with the blanks at the ends of its names taken away."""
    if all(name.strip() == name for name in record):
        return record
    return {name.strip(): value for name, value in record.items()}


def read_named(record: Record, times: Times, warn: Warn) -> EventValues | Ignored:
    """The event of a record that names its log."""
    kind = source_kind(record)
    if kind is None:
        return Ignored(ANOTHER_LOG)
    return read_request(record, times, warn) if kind == REQUEST else read_access(record, times, warn)


def read_request(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    """The event of one request."""
    status = http_status(record, "return_status")
    values: EventValues = {
        "kind": REQUEST,
        "timestamp_desc": "request",
        "action": text(record, "request_method"),
        "outcome": None if status is None else outcome_of(status),
        "actor": known_name(text(record, "username")),
        "src_ip": known_address(text(record, "remote_address")),
        "user_agent": text(record, "request_user_agent"),
        "resource": text(record, "request_url"),
        "bytes_out": count(record, "response_content_length"),
        "status": status,
    }
    return _timed(values, record, times)


def read_access(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    """The event of one record of the access log (`[ACCEPTED LOGIN]`), or of the audit trail (event and its type)."""
    response = text(record, "action_response")
    values: EventValues = {
        "kind": ACCESS,
        "timestamp_desc": "event",
        "action": (None if response is None else done_of(response)) or _audited(record),
        "outcome": "success" if response is None else outcome_of_response(response),
        "actor": known_name(first_text(record, "username", "user")) or known_name(text(record, "logged_principal")),
        "src_ip": known_address(first_text(record, "ip", "user_ip", "remote_address")),
        "resource": first_text(record, "repo_path", "entity_name"),
    }
    return _timed(values, record, times)


def done_of(response: str) -> str | None:
    """`LOGIN` of `DENIED LOGIN`."""
    return response.partition(" ")[2].strip() or None


def outcome_of_response(response: str) -> str:
    """The outcome that `DENIED LOGIN` states."""
    return _OUTCOMES.get(response.partition(" ")[0], "unknown")


def known_name(name: str | None) -> str | None:
    """A user; None for the names that say that there was none."""
    return None if name is None or name in _NOBODY else name


def known_address(found: str | None) -> str | None:
    """The client where it is an address; None for a repository or for `UNKNOWN`."""
    address = client_address(found)
    return address if address is not None and _ADDRESS.fullmatch(address) else None


def _audited(record: Record) -> str | None:
    """`TKN C`: what was changed, and whether it was created, updated or deleted."""
    parts = (text(record, "event"), text(record, "event_type"))
    return " ".join(part for part in parts if part is not None) or None


def _timed(values: EventValues, record: Record, times: Times) -> EventValues:
    stamp = times.iso(record.get("log_timestamp")) or times.iso(record.get("timestamp"))
    if stamp is not None:
        values.update(stamp.values())
    return values
