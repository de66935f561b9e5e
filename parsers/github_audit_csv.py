"""GitHub audit log as CSV: the web's export of an organisation or enterprise.

    action,actor,user,actor_location.country_code,org,repo,created_at,data.team
    team.add_repository,kim-gh,,DE,example-org,example-org/cli,1774910088123,example-org/engineering

Columns are the members of an entry, with dots between their names. Times are epoch milliseconds. Git events are not in it.
Reference: https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/reviewing-the-audit-log-for-your-organization.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.csv_records import csv_fields, decode_csv
from parsers.lib.github_entry import read_entry
from parsers.lib.json_reading import Record
from parsers.lib.portal_rows import nested, sniff_header, utc_time
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "github.audit.csv"
VERSION: Final = 1
TITLE: Final = "GitHub audit log as CSV"
REFERENCE: Final = (
    "https://docs.github.com/en/organizations/keeping-your-organization-secure/"
    "managing-security-settings-for-your-organization/reviewing-the-audit-log-for-your-organization"
)
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = ("github.audit",)

_EXPORT: Final = b"""\
action,actor,user,actor_location.country_code,org,repo,created_at,data.team,_document_id
team.add_repository,kim-gh,,DE,example-org,example-org/cli,1774910088123,example-org/engineering,Zm9vYmFyMQ
protected_branch.rejected_ref_update,eve-gh,,,example-org,example-org/cli,1774910101000,,Zm9vYmFyMg
org.add_member,kim-gh,eve-gh,DE,example-org,,2026-03-30 22:36:48 UTC,,
"""
SAMPLES: Final = (_EXPORT,)
_MARKS: Final = (
    "actorlocation.countrycode",
    "documentid",
    "actorip",
    "orgid",
    "hashedtoken",
    "programmaticaccesstype",
    "repo",
)


def sniff(sample: Sample) -> Sniff:
    """By a header with an action, an actor, an organisation and a time, and rows whose actions have a dot."""
    needed = (("action",), ("actor",), ("org", "business", "enterprise"), ("createdat", "timestamp"))
    return sniff_header(sample, b"action", *needed, also=_MARKS)


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The row as an entry, nested."""
    return csv_fields(record, header, _FORMAT)


def _unwrap(row: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    return nested(row, {})


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:
    values = read_entry(record, times, warn)
    written = record.get("created_at")
    if not isinstance(values, str) and values.get("timestamp") is None and isinstance(written, str):
        stamp = utc_time(written.removesuffix(" UTC"))
        if stamp is not None:
            values.update(stamp.values())
    return values


_FORMAT: Final = RecordFormat("github.audit", _read, _unwrap)
