"""What the forge says: the audit log of 180 days without Git events, the alert; and the responders' own scan."""

import json
from typing import Final

from _shared.clock import DAY, SECOND, at, iso, moment
from _shared.dice import Dice
from _shared.github import BROWSER, AuditLog

from generator import story
from generator.story import LOGINS, OLD_KEY, OLD_OTHER_HALF, REPOSITORY, TOM_LOGIN

_REPOS: Final = ("corp/cli", "corp/docs", REPOSITORY, "corp/infra", "corp/design")
_DAILY: Final = ("pull_request.create", "pull_request.merge", "pull_request_review.submit", "issue_comment.update")


def make_audit_log() -> tuple[bytes, int]:
    """Give the export, and the time of its first record."""
    log, dice = AuditLog("corp", 3201), Dice(3202)
    for day in range((story.EXPORTED - story.AUDIT_FROM) // DAY):
        for _ in range(dice.between(1, 4)):
            login = dice.pick(tuple(LOGINS))
            when = story.AUDIT_FROM + day * DAY + dice.below(11 * 3600) * SECOND + dice.below(1000) * 1000
            log.add(when, dice.pick(_DAILY), login, LOGINS[login], repo=dice.pick(_REPOS), user_agent=BROWSER)
    visible = {"visibility": "private", "user_agent": BROWSER}
    log.add(at("2026-01-12T10:02:40.118Z"), "repo.create", "lenac", LOGINS["lenac"], repo="corp/bench", **visible)
    # another repository, opened and closed within a minute: a window of its own, with nothing in it
    for when, new, old in (
        ("2026-03-02T09:00:10Z", "public", "private"),
        ("2026-03-02T09:00:58Z", "private", "public"),
    ):
        changed = {"visibility": new, "previous_visibility": old, "user_agent": BROWSER}
        log.add(at(when), "repo.access", "priya-nair", LOGINS["priya-nair"], repo="corp/design", **changed)
    closed = {"visibility": "private", "previous_visibility": "public", "user_agent": BROWSER}
    log.add(story.PRIVATE, "repo.access", TOM_LOGIN, LOGINS[TOM_LOGIN], repo=REPOSITORY, **closed)
    return log.export(), min(int(str(record["@timestamp"])) for record in log.records) * 1000


def make_alerts() -> bytes:
    """Give the alerts of the repository as the API lists them."""
    url = f"https://api.forge.corp.example/repos/{REPOSITORY}/secret-scanning/alerts/1"
    alert = {
        "number": 1, "created_at": iso(story.ALERTED), "updated_at": iso(story.RESOLVED), "url": url,
        "html_url": f"https://forge.corp.example/{REPOSITORY}/security/secret-scanning/1", "state": "resolved",
        "resolution": "revoked", "resolved_at": iso(story.RESOLVED), "resolved_by": {"login": TOM_LOGIN, "id": 7},
        "secret_type": "aws_access_key_id", "secret_type_display_name": "Amazon AWS Access Key ID", "secret": OLD_KEY,
        "validity": "inactive", "publicly_leaked": True, "push_protection_bypassed": None,
        "repository": {"full_name": REPOSITORY, "private": True},
    }  # fmt: skip
    return (json.dumps([alert], indent=1) + "\n").encode()


def make_scan(leak: str) -> bytes:
    """Give what TruffleHog found in the bundle: the key, and a password that is an example."""
    address = f"https://forge.corp.example/{REPOSITORY}.git"

    def line(detector: str, file: str, number: int, raw: str, raw_v2: str) -> str:
        place = {
            "commit": leak, "file": file, "email": f"{story.CONTRACTOR.name} <{story.CONTRACTOR.email}>",
            "repository": address, "timestamp": f"{moment(story.COMMITTED):%Y-%m-%d %H:%M:%S} +0000", "line": number,
        }  # fmt: skip
        found = {
            "SourceMetadata": {"Data": {"Git": place}}, "SourceID": 1, "SourceType": 16,
            "SourceName": "trufflehog - git", "DetectorType": 2, "DetectorName": detector, "DecoderName": "PLAIN",
            "Verified": False, "VerificationFromCache": False, "Raw": raw, "RawV2": raw_v2, "Redacted": raw[:4],
            "ExtraData": None, "StructuredData": None,
        }  # fmt: skip
        return json.dumps(found, separators=(",", ":")) + "\n"

    example = "https://user:not-a-password@db.example.com"
    lines = line("AWS", story.LEAKED_FILE, 2, OLD_KEY, f"{OLD_KEY}:{OLD_OTHER_HALF}") + line(
        "URI", "README.md", 3, example, ""
    )
    return lines.encode()
