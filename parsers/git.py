r"""Git repositories and bundles, as the record stream that `timeline.evidence.git` makes of them.

    repository corp/cli leakline-git-1,sha1 31
    form folder
    bare false
    refs read
    reflog refs/heads/main forced 168
    6f0c... 91ab... Dana Example <dana@example.com> 1774910260 +0000\tupdate by push
    commit 91ab... reachable 231 98
    tree 8d3f...
    parent 6f0c...
    author Dana Example <dana@example.com> 1774908400 +0200
    committer Release Bot <release-bot@example.com> 1774910204 +0000

    build: settings for the release
    :000000 100644 0000... 52e1... A\0settings.ini\0

A commit gives an event by its committer's clock, and one by its author's clock where that says something else; tags
and reflog lines one event each, by their own clocks ("update by push" is the clock of a push). Refs, remotes, hooks,
shallow borders, grafts, replacements and holes are undated events. Reference: https://git-scm.com/docs/git-commit-tree.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.git_commits import ordinary_commits
from parsers.lib.git_events import COMMIT, REF, REFLOG, REPOSITORY, TAG, Place, Rows
from parsers.lib.git_fields import record_fields
from parsers.lib.git_records import FIRST, read_record, repository_name
from parsers.lib.git_samples import CUT_BUNDLE, WORK_TREE
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "git"
VERSION: Final = 2
TITLE: Final = "Git repository, mirror or bundle: commits, tags, refs, reflogs"
REFERENCE: Final = "https://git-scm.com/docs/git-commit-tree"
FRAMING: Final[Framing] = "git"
COLUMNAR: Final = False
EMITS: Final = (COMMIT, TAG, REF, REFLOG, REPOSITORY)
SAMPLES: Final = (WORK_TREE, CUT_BUNDLE)
NOT_A_RECORD: Final = "not a record of a Git stream"


def sniff(sample: Sample) -> Sniff:
    """By the first record, which only our own reader of repositories writes."""
    if FIRST.match(sample.data[:65_536]):
        return Sniff(100, ("begins with the first record of a Git stream",))
    return NO


def decode(chunk: Chunk) -> Decoded:
    """Every record into its events."""
    rows = Rows(repository_name(chunk.header or chunk.data[:65_536], chunk.context.source))
    took = ordinary_commits(rows)
    count = 0
    for number, offset, data in chunk.records():
        count += 1
        if took(number, offset, data):
            continue
        place = Place(number, offset, len(data))
        record = read_record(data)
        if record is None:
            rows.reject(place, NOT_A_RECORD)
        else:
            rows.take(place, record)
    return Decoded(rows.batch(), count, tuple(rows.rejects), (), tuple(rows.warnings))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """Everything in a record: a commit's headers, message, changed paths and reach; a reflog line's parts."""
    parts = read_record(record)
    return {} if parts is None else record_fields(parts)
