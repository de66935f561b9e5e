"""Okta System Log as CSV: the console's download.

    timestamp,uuid,event_type,display_message,actor.alternate_id,client.ip_address,outcome.result,target0.alternate_id
    2026-03-30T22:36:48.424Z,9d3c6c1e,user.session.start,User login to Okta,dana@example.com,198.51.100.9,SUCCESS,Payroll

Columns are the members of an entry in lower case, with dots between their names; targets are numbered. Times are UTC.
Reference: https://help.okta.com/oie/en-us/content/topics/reports/reports_syslog.htm.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.csv_records import csv_fields, decode_csv
from parsers.lib.json_reading import Record
from parsers.lib.json_values import text
from parsers.lib.okta_event import event_of
from parsers.lib.portal_rows import nested, sniff_header, utc_time
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "okta.system.csv"
VERSION: Final = 1
TITLE: Final = "Okta System Log as CSV"
REFERENCE: Final = "https://help.okta.com/oie/en-us/content/topics/reports/reports_syslog.htm"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = ("okta.system",)
NO_EVENT_TYPE: Final = "names no event type"

_DOWNLOAD: Final = b"""\
timestamp,uuid,event_type,display_message,severity,actor.id,actor.type,actor.alternate_id,actor.display_name,client.ip_address,\
client.user_agent.raw_user_agent,outcome.result,outcome.reason,authentication_context.external_session_id,target0.id,target0.type,\
target0.alternate_id,target1.alternate_id
2026-03-30T22:36:48.424Z,9d3c6c1e-0f5b-11f1-8d7f-0242ac120002,user.session.start,User login to Okta,INFO,00u1example,User,\
dana@example.com,Dana Example,198.51.100.9,Mozilla/5.0,SUCCESS,,idx7example,0oa1example,AppInstance,Payroll,
2026-03-30T22:40:00.000Z,9d3c70a6-0f5b-11f1-8d7f-0242ac120002,policy.evaluate_sign_on,Evaluation of sign-on policy,WARN,unknown,\
User,unknown,unknown,2001:db8::7,curl/8.5.0,DENY,blocked,,,,unknown,mallory@example.com
"""
SAMPLES: Final = (_DOWNLOAD,)

_NAMES: Final = {
    "timestamp": "published", "eventtype": "eventType", "displaymessage": "displayMessage", "uuid": "uuid",
    "actor.alternateid": "actor.alternateId", "actor.displayname": "actor.displayName", "client.ipaddress": "client.ipAddress",
    "client.useragent.rawuseragent": "client.userAgent.rawUserAgent", "outcome.result": "outcome.result",
    "authenticationcontext.externalsessionid": "authenticationContext.externalSessionId",
    "transaction.detail.requestapitokenid": "transaction.detail.requestApiTokenId",
}  # fmt: skip
_TARGETS: Final = 10


def sniff(sample: Sample) -> Sniff:
    """By a header with an event type, its outcome and an actor."""
    needed = (("timestamp", "published"), ("eventtype",), ("outcome.result",), ("actor.alternateid", "actor.id"))
    also = (
        "actor.alternateid",
        "client.ipaddress",
        "displaymessage",
        "uuid",
        "authenticationcontext.externalsessionid",
    )
    return sniff_header(sample, b"outcome.result", *needed, also=also)


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The row as an entry, its members by the names that the API gives them."""
    return csv_fields(record, header, _FORMAT)


def _unwrap(row: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    record = nested(row, _NAMES)
    targets = [found for number in range(_TARGETS) if isinstance(found := record.pop(f"target{number}", None), dict)]
    if targets:
        record["target"] = [_target(target) for target in targets]
    return record


def _target(target: Record) -> Record:
    names = {"alternate_id": "alternateId", "display_name": "displayName"}
    return {names.get(name, name): value for name, value in target.items()}


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    if text(record, "eventType") is None:
        return NO_EVENT_TYPE
    values = event_of(record, times)
    stamp = utc_time(record.get("published"))
    if stamp is not None:
        values.update(stamp.values())
    return values


_FORMAT: Final = RecordFormat("okta.system", _read, _unwrap)
