"""What the forge says: webhook deliveries of pushes, and the audit log with Git events and workflow runs."""

import json
from dataclasses import dataclass
from typing import Final

from _shared.clock import DAY, HOUR, MINUTE, SECOND, at, iso
from _shared.dice import Dice
from _shared.github import BROWSER, GIT, AuditLog, token_hash

from generator.repository import Repository
from generator.story import (
    ADDRESSES,
    BOT,
    BOT_ADDRESS,
    BOT_LOGIN,
    FOREIGN,
    LOGINS,
    LOGS_FROM,
    LOGS_TO,
    MOVED,
    PRIYA,
    RELEASES,
    REPOSITORY,
    RESTORED,
    ROLLING,
    STEP,
    TAGS,
)  # fmt: skip

_NONE: Final = "0" * 40
_USERS: Final = ("corp/shop", "corp/api", "corp/search", "corp/mobile", "corp/docs-site")


@dataclass(frozen=True, slots=True)
class Run:
    """A workflow run of a repository that uses the action: id, repository, start and end."""

    number: int
    repo: str
    started: int
    completed: int


def make_runs() -> list[Run]:
    """Give all runs, by their start."""
    dice, runs = Dice(5201), []
    for hour in range((LOGS_TO - LOGS_FROM) // HOUR):
        for _ in range(dice.between(0, 3)):
            started = LOGS_FROM + hour * HOUR + dice.below(3600) * SECOND
            runs.append((started, dice.pick(_USERS), started + dice.between(100, 420) * SECOND))
    return [Run(15_000_000_000 + n * 7919, repo, start, end) for n, (start, repo, end) in enumerate(sorted(runs), 1)]


def make_webhooks(made: Repository) -> bytes:
    """Give what the receiver kept of deliveries of the action's repository, one a line."""
    dice, kept = Dice(5202), []

    def push(when: int, ref: str, before: str, after: str, login: str, *, forced: bool) -> None:
        body = {
            "ref": ref, "before": before, "after": after, "created": before == _NONE, "deleted": False, "forced": forced,
            "base_ref": None, "commits": [], "head_commit": None, "pusher": {"name": login},
            "repository": {"full_name": REPOSITORY, "private": False, "pushed_at": when // SECOND},
            "organization": {"login": "corp"}, "sender": {"login": login},
        }  # fmt: skip
        headers = {"X-GitHub-Event": "push", "X-GitHub-Delivery": dice.uuid(), "User-Agent": "GitHub-Hookshot/044aadd"}
        received = iso(when + dice.between(1, 3) * SECOND)
        kept.append((when, {"headers": headers, "received_at": received, "payload": body}))

    for (before, _, _), (after, when, who) in zip(made.main, made.main[1:], strict=False):
        if when >= LOGS_FROM - 21 * DAY:
            push(when + 40 * SECOND, "refs/heads/main", before, after, LOGINS[who], forced=False)
    tag, stamp = RELEASES[-1]
    push(at(stamp) + 9 * SECOND, f"refs/tags/{tag}", _NONE, made.tips[tag], BOT_LOGIN, forced=False)
    push(
        at(stamp) + 12 * SECOND, f"refs/tags/{ROLLING}", made.rolled[-1][0], made.tips[ROLLING], BOT_LOGIN, forced=True
    )
    for number, name in enumerate(TAGS):
        push(MOVED + number * STEP, f"refs/tags/{name}", made.tips[name], made.orphan, BOT_LOGIN, forced=True)
        push(RESTORED + number * STEP, f"refs/tags/{name}", made.orphan, made.tips[name], LOGINS[PRIYA], forced=True)
    ordered = sorted(kept, key=lambda pair: pair[0])
    return "".join(json.dumps(record, separators=(",", ":")) + "\n" for _, record in ordered).encode()


def make_audit_log(runs: list[Run]) -> bytes:
    """Give the export, with Git events of seven days."""
    log, dice = AuditLog("corp", 5203), Dice(5204)

    def git(when: int, verb: str, login: str, address: str, repo: str) -> None:
        token = {"programmatic_access_type": "Personal access token (classic)", "hashed_token": token_hash(login)}
        log.add(when, f"git.{verb}", login, address, repo=repo, transport_protocol_name="http", user_agent=GIT, **token)

    for run in runs:
        common = {"repo": run.repo, "workflow_run_id": run.number, "name": "ci", "event": "push", "run_attempt": 1}
        log.add(run.started, "workflows.created_workflow_run", "github-actions[bot]", None, **common)
        end = {"conclusion": "success", "completed_at": iso(run.completed, milliseconds=True)}
        log.add(run.completed, "workflows.completed_workflow_run", "github-actions[bot]", None, **common, **end)
    for day in range((LOGS_TO - LOGS_FROM) // DAY):
        midnight = LOGS_FROM + day * DAY
        for login in ("priya-nair", "lenac"):
            when = midnight + dice.between(7 * 3600, 16 * 3600) * SECOND
            git(when, dice.pick(("fetch", "push", "clone")), login, ADDRESSES[login], dice.pick((REPOSITORY, *_USERS)))
        git(midnight + 4 * HOUR + dice.below(600) * SECOND, "fetch", BOT_LOGIN, BOT_ADDRESS, REPOSITORY)
        log.add(
            midnight + 9 * HOUR,
            "pull_request.merge",
            "lenac",
            ADDRESSES["lenac"],
            repo=dice.pick(_USERS),
            user_agent=BROWSER,
        )
    git(at(RELEASES[-1][1]) + 9 * SECOND, "push", LOGINS[BOT], BOT_ADDRESS, REPOSITORY)
    for number in range(len(TAGS)):
        git(MOVED + number * STEP, "push", BOT_LOGIN, FOREIGN, REPOSITORY)
        git(RESTORED + number * STEP, "push", LOGINS[PRIYA], ADDRESSES[LOGINS[PRIYA]], REPOSITORY)
    when = RESTORED + 12 * MINUTE
    revoked = {"repo": REPOSITORY, "hashed_token": token_hash(BOT_LOGIN), "token_owner": BOT_LOGIN}
    log.add(when, "personal_access_token.access_revoked", LOGINS[PRIYA], ADDRESSES[LOGINS[PRIYA]], **revoked)
    return log.export()
