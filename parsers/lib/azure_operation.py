"""One operation of the Azure activity log, wherever it was found: diagnostic settings, the API, the SDK, the portal's CSV.

Reference: https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log-schema.
"""

from typing import Final

from parsers.lib.addresses import client_address
from parsers.lib.azure_members import inside, plain_names, word
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, inner, text
from parsers.lib.portal_rows import utc_time
from parsers.lib.records import Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues

NO_OPERATION: Final = "names no operation"
_TIMES: Final = ("eventtimestamp", "time", "timegenerated")
_OUTCOMES: Final = {
    "success": "success", "succeeded": "success", "accept": "success", "accepted": "success", "failure": "failure",
    "failed": "failure",
}  # fmt: skip
_WHO: Final = (
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "upn",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "name", "appid",
)  # fmt: skip


def read_operation(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    """The event of one operation."""
    plain = plain_names(record)
    operation = word(plain.get("operationname"))
    if operation is None:
        return NO_OPERATION
    resource = text(plain, "resourceid") or word(plain.get("resource"))
    request = inside(plain, "httprequest")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": operation,
        "outcome": _outcome(plain),
        "actor": text(plain, "caller") or _claimed(plain),
        "src_ip": client_address(text(plain, "calleripaddress") or text(request, "clientipaddress")),
        "resource": resource,
        "account": text(plain, "subscriptionid") or _subscription(resource) or text(plain, "subscription"),
        "region": text(plain, "location"),
        "uid": text(plain, "eventdataid"),
        "message": text(plain, "description"),
    }
    stamp = next((found for name in _TIMES if (found := times.iso(plain.get(name)) or utc_time(plain.get(name)))), None)
    if stamp is not None:
        values.update(stamp.values())
    return values


def _claimed(plain: Record) -> str | None:
    """Who the token names: its user, else its application."""
    claims = inner(inner(plain, "identity"), "claims") or inner(plain, "claims")
    return next((found for name in _WHO if (found := text(claims, name))), None)


def _outcome(plain: Record) -> str:
    result = (word(plain.get("resulttype")) or word(plain.get("status")) or "").lower()
    signature = (text(plain, "resultsignature") or word(plain.get("substatus")) or "").lower()
    if "forbidden" in signature or "unauthorized" in signature:
        return "denied"
    return _OUTCOMES.get(result, "unknown")


def _subscription(resource: str | None) -> str | None:
    parts = (resource or "").split("/")
    return as_text(parts[2]) if len(parts) > 2 and parts[1].lower() == "subscriptions" else None
