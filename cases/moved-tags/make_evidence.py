"""Make this case's evidence and answers again: `python make_evidence.py [FOLDER]`; without FOLDER, in place.

Needs the standard library only. Every byte is the same with every Python from 3.11 on; a test compares them. The people,
names and addresses are invented (RFC 2606, 5737).
"""

import sys
from pathlib import Path

CASE = Path(__file__).resolve().parent
sys.path.insert(1, str(CASE.parent))  # for cases/_shared

from _shared.clock import iso  # noqa: E402 - after the path
from _shared.writing import answers_file, write_case  # noqa: E402 - after the path
from generator import story  # noqa: E402 - after the path
from generator.forge import make_audit_log, make_runs, make_webhooks  # noqa: E402 - after the path
from generator.jobs import make_jobs  # noqa: E402 - after the path
from generator.repository import make_mirror, make_repository  # noqa: E402 - after the path


def make_evidence() -> dict[str, bytes]:
    """Give every file of the case that is made, by its path in the case's folder."""
    made, runs = make_repository(), make_runs()
    jobs, printed = make_jobs(made, runs)
    files = {f"git/setup-cache.git/{path}": content for path, content in make_mirror(made).items()}
    files |= {
        "github/webhooks.jsonl": make_webhooks(made),
        "github/audit-log-export.json": make_audit_log(runs),
        "ci/jobs.csv": jobs,
    }
    last = (len(story.TAGS) - 1) * story.STEP
    answers = {
        "hypothesis": "supply",
        "repository": story.REPOSITORY,
        "tags": {tag: made.tips[tag] for tag in story.TAGS},
        "orphan": made.orphan,
        "orphan_says": {"committed": iso(story.FORGED), "by": story.PRIYA.email},
        "moved": [iso(story.MOVED), iso(story.MOVED + last)],
        "moved_by": story.BOT_LOGIN,
        "moved_from": story.FOREIGN,
        "moved_at_or_before_by_the_mirror": iso(story.MIRRORED),
        "restored": [iso(story.RESTORED), iso(story.RESTORED + last)],
        "restored_by": story.LOGINS[story.PRIYA],
        "rolling_tag": story.ROLLING,
        "runs_that_printed": [run.number for run, _ in printed],
        "first_print": iso(printed[0][1]),
        "last_print": iso(printed[-1][1]),
        "abbreviation": "PST",
        "zone_meant": "America/Los_Angeles",
    }
    named = {f"evidence/{path}": content for path, content in files.items()}
    return named | {"expected/answers.json": answers_file(answers)}


if __name__ == "__main__":
    write_case(make_evidence, CASE)
