"""The shapes in which CloudTrail records reach a responder, brought back to the record itself.

Delivered files hold it as it is. `aws cloudtrail lookup-events` puts it as text into a row of its own; EventBridge
under `detail`; an export out of Athena writes all names in lower case and objects as text (JSON, or `{type=Role}`);
Logstash moves `eventTime` to `@timestamp` (which the parser reads there); CloudWatch Logs holds it as text in `message`.
References: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html,
https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table.html.
"""

from functools import lru_cache
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, items, object_in_text, object_of
from parsers.lib.presto_text import structure_in

ROW_ONLY: Final = "CloudTrailEvent cannot be read; the row's own columns were used"

# the record's own names, and those of userIdentity with what it holds
_NAMES: Final = """
    eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode errorMessage
    requestParameters responseElements additionalEventData requestID eventID readOnly resources eventType apiVersion
    recipientAccountId serviceEventDetails sharedEventID vpcEndpointId vpcEndpointAccountId eventCategory addendum
    managementEvent sessionCredentialFromConsole edgeDeviceDetails tlsDetails
    principalId accountId accessKeyId userName invokedBy sessionContext sessionIssuer identityProvider
    """.split()  # noqa: SIM905 - a table of names, read by people
# where CloudWatch Logs keeps the record, as text
_LOGGED: Final = ("message", "@message")
_MARKS: Final = ('"eventName"', '"insightDetails"')
_MAX_IDENTITY: Final = 2_048  # characters
BY_LOWER: Final = {name.lower(): name for name in _NAMES}


def is_record(record: Record) -> bool:
    """Whether this is the record itself, by names that no wrapping has."""
    return as_text(record.get("eventName")) is not None or as_text(record.get("eventSource")) is not None


def is_insight(record: Record) -> bool:
    """Whether this is an Insights record, which names its API in `insightDetails` only."""
    return isinstance(record.get("insightDetails"), dict) and record.get("eventCategory", "Insight") == "Insight"


def is_row(record: Record) -> bool:
    """Whether this is what `unwrapped` makes of a lookup row whose record cannot be read."""
    return "CloudTrailEvent" in record


def unwrapped(record: Record) -> tuple[Record, bool]:
    """The record itself, and whether it is all there (False: only the columns of a lookup row are)."""
    if "eventName" in record:
        return record, True
    if "CloudTrailEvent" in record:
        return _of_row(record)
    detail = record.get("detail")
    if isinstance(detail, dict) and (is_record(detail) or is_insight(detail)):
        return detail, True
    if "eventname" in record and "eventsource" in record:
        return relabelled(record), True
    for name in _LOGGED:
        written = record.get(name)
        if isinstance(written, str) and written[:1] == "{" and any(mark in written for mark in _MARKS):
            found = object_in_text(written)
            if found is not None and (is_record(found) or is_insight(found)):
                return found, True
    return record, True


def _of_row(row: Record) -> tuple[Record, bool]:
    written = row["CloudTrailEvent"]
    found = written if isinstance(written, dict) else object_in_text(written) if isinstance(written, str) else None
    if found is not None and (is_record(found) or is_insight(found)):
        return found, True
    return _row_columns(row), False


def _row_columns(row: Record) -> Record:
    return {
        **row,
        "eventID": row.get("EventId"),
        "eventName": row.get("EventName"),
        "eventSource": row.get("EventSource"),
        "eventTime": row.get("EventTime"),
        "userIdentity": {"userName": row.get("Username"), "accessKeyId": row.get("AccessKeyId")},
        "resources": items(row, "Resources"),
    }


def relabelled(record: Record) -> Record:
    """A record whose names are all in lower case, by the names that CloudTrail gives them."""
    renamed = {BY_LOWER.get(name, name): _structured(value) for name, value in record.items() if name != "useridentity"}
    identity = record.get("useridentity")
    known = isinstance(identity, str) and len(identity) <= _MAX_IDENTITY
    renamed["userIdentity"] = _identity_in(identity) if known else _identity(object_of(_structured(identity)))
    return renamed


@lru_cache(maxsize=8_192)
def _identity_in(text: str) -> Record:
    """The identity in a text. Identities repeat themselves, so each is read once; it is not to be changed."""
    found: Record = _identity(object_of(_structured(text)))
    return found


def _structured(value: Any) -> Any:
    """A row, map or list that Athena wrote into text; anything else, also JSON in text, as it is."""
    if type(value) is not str or value[:1] not in {"{", "["} or value.startswith(('{"', '["', '[{"')):
        return value
    found = structure_in(value)
    return value if found is None else found


def _identity(value: Any, levels: int = 3) -> Any:
    """userIdentity, its sessionContext, and the sessionIssuer in that, by their names in camel case."""
    if not isinstance(value, dict) or levels == 0:
        return value
    return {BY_LOWER.get(name, name): _identity(part, levels - 1) for name, part in value.items()}
