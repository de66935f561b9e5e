"""What the forge says: the audit log of 31 days, and the Git events of the last seven."""

from typing import Final

from _shared.clock import DAY, HOUR, MINUTE, SECOND
from _shared.dice import Dice
from _shared.github import BROWSER, GIT, AuditLog, token_hash

from generator import story
from generator.story import BOT, BOT_ADDRESSES, LOGINS, MIRRORED, OWNER, OWNER_ADDRESS, TOKEN, repositories

_DAILY: Final = ("pull_request.create", "pull_request.merge", "pull_request_review.submit", "issue_comment.update")
_TOKEN_TYPE: Final = "personal access token (classic)"  # noqa: S105 - a kind of token


def make_audit_log() -> bytes:
    """Give the export without Git events: everyday work of five people, the owner's too during the burst."""
    log, dice = AuditLog(story.ORG, 7201), Dice(7202)
    names = repositories()
    for day in range((story.EXPORTED - story.AUDIT_FROM) // DAY):
        for _ in range(dice.between(6, 14)):
            login = dice.pick(tuple(LOGINS))
            when = story.AUDIT_FROM + day * DAY + 7 * HOUR + dice.below(9 * 3600) * SECOND + dice.below(1000) * 1000
            log.add(when, dice.pick(_DAILY), login, LOGINS[login], repo=dice.pick(names), user_agent=BROWSER)
    at_work = story.BURST_FROM + 5 * MINUTE
    for step, action in enumerate(("pull_request.create", "issue_comment.update", "pull_request_review.submit")):
        log.add(at_work + step * 9 * MINUTE, action, OWNER, OWNER_ADDRESS, repo="corp/docs", user_agent=BROWSER)
    revoked = {"user_agent": BROWSER, "user": OWNER}
    log.add(story.TOKEN_REVOKED, "org_credential_authorization.revoke", "tweber", LOGINS["tweber"], **revoked)
    return log.export()


def make_git_events() -> tuple[bytes, list[int]]:
    """Give the export of Git events, and the times of the clones of the burst."""
    log, dice = AuditLog(story.ORG, 7203), Dice(7204)
    names = repositories()

    def event(when: int, action: str, who: str, address: str, repo: str, token: str, agent: str = GIT) -> None:
        used = {"hashed_token": token, "programmatic_access_type": _TOKEN_TYPE} if token else {}
        rest = {"repo": repo, "repository": repo, "repository_public": False, "user_agent": agent}
        log.add(when, action, who, address, **rest, transport_protocol_name="http" if token else "ssh", **used)

    for hour in range((story.EXPORTED - story.GIT_FROM) // HOUR):
        for _ in range(dice.between(6, 12)):  # the build machines, one repository at a time
            when = story.GIT_FROM + hour * HOUR + dice.below(3600) * SECOND + dice.below(1000) * 1000
            event(
                when, "git.clone", BOT, dice.pick(BOT_ADDRESSES), dice.pick(names), token_hash(f"job {dice.below(40)}")
            )
    for day in range((story.EXPORTED - story.GIT_FROM) // DAY):
        begin = story.GIT_FROM + day * DAY
        for login in LOGINS:  # people, with SSH keys
            for _ in range(dice.between(1, 4)):
                when = begin + dice.below(8 * 3600) * SECOND + dice.below(1000) * 1000
                event(when, dice.pick(("git.fetch", "git.push")), login, LOGINS[login], dice.pick(names), "")
        for number, repo in enumerate(MIRRORED):  # the nightly mirror of the owner, with the token
            when = begin + 17 * HOUR + (number * 4 + dice.below(3)) * SECOND
            event(when, "git.fetch", OWNER, OWNER_ADDRESS, repo, TOKEN, story.OWNER_AGENT)
    step = (story.BURST_TO - story.BURST_FROM) // (len(names) - 1)
    times = [story.BURST_FROM + number * step + dice.below(20_000) * 1000 for number in range(1, len(names) - 1)]
    times = [story.BURST_FROM, *times, story.BURST_TO]
    for when, repo in zip(times, names, strict=True):
        event(when, "git.clone", OWNER, story.FOREIGN, repo, TOKEN, story.FOREIGN_AGENT)
    for number in (0, 2):  # and the owner pushes meanwhile, as always
        when = story.BURST_FROM + (11 + number * 6) * MINUTE
        event(when, "git.push", OWNER, OWNER_ADDRESS, "corp/docs", "")
    return log.export(), times
