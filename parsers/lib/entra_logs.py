"""Sign-ins and activities of Entra ID, wherever they were found: diagnostic settings, Graph, Log Analytics, the portal's CSV.

References: https://learn.microsoft.com/en-us/graph/api/resources/signin,
https://learn.microsoft.com/en-us/graph/api/resources/directoryaudit.
"""

from typing import Final

from parsers.lib.addresses import client_address
from parsers.lib.azure_members import inside, plain_names
from parsers.lib.json_reading import Record
from parsers.lib.json_values import count, items, text
from parsers.lib.portal_rows import utc_time
from parsers.lib.records import Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues

NO_SIGN_IN: Final = "names neither user nor application"
NO_ACTIVITY: Final = "names no activity"
_OUTCOMES: Final = {"success": "success", "failure": "failure", "timeout": "failure", "unknownfuturevalue": "unknown"}
_WHO: Final = (
    "userprincipalname",
    "serviceprincipalname",
    "userid",
    "serviceprincipalid",
    "userdisplayname",
    "appdisplayname",
)
_KEYS: Final = ("serviceprincipalcredentialkeyid", "serviceprincipalcredentialthumbprint", "federatedcredentialid")
_SESSIONS: Final = ("sessionid", "uniquetokenidentifier")
_TENANTS: Final = ("aadtenantid", "hometenantid", "resourcetenantid")


def _first(holder: Record, names: tuple[str, ...]) -> str | None:
    for name in names:
        found = text(holder, name)
        if found is not None:
            return found
    return None


def read_sign_in(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    """The event of one sign-in of a user, an application or a managed identity."""
    outer = plain_names(record)
    entry = inside(outer, "properties") or outer
    actor = _first(entry, _WHO)
    if actor is None and text(entry, "id") is None:
        return NO_SIGN_IN
    status = inside(entry, "status")
    code = count(status, "errorcode")
    if code is None:
        code = count(outer, "resulttype")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": text(outer, "operationname") or "Sign-in activity",
        "outcome": _result(entry) if code is None else "success" if code == 0 else "failure",
        "actor": actor,
        "credential": _first(entry, _KEYS),
        "session": _first(entry, _SESSIONS),
        "src_ip": client_address(text(entry, "ipaddress") or text(outer, "calleripaddress")),
        "user_agent": text(entry, "useragent"),
        "resource": text(entry, "resourcedisplayname") or text(entry, "appdisplayname"),
        "account": (text(outer, "tenantid") if entry is not outer else None) or _first(entry, (*_TENANTS, "tenantid")),
        "uid": text(entry, "id"),
        "message": text(status, "failurereason") or text(entry, "failurereason") or text(outer, "resultdescription"),
    }
    stamp = (
        times.iso(outer.get("time"))
        or utc_time(outer.get("timegenerated"))
        or times.iso(entry.get("createddatetime"))
        or utc_time(entry.get("createddatetime"))
    )
    if stamp is not None:
        values.update(stamp.values())
    return values


def _result(entry: Record) -> str:
    """The portal's word for how a sign-in ended; `Interrupted` is neither good nor bad."""
    return _OUTCOMES.get((text(entry, "status") or "").lower(), "unknown")


def read_activity(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    """The event of one activity in the directory."""
    outer = plain_names(record)
    entry = inside(outer, "properties") or outer
    activity = text(outer, "operationname") or text(entry, "activitydisplayname")
    if activity is None:
        return NO_ACTIVITY
    begun = inside(entry, "initiatedby")
    user, app = inside(begun, "user"), inside(begun, "app")
    target = next((item for item in items(entry, "targetresources") if isinstance(item, dict)), {})
    values: EventValues = {
        "timestamp_desc": "event",
        "action": activity,
        "outcome": _OUTCOMES.get((text(entry, "result") or "").lower(), "unknown"),
        "actor": text(user, "userprincipalname")
        or text(app, "displayname")
        or text(user, "displayname")
        or text(user, "id")
        or text(app, "serviceprincipalid"),
        "src_ip": client_address(text(user, "ipaddress") or text(app, "ipaddress")),
        "user_agent": text(entry, "useragent") or _agent(entry),
        "resource": text(target, "userPrincipalName") or text(target, "displayName") or text(target, "id"),
        "account": text(outer, "aadtenantid") or text(outer, "tenantid"),
        "uid": text(entry, "id"),
        "message": text(entry, "resultreason"),
    }
    stamp = (
        times.iso(outer.get("time"))
        or utc_time(outer.get("timegenerated"))
        or times.iso(entry.get("activitydatetime"))
        or utc_time(entry.get("activitydatetime"))
    )
    if stamp is not None:
        values.update(stamp.values())
    return values


def _agent(entry: Record) -> str | None:
    """The user agent as one of the details, where applications that act for somebody have put it."""
    details = items(entry, "additionaldetails") if "additionaldetails" in entry else []
    return next((text(detail, "value") for detail in details if text(detail, "key") == "User-Agent"), None)
