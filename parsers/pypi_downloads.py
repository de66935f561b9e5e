"""Downloads from the Python package index: rows of BigQuery's `file_downloads`, exported as JSON lines or an array.

    {"timestamp": "2026-03-30 22:36:48 UTC", "country_code": "DE", "url": "/packages/9f/86/d0/example_cli-2.1.88-py3-none-any.whl",
     "project": "example-cli", "file": {"filename": "example_cli-2.1.88-py3-none-any.whl", "project": "example-cli",
     "version": "2.1.88", "type": "bdist_wheel"}, "details": {"installer": {"name": "pip", "version": "25.0"}}}

A row is one download that was answered; it names neither the client's address nor bytes. The user agent is put together
from the installer and the system that it told. Times are UTC, which some exports leave out.
Reference: https://docs.pypi.org/api/bigquery/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import inner, text
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "pypi.downloads"
VERSION: Final = 1
TITLE: Final = "Python package index: downloads (BigQuery)"
REFERENCE: Final = "https://docs.pypi.org/api/bigquery/"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_FILE: Final = "names no file"

_LINES: Final = b"""{"timestamp":"2026-03-30 22:36:48 UTC","country_code":"DE","url":"/packages/9f/86/d0/\
example_cli-2.1.88-py3-none-any.whl","project":"example-cli","file":{"filename":"example_cli-2.1.88-py3-none-any.whl",\
"project":"example-cli","version":"2.1.88","type":"bdist_wheel"},"details":{"installer":{"name":"pip","version":"25.0"},\
"python":"3.12.1","implementation":{"name":"CPython","version":"3.12.1"},"system":{"name":"Linux","release":"6.8.0"},\
"cpu":"x86_64","ci":null},"tls_protocol":"TLSv1.3","tls_cipher":"TLS_AES_128_GCM_SHA256"}
{"timestamp":"2026-03-30T22:37:02.500000","country_code":"US","url":"/simple/example-cli/","project":"example-cli",\
"file":null,"details":{"installer":{"name":"bandersnatch","version":"6.5.0"}}}
"""
_ARRAY: Final = b"""[
  {"country_code": "FR", "details": {"installer": {"name": "uv", "version": "0.6.1"}, "system": {"name": "Darwin"}},
   "file": {"filename": "example_cli-2.1.89.tar.gz", "project": "example-cli", "type": "sdist", "version": "2.1.89"},
   "project": "example-cli", "timestamp": "2026-03-31 23:45:00", "url": "/packages/60/30/3a/example_cli-2.1.89.tar.gz"}
]
"""
SAMPLES: Final = (_LINES, _ARRAY)
_MARKS: Final = (b'"country_code"',)


def sniff(sample: Sample) -> Sniff:
    """By a country beside a time and the file or the installer of a download."""
    return sniff_objects(sample, _MARKS, _is_own, "are rows of file_downloads: timestamp, country_code, file, details")


def _is_own(record: Record) -> bool:
    if not record.keys() >= {"timestamp", "country_code"}:
        return False
    return "filename" in inner(record, "file") or "installer" in inner(record, "details")


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one download each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The row's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    resource = text(record, "file", "filename") or text(record, "url")
    if resource is None:
        return NO_FILE
    values: EventValues = {
        "timestamp_desc": "request",
        "action": "download",
        "outcome": "success",
        "user_agent": _agent(inner(record, "details")),
        "resource": resource,
    }
    stamp = _time(record.get("timestamp"), times)
    if stamp is not None:
        values.update(stamp.values())
    return values


def _time(value: object, times: Times) -> Stamp | None:
    if isinstance(value, str):
        if value.endswith(" UTC"):
            return times.iso(f"{value[:-4]}Z")
        found = times.iso(value)
        if found is not None:  # BigQuery's times are UTC also where an export does not say so
            return found if found.basis == "stated" else times.iso(f"{value}Z")
    return times.epoch(value, SECOND_US)


def _agent(details: Record) -> str | None:
    """`pip/25.0 (Linux 6.8.0)`: what the client told of itself, in the way of a user agent."""
    installer = _named(details.get("installer"), "/")
    system = _named(details.get("system"), " ")
    return installer if installer is None or system is None else f"{installer} ({system})"


def _named(thing: object, joint: str) -> str | None:
    name = text(thing, "name")
    version = text(thing, "version") or text(thing, "release")
    return name if name is None or version is None else f"{name}{joint}{version}"


_FORMAT: Final = RecordFormat(KIND, _read)
