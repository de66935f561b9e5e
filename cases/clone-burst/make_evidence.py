"""Make this case's evidence and answers again: `python make_evidence.py [FOLDER]`; without FOLDER, in place.

Needs the standard library only. Every byte is the same with every Python from 3.11 on; a test compares them. The people,
tokens, names and addresses are invented (RFC 2606, 5737).
"""

import sys
from pathlib import Path

CASE = Path(__file__).resolve().parent
sys.path.insert(1, str(CASE.parent))  # for cases/_shared

from _shared.clock import iso  # noqa: E402 - after the path
from _shared.packed import gzip_packed  # noqa: E402 - after the path
from _shared.writing import answers_file, write_case  # noqa: E402 - after the path
from generator import story  # noqa: E402 - after the path
from generator.forge import make_audit_log, make_git_events  # noqa: E402 - after the path


def make_evidence() -> dict[str, bytes]:
    """Give every file of the case that is made, by its path in the case's folder."""
    git, times = make_git_events()
    names = story.repositories()
    answers = {
        "hypothesis": "credential",
        "token": story.TOKEN,
        "owner": story.OWNER,
        "owner_address": story.OWNER_ADDRESS,
        "foreign_address": story.FOREIGN,
        "foreign_network": "203.0.113.0/24",
        "foreign_agent": story.FOREIGN_AGENT,
        "burst": [iso(times[0], milliseconds=True), iso(times[-1], milliseconds=True)],
        "repositories": names,
        "clones": len(times),
        "revoked": iso(story.TOKEN_REVOKED, milliseconds=True),
        "git_events_from": iso(story.GIT_FROM),
        "not_answerable": {
            "who cloned it in August": {
                "resource": names[0], "from": "2026-08-18T00:00:00Z", "to": "2026-09-09T00:00:00Z",
            },
        },
    }  # fmt: skip
    files = {"github/audit-log-export.json": make_audit_log(), "github/git-events-export.json.gz": gzip_packed(git)}
    named = {f"evidence/{path}": content for path, content in files.items()}
    return named | {"expected/answers.json": answers_file(answers)}


if __name__ == "__main__":
    write_case(make_evidence, CASE)
