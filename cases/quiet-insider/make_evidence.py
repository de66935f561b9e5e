"""Make this case's evidence and answers again: `python make_evidence.py [FOLDER]`; without FOLDER, in place.

Needs the standard library only. Every byte is the same with every Python from 3.11 on; a test compares them. The people,
keys, names and addresses are invented (RFC 2606, 5737).
"""

import sys
from pathlib import Path

CASE = Path(__file__).resolve().parent
sys.path.insert(1, str(CASE.parent))  # for cases/_shared

from _shared.clock import DAY, iso  # noqa: E402 - after the path
from _shared.github import BROWSER, AuditLog  # noqa: E402 - after the path
from _shared.writing import answers_file, write_case  # noqa: E402 - after the path
from generator import story  # noqa: E402 - after the path
from generator.trail import make_trail  # noqa: E402 - after the path


def make_evidence() -> dict[str, bytes]:
    """Give every file of the case that is made, by its path in the case's folder."""
    trail, read, before = make_trail()
    forge = AuditLog("corp", 9301)
    for day in range(60):  # everyday work, which says nothing of it
        person = story.COLLEAGUES[day % len(story.COLLEAGUES)]
        when = story.RAISED - (45 - day) * DAY + story.WORK_BEGINS
        who = person.name.replace(".", "-")
        forge.add(when, "pull_request.create", who, person.address, repo="corp/research", user_agent=BROWSER)
    answers = {
        "hypothesis": "insider",
        "person": story.INSIDER.session,
        "address": story.INSIDER.address,
        "raised_from": iso(story.RAISED),
        "reads": len(read),
        "first_read": iso(read[0][0]),
        "last_read": iso(read[-1][0]),
        "most_of_a_week_before": max(before.values()),
        "bytes_logged_as_sent": sum(sent for _, _, sent in read),
        "at_night": sum(when % DAY >= story.NIGHT for when, _, _ in read),
        "trail_off": [iso(story.STOPPED), iso(story.STARTED)],
        "not_answerable": {
            "what was read in the hour": {
                "resource": f"s3://{story.BUCKET}/never/", "from": iso(story.STOPPED), "to": iso(story.STARTED),
            },
        },
    }  # fmt: skip
    files = trail | {"github/audit-log-export.json": forge.export()}
    named = {f"evidence/{path}": content for path, content in files.items()}
    return named | {"expected/answers.json": answers_file(answers)}


if __name__ == "__main__":
    write_case(make_evidence, CASE)
