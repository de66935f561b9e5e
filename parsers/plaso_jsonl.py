"""Super timelines of Plaso as JSON lines: `psort.py -o json_line`.

    {"__container_type__":"event","__type__":"AttributeContainer","data_type":"syslog:line","message":"...","timestamp":1774910208000000,...}

`timestamp` is in microseconds, 0 where there is none; `date_time` says how fine the source's own time is, and whether it is a
local one. Reference: https://plaso.readthedocs.io/en/latest/sources/user/Output-and-formatting.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import inner, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.timeline_names import put_time, read_by_names, stated_time
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "plaso.jsonl"
EMITTED: Final = "plaso.event"
VERSION: Final = 1
TITLE: Final = "Plaso super timelines as JSON lines (json_line)"
REFERENCE: Final = "https://plaso.readthedocs.io/en/latest/sources/user/Output-and-formatting.html"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (EMITTED,)

_LINES: Final = b"""\
{"__container_type__": "event", "__type__": "AttributeContainer", "data_type": "linux:syslog:line", "date_time": {"__class_name__":\
 "PosixTime", "__type__": "DateTimeValues", "timestamp": 1774910208}, "hostname": "bastion", "inode": "17", "message":\
 "[sshd] Accepted publickey for dana", "parser": "text/syslog", "pathspec": {"__type__": "PathSpec", "location":\
 "/var/log/auth.log", "type_indicator": "OS"}, "timestamp": 1774910208000000,\
 "timestamp_desc": "Content Modification Time", "username": "dana"}
{"__container_type__": "event", "__type__": "AttributeContainer", "data_type": "apache:access", "http_request_method": "GET",\
 "http_response_code": 403, "ip_address": "198.51.100.7", "message": "GET /m/a.bin", "timestamp": 1774910209424000,\
 "timestamp_desc": "Recorded Time", "url": "/m/a.bin"}
"""
SAMPLES: Final = (_LINES,)
# how fine the times are that dfdatetime's classes hold, in microseconds
_PRECISIONS_US: Final = {
    "PosixTime": 1_000_000, "FATDateTime": 2_000_000, "HFSTime": 1_000_000, "CocoaTime": 1_000_000, "JavaTime": 1_000,
    "PosixTimeInMilliseconds": 1_000, "RFC2579DateTime": 100_000, "Systemtime": 1_000,
}  # fmt: skip


def sniff(sample: Sample) -> Sniff:
    """By Plaso's names for its containers."""
    return sniff_objects(sample, (b'"__container_type__"',), _is_own, "are event containers of Plaso")


def _is_own(record: Record) -> bool:
    return record.get("__container_type__") == "event" and ("timestamp" in record or "date_time" in record)


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The line's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    values = read_by_names(record)
    if values.get("resource") is None:
        values["resource"] = text(record, "pathspec", "location")
    return put_time(values, _time(record, times), record)


def _time(record: Record, times: Times) -> Stamp | None:
    stamp = stated_time(record, times)
    if stamp is None:
        return None
    own = inner(record, "date_time")
    precision_us = _PRECISIONS_US.get(text(own, "__class_name__") or "", stamp.precision_us)
    basis = "zone_assumed" if own.get("is_local_time") is True else stamp.basis
    return Stamp(stamp.us, precision_us, basis)


_FORMAT: Final = RecordFormat(EMITTED, _read)
