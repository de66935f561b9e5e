"""The event of one CloudTrail record of a call, whatever it was exported as; and of one Insights record.

An Insights record says that an API was called, or failed, more often than is usual: one when that begins, one when it
is over. Both carry the same sharedEventID, which is kept as the session.
References: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html,
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-fields-insights-events.html.
"""

from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.cloudtrail_resources import resource_of
from parsers.lib.cloudtrail_shapes import is_record, is_row
from parsers.lib.cloudtrail_values import LOGIN, action_of, actor_of, login_outcome, outcome_of, session_of, time_of
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, count, inner, items, text
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues

NO_CALL: Final = "names neither eventSource nor eventName"
_STATES: Final = {"Start": "insight start", "End": "insight end"}


def call_values(record: Record, times: Times) -> EventValues | str:
    """The event of one record, or why there is none."""
    if "insightDetails" in record and (details := inner(record, "insightDetails")):
        return _insight(record, details, times)
    if not is_record(record):
        return NO_CALL
    get = record.get
    identity = inner(record, "userIdentity")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": action_of(as_text(get("eventSource")), as_text(get("eventName"))),
        "outcome": _outcome(record),
        "actor": actor_of(identity),
        "credential": as_text(identity.get("accessKeyId")),
        "session": session_of(identity),
        "src_ip": client_address(as_text(get("sourceIPAddress"))),
        "user_agent": as_text(get("userAgent")),
        "resource": resource_of(record),
        "account": as_text(get("recipientAccountId")) or as_text(identity.get("accountId")),
        "region": as_text(get("awsRegion")),
        "bytes_out": count(inner(record, "additionalEventData"), "bytesTransferredOut"),
        "uid": as_text(get("eventID")),
    }
    return _dated(values, record, times)


def _dated(values: EventValues, record: Record, times: Times) -> EventValues:
    stamp = _time(record, times)
    if stamp is not None:
        values["timestamp"], values["timestamp_precision"], values["timestamp_basis"] = stamp
    return values


def _time(record: Record, times: Times) -> Stamp | None:
    for name in ("eventTime", "@timestamp"):
        value = record.get(name)
        if value is not None:
            return time_of(value, times)
    return None


def _outcome(record: Record) -> str | None:
    if is_row(record):  # its columns do not say whether the call failed
        return None
    error = as_text(record.get("errorCode"))
    if error is None and record.get("eventName") == LOGIN:
        return login_outcome(record.get("responseElements"))
    return outcome_of(error)


def _insight(record: Record, details: Record, times: Times) -> EventValues:
    """The event of an Insights record. Actor and user agent are those it attributes most of the calls to."""
    context = inner(details, "insightContext")
    api = action_of(text(details, "eventSource"), text(details, "eventName"))
    values: EventValues = {
        "timestamp_desc": _STATES.get(text(details, "state") or "", "event"),
        "action": "Insight" if api is None else f"Insight {api}",
        "actor": _attributed(context, "userIdentityArn"),
        "user_agent": _attributed(context, "userAgent"),
        "session": text(record, "sharedEventID"),
        "account": text(record, "recipientAccountId"),
        "region": text(record, "awsRegion"),
        "uid": text(record, "eventID"),
        "message": _insight_message(details, inner(context, "statistics")),
    }
    return _dated(values, record, times)


def _attributed(context: Record, attribute: str) -> str | None:
    for item in items(context, "attributions"):
        if isinstance(item, dict) and item.get("attribute") == attribute:
            values = items(item, "insight")
            named = text(values[0], "value") if values else None
            return None if named == "null" else named
    return None


def _insight_message(details: Record, statistics: Record) -> str | None:
    said = [text(details, "insightType"), text(details, "state"), text(details, "errorCode")]
    rates = [
        f"{name} {number:g} a minute"
        for name, label in (("rate", "insight"), ("baseline", "baseline"))
        if (number := _average(statistics.get(label))) is not None
    ]
    head = " ".join(part for part in said if part is not None and part != "null")
    return ": ".join(part for part in (head, ", ".join(rates)) if part) or None


def _average(value: Any) -> float | None:
    number = value.get("average") if isinstance(value, dict) else None
    return float(number) if isinstance(number, int | float) and abs(number) < 1e15 else None
