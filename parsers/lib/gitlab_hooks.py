"""GitLab's webhook and system hook bodies: on what they report, by whom, and when it happened, as far as the body says.

References: https://docs.gitlab.com/user/project/integrations/webhook_events/,
https://docs.gitlab.com/administration/system_hooks/.
"""

from typing import Final, NamedTuple

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, first_text, inner, items, text
from parsers.lib.times import Stamp, Times

PUSHES: Final = frozenset({"push", "tag_push"})
# system hooks whose user_* members name the one it is about, not the one who did it
_ABOUT_USERS: Final = ("user_add_to_", "user_remove_from_", "user_update_for_", "user_access_request_")
# clocks that say only that a thing was no earlier
LOWER_BOUNDS: Final = frozenset({"commit", "last update"})
_GONE: Final = ("_destroy", "_remove_from_team", "_remove_from_group", "_delete")
_NEW: Final = ("_create", "_add_to_team", "_add_to_group")
_OF_JOBS: Final = ("released_at", "build_finished_at", "build_started_at", "build_created_at", "status_changed_at")
_BEGINNINGS: Final = frozenset({"open", "create"})


class When(NamedTuple):
    """A time, and which clock it is of."""

    stamp: Stamp
    clock: str


def event_of(body: Record) -> str | None:
    """`object_kind` of webhooks, `event_name` of system hooks."""
    return first_text(body, "object_kind", "event_name")


def action_of(event: str, body: Record) -> str:
    """The event with the action of the thing that it is about: `merge_request.merge`."""
    action = text(body, "object_attributes", "action") or first_text(body, "action")
    return event if action is None else f"{event}.{action}"


def is_about_a_user(event: str) -> bool:
    """Whether the user that the body names is the one it is about."""
    return event.startswith(_ABOUT_USERS)


def actor_of(event: str, body: Record) -> str | None:
    """Who did it; None where the body names only whom it was done to."""
    if is_about_a_user(event):
        return None
    user = inner(body, "user")
    found = first_text(user, "username", "email", "name") or first_text(
        body, "user_username", "user_email", "user_name"
    )
    if found is None and event.startswith(("key_", "user_failed_login")):
        return first_text(body, "username")
    return found


def project_of(body: Record) -> str | None:
    """`group/project`."""
    found = text(body, "project", "path_with_namespace")
    return found or first_text(body, "project_path_with_namespace", "path_with_namespace")


def resource_of(event: str, body: Record) -> str | None:
    """The project, with the ref of a push; else the group or the user."""
    project = project_of(body)
    if project is None:
        group = text(body, "group", "full_path") or text(body, "group", "group_path")
        group = group or first_text(body, "full_path", "group_path")
        if group is not None:
            return group
        if event.startswith("group_"):
            return first_text(body, "path", "name")
        if event.startswith("user_"):
            return first_text(body, "username", "user_username", "email")
        return text(body, "repository", "name") or first_text(body, "project_name")
    ref = text(body, "ref") if event in PUSHES else None
    return project if ref is None else f"{project} {ref}"


def account_of(body: Record) -> str | None:
    """The outermost group of the project."""
    return as_text((project_of(body) or "").partition("/")[0])


def message_of(event: str, body: Record) -> str | None:
    """Of a push from which commit to which; of a change of members whom and as what; of a rename the old path; a title."""
    if event in PUSHES:
        return _span(body, first_text(body, "total_commits_count"))
    if event == "repository_update":
        spans = [
            f"{text(change, 'ref')} {_span(change, None)}"
            for change in items(body, "changes")
            if isinstance(change, dict)
        ]
        return "; ".join(spans) or None
    if is_about_a_user(event):
        level = first_text(body, "access_level", "group_access", "project_access")
        who = first_text(body, "user_username", "user_email", "user_name")
        return who if level is None or who is None else f"{who} as {level}"
    parts = (
        _said(event, body),
        _prefixed("was", first_text(body, "old_path_with_namespace", "old_full_path", "old_username")),
        _prefixed("visibility", text(body, "project", "visibility") or first_text(body, "project_visibility")),
    )
    return ", ".join(part for part in parts if part) or None


def _said(event: str, body: Record) -> str | None:
    attributes = inner(body, "object_attributes")
    if event in {"pipeline", "build"}:
        return first_text(attributes, "status") or first_text(body, "build_status")
    return first_text(attributes, "title") or first_text(body, "tag")


def _prefixed(label: str, value: str | None) -> str | None:
    return None if value is None else f"{label} {value}"


def _span(change: Record, commits: str | None) -> str | None:
    before, after = text(change, "before"), text(change, "after")
    span = f"{before} to {after}" if before and after else None
    count = None if commits is None else "1 commit" if commits == "1" else f"{commits} commits"
    return ", ".join(part for part in (span, count) if part) or None


def time_of(event: str, body: Record, times: Times) -> When | None:
    """When it happened. A push states no time of its own: it is no older than its newest commit."""
    if event in PUSHES or event == "repository_update":
        stamps = [
            stamp
            for commit in items(body, "commits")
            if isinstance(commit, dict) and (stamp := times.iso(commit.get("timestamp"))) is not None
        ]
        return When(max(stamps), "commit") if stamps else None
    attributes = inner(body, "object_attributes")
    if attributes:
        action = text(attributes, "action")
        later = () if action in _BEGINNINGS else ("finished_at", "updated_at")
        return _first(attributes, (*later, "created_at"), "event", times)
    found = _first(body, _OF_JOBS, "event", times)
    if found is not None:
        return found
    if event.endswith(_NEW) or "_access_request_" in event:
        return _first(body, ("created_at", "updated_at"), "event", times)
    return _first(body, ("updated_at", "created_at"), "last update" if event.endswith(_GONE) else "event", times)


def _first(holder: Record, names: tuple[str, ...], clock: str, times: Times) -> When | None:
    for name in names:
        stamp = times.iso(holder.get(name))
        if stamp is not None:
            return When(stamp, clock)
    return None
