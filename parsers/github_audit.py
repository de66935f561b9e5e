"""GitHub audit log: exports from the web (a JSON array or JSON lines), the API and streaming.

    {"@timestamp": 1774910088000, "action": "git.clone", "actor": "dana-gh", "actor_ip": "198.51.100.9",
     "org": "corp", "repo": "corp/cli", "_document_id": "Zm9v", "hashed_token": "9f8b...",
     "user_agent": "git/2.43.0", "transport_protocol_name": "ssh"}

Times are epoch milliseconds: `@timestamp`, else `created_at`. The credential is GitHub's own hash of the token.

Reference: https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/reviewing-the-audit-log-for-your-organization
"""

from collections.abc import Mapping
from typing import Any

from parsers.lib.identity import content_hash
from parsers.lib.json_records import JsonObject, decode_records, object_or_empty
from parsers.lib.json_values import at, first_text, integer, text
from parsers.lib.times import moment
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND = "github.audit"
VERSION = 1
TITLE = "GitHub audit log: web export, API, streaming, with git.* events"
REFERENCE = "https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/reviewing-the-audit-log-for-your-organization"
FRAMING: Framing = "json"
COLUMNAR = False
EMITS = ("github.audit",)
_CLONE = (
    b'{"@timestamp":1774910088000,"_document_id":"Zm9vYmFyMQ==","action":"git.clone","actor":"dana-gh",'
    b'"actor_ip":"198.51.100.9","hashed_token":"9f8b7c6d5e4f","org":"corp","repo":"corp/cli",'
    b'"user_agent":"git/2.43.0","transport_protocol_name":"ssh"}'
)
_ACCESS = (
    b'{"created_at":1774910099123,"action":"repo.access","actor":"kim-gh","org":"corp","repo":"corp/cli",'
    b'"visibility":"public"}'
)
_ORG = b'{"created_at":1774910099999,"action":"org.invite_member","actor":"kim-gh","org":"corp","user":"eve-gh"}'
SAMPLES = (
    b"[" + _CLONE + b",\n" + _ACCESS + b"]",
    _CLONE + b"\n" + _ORG + b"\n",
    _ACCESS + b"\n\n" + _ORG + b"\n",
)


def sniff(sample: Sample) -> Sniff:
    """Recognise an `action` with a dot, beside an actor or organisation and a GitHub time."""
    objects = sample.objects
    marked = sum(map(_is_record, objects))
    if not marked:
        return NO
    own = any(
        "_document_id" in item or "hashed_token" in item or "repo" in item or "business" in item for item in objects
    )
    reasons = (f"{marked} of the first {len(objects)} records have a dotted action and @timestamp or created_at",)
    return Sniff((95 if own else 82) if marked == len(objects) else 70, reasons)


def _is_record(item: JsonObject) -> bool:
    action = item.get("action")
    if not isinstance(action, str) or "." not in action or " " in action:
        return False
    timed = any(isinstance(item.get(name), int | str) for name in ("@timestamp", "created_at"))
    owned = any(isinstance(item.get(name), str) for name in ("org", "repo", "repository", "business", "actor"))
    return timed and owned and not isinstance(item.get("actor"), dict) and "entity" not in item


def decode(chunk: Chunk) -> Decoded:
    """One event a record."""
    zone = chunk.context.zone
    return decode_records(chunk, lambda record: _read(record, zone))


def _read(record: JsonObject, zone: str | None) -> list[EventValues] | str:
    action = text(record, "action")
    if action is None:
        return "no action"
    when = moment(record.get("@timestamp"), zone) or moment(record.get("created_at"), zone)
    uid = text(record, "_document_id")
    organisation = first_text(text(record, "org"), text(record, "org", 0), text(record, "business"))
    values: EventValues = {
        "timestamp": when.us if when else None,
        "timestamp_desc": "event",
        "timestamp_precision": when.precision_us if when else None,
        "timestamp_basis": when.basis if when else None,
        "kind": KIND,
        "action": action,
        "outcome": _outcome(record),
        "actor": text(record, "actor"),
        "credential": text(record, "hashed_token"),
        "src_ip": text(record, "actor_ip"),
        "user_agent": text(record, "user_agent"),
        "resource": first_text(text(record, "repo"), text(record, "repository"), text(record, "repo", 0), organisation),
        "account": organisation,
        "status": integer(record, "status_code"),
        "uid": uid,
        "content": content_hash(record) if uid else None,
    }
    return [values]


def _outcome(record: JsonObject) -> str:
    """API and authentication events carry an HTTP status; all other entries are written when the thing was done."""
    status = integer(record, "status_code")
    if status:
        return "success" if status < 400 else "denied" if status in {401, 403} else "failure"
    result = text(record, "operation_type") if at(record, "action") == "workflows.completed_workflow_run" else None
    conclusion = text(record, "conclusion")
    if result is not None or conclusion is not None:
        return {"success": "success", "failure": "failure"}.get(conclusion or "", "unknown")
    return "success"


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:
    """The record."""
    del header, context
    return object_or_empty(record)
