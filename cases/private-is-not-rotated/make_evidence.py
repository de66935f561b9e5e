"""Make this case's evidence and answers again: `python make_evidence.py [FOLDER]`; without FOLDER, in place.

Needs the standard library only. Every byte is the same with every Python from 3.11 on; a test compares them. The people,
keys, names and addresses are invented (RFC 2606, 5737).
"""

import sys
from pathlib import Path

CASE = Path(__file__).resolve().parent
sys.path.insert(1, str(CASE.parent))  # for cases/_shared

from _shared.clock import iso  # noqa: E402 - after the path
from _shared.writing import answers_file, write_case  # noqa: E402 - after the path
from generator import story  # noqa: E402 - after the path
from generator.forge import make_alerts, make_audit_log, make_scan  # noqa: E402 - after the path
from generator.repository import make_history  # noqa: E402 - after the path
from generator.trail import make_trail  # noqa: E402 - after the path


def make_evidence() -> dict[str, bytes]:
    """Give every file of the case that is made, by its path in the case's folder."""
    history, tip = make_history()
    leak = next(oid for oid, when, _ in history.commits if when == story.COMMITTED)
    audit, begins = make_audit_log()
    trail, foreign = make_trail()
    files = {
        "git/route-planner.bundle": history.bundle([("refs/heads/main", tip)], tip),
        "github/audit-log-export.json": audit,
        "github/secret-scanning-alerts.json": make_alerts(),
        "scan/trufflehog.jsonl": make_scan(leak),
        **trail,
    }
    answers = {
        "hypothesis": "credential",
        "repository": story.REPOSITORY,
        "commit": leak,
        "committed": iso(story.COMMITTED),
        "by": story.CONTRACTOR.email,
        "path": story.LEAKED_FILE,
        "key_id": story.OLD_KEY,
        "still_at_tip": False,
        "reported": iso(story.ALERTED),
        "open_at_or_before": iso(begins, milliseconds=True),
        "made_private": iso(story.PRIVATE),
        "made_private_by": story.TOM_LOGIN,
        "new_key_created": iso(story.NEW_KEY_CREATED),
        "revoked": iso(story.SWITCHED_OFF),
        "deleted": iso(story.DELETED),
        "tail_seconds": (story.SWITCHED_OFF - story.PRIVATE) // 1_000_000,
        "foreign_address": story.FOREIGN,
        "foreign_first": iso(min(foreign)),
        "foreign_last": iso(max(foreign)),
        "foreign_events": len(foreign),
        "foreign_denied": 1,
        "not_answerable": {
            "who cloned it while it was open": {"resource": story.REPOSITORY, "to": iso(story.PRIVATE)},
            "what was read with the key": {
                "resource": f"s3://{story.BUCKET}/", "from": iso(min(foreign)), "to": iso(story.SWITCHED_OFF),
            },
        },
    }  # fmt: skip
    named = {f"evidence/{path}": content for path, content in files.items()}
    return named | {"expected/answers.json": answers_file(answers)}


if __name__ == "__main__":
    write_case(make_evidence, CASE)
