"""One entry of Okta's System Log, wherever it was found.

Reference: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/.
"""

from typing import Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, items, object_of, text
from parsers.lib.times import Times
from timeline.model.event import EventValues

_OUTCOMES: Final = {"SUCCESS": "success", "ALLOW": "success", "FAILURE": "failure", "DENY": "denied"}
_UNKNOWN: Final = frozenset({"unknown", "null"})


def event_of(record: Record, times: Times) -> EventValues:
    """The event of one entry that names an event type."""
    actor, client = object_of(record.get("actor")), object_of(record.get("client"))
    outcome = text(record, "outcome", "result")
    values: EventValues = {
        "timestamp_desc": "published",
        "action": text(record, "eventType"),
        "outcome": None if outcome is None else _OUTCOMES.get(outcome.upper(), "unknown"),
        "actor": _name(actor),
        "credential": text(record, "transaction", "detail", "requestApiTokenId"),
        "session": _known(text(record, "authenticationContext", "externalSessionId")),
        "src_ip": client_address(text(client, "ipAddress")) or _first_of_chain(record),
        "user_agent": text(client, "userAgent", "rawUserAgent"),
        "resource": next((name for name in map(_name, items(record, "target")) if name), None),
        "uid": text(record, "uuid"),
        "message": text(record, "displayMessage"),
    }
    stamp = times.iso(record.get("published"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def _known(value: str | None) -> str | None:
    return None if value is None or value.lower() in _UNKNOWN else value


def _name(who: object) -> str | None:
    """The name of an actor or a target as people know it."""
    if not isinstance(who, dict):
        return None
    get = who.get
    return _known(as_text(get("alternateId"))) or _known(as_text(get("displayName"))) or _known(as_text(get("id")))


def _first_of_chain(record: Record) -> str | None:
    chain = items(object_of(record.get("request")), "ipChain")
    return client_address(text(chain[0], "ip")) if chain else None
