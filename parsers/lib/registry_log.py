"""Log entries of a container registry (Distribution), by the dotted names that its text and its JSON formatter share.

Reference: https://distribution.github.io/distribution/about/configuration/#log.
"""

from typing import Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import count, http_status, text
from parsers.lib.records import Ignored, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues

KIND: Final = "oci.registry"
NO_REQUEST: Final = "not about a request"
_ANSWERED: Final = "http.response.status"


def read_entry(record: Record, times: Times, warn: Warn) -> EventValues | Ignored | str:  # noqa: ARG001 - ReadRecord
    """The event of an entry. A request has one when it is answered, whose action is its method, and others on the way.

    The action of those on the way is their message (`authorized request`), so that requests are not counted twice.
    """
    message = text(record, "msg") or text(record, "message")
    method = text(record, "http.request.method")
    if method is None:
        return Ignored(NO_REQUEST) if message is not None else "has no message"
    status = http_status(record, _ANSWERED)
    values: EventValues = {
        "timestamp_desc": "request",
        "action": method if status is not None else message,
        "outcome": _outcome(record, status),
        "actor": text(record, "auth.user.name"),
        "src_ip": client_address(text(record, "http.request.remoteaddr")),
        "user_agent": text(record, "http.request.useragent"),
        "resource": text(record, "http.request.uri"),
        "bytes_out": count(record, "http.response.written") if status is not None else None,
        "status": status,
        "message": text(record, "err.message") or text(record, "err.detail") or message,
    }
    stamp = times.iso(record.get("time")) or times.iso(record.get("@timestamp"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _outcome(record: Record, status: int | None) -> str:
    if status is not None:
        return "success" if status < 400 else "denied" if status in {401, 403} else "failure"
    code = (text(record, "err.code") or "").lower()
    if code in {"unauthorized", "denied"}:
        return "denied"
    return "failure" if code else "unknown"
