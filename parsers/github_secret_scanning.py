"""GitHub secret scanning alerts: which kind of secret was found in which repository, and what became of it.

    {"number": 2, "created_at": "2026-03-30T22:36:48Z", "html_url": "https://github.com/example-org/cli/security/...",
     "state": "resolved", "resolution": "revoked", "resolved_at": "2026-03-30T23:10:00Z", "resolved_by": {"login": "kim-gh"},
     "secret_type": "npm_access_token", "secret_type_display_name": "npm Access Token", "secret": "...", "validity": "inactive"}

as the REST API lists them, or in webhooks (`{"action": "resolved", "alert": {...}}`). An alert gives one event for each
moment that it dates (created, push_protection_bypassed, resolved or revoked); a webhook the one it reports. The secret
itself is in no field, the credential is its fingerprint: nothing but the alert's address tells alerts apart.
Reference: https://docs.github.com/en/rest/secret-scanning/secret-scanning.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from parsers.lib.found_secrets import Finding, SecretMembers, finding_fields, is_masked
from parsers.lib.github_alerts import AlertFormat, Moment, alert_events, alert_of
from parsers.lib.identity import canonical, part_hash
from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_records import decode_json
from parsers.lib.json_values import text
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from parsers.lib.webhooks import without_header_secrets, without_secrets
from timeline.model.event import EventValues
from timeline.model.fingerprint import fingerprint
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "github.secret_scanning"
VERSION: Final = 2
TITLE: Final = "GitHub secret scanning alerts: REST, webhooks"
REFERENCE: Final = "https://docs.github.com/en/rest/secret-scanning/secret-scanning"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_ALERT: Final = "is no alert: it names no secret_type"

_REST: Final = b"""[{"number":2,"created_at":"2026-03-30T22:36:48Z","updated_at":"2026-03-30T23:10:00Z",\
"url":"https://api.github.com/repos/example-org/cli/secret-scanning/alerts/2",\
"html_url":"https://github.com/example-org/cli/security/secret-scanning/2","state":"resolved","resolution":"revoked",\
"resolved_at":"2026-03-30T23:10:00Z","resolved_by":{"login":"kim-gh","id":7},"secret_type":"npm_access_token",\
"secret_type_display_name":"npm Access Token","secret":"not-a-token","validity":"inactive","publicly_leaked":true,\
"push_protection_bypassed":true,"push_protection_bypassed_by":{"login":"dana-gh"},\
"push_protection_bypassed_at":"2026-03-30T22:36:40Z"},
{"number":1,"created_at":"2026-03-29T10:00:00Z","url":"https://api.github.com/repos/example-org/cli/secret-scanning/alerts/1",\
"state":"open","resolution":null,"resolved_at":null,"resolved_by":null,"secret_type":"aws_secret_access_key",\
"secret":"not-a-key","repository":{"full_name":"example-org/cli","private":true}}]
"""
_HOOK: Final = b"""{"action":"publicly_leaked","alert":{"number":3,"created_at":"2026-03-30T22:36:48Z",\
"updated_at":"2026-03-30T22:40:00Z","url":"https://api.github.com/repos/example-org/cli/secret-scanning/alerts/3",\
"secret_type":"github_personal_access_token","secret_type_display_name":"GitHub Personal Access Token","state":"open",\
"resolution":null},"repository":{"full_name":"example-org/cli"},"organization":{"login":"example-org"},"sender":{"login":"github"}}
"""
SAMPLES: Final = (_REST, _HOOK)

_HEAD_BYTES: Final = 16_384
_MEMBERS: Final = SecretMembers(frozenset({"secret"}))
_VALID: Final = {"active": True, "inactive": False}


def sniff(sample: Sample) -> Sniff:
    """By secret_type beside a number, a state or an address of an alert."""
    if b'"secret_type"' not in sample.data[:_HEAD_BYTES]:
        return NO
    found = sample.objects
    good = sum(_is_own(record) for record in found)
    if not good or good * 2 < len(found):
        return NO
    return Sniff(97, (f"{good} of the first {len(found)} records are alerts with secret_type",))


def _is_own(record: Record) -> bool:
    alert = alert_of(record)
    return isinstance(alert.get("secret_type"), str) and ("created_at" in alert or "number" in alert)


def decode(chunk: Chunk) -> Decoded:
    """Events of the alerts, one for each dated moment."""
    return decode_json(chunk, _format(chunk.context.fingerprint_key))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The alert or the webhook's body, with the fingerprint in place of the secret."""
    value = load_object(record).value or {}
    secret, alert = _secret(value), alert_of(value)
    found = (
        []
        if secret is None
        else [Finding(text(alert, "secret_type"), secret, verified=_VALID.get(text(alert, "validity") or ""))]
    )
    return finding_fields(without_header_secrets(value), _MEMBERS, found, context.fingerprint_key)


def unprintable(record: bytes, header: bytes, context: DecodeContext) -> tuple[str, ...]:  # noqa: ARG001 - as `fields`
    """The texts of a raw record that a report must not show."""
    return _MEMBERS.unprintable(load_object(record).value or {})


@lru_cache(maxsize=4)
def _format(key: bytes) -> RecordFormat:
    def read(record: Record, times: Times, warn: Warn) -> list[EventValues] | str:  # noqa: ARG001 - the signature of ReadRecord
        shown = without_secrets(record)
        if text(alert_of(shown), "secret_type") is None:
            return NO_ALERT
        events = alert_events(shown, _ALERTS, times)
        secret = _secret(record) if key else None
        credential = None if secret is None or is_masked(secret) else fingerprint(key, secret)
        written = b"" if events[0].get("uid") is None else canonical(shown)
        for place, values in enumerate(events):
            values["credential"] = credential
            if written:
                values["content"] = part_hash(written, place)
        return events

    return RecordFormat(KIND, read)


def _secret(record: Record) -> str | None:
    secret = alert_of(record).get("secret")
    return secret if isinstance(secret, str) and secret else None


def _moments(alert: Record) -> tuple[Moment, ...]:
    resolved = "revoked" if text(alert, "resolution") == "revoked" else "resolved"
    return (
        Moment("push_protection_bypassed", "push_protection_bypassed_at", "push_protection_bypassed_by"),
        Moment("created", "created_at"),
        Moment(resolved, "resolved_at", "resolved_by", ("resolved", "revoked")),
    )


def _message(alert: Record, record: Record) -> str | None:
    kind, name = text(alert, "secret_type"), text(alert, "secret_type_display_name")
    place = text(record, "location", "details", "path") or text(alert, "first_location_detected", "path")
    resolution, validity = text(alert, "resolution"), text(alert, "validity")
    parts = (
        kind if name is None else f"{name} ({kind})",
        None if place is None else f"in {place}",
        None if resolution is None else f"resolved as {resolution}",
        None if validity is None else f"validity {validity}",
        "publicly leaked" if alert.get("publicly_leaked") is True else None,
    )
    return ", ".join(part for part in parts if part) or None


_ALERTS: Final = AlertFormat("secret_scanning_alert", _moments, _message)
