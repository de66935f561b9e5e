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
from generator.cloud import make_access_log as make_bucket_log  # noqa: E402 - after the path
from generator.cloud import make_findings, make_trail  # noqa: E402 - after the path
from generator.server import make_access_log, make_flows  # noqa: E402 - after the path


def make_evidence() -> dict[str, bytes]:
    """Give every file of the case that is made, by its path in the case's folder."""
    reads = story.all_reads()
    web, reached = make_access_log()
    taken = [read for read in reads if read.address == story.FOREIGN]
    sizes = {f"s3://{story.BUCKET}/{read.key}": read.size for read in taken}
    answers = {
        "hypothesis": "credential",
        "session": story.SESSION,
        "key_id": story.key_id(story.FIRST_USE),
        "server": story.SERVER,
        "prober": story.PROBER,
        "metadata_requests": [iso(when) for when in reached],
        "foreign_address": story.FOREIGN,
        "foreign_network": "203.0.113.0/24",
        "first_use": iso(story.FIRST_USE),
        "first_read": iso(taken[0].when),
        "last_read": iso(taken[-1].when),
        "reads": len(taken),
        "objects": sizes,
        "shards": [story.SHARDS, story.SHARDS],
        "bytes_logged_as_sent": sum(read.sent for read in taken),
        "bytes_obtained": sum(sizes.values()),
        "parts": sum(read.span is not None for read in taken),
        "flow_bytes_to_the_foreign_address": 0,
        "revoked": iso(story.REVOKED),
    }
    files = web | make_flows() | make_trail(reads) | make_bucket_log(reads)
    files["guardduty/findings.jsonl"] = make_findings()
    named = {f"evidence/{path}": content for path, content in files.items()}
    return named | {"expected/answers.json": answers_file(answers)}


if __name__ == "__main__":
    write_case(make_evidence, CASE)
