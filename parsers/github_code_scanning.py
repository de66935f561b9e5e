"""GitHub code scanning alerts: which weakness was found in which file, when it was fixed, or who dismissed it.

    {"number": 4, "created_at": "2026-03-30T22:36:48Z", "url": "https://api.github.com/repos/example-org/cli/...",
     "state": "dismissed", "dismissed_at": "2026-03-30T23:10:00Z", "dismissed_by": {"login": "kim-gh"},
     "dismissed_reason": "false positive", "rule": {"id": "js/zipslip", "severity": "error", "description": "..."},
     "tool": {"name": "CodeQL"}, "most_recent_instance": {"ref": "refs/heads/main", "location": {"path": "lib/unpack.js"}}}

as the REST API lists them, or in webhooks (`{"action": "fixed", "alert": {...}}`). An alert gives one event for each
moment that it dates (created, fixed, dismissed); a webhook the one it reports.
Reference: https://docs.github.com/en/rest/code-scanning/code-scanning.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.github_alerts import AlertFormat, Moment, alert_events, alert_of
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import first_text, inner, text
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "github.code_scanning"
VERSION: Final = 1
TITLE: Final = "GitHub code scanning alerts: REST, webhooks"
REFERENCE: Final = "https://docs.github.com/en/rest/code-scanning/code-scanning"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_ALERT: Final = "is no alert: it names no rule"

_REST: Final = b"""[{"number":4,"created_at":"2026-03-30T22:36:48Z","updated_at":"2026-03-30T23:10:00Z",\
"url":"https://api.github.com/repos/example-org/cli/code-scanning/alerts/4",\
"html_url":"https://github.com/example-org/cli/security/code-scanning/4","state":"dismissed","fixed_at":null,\
"dismissed_by":{"login":"kim-gh"},"dismissed_at":"2026-03-30T23:10:00Z","dismissed_reason":"false positive",\
"rule":{"id":"js/zipslip","severity":"error","security_severity_level":"high","description":"Arbitrary file write"},\
"tool":{"name":"CodeQL","version":"2.17.0"},"most_recent_instance":{"ref":"refs/heads/main","state":"dismissed",\
"commit_sha":"39406e42cb832f683daa691dd652a8dc36ee8930","location":{"path":"lib/unpack.js","start_line":917}}},
{"number":3,"created_at":"2026-03-29T10:00:00Z","url":"https://api.github.com/repos/example-org/cli/code-scanning/alerts/3",\
"state":"fixed","fixed_at":"2026-03-30T09:00:00Z","dismissed_at":null,"rule":{"id":"py/clear-text-logging","description":null,\
"name":"clear-text-logging"},"tool":{"name":"CodeQL"},"most_recent_instance":{"ref":"refs/heads/main"},\
"repository":{"full_name":"example-org/cli"}}]
"""
_HOOK: Final = b"""{"action":"closed_by_user","alert":{"number":4,"created_at":"2026-03-30T22:36:48Z",\
"url":"https://api.github.com/repos/example-org/cli/code-scanning/alerts/4","state":"dismissed",\
"dismissed_at":"2026-03-30T23:10:00Z","dismissed_by":{"login":"kim-gh"},"dismissed_reason":"won't fix",\
"rule":{"id":"js/zipslip","description":"Arbitrary file write"},"tool":{"name":"CodeQL"},\
"most_recent_instance":{"ref":"refs/heads/main"}},"ref":"refs/heads/main","commit_oid":"39406e42cb832f683daa691dd652a8dc36ee8930",\
"repository":{"full_name":"example-org/cli"},"organization":{"login":"example-org"},"sender":{"login":"kim-gh"}}
"""
SAMPLES: Final = (_REST, _HOOK)

_HEAD_BYTES: Final = 16_384


def sniff(sample: Sample) -> Sniff:
    """By a rule and a tool beside the alert's most recent instance."""
    head = sample.data[:_HEAD_BYTES]
    if b'"rule"' not in head or b'"tool"' not in head:
        return NO
    found = sample.objects
    good = sum(_is_own(record) for record in found)
    if not good or good * 2 < len(found):
        return NO
    return Sniff(97, (f"{good} of the first {len(found)} records are alerts with rule and tool",))


def _is_own(record: Record) -> bool:
    alert = alert_of(record)
    if not (isinstance(alert.get("rule"), dict) and isinstance(alert.get("tool"), dict)):
        return False
    return "created_at" in alert and ("most_recent_instance" in alert or "dismissed_at" in alert)


def decode(chunk: Chunk) -> Decoded:
    """Events of the alerts, one for each dated moment."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The alert or the webhook's body."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> list[EventValues] | str:  # noqa: ARG001 - the signature of ReadRecord
    if not isinstance(alert_of(record).get("rule"), dict):
        return NO_ALERT
    return alert_events(record, _ALERTS, times)


def _moments(alert: Record) -> tuple[Moment, ...]:  # noqa: ARG001 - the signature of AlertFormat.moments
    return _MOMENTS


def _message(alert: Record, record: Record) -> str | None:  # noqa: ARG001 - the signature of AlertFormat.message
    rule = inner(alert, "rule")
    kind, said = text(rule, "id"), first_text(rule, "description", "name")
    path = text(alert, "most_recent_instance", "location", "path")
    reason = text(alert, "dismissed_reason")
    parts = (
        kind if said is None else said if kind is None else f"{said} ({kind})",
        None if path is None else f"in {path}",
        None if reason is None else f"dismissed as {reason}",
    )
    return ", ".join(part for part in parts if part) or None


_MOMENTS: Final = (
    Moment("created", "created_at"),
    Moment("fixed", "fixed_at"),
    Moment("dismissed", "dismissed_at", "dismissed_by", ("closed_by_user",)),
)
_ALERTS: Final = AlertFormat("code_scanning_alert", _moments, _message)
_FORMAT: Final = RecordFormat(KIND, _read)
