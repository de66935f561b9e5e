"""GitHub's webhook bodies: which event one reports, on what, and when it happened, as far as the body says.

Bodies do not name their event (its header does) and few state when it happened. Where the header is missing, the event is
told by the members that only its bodies have. Times are those of the thing that was acted on.
Reference: https://docs.github.com/en/webhooks/webhook-events-and-payloads.
"""

from typing import Any, Final, NamedTuple

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, first_text, inner, items, text
from parsers.lib.times import Stamp, Times
from timeline.model.time import SECOND_US

# members that only the bodies of one event have, narrowest first
_BY_MEMBERS: Final = (
    (("forkee",), "fork"),
    (("release",), "release"),
    (("workflow_run",), "workflow_run"),
    (("workflow_job",), "workflow_job"),
    (("registry_package",), "registry_package"),
    (("package",), "package"),
    (("check_run",), "check_run"),
    (("check_suite",), "check_suite"),
    (("deployment_status",), "deployment_status"),
    (("deployment",), "deployment"),
    (("alert", "location"), "secret_scanning_alert_location"),
    (("membership", "organization"), "organization"),
    (("team", "member"), "membership"),
    (("member",), "member"),
    (("review", "pull_request"), "pull_request_review"),
    (("comment", "pull_request"), "pull_request_review_comment"),
    (("pull_request",), "pull_request"),
    (("comment", "discussion"), "discussion_comment"),
    (("discussion",), "discussion"),
    (("comment", "issue"), "issue_comment"),
    (("issue",), "issues"),
    (("comment",), "commit_comment"),
    (("personal_access_token_request",), "personal_access_token_request"),
    (("repositories_added",), "installation_repositories"),
    (("key",), "deploy_key"),
    (("hook", "zen"), "ping"),
    (("hook",), "meta"),
    (("rule",), "branch_protection_rule"),
    (("pages",), "gollum"),
    (("build",), "page_build"),
    (("starred_at",), "star"),
    (("context", "state", "sha"), "status"),
)  # fmt: skip
_BY_MEMBERS_FIRST: Final = tuple((members[0], members[1:], event) for members, event in _BY_MEMBERS)
_ON_REPOSITORIES: Final = frozenset(
    {"created", "deleted", "archived", "unarchived", "edited", "renamed", "transferred", "publicized", "privatized"}
)
# where the thing that was acted on is, unless it has the event's own name
_THING: Final = {
    "fork": "forkee", "issues": "issue", "issue_comment": "comment", "commit_comment": "comment", "deploy_key": "key",
    "pull_request_review": "review", "pull_request_review_comment": "comment", "discussion_comment": "comment",
    "secret_scanning_alert": "alert", "code_scanning_alert": "alert", "dependabot_alert": "alert",
    "secret_scanning_alert_location": "alert", "public": "repository", "ping": "hook", "meta": "hook",
    "page_build": "build", "branch_protection_rule": "rule", "membership": "member",
    "installation_repositories": "installation",
}  # fmt: skip
_SAID: Final = (
    "title",
    "display_title",
    "tag_name",
    "full_name",
    "login",
    "name",
    "summary",
    "secret_type_display_name",
)
# what the name of an action says of the member that dates it, where that is not `<action>_at`
_DATED: Final = {
    "opened": "created_at",
    "submitted": "submitted_at",
    "publicized": "updated_at",
    "requested": "created_at",
}
# the times of these are older than what is reported, and about something else
_TIMELESS: Final = frozenset(
    {"member", "membership", "organization", "team", "team_add", "watch", "meta", "installation_repositories"}
)
# what is gone states when it was last changed, not when it went
_GONE: Final = frozenset({"deleted", "removed", "revoked", "unassigned"})
LOWER_BOUNDS: Final = frozenset({"commit", "last update"})
_PUSHES: Final = frozenset({"push", "create", "delete"})


class When(NamedTuple):
    """A time, and which clock it is of."""

    stamp: Stamp
    clock: str


