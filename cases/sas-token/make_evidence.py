"""Make this case's evidence and answers again: `python make_evidence.py [FOLDER]`; without FOLDER, in place.

Needs the standard library only. Every byte is the same with every Python from 3.11 on; a test compares them. The people,
signatures, names and addresses are invented (RFC 2606, 5737).
"""

import sys
from pathlib import Path

CASE = Path(__file__).resolve().parent
sys.path.insert(1, str(CASE.parent))  # for cases/_shared

from _shared.clock import iso  # noqa: E402 - after the path
from _shared.writing import answers_file, write_case  # noqa: E402 - after the path
from generator import story  # noqa: E402 - after the path
from generator.activity import make_activity  # noqa: E402 - after the path
from generator.repository import commit_at, make_findings, make_history  # noqa: E402 - after the path
from generator.storage import make_logs  # noqa: E402 - after the path


def make_evidence() -> dict[str, bytes]:
    """Give every file of the case that is made, by its path in the case's folder."""
    history, tip = make_history()
    logs, reads = make_logs()
    files = {
        "git/vision-models.bundle": history.bundle([("refs/heads/main", tip)], tip),
        "scan/gitleaks.json": make_findings(history),
        "azure/activity.json": make_activity(),
        **logs,
    }
    answers = {
        "hypothesis": "storage",
        "account": story.ACCOUNT,
        "signatures": [
            {"thing": f"{story.ACCOUNT}/{story.FIRST_EXPIRY}", "commit": commit_at(history, story.COMMITTED),
             "open_at_or_before": iso(story.COMMITTED), "closed": "2021-10-06T00:00:00Z", "by": story.MARA.email},
            {"thing": f"{story.ACCOUNT}/{story.LAST_EXPIRY}", "commit": commit_at(history, story.RENEWED),
             "open_at_or_before": iso(story.RENEWED), "closed": iso(story.REVOKED), "by": story.JON.email},
        ],
        "secret_texts": [story.FIRST_SIGNATURE, story.LAST_SIGNATURE],
        "revoked": iso(story.REVOKED),
        "revoked_by": "priya@corp.example",
        "logs_begin": iso(story.LOGS_FROM),
        "reads": {
            "requests": reads.requests, "addresses": len(reads.addresses), "bytes_logged_as_sent": reads.sent,
            "first": iso(min(reads.times)), "last": iso(max(reads.times)), "blobs": reads.blobs,
        },
        "container": f"{story.HOST}/{story.CONTAINER}/",
        "read_blob": story.READ_BLOB,
        "read_by": story.READER,
        "unread_blob": story.UNREAD_BLOB,
        "unread_until": iso(story.REVOKED),
    }  # fmt: skip
    named = {f"evidence/{path}": content for path, content in files.items()}
    return named | {"expected/answers.json": answers_file(answers)}


if __name__ == "__main__":
    write_case(make_evidence, CASE)
