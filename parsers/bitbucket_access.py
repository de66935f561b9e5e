"""Access log of Bitbucket Server and Data Center (and of Stash before it): HTTP, SSH and mesh requests.

    203.0.113.9,10.0.0.4 | https | o@4QEXAMPLEx7x51x1 | dana | 2026-03-30 23:17:59,410 | "GET /scm/ml/weights.git/info/refs
    HTTP/1.1" | "" "git/2.43.0" | 200 | 0 | 734003 | refs, access-token:id:4711 | 95 | s3ss10n |

(one line in the log). A request has a line when it begins (`i@`), without status, and one when it ends (`o@`). Git over
SSH is `SSH - git-upload-pack '/ml/weights.git'`: the command is the action. The credential is the number of the access
token that a label names. Times are in the server's own zone, which the log does not state.
Reference: https://confluence.atlassian.com/bitbucketserverkb/how-to-read-the-bitbucket-server-data-center-log-files-779171668.html.
"""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import NO_TIME, access_events
from parsers.lib.atlassian_lines import with_columns
from parsers.lib.bitbucket_line import CLEAN, split_bitbucket_line
from parsers.lib.columns import chunk_lines, known
from parsers.lib.splitting import split_lines
from parsers.lib.time_columns import TimeForm, read_time_column
from parsers.lib.times import Times
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "bitbucket.access"
VERSION: Final = 1
TITLE: Final = "Bitbucket Server and Data Center access log"
REFERENCE: Final = (
    "https://confluence.atlassian.com/bitbucketserverkb/"
    "how-to-read-the-bitbucket-server-data-center-log-files-779171668.html"
)
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line is not a Bitbucket access log record"

_LINES: Final = rb"""
203.0.113.9,10.0.0.4 | https | i@4QEXAMPLEx7x51x1 | - | 2026-03-30 23:17:59,300 | "GET /scm/ml/weights.git/info/refs HTTP/1.1" \
| "" "git/2.43.0" | - | - | - | - | - | - |
203.0.113.9,10.0.0.4 | https | o@4QEXAMPLEx7x51x1 | dana | 2026-03-30 23:17:59,410 | "GET /scm/ml/weights.git/info/refs HTTP/1.1" \
| "" "git/2.43.0" | 200 | 0 | 734003 | refs, access-token:id:4711 | 95 | s3ss10n |
2001:db8::7 | http | o@5QEXAMPLEx8x61x2 | - | 2026-03-30 23:18:02,450 | "GET /rest/api/latest/projects HTTP/1.1" \
| "https://git.example.com/" "curl/8.5.0" | 401 | 0 | 112 | - | 12 | - |
198.51.100.4 | ssh | o@5QEXAMPLEx8x62x2 | kim | 2026-03-30 23:18:05,120 | "SSH - git-upload-pack '/ml/weights.git'" \
| "" "git/2.43.0" | 0 | 212 | 98123 | clone | 4711 | s3ss11n |
"""
SAMPLES: Final = (_LINES.replace(b"\\\n", b"").lstrip(),)

_NAMES: Final = ("remote_host", "user", "time", "request", "user_agent", "status", "bytes", "labels", "session")
_TIME: Final = TimeForm(between=" ", mark=",", digits=3, end="", basis="zone_assumed")
_SSH: Final = r"^SSH - (?P<method>[a-z][a-z-]*) '?(?P<target>[^']*)'?$"
_CREDENTIAL: Final = r"(?P<credential>access-token:id:[0-9]{1,20})"


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines have these columns."""
    if sample.data.find(b" | ", 0, 4096) < 0 or sample.data.find(b' | "', 0, 4096) < 0:
        return NO
    lines = [line for line in sample.lines if len(line) < 65_536]
    good = sum(split_bitbucket_line(line) is not None for line in lines)
    if not good:
        return NO
    share = good / len(lines)
    confidence = 97 if share > 0.9 else 88 if share >= 0.5 else 60
    return Sniff(confidence, (f"{good} of the first {len(lines)} lines are Bitbucket access log records",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    lines = chunk_lines(chunk)
    split = split_lines(lines, CLEAN, _NAMES, _split, NOT_THIS_FORMAT)
    columns = {name: column for name, column in split.columns.items() if name not in {"time", "labels", "session"}}
    columns |= _ssh(columns["request"])
    batch, _ = access_events(KIND, lines, split.rows, columns, lambda _: None)
    # the arithmetic of whole columns is for UTC
    form = _TIME if chunk.context.zone is None else None
    time = read_time_column(split.columns["time"], form, Times(chunk.context.zone).iso)
    found = {
        "timestamp": time.us,
        "timestamp_precision": time.precision_us,
        "timestamp_basis": time.basis,
        "session": known(split.columns["session"]),
        "credential": pc.struct_field(pc.extract_regex(split.columns["labels"], _CREDENTIAL), "credential"),
    }
    batch = with_columns(batch, found)
    undated = batch.column("record").filter(pc.is_null(time.us)).to_pylist()
    return Decoded(batch, len(lines), split.rejects, split.ignored, [(number, NO_TIME) for number in undated])


def _split(text: str) -> Mapping[str, object] | None:
    line = split_bitbucket_line(text)
    if line is not None and line["protocol"] == "grpc":  # its numbers mean other things
        line.pop("bytes", None)
    return line


def _ssh(requests: pa.Array) -> dict[str, pa.Array]:
    """Command and repository of the requests that are Git over SSH."""
    parts = pc.extract_regex(requests, _SSH)
    if parts.null_count == len(parts):
        return {}
    return {name: pc.struct_field(parts, name) for name in ("method", "target")}


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The columns of one line by name, `-` kept; {} when it is no such line."""
    return split_bitbucket_line(record.decode("utf-8", "replace")) or {}
