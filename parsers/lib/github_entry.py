"""One entry of GitHub's audit log, wherever it was found.

Reference: https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/audit-log-events-for-your-organization.
"""

from typing import Final

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import first_text, http_status, text
from parsers.lib.records import Warn
from parsers.lib.times import MILLISECOND_US, Stamp, Times
from timeline.model.event import EventValues
from timeline.model.time import SECOND_US

NO_ACTION: Final = "names no action"
TIMES: Final = ("@timestamp", "created_at")
_LAUNCHED_US: Final = 1_199_145_600 * SECOND_US  # 2008: GitHub has no earlier events
_CONCLUSIONS: Final = {"success": "success", "failure": "failure", "timed_out": "failure", "startup_failure": "failure"}
# names that say of themselves that the thing was not done
_NOT_DONE: Final = (("rejected_ref_update", "denied"), ("fail", "failure"))


def read_entry(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    """The event of one entry."""
    action = text(record, "action")
    if action is None:
        return NO_ACTION
    status = http_status(record, "status_code")
    values: EventValues = {
        "timestamp_desc": "event",
        "action": action,
        "outcome": outcome_of(record, action, status),
        "actor": text(record, "actor"),
        "credential": text(record, "hashed_token"),
        "src_ip": client_address(text(record, "actor_ip")),
        "user_agent": text(record, "user_agent"),
        "resource": first_text(record, "repo", "repository", "org"),
        "account": first_text(record, "org", "business", "enterprise"),
        "status": status,
        "uid": text(record, "_document_id"),
    }
    stamp = time_of(record, times)
    if stamp is not None:
        values.update(stamp.values())
    return values


def time_of(record: Record, times: Times) -> Stamp | None:
    """When it was done: epoch milliseconds, in some exports seconds or ISO."""
    for name in TIMES:
        value = record.get(name)
        stamp = times.iso(value) or times.epoch(value, MILLISECOND_US)
        if stamp is not None and stamp.us < _LAUNCHED_US:
            stamp = times.epoch(value, SECOND_US)  # milliseconds from before GitHub: an export in seconds
        if stamp is not None:
            return stamp
    return None


def outcome_of(record: Record, action: str, status: int | None) -> str:
    """How it ended: an entry is written when the thing was done, except where it says otherwise."""
    if status is not None:
        return "success" if status < 400 else "denied" if status in {401, 403} else "failure"
    conclusion = text(record, "conclusion")
    if conclusion is not None:
        return _CONCLUSIONS.get(conclusion, "unknown")
    return next((outcome for mark, outcome in _NOT_DONE if mark in action), "success")
