"""One activity of Google Workspace, wherever it was found: the Reports API, exports of it, CSV.

Reference: https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities.
"""

from typing import Any, Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, inner, items, text
from parsers.lib.portal_rows import utc_time
from parsers.lib.records import Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues

NO_EVENTS: Final = "names no event"
_OBJECTS: Final = (
    "doc_id", "doc_title", "target_user", "USER_EMAIL", "GROUP_EMAIL", "group_email", "app_name", "client_id",
    "SETTING_NAME", "affected_email_address", "device_id",
)  # fmt: skip
_ANY_OBJECT: Final = frozenset(_OBJECTS)
_TELLING: Final = _ANY_OBJECT | {"login_challenge_status"}
_NO_NAMES: Final = frozenset({"", "-"})
_VALUES: Final = ("value", "multiValue", "intValue", "boolValue", "messageValue")


def read_activity(record: Record, times: Times, warn: Warn) -> list[EventValues] | str:  # noqa: ARG001 - the signature of ReadRecord
    """The events of one activity, one or more."""
    found = [event for event in items(record, "events") if isinstance(event, dict) and text(event, "name")]
    if not found:
        return NO_EVENTS
    identity, actor = inner(record, "id"), inner(record, "actor")
    stamp = times.iso(identity.get("time")) or utc_time(identity.get("time"))
    shared: EventValues = {
        "timestamp_desc": "event",
        "actor": text(actor, "email") or text(actor, "key") or text(actor, "profileId"),
        "src_ip": client_address(text(record, "ipAddress")),
        "account": text(identity, "customerId"),
        "uid": text(identity, "uniqueQualifier"),
    }
    if stamp is not None:
        shared.update(stamp.values())
    return [{**shared, **_of_event(event)} for event in found]


def _of_event(event: Record) -> EventValues:
    name = text(event, "name") or ""
    parameters = _parameters(event, _TELLING)
    return {
        "action": name,
        "outcome": _outcome(name.lower(), parameters),
        "resource": None if _ANY_OBJECT.isdisjoint(parameters) else _object(parameters),
    }


def _object(parameters: Record) -> str | None:
    return next((value for key in _OBJECTS if key in parameters and (value := text(parameters, key))), None)


def _outcome(name: str, parameters: Record) -> str:
    """An activity is written when the thing was done, except where its name or its challenge says otherwise."""
    if "fail" in name or "suspicious" in name:
        return "failure"
    if "login_challenge_status" in parameters and "fail" in (text(parameters, "login_challenge_status") or "").lower():
        return "failure"
    return "denied" if name.endswith("_blocked") else "success"


def _parameters(event: Record, wanted: frozenset[str] | None = None) -> dict[str, Any]:
    """Name -> value of an event's parameters, of all or of the `wanted` ones, whatever type the value has."""
    found: dict[str, Any] = {}
    for parameter in items(event, "parameters"):
        name = parameter.get("name") if type(parameter) is dict else None
        if type(name) is not str or name in _NO_NAMES:
            name = as_text(name)
        if name is None or (wanted is not None and name not in wanted):
            continue
        if "value" in parameter:  # most have
            found[name] = parameter["value"]
        else:
            found[name] = next((parameter[key] for key in _VALUES if key in parameter), None)
    return found


def with_parameters(record: Record) -> Record:
    """The record with the parameters of its first events by name beside it, for queries."""
    merged: dict[str, Any] = {}
    for event in items(record, "events"):
        for name, value in _parameters(event).items() if isinstance(event, dict) else ():
            merged.setdefault(name, value)
    return {**record, "parameters": merged} if merged and "parameters" not in record else record
