r"""The record stream that stands for a Git repository: what is stored as evidence, and what `parsers.git` decodes.

A record is one header line, its payloads one after the other, and a line feed:

    TYPE NAME FLAGS SIZE [SIZE]\n
    payload (SIZE bytes) [second payload (SIZE bytes)]\n

TYPE is a word. NAME is an object id, or a name with every byte outside `A-Za-z0-9` and `/:@+=,~^._-` percent-encoded
(`-` where there is none). FLAGS are words joined by commas (`-` where there are none). Sizes are decimal. Payloads are
the bytes of the evidence, exactly.

| type | name | flags | payload |
|---|---|---|---|
| repository | its name | `leakline-git-1`, `sha1` or `sha256` | `key value` lines: form, refs ...; always first |
| config | - | - | the configuration file as found |
| remote | remote | - | `key value` lines of that section, e.g. `url https://...` |
| hook | file name | - | `size N` and `sha256 HEX` lines; samples are left out |
| alternate | - | - | one line of `objects/info/alternates` (not followed) |
| pointer | `commondir`, `gitdir` ... | - | the file as found (not followed) |
| shallow | commit id | - | none; the history was cut below this commit |
| graft | commit id | - | the line of `info/grafts` (not obeyed) |
| replace | object id | `missing` | id of the object put in its place (not obeyed) |
| ref | ref name | `missing`, `stale`, `malformed` | an id, or `ref: NAME`; stale: packed, a loose file overrides it |
| reflog | ref name | `forced`, `missing` | one line of the reflog |
| hole | object id or - | `shallow`, `promised`, `prerequisite`, `missing`, `alternates`, `refs` | why; who names it |
| tag | tag id | `reachable`, `reflog`, `unreachable` or `unknown` | the tag object |
| commit | commit id | the same, and `paths_cut`, `paths_unknown` | the commit object; `git diff-tree --raw -z` of it |
| refused | object id | `unreadable`, `forged`, `long` | what could be read; forged: it does not hash to its name |

`reachable` is said from refs and HEAD, `reflog` from reflogs, stale refs and files such as ORIG_HEAD only, `unknown`
where the refs could not be read.
Commits are ordered by (committer time, id), everything else by name, so that the bytes depend on what the repository
holds, never on how it is packed, in which order files are listed, or where it lies. The second payload of a commit is
empty for `paths_unknown` (a parent or tree is missing). Merges have combined entries (`::`), one for each path that
differs from every parent.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote_from_bytes

STREAM: Final = b"leakline-git-1"
MAX_HEADER: Final = 64 * 1024
_SAFE_NAME: Final = "/:@+=,~^._-"
_HEADER: Final = re.compile(rb"([a-z]+) ([!-~]+) ([!-~]+) (\d{1,10})(?: (\d{1,10}))?")


def encoded_name(name: bytes) -> bytes:
    """A name as it stands in a header line: ASCII without spaces, never empty."""
    return quote_from_bytes(name, safe=_SAFE_NAME).encode() or b"-"


def record(kind: bytes, name: bytes, flags: Sequence[bytes], *payloads: bytes) -> bytes:
    """One whole record, line feed included. `name` is already encoded."""
    sizes = b" ".join(b"%d" % len(payload) for payload in payloads or (b"",))
    return b"%b %b %b %b\n%b\n" % (kind, name, b",".join(flags) or b"-", sizes, b"".join(payloads))


def payload_bytes(header: bytes) -> int | None:
    """Bytes that follow this header line, without the closing line feed; None where it is not a header line."""
    match = _HEADER.fullmatch(header)
    return None if match is None else int(match[4]) + int(match[5] or 0)
