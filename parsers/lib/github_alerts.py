"""Alerts of GitHub's scanners: the dated things that happened to one, in REST answers and in webhooks.

References: https://docs.github.com/en/rest/secret-scanning/secret-scanning,
https://docs.github.com/en/rest/code-scanning/code-scanning.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, first_text, inner, text
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues

_REPOS: Final = "/repos/"


class Moment(NamedTuple):
    """Something that happens to an alert: its action, the members that say when and who, the webhook's names for it."""

    action: str
    at: str
    by: str | None = None
    hooks: tuple[str, ...] = ()


class AlertFormat(NamedTuple):
    """What is particular to one kind of alerts: the webhook event's name, its moments, the text for people."""

    event: str
    moments: Callable[[Record], Sequence[Moment]]
    message: Callable[[Record, Record], str | None]


def alert_of(record: Record) -> Record:
    """The alert of a webhook's body; the record itself where it is the alert."""
    alert = record.get("alert")
    return alert if isinstance(alert, dict) else record


def repository_of(record: Record, alert: Record) -> str | None:
    """`owner/name`; where the alert does not hold its repository, from its address."""
    named = text(record, "repository", "full_name") or text(alert, "repository", "full_name")
    if named is not None:
        return named
    for name in ("html_url", "url"):
        address = text(alert, name) or ""
        path = address.partition(_REPOS)[2] if _REPOS in address else address.partition("://")[2].partition("/")[2]
        parts = path.split("/")
        if len(parts) > 2 and parts[0] and parts[1]:
            return f"{parts[0]}/{parts[1]}"
    return None


def alert_events(record: Record, form: AlertFormat, times: Times) -> list[EventValues]:
    """One event for each dated moment of an alert; of a webhook, the one that it reports."""
    alert = alert_of(record)
    repository = repository_of(record, alert)
    owner = text(record, "organization", "login") or text(alert, "organization", "login")
    values: EventValues = {
        "timestamp_desc": "event",
        "resource": repository,
        "account": owner or (None if repository is None else as_text(repository.partition("/")[0])),
        "uid": first_text(alert, "url", "html_url"),
        "message": form.message(alert, record),
    }
    moments = form.moments(alert)
    hook = text(record, "action") if alert is not record else None
    if hook is not None:
        return [_reported(record, alert, values, _moment_of(hook, moments), form.event, times)]
    events = [
        _event(values, form.event, moment, alert, stamp)
        for moment in moments
        if (stamp := times.iso(alert.get(moment.at))) is not None
    ]
    return events or [{**values, "action": f"{form.event}.{text(alert, 'state') or 'open'}"}]


def _moment_of(hook: str, moments: Sequence[Moment]) -> Moment:
    found = next((moment for moment in moments if hook in (moment.action, *moment.hooks)), None)
    return found or Moment(hook, "updated_at")


def _reported(
    record: Record, alert: Record, values: EventValues, moment: Moment, event: str, times: Times
) -> EventValues:
    stamp = times.iso(alert.get(moment.at)) or times.iso(alert.get("updated_at")) or times.iso(alert.get("created_at"))
    found = _event(values, event, moment, alert, stamp)
    found["actor"] = found.get("actor") or text(record, "sender", "login")
    return found


def _event(values: EventValues, event: str, moment: Moment, alert: Record, stamp: Stamp | None) -> EventValues:
    found: EventValues = {**values, "action": f"{event}.{moment.action}"}
    found["timestamp_desc"] = "found" if moment.at == "created_at" else "event"
    if moment.by is not None:
        found["actor"] = text(inner(alert, moment.by), "login")
    if stamp is not None:
        found.update(stamp.values())
    return found
