"""The organisation's audit log as the forge exports it: a JSON array, newest first, Git events of seven days only."""

import base64
import hashlib
import json
from typing import Final

from _shared.clock import DAY, HOUR, MINUTE, SECOND, at, iso
from _shared.dice import Dice

from generator import story
from generator.repository import History
from generator.story import BOT, DANA, LENA, PEOPLE, PRIYA, TOM, Person

_ORG: Final = {"org": "corp", "org_id": 41872201}
_REPOS: Final = ("corp/cli", "corp/docs", "corp/server", "corp/design", "corp/infra")
_WORKFLOW: Final = {"name": "release", "workflow_id": 71120934}
_BOT_NAME: Final = "ci-publisher[bot]"
_EXPORTED: Final = at("2026-04-02T07:41:00Z")
_GIT_AGENT: Final = "git/2.47.1"
_BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Gecko/20100101 Firefox/136.0"
_RUNNER: Final = "git/2.49.0 (runner 2.323.0; linux x64)"


class Log:
    """Collects records; every one gets a document id of its own."""

    def __init__(self) -> None:
        self.records: list[dict[str, object]] = []
        self.dice = Dice(2201)

    def add(self, when: int, action: str, actor: str, **rest: object) -> None:
        """Add one record; `when` in microseconds UTC is written in milliseconds."""
        document_id = base64.urlsafe_b64encode(bytes(self.dice.below(256) for _ in range(15))).decode()
        record = {"@timestamp": when // 1000, "_document_id": document_id, "action": action, "actor": actor}
        self.records.append(record | _ORG | rest | {"created_at": when // 1000})

    def by(self, who: Person, when: int, action: str, repo: str, **rest: object) -> None:
        """Add what a person did on a repository."""
        base = {"actor_ip": who.address, "repo": repo, "actor_location": {"country_code": "ZZ"}}
        self.add(when, action, who.login, **base, **rest)

    def git(self, who: Person, when: int, verb: str, repo: str) -> None:
        """Add a Git event of a person, over SSH, with the fingerprint of the key."""
        digest = hashlib.sha256(f"key of {who.login}".encode()).digest()
        transport = {"transport_protocol_name": "ssh", "transport_protocol": 2, "user_agent": _GIT_AGENT}
        print_ = base64.b64encode(digest).decode().rstrip("=")
        self.by(who, when, f"git.{verb}", repo, **transport, public_key_fingerprint=f"SHA256:{print_}")


def make_audit_log(history: History) -> bytes:
    """Give the export: one record a line inside the array, newest first."""
    log = Log()
    _bad_release(log, history)
    _fixed_release(log, history)
    _earlier_release(log, history)
    _pushes(log, history)
    _daily_noise(log)
    _administration(log)
    records = sorted(log.records, key=lambda record: (record["@timestamp"], record["_document_id"]), reverse=True)
    lines = (json.dumps(record, separators=(",", ":")) for record in records)
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def _workflow(log: Log, history: History, tag: str, started: int, completed: int, run: int) -> None:
    common = {
        "repo": "corp/cli", "workflow_run_id": 14_000_000_000 + run * 7919, "run_number": run, "run_attempt": 1,
        "event": "push", "head_branch": tag, "head_sha": history.tagged_commits[tag], **_WORKFLOW,
    }  # fmt: skip
    begin = {"started_at": iso(started, milliseconds=True)}
    log.add(started, "workflows.created_workflow_run", _BOT_NAME, **common, **begin)
    _runner_clone(log, started + 9 * SECOND)
    end = {"conclusion": "success", "completed_at": iso(completed, milliseconds=True)}
    log.add(completed, "workflows.completed_workflow_run", _BOT_NAME, **common, **begin, **end)


def _runner_clone(log: Log, when: int) -> None:
    rest = {"transport_protocol_name": "http", "transport_protocol": 1, "user_agent": _RUNNER}
    token = {"programmatic_access_type": "GitHub App server-to-server token", "hashed_token": _token("runner")}
    log.add(when, "git.clone", _BOT_NAME, actor_ip=log.dice.pick(story.CI_ADDRESSES), repo="corp/cli", **rest, **token)


def _token(name: str) -> str:
    return base64.b64encode(hashlib.sha256(f"token of {name}".encode()).digest()).decode()


def _bad_release(log: Log, history: History) -> None:
    pull = {"pull_request_id": 2_418_811_502, "pull_request_title": "build: faster bundles", "user_agent": _BROWSER}
    pull["pull_request_url"] = "https://forge.corp.example/corp/cli/pull/412"
    log.by(DANA, story.AUTHORED + 11 * MINUTE, "pull_request.create", "corp/cli", **pull)
    for who, when in ((PRIYA, story.FIRST_APPROVAL), (TOM, story.SECOND_APPROVAL)):
        log.by(who, when, "pull_request_review.submit", "corp/cli", **pull, review_state="approved", reviewer=who.login)
    log.git(DANA, story.AUTHORED + 10 * MINUTE, "push", "corp/cli")
    log.git(DANA, story.COMMITTED + 13 * SECOND, "push", "corp/cli")
    log.by(DANA, story.MERGED, "pull_request.merge", "corp/cli", **pull, approvals=2, merge_method="merge")
    log.git(DANA, story.TAGGED + 7 * SECOND, "push", "corp/cli")
    _workflow(log, history, "v2.1.88", story.WORKFLOW_STARTED, story.WORKFLOW_COMPLETED, 912)


def _fixed_release(log: Log, history: History) -> None:
    log.git(PRIYA, story.FIX_COMMITTED + 31 * SECOND, "push", "corp/cli")
    log.git(LENA, story.FIX_TAGGED + 8 * SECOND, "push", "corp/cli")
    _workflow(log, history, "v2.1.89", story.FIX_WORKFLOW_STARTED, story.FIX_WORKFLOW_COMPLETED, 913)


def _earlier_release(log: Log, history: History) -> None:
    completed = at("2026-03-24T13:48:46Z")
    _workflow(log, history, "v2.1.87", completed - 131 * SECOND, completed, 911)


def _pushes(log: Log, history: History) -> None:
    for _, when, who in history.commits:
        ordinary = when < story.AUTHORED and who is not BOT
        if ordinary and when >= at("2026-03-20T00:00:00Z"):
            log.git(who, when + log.dice.between(40, 900) * SECOND, "push", "corp/cli")


def _daily_noise(log: Log) -> None:
    for day in range(9):
        midnight = at("2026-03-25T00:00:00Z") + day * DAY
        for _ in range(log.dice.between(8, 14)):
            who = log.dice.pick(PEOPLE)
            when = midnight + log.dice.between(7 * 3600, 19 * 3600) * SECOND + log.dice.below(1000) * 1000
            verb = log.dice.pick(("clone", "fetch", "fetch", "fetch", "push"))
            if when < _EXPORTED:
                log.git(who, when, verb, log.dice.pick(_REPOS[1:]))
        if day in {1, 5, 6, 7}:
            who = log.dice.pick(PEOPLE)
            log.git(who, midnight + 9 * HOUR + log.dice.below(3600) * SECOND, "clone", "corp/cli")
    log.records = [r for r in log.records if not _is_old_git_event(r)]


def _is_old_git_event(record: dict[str, object]) -> bool:
    when = record["@timestamp"]
    old = isinstance(when, int) and when * 1000 < story.GIT_EVENTS_KEPT_FROM
    return old and str(record["action"]).startswith("git.")


def _administration(log: Log) -> None:
    log.by(TOM, at("2026-03-25T09:14:02.118Z"), "repo.create", "corp/bench", visibility="private", user_agent=_BROWSER)
    log.by(LENA, at("2026-03-26T08:02:44.902Z"), "team.add_member", "corp/docs", team="corp/writers", user="ines-k")
    browser = {"user_agent": _BROWSER}
    private = {"visibility": "private"} | browser
    log.by(PRIYA, at("2026-03-27T15:40:10.330Z"), "protected_branch.policy_override", "corp/design", **browser)
    issuer = "https://sso.corp.example"
    log.add(at("2026-03-28T06:00:00.512Z"), "org.sso_response", "tweber", actor_ip=TOM.address, issuer=issuer)
    log.by(TOM, at("2026-03-31T08:55:19.040Z"), "repo.create", "corp/incident-0331", **private)
    log.by(PRIYA, at("2026-03-31T22:49:00.771Z"), "repository_secret_scanning.enable", "corp/cli", **browser)
    token = {"programmatic_access_type": "Fine-grained personal access token", "hashed_token": _token("lena")}
    log.by(LENA, at("2026-04-01T07:31:52.660Z"), "personal_access_token.access_revoked", "corp/cli", **token)
