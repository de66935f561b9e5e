"""HashiCorp Vault (and OpenBao) audit device log: one entry for each request, one for its response.

    {"time": "2026-03-30T22:36:48.424242424Z", "type": "response", "auth": {"client_token": "hmac-sha256:0a",
     "accessor": "hmac-sha256:1b", "display_name": "oidc-dana@example.com", "policies": ["default"]},
     "request": {"id": "6f1c1c1e-0000-4000-8000-000000000001", "operation": "read", "mount_type": "kv",
     "namespace": {"id": "root"}, "path": "secret/data/db", "remote_address": "198.51.100.9"}, "response": {}}

The credential is the accessor of the token, which names the token and opens nothing; Vault writes its HMAC unless told
otherwise. The token itself is never taken, not even as HMAC, nor a text that looks like one. The outcome of a request
that is not refused is told by its response. The same request id is in both entries, so it is no uid.
Reference: https://developer.hashicorp.com/vault/docs/audit/schema.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import inner, text, text_or_first
from parsers.lib.object_marks import sniff_objects
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "vault.audit"
VERSION: Final = 1
TITLE: Final = "HashiCorp Vault audit device log"
REFERENCE: Final = "https://developer.hashicorp.com/vault/docs/audit/schema"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_OPERATION: Final = "names no operation"

_LINES: Final = b"""{"time":"2026-03-30T22:36:48.420000001Z","type":"request","auth":{\
"client_token":"hmac-sha256:0a0a0a0a","accessor":"hmac-sha256:1b1b1b1b","display_name":"oidc-dana@example.com",\
"policies":["default","kv-read"],"token_policies":["default"],"entity_id":"6f1c1c1e-0000-4000-8000-0000000000aa",\
"token_type":"service"},"request":{"id":"6f1c1c1e-0000-4000-8000-000000000001","client_id":"aa",\
"operation":"read","mount_type":"kv","client_token":"hmac-sha256:0a0a0a0a","client_token_accessor":\
"hmac-sha256:1b1b1b1b","namespace":{"id":"root"},"path":"secret/data/db","remote_address":"198.51.100.9",\
"remote_port":52111}}
{"time":"2026-03-30T22:36:48.424242424Z","type":"response","auth":{"accessor":"hmac-sha256:1b1b1b1b",\
"display_name":"oidc-dana@example.com"},"request":{"id":"6f1c1c1e-0000-4000-8000-000000000001","operation":"read",\
"namespace":{"id":"root"},"path":"secret/data/db","remote_address":"198.51.100.9"},"response":{"mount_type":"kv",\
"data":{"data":{"password":"hmac-sha256:2c2c2c2c"}}}}
{"time":"2026-03-30T22:37:10Z","type":"response","auth":{"policies":null},"request":{\
"id":"6f1c1c1e-0000-4000-8000-000000000002","operation":"list","namespace":{"id":"n1","path":"team-a/"},\
"path":"secret/metadata/","remote_address":"2001:db8::7","headers":{"user-agent":["curl/8.5.0"]}},\
"error":"1 error occurred:\\n\\t* permission denied\\n\\n"}
"""
SAMPLES: Final = (_LINES,)

_MARKS: Final = (b'"operation"',)
_TYPES: Final = ("request", "response")
_TOKENS: Final = ("hvs.", "hvb.", "hvr.", "s.", "b.", "r.")  # how tokens begin


def sniff(sample: Sample) -> Sniff:
    """By entries of type request or response around a request with an operation."""
    return sniff_objects(sample, _MARKS, _is_own, "are a request or response with an operation on a path")


def _is_own(record: Record) -> bool:
    request = record.get("request")
    if record.get("type") not in _TYPES or not isinstance(request, dict) or "time" not in record:
        return False
    return isinstance(request.get("operation"), str) and ("path" in request or "id" in request)


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    auth, request, response = inner(record, "auth"), inner(record, "request"), inner(record, "response")
    operation = text(request, "operation")
    if operation is None:
        return NO_OPERATION
    error = text(record, "error")
    is_request = text(record, "type") == "request"
    agent = text_or_first(inner(request, "headers").get("user-agent"))
    values: EventValues = {
        "timestamp_desc": "request" if is_request else "response",
        "action": operation,
        "outcome": _outcome(error, is_request),
        "actor": text(auth, "display_name") or text(response, "auth", "display_name"),
        "credential": _accessor(auth, request, inner(response, "auth")),
        "src_ip": client_address(text(request, "remote_address")),
        "user_agent": None if agent is None or agent.startswith("hmac-") else agent,
        "resource": text(request, "path"),
        "account": text(request, "namespace", "path") or text(request, "namespace", "id"),
        "message": error,
    }
    stamp = times.iso(record.get("time"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _outcome(error: str | None, is_request: bool) -> str:
    if error is not None:
        return "denied" if "permission denied" in error else "failure"
    return "unknown" if is_request else "success"


def _accessor(auth: Record, request: Record, issued: Record) -> str | None:
    """The accessor of the token that asked, else of the one that was issued."""
    found = text(auth, "accessor") or text(request, "client_token_accessor") or text(issued, "accessor")
    return None if found is None or found.startswith(_TOKENS) else found


_FORMAT: Final = RecordFormat(KIND, _read)
