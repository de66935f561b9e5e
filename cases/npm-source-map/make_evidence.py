"""Make this case's evidence and answers again: `python make_evidence.py [FOLDER]`; without FOLDER, in place.

Needs the standard library only. Every byte is the same with every Python from 3.11 on, whatever the zlib, the Git or
the clock of the machine; a test compares them. The people, names and addresses are invented (RFC 2606, 5737, 3849).
"""

import json
import sys
from pathlib import Path

CASE = Path(__file__).resolve().parent
sys.path.insert(1, str(CASE.parent))  # for cases/_shared

from _shared.clock import iso  # noqa: E402 - after the path
from generator import story  # noqa: E402 - after the path
from generator.access_log import make_access_log  # noqa: E402 - after the path
from generator.cloudtrail import make_trail  # noqa: E402 - after the path
from generator.github_audit import make_audit_log  # noqa: E402 - after the path
from generator.npm_metadata import first_snapshot, second_snapshot  # noqa: E402 - after the path
from generator.repository import History, make_bundle, make_history  # noqa: E402 - after the path
from generator.tarball_reads import TARBALL, Reads  # noqa: E402 - after the path


def make_evidence() -> dict[str, bytes]:
    """Give every file of the case that is made, by its path in the case's folder."""
    history = make_history()
    rotated, current, reads = make_access_log()
    files = {
        "git/corp-cli.bundle": make_bundle(history),
        "github/audit-log-export.json": make_audit_log(history),
        "npm/corp-cli.20260331T0600Z.json": first_snapshot(history),
        "npm/corp-cli.20260401T0410Z.json": second_snapshot(history),
        "registry/registry-access.log.1.gz": rotated,
        "registry/registry-access.log": current,
    }
    files |= make_trail(history)
    named = {f"evidence/{path}": content for path, content in files.items()}
    return named | {"expected/answers.json": _answers(history, reads)}


def _answers(history: History, reads: Reads) -> bytes:
    answers = {
        "build_change": {"commit": _commit_at(history, story.COMMITTED), "committed": iso(story.COMMITTED),
                         "authored": iso(story.AUTHORED), "by": story.DANA.email},
        "workflow_completed": iso(story.WORKFLOW_COMPLETED),
        "published": iso(story.PUBLISHED, milliseconds=True),
        "published_by": "ci-publisher",
        "released_commit": history.tagged_commits["v2.1.88"],
        "fixed_version_published": iso(story.FIX_PUBLISHED, milliseconds=True),
        "first_anonymous_read": iso(story.FIRST_ANONYMOUS_READ),
        "first_anonymous_reader": story.FIRST_READER,
        "last_read": iso(story.LAST_READ),
        "absent_at_or_before": iso(story.SECOND_SNAPSHOT),
        "tarball": TARBALL,
        "tarball_bytes": story.TARBALL_BYTES,
        "reads": reads.lines,
        "reading_addresses": len(reads.addresses),
        "bytes_logged_as_sent": reads.sent,
        "data_events_on": iso(story.DATA_EVENTS_ON),
        "trail_off": [iso(story.TRAIL_STOPPED), iso(story.TRAIL_STARTED)],
    }  # fmt: skip
    return (json.dumps(answers, indent=2) + "\n").encode()


def _commit_at(history: History, when_us: int) -> str:
    return next(oid for oid, committed, _ in history.commits if committed == when_us)


def main(arguments: list[str]) -> None:
    """Write the files below the folder that is named, or the case's own."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    for path, content in make_evidence().items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1:])