def event_of(body: Record) -> str | None:
    """The event that a body reports, by its members; None where it cannot be told."""
    if "ref" in body and "before" in body and "after" in body and "pusher" in body:
        return "push"
    if "ref_type" in body:
        return "create" if "master_branch" in body else "delete"
    alert = inner(body, "alert")
    if alert and "location" not in body:
        if "secret_type" in alert:
            return "secret_scanning_alert"
        return "code_scanning_alert" if "rule" in alert else "dependabot_alert"
    for first, others, event in _BY_MEMBERS_FIRST:
        if body.get(first) is not None and all(body.get(name) is not None for name in others):
            return event
    if "repository" not in body:
        return "installation" if "installation" in body else None
    action = body.get("action")
    if action is None:
        return "public"
    return "repository" if action in _ON_REPOSITORIES else "watch" if action == "started" else None


def thing_of(event: str | None, body: Record) -> Record:
    """What was acted on; {} where the body does not hold it."""
    return {} if event is None else inner(body, _THING.get(event, event))


def resource_of(event: str | None, body: Record) -> str | None:
    """`owner/name`, with the ref of a push; else the organization, or the account of an installation."""
    repository = text(body, "repository", "full_name")
    if repository is None:
        account = text(body, "organization", "login") or text(body, "installation", "account", "login")
        return account or text(body, "enterprise", "slug")
    ref = text(body, "ref") if event in _PUSHES else None
    if ref is None:
        return repository
    kind = {"branch": "refs/heads/", "tag": "refs/tags/"}.get(text(body, "ref_type") or "", "")
    return f"{repository} {kind}{ref}"


def account_of(body: Record) -> str | None:
    """The organization, else the owner of the repository."""
    organization = text(body, "organization", "login")
    if organization is not None:
        return organization
    repository = inner(body, "repository")
    owner = first_text(inner(repository, "owner"), "login", "name")
    return owner or as_text((text(repository, "full_name") or "").partition("/")[0])


def message_of(event: str | None, body: Record) -> str | None:
    """What the body says for people: of a push whether it was forced, and from which commit to which; else a title."""
    if event == "push":
        return push_message(body)
    if event in _PUSHES:
        return text(body, "ref_type")
    thing = thing_of(event, body)
    said = None if event in {"repository", "public"} else first_text(thing, *_SAID)
    renamed = text(body, "changes", "repository", "name", "from")
    conclusion = text(thing, "conclusion")
    parts = (said, None if renamed is None else f"was {renamed}", conclusion)
    return ", ".join(part for part in parts if part) or None


def push_message(body: Record) -> str:
    """`forced, 6113728f27ae to 0d1a26e67d8f, 3 commits`."""
    before, after = text(body, "before"), text(body, "after")
    commits = len(items(body, "commits"))
    parts = [name for name in ("created", "deleted", "forced") if body.get(name) is True]
    if before and after:
        parts.append(f"{before} to {after}")
    parts.append("1 commit" if commits == 1 else f"{commits} commits")
    return ", ".join(parts)


def time_of(event: str | None, body: Record, times: Times) -> When | None:
    """When it happened, as far as the body says. The clocks of LOWER_BOUNDS say only that it was no earlier."""
    if event in _PUSHES:
        return _time_of_push(body, times)
    if event is None or event in _TIMELESS:
        return None
    thing, action = thing_of(event, body), text(body, "action") or ""
    if event == "star":
        thing = {"created_at": body.get("starred_at")}
    for name in (_DATED.get(action), f"{action}_at"):
        if name is not None and (stamp := _time(thing.get(name), times)) is not None:
            return When(stamp, "event")
    for name in ("updated_at", "submitted_at", "created_at"):
        if (stamp := _time(thing.get(name), times)) is not None:
            return When(stamp, "last update" if action in _GONE else "event")
    return None


def _time_of_push(body: Record, times: Times) -> When | None:
    pushed = _time(inner(body, "repository").get("pushed_at"), times)
    if pushed is not None:
        return When(pushed, "push")
    written = _time(inner(body, "head_commit").get("timestamp"), times)
    return None if written is None else When(written, "commit")


def _time(value: Any, times: Times) -> Stamp | None:
    return times.iso(value) or (times.epoch(value, SECOND_US) if isinstance(value, int) else None)
