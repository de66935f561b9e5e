"""One record of the stream that stands for a Git repository (see `timeline.evidence.git.records`), taken apart."""

import re
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

FIRST: Final = re.compile(rb"repository ([!-~]+) leakline-git-1,(sha1|sha256) \d+")
_HEADER: Final = re.compile(rb"([a-z]+) ([!-~]+) ([!-~]+) (\d{1,10})(?: (\d{1,10}))?\n")


class GitRecord(NamedTuple):
    """`name` is as in the header line, still encoded. `second` is the second payload, b"" where there is none."""

    kind: bytes
    name: bytes
    flags: bytes
    payload: bytes
    second: bytes

    @property
    def title(self) -> str:
        """The name as text; "" where the record has none."""
        return "" if self.name == b"-" else text(unquote_to_bytes(self.name))

    @property
    def flag_names(self) -> tuple[str, ...]:
        """The flags as texts."""
        return () if self.flags == b"-" else tuple(self.flags.decode("ascii").split(","))


def read_record(data: bytes) -> GitRecord | None:
    """Take one record apart, its closing line feed left off; None where it is none, or its sizes are wrong."""
    header = _HEADER.match(data)
    if header is None:
        return None
    start = header.end()
    middle = start + int(header[4])
    end = middle + int(header[5] or 0)
    if end != len(data):
        return None
    return GitRecord(header[1], header[2], header[3], data[start:middle], data[middle:end])


def text(raw: bytes) -> str:
    """Bytes of evidence as text: UTF-8, what is none replaced."""
    return raw.decode("utf-8", "replace")


def repository_name(header: bytes, fallback: str) -> str:
    """The repository's name from the stream's first header line; else from the path of the source."""
    match = FIRST.match(header)
    name = "" if match is None else text(unquote_to_bytes(match[1]))
    if name not in {"", "-"}:  # as a name of nothing is written
        return name
    return re.sub(r"(/?\.git|\.bundle)$", "", fallback.rstrip("/")) or "repository"
