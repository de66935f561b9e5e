"""Ordinary commits, quickly: those with the four headers that all have and no others, and times that can be read.

Nearly all commits are such. `parsers.lib.git_events.commit` makes the same events of them, and reads all others.
"""

import re
from collections.abc import Callable
from typing import Final

from parsers.lib.git_events import MAX_MESSAGE, PATHS_CUT, Rows, shortened
from parsers.lib.git_objects import LAST_SECOND, decoded, subject_of
from parsers.lib.identity import content_hash_bytes
from timeline.model.time import SECOND_US

MAX_SUBJECT: Final = 1024
"""Bytes of a first line up to which it can be the subject as it stands; a longer one may have to be shortened."""
_LINE_FEED: Final = 0x0A

_ORDINARY: Final = re.compile(
    rb"commit ([0-9a-f]+) ([!-~]+) (\d{1,10}) (\d{1,10})\n"
    rb"(tree )[^\n]*\n(?:parent [^\n]*\n)*"
    rb"author [^<>\n]*<([^<>\n]*)> (\d{1,12}) [+-]\d{4}\n"
    rb"committer [^<>\n]*<([^<>\n]*)> (\d{1,12}) [+-]\d{4}\n\n([^\n]*)\n?"
)
_OWN: Final = ("offset", "length", "us", "desc", "actor", "uid", "message", "content")
"""Columns in which commits differ; `Rows.even` fills the others."""


class _Actors(dict[bytes, str | None]):
    """Mail addresses as text, each decoded once; None for an empty one."""

    def __missing__(self, mail: bytes) -> str | None:
        self[mail] = actor = decoded(mail) or None
        return actor


def ordinary_commits(rows: Rows) -> Callable[[int, int, bytes], bool]:
    """A function that adds the events of a record to `rows`; False where it is no ordinary commit, then none are added.

    It takes ordinal, offset and bytes of the record.
    """
    match_at, event = _ORDINARY.match, _adder(rows)

    def take(number: int, offset: int, data: bytes) -> bool:
        match = match_at(data)
        if match is None:
            return False
        name, flags, size, more, _, author, authored, committer, committed, line = match.groups()
        start, begin, end, length = match.start(5), match.start(10), match.end(), len(data)
        middle = start + int(size)
        author_seconds, seconds = int(authored), int(committed)
        if middle + int(more) != length or begin > middle or author_seconds > LAST_SECOND or seconds > LAST_SECOND:
            return False
        whole = line and len(line) < MAX_SUBJECT and (end == middle or (end < middle and data[end] == _LINE_FEED))
        subject = line.strip().decode("utf-8", "replace") or None if whole else _subject(data[begin:middle])
        content = content_hash_bytes(data[start:middle])
        uid = name.decode("ascii")
        event(offset, length, seconds, "commit", committer, uid, subject, content)
        if authored != committed:
            event(offset, length, author_seconds, "author", author, uid + "#author", subject, content)
        if b"paths_cut" in flags:
            rows.warnings.append((number, PATHS_CUT))
        return True

    return take


def _adder(rows: Rows) -> Callable[[int, int, int, str, bytes, str, str | None, int], None]:
    """A function that adds one event of a commit to the columns."""
    actors = _Actors()
    columns = [rows.columns[name].append for name in _OWN]
    add_offset, add_length, add_us, add_desc, add_actor, add_uid, add_message, add_content = columns

    def event(
        offset: int, length: int, seconds: int, desc: str, mail: bytes, uid: str, subject: str | None, content: int
    ) -> None:
        add_offset(offset)
        add_length(length)
        add_us(seconds * SECOND_US)
        add_desc(desc)
        add_actor(actors[mail])
        add_uid(uid)
        add_message(subject)
        add_content(content)

    return event


def _subject(message: bytes) -> str | None:
    return shortened(decoded(subject_of(message[: 4 * MAX_MESSAGE])))
