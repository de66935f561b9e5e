"""The log of Keycloak: user events and admin events of its event listener, and whatever else the server writes.

    2026-03-30 22:36:48,424 WARN  [org.keycloak.events] (executor-thread-1) type="LOGIN_ERROR", realmId="7fb3",
    clientId="console", userId="null", ipAddress="198.51.100.9", error="user_not_found", username="dana"

(That is one line.) Values may be quoted. Times are of the server's zone, which is not
stated. Lines of a stack trace are events without a time.
Reference: https://www.keycloak.org/docs/latest/server_admin/#auditing-user-events.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.service_lines import plain, prose, sniff_lines, uncoloured
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "keycloak.log"
VERSION: Final = 1
TITLE: Final = "Keycloak server log"
REFERENCE: Final = "https://www.keycloak.org/docs/latest/server_admin/#auditing-user-events"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
EMITS: Final = (KIND,)

_LINES: Final = b"""\
2026-03-30 22:36:48,424 WARN  [org.keycloak.events] (executor-thread-1) type="LOGIN_ERROR", realmId="7fb3", clientId="console", \
userId="null", ipAddress="198.51.100.9", error="user_not_found", username="dana"
2026-03-30 22:36:52,001 DEBUG [org.keycloak.events] (executor-thread-2) type=LOGIN, realmId=7fb3, clientId=console, userId=4711, \
ipAddress=198.51.100.9, username=dana, sessionId=90aa
2026-03-30 22:37:10,310 DEBUG [org.keycloak.events] (executor-thread-2) operationType=CREATE, realmId=7fb3, clientId=console, \
userId=4711, ipAddress=198.51.100.9, resourceType=USER, resourcePath=users/4712
2026-03-30 22:40:00,000 INFO  [io.quarkus] (main) Keycloak started in 9.1s.
"""
SAMPLES: Final = (_LINES,)

_HEAD: Final = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?) {1,4}(?P<level>[A-Z]{4,8}) {1,4}"
    r"\[(?P<logger>[\w.$-]{1,200})\] (?:\((?P<thread>[^)]{0,200})\) )?(?P<message>.*)",
    re.DOTALL,
)
_PAIR: Final = re.compile(r'(?:^|, )([A-Za-z]\w{0,63})=("[^"]*"|[^,]*)')
_EVENT: Final = re.compile(r'(?:type|operationType)="?[A-Z_]{2,64}"?,')


def sniff(sample: Sample) -> Sniff:
    """By lines of a logger in brackets, in a file that names Keycloak or events of its listener."""
    return sniff_lines(sample, (b"[org.keycloak", b" realmId="), _HEAD, "Keycloak")


def _split(line: str) -> Record:
    line = uncoloured(line)
    head = _HEAD.match(line)
    if head is None:
        return {"message": line}
    record: Record = {name: value for name, value in head.groupdict().items() if value is not None}
    if _EVENT.match(record["message"]):
        record["event"] = {name: plain(value) for name, value in _PAIR.findall(record["message"])}
    return record


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    values: EventValues = {"timestamp_desc": "event", "message": prose(record["message"])}
    event = record.get("event")
    if event is not None:
        values.update(_told(event))
    time = record.get("time")
    stamp = None if time is None else times.iso(time.replace(",", "."))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _told(event: Mapping[str, str | None]) -> EventValues:
    """What an event of the listener says."""
    action = event.get("type") or event.get("operationType") or ""
    what = event.get("resourceType")
    failed = action.endswith("_ERROR") or event.get("error") is not None
    return {
        "action": f"{action} {what}" if what else action,
        "outcome": "failure" if failed else "success",
        "actor": event.get("username") or event.get("userId"),
        "src_ip": client_address(event.get("ipAddress")),
        "resource": event.get("resourcePath") or event.get("clientId"),
        "session": event.get("sessionId") or event.get("code_id"),
        "account": event.get("realmName") or event.get("realmId"),
    }


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name, those of an event under `event`."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, _read)
