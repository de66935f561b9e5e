"""GitLab's two request logs, production_json.log and api_json.log, which differ in the name of what answered.

A record with a `controller` is of the first, one with a `route` of the second; one stream (a container's output) may
hold both. Reference: https://docs.gitlab.com/administration/logs/.
"""

from typing import Final

from parsers.lib.access_events import outcome_of
from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import count, first_text, http_status, inner, text
from parsers.lib.records import Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues

PRODUCTION: Final = "gitlab.production"
API: Final = "gitlab.api"
NO_METHOD: Final = "names no HTTP method"
_OWN: Final = (
    "correlation_id",
    "ua",
    "meta.caller_id",
    "meta.client_id",
    "meta.user",
    "db_count",
    "cpu_s",
    "queue_duration_s",
)


def request_kind(record: Record) -> str | None:
    """Which of the two logs a record is of; None for neither."""
    if not isinstance(record.get("method"), str) or not isinstance(record.get("path"), str):
        return None
    if isinstance(record.get("controller"), str):
        return PRODUCTION
    return API if isinstance(record.get("route"), str) else None


def is_gitlabs(record: Record) -> bool:
    """Whether GitLab's own names are in the record: other applications on Rails log methods, paths and controllers too."""
    return any(name in record for name in _OWN)


def read_request(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    """The event of one request."""
    method = text(record, "method")
    if method is None:
        return NO_METHOD
    status = http_status(record, "status")
    values: EventValues = {
        "kind": API if "route" in record and "controller" not in record else PRODUCTION,
        "timestamp_desc": "request",
        "action": method,
        "outcome": None if status is None else outcome_of(status),
        "actor": first_text(record, "username", "meta.user"),
        "credential": _token(record),
        "src_ip": client_address(first_text(record, "remote_ip", "meta.remote_ip")),
        "user_agent": first_text(record, "ua", "user_agent"),
        "resource": text(record, "path"),
        "account": text(record, "meta.root_namespace"),
        "bytes_out": count(record, "response_bytes"),
        "status": status,
        "message": text(inner(record, "exception"), "message") or text(record, "exception.message"),
    }
    stamp = times.iso(record.get("time")) or times.iso(record.get("timestamp"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _token(record: Record) -> str | None:
    """`PersonalAccessToken/42`: which token called the API."""
    number, kind = text(record, "token_id"), text(record, "token_type")
    return number if number is None or kind is None else f"{kind}/{number}"
