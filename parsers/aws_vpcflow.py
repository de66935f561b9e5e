"""VPC flow log: the 14 default fields, with or without CloudWatch's time in front.

    version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
    2 111122223333 eni-0e25 198.51.100.9 10.0.0.200 38471 443 6 12 734003200 1774910208 1774910218 ACCEPT OK

NODATA and SKIPDATA lines are events without addresses: they say that the log was on. Lines with other fields are refused.
Reference: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "aws.vpcflow"
VERSION: Final = 1
TITLE: Final = "VPC flow log"
REFERENCE: Final = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line does not have the default fields of a flow log"
HEADER: Final = "header"

_LINES: Final = b"""\
version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
2 111122223333 eni-0e25example 198.51.100.9 10.0.0.200 38471 443 6 12 734003200 1774910208 1774910218 ACCEPT OK
2 111122223333 eni-0e25example 203.0.113.4 10.0.0.200 38472 22 6 1 44 1774910209 1774910218 REJECT OK
2 111122223333 eni-0e25example - - - - - - - 1774910268 1774910278 - NODATA
"""
SAMPLES: Final = (_LINES,)

_NAMES: Final = (
    "version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start",
    "end", "action", "log-status",
)  # fmt: skip
_VERSION: Final = re.compile(r"[2-9]|10")
_STATUS: Final = frozenset({"OK", "NODATA", "SKIPDATA"})


def sniff(sample: Sample) -> Sniff:
    """By lines that have the 14 default fields."""
    lines = sample.lines[:20]
    found = [_split(line) for line in lines if len(line) < 2048]
    good = sum(isinstance(line, dict) for line in found)
    if not good or good + sum(isinstance(line, Ignored) for line in found) < len(lines) / 2:
        return NO
    return Sniff(96, (f"{good} of the first {len(lines)} lines have the default fields of a flow log",))


def _split(line: str) -> Record | Ignored | str:
    words = line.split()
    if words and words[0] == "version" and "srcaddr" in words:
        return Ignored(HEADER)
    if len(words) == len(_NAMES) + 1 and words[0][:2].isdecimal() and "T" in words[0]:
        words = words[1:]  # CloudWatch's own time
    if (
        len(words) != len(_NAMES)
        or not _VERSION.fullmatch(words[0])
        or words[-1] not in _STATUS
        or not words[1].isdecimal()
    ):
        return NOT_THIS_FORMAT
    return dict(zip(_NAMES, words, strict=True))


def _read(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    action, target = as_text(record["action"]), as_text(record["dstaddr"])
    values: EventValues = {
        "timestamp_desc": "start",
        "action": action or record["log-status"],
        "outcome": {"ACCEPT": "success", "REJECT": "denied"}.get(action or ""),
        "src_ip": as_text(record["srcaddr"]),
        "resource": None if target is None else f"{target}:{record['dstport']}",
        "account": as_text(record["account-id"]),
        "bytes_out": int(record["bytes"]) if record["bytes"].isdecimal() and len(record["bytes"]) < 19 else None,
    }
    stamp = times.epoch(record["start"], SECOND_US)
    if stamp is not None:
        values.update(stamp.values())
    return values


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    return line_fields(record, _FORMAT, _split)


_FORMAT: Final = RecordFormat(KIND, _read)
