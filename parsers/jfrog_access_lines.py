"""Artifactory's access log and the audit trail of the JFrog Platform, as written to their files.

    2026-03-30T22:36:48.424Z [7a938a8b8b518a60] [ACCEPTED DOWNLOAD] npm-local:models.tgz  for client : dana / 198.51.100.9.
    2026-03-30 22:36:49,001 [7a938a8b8b518a60] [DENIED LOGIN] for eve/203.0.113.77.
    2026-03-30T22:36:50.001Z|7a938a8b8b518a61|198.51.100.9|dana|dana|ci|C|TKN|{"added":{"id":"a1"}}

The audit trail has the columns date, trace id, address, user, logged principal, entity, type (C created, U updated,
D deleted), event (USR, GRP, PRM, TKN ...) and what was changed, which may hold the separator.
Reference: https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-log,
https://jfrog.com/help/r/jfrog-platform-administration-documentation/audit-trail-log.
"""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import NO_TIME
from parsers.lib.columns import Lines, chunk_lines, constant, event_batch, known, per_distinct
from parsers.lib.iso_times import iso_times
from parsers.lib.jfrog_access_line import CLEAN, split_access_line
from parsers.lib.jfrog_records import ACCESS, done_of, known_address, known_name, outcome_of_response
from parsers.lib.splitting import split_lines
from parsers.lib.times import Times
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "jfrog.access.lines"
VERSION: Final = 1
TITLE: Final = "Artifactory access log and audit trail (lines)"
REFERENCE: Final = "https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-log"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (ACCESS,)
NOT_THIS_FORMAT: Final = "the line is not a record of access or of an audit trail"

_ACCESSED: Final = b"""\
2026-03-30T22:36:48.424Z [7a938a8b8b518a60] [ACCEPTED DOWNLOAD] npm-local:models/-/a.tgz  for client : dana / 198.51.100.9.
2026-03-30T22:36:49.001Z [7a938a8b8b518a62] [DENIED LOGIN] for client : NA / 2001:db8::7 [token]
2026-03-30 22:36:50,001 [7a938a8b8b518a63] [ACCEPTED DEPLOY] libs:a for b/c.jar for anonymous/203.0.113.77.
"""
_AUDITED: Final = b"""\
2026-03-30T22:36:50.001Z|7a938a8b8b518a61|198.51.100.9|dana|dana|ci|C|TKN|{"added":{"id":"a1","scope":"a|b"}}
2026-03-30T22:36:51.001Z|7a938a8b8b518a64|UNKNOWN|UNKNOWN|jfrt@01example|readers|D|GRP|{}
"""
SAMPLES: Final = (_ACCESSED, _AUDITED)

_NAMES: Final = (
    "log_timestamp", "action_response", "repo_path", "username", "ip", "event", "event_type", "user",
    "logged_principal", "user_ip", "entity_name",
)  # fmt: skip
_USERS: Final = ("username", "user", "logged_principal")


def sniff(sample: Sample) -> Sniff:
    """By how many of the first lines are such records."""
    lines = sample.lines
    if not any(line[:2] == "20" and ("|" in line[:64] or " [" in line[:64]) for line in lines[:3]):
        return NO
    good = sum(split_access_line(line) is not None for line in lines)
    if not good:
        return NO
    share = good / len(lines)
    confidence = 97 if share > 0.9 else 88 if share >= 0.5 else 40
    return Sniff(confidence, (f"{good} of the first {len(lines)} lines are records of access or of an audit trail",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    lines = chunk_lines(chunk)
    split = split_lines(lines, CLEAN, _NAMES, split_access_line, NOT_THIS_FORMAT)
    batch = _events(lines, split.rows, split.columns, Times(chunk.context.zone))
    undated = batch.column("record").filter(pc.is_null(batch.column("timestamp"))).to_pylist()
    return Decoded(batch, len(lines), split.rejects, split.ignored, [(number, NO_TIME) for number in undated])


def _events(lines: Lines, rows: pa.Array, columns: Mapping[str, pa.Array], times: Times) -> pa.RecordBatch:
    count = len(rows)
    moments = iso_times(columns["log_timestamp"], times)
    response = columns["action_response"]
    changed = pc.binary_join_element_wise(columns["event"], columns["event_type"], " ")
    done = per_distinct(response, done_of, pa.utf8())
    outcome = per_distinct(response, outcome_of_response, pa.utf8())
    users = [per_distinct(known(columns[name]), known_name, pa.utf8()) for name in _USERS]
    address = pc.coalesce(known(columns["ip"]), known(columns["user_ip"]))
    return event_batch(
        count,
        {
            "timestamp": moments.us,
            "timestamp_desc": constant("event", count),
            "timestamp_precision": moments.precision_us,
            "timestamp_basis": moments.basis,
            "record": lines.record.take(rows),
            "offset": lines.offset.take(rows),
            "length": lines.length.take(rows),
            "kind": constant(ACCESS, count),
            "action": pc.coalesce(done, changed),
            "outcome": pc.coalesce(outcome, pa.scalar("success")),
            "actor": pc.coalesce(*users),
            "src_ip": per_distinct(address, known_address, pa.utf8()),
            "resource": pc.coalesce(known(columns["repo_path"]), known(columns["entity_name"])),
        },
    )


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001  # the protocol's
    """The parts of the line, by the names that JFrog's fluentd configuration gives them."""
    return split_access_line(record.decode("utf-8", "replace")) or {}
