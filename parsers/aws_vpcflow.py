"""VPC flow log: the 14 default fields, with or without CloudWatch's time in front, or those that case.yaml names.

    version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
    2 111122223333 eni-0e25 198.51.100.9 10.0.0.200 38471 443 6 12 734003200 1774910208 1774910218 ACCEPT OK

NODATA and SKIPDATA lines are events without addresses: they say that the log was on. A flow log with other fields writes their
names into the first line of each file, of which a later part of the file knows nothing: `options: {fields: "version vpc-id
srcaddr ..."}` of case.yaml names them for the source, as the flow log's own format string does (`${vpc-id}` is taken, too).
Reference: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.columns import Lines, chunk_lines, constant, event_batch, known, per_distinct, whole_numbers
from parsers.lib.json_reading import Record
from parsers.lib.records import NO_TIME, Ignored
from parsers.lib.separated_columns import split_separated
from parsers.lib.splitting import Split
from parsers.lib.times import Times
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Refusal, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "aws.vpcflow"
VERSION: Final = 2
TITLE: Final = "VPC flow log"
REFERENCE: Final = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (KIND,)
NOT_THIS_FORMAT: Final = "the line does not have the fields of a flow log: case.yaml may name others, options fields"
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
_TIME: Final = "(cloudwatch)"
_USED: Final = (
    "account-id",
    "srcaddr",
    "dstaddr",
    "dstport",
    "bytes",
    "start",
    "action",
    "log-status",
    "region",
    _TIME,
)
_VERSION: Final = re.compile(r"[2-9]|10")
_HEADINGS: Final = frozenset({"srcaddr", "log-status", "interface-id"})  # a value of a flow log is none of these words
_STATUS: Final = frozenset({"OK", "NODATA", "SKIPDATA"})
_ODD_BLANKS: Final = (b"  ", b"\t", b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e", b"\x1f", b"\n ", b" \n", b" \r")
_STATUSES: Final = pa.array(sorted(_STATUS))
_CLOUDWATCH: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]+")
_OUTCOMES: Final = {"ACCEPT": "success", "REJECT": "denied"}
_NO_NUMBER: Final = pa.scalar(None, pa.int64())
_NO_TEXT: Final = pa.scalar(None, pa.utf8())


def sniff(sample: Sample) -> Sniff:
    """By lines that have the 14 default fields."""
    lines = sample.lines[:20]
    found = [_split(line, _NAMES) for line in lines if len(line) < 2048]
    good = sum(isinstance(line, dict) for line in found)
    if not good or good + sum(isinstance(line, Ignored) for line in found) < len(lines) / 2:
        return NO
    return Sniff(96, (f"{good} of the first {len(lines)} lines have the default fields of a flow log",))


@lru_cache(maxsize=64)
def _names(fields: str | None) -> tuple[str, ...]:
    """The names of the fields that an option says; the default ones without it."""
    found = tuple(re.findall(r"[a-z][a-z0-9-]*", fields.lower())) if fields else ()
    return found if len(set(found)) == len(found) and {"start", "srcaddr"} <= set(found) else _NAMES


def _split(line: str, names: tuple[str, ...]) -> Record | Ignored | None:
    words = line.split()
    values: Record = {}
    if len(words) == len(names) + 1 and _CLOUDWATCH.fullmatch(words[0]):
        values[_TIME] = words.pop(0)
    if len(words) == len(names):
        values.update(zip(names, words, strict=True))
        if _is_flow(values):
            return values
    return None if _HEADINGS.isdisjoint(words) else Ignored(HEADER)


def _is_flow(values: Record) -> bool:
    """Whether what stands in the fields looks like that, as far as the fields are there."""
    number = values.get("account-id", "0")
    return (
        _VERSION.fullmatch(values.get("version", "2")) is not None
        and values.get("log-status", "OK") in _STATUS
        and ((number.isascii() and number.isdecimal()) or number == "unknown")
    )


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines."""
    lines = chunk_lines(chunk)
    names = _names(chunk.context.options.get("fields"))
    wanted = tuple(dict.fromkeys((*_USED, "version")))
    data = chunk.data
    odd = data[:1] == b" " or data[-1:] == b" " or any(blank in data for blank in _ODD_BLANKS)  # no single blanks
    widths = [] if odd else [names, (_TIME, *names)]
    split = split_separated(lines, " ", widths, wanted, lambda text: _split(text, names), NOT_THIS_FORMAT)
    return _decoded(lines, _checked(lines, split, names), Times.of(chunk.context))


def _checked(lines: Lines, split: Split, names: tuple[str, ...]) -> Split:
    """Rows of the right length whose words are none of a flow log are given to the exact splitter's verdict."""
    columns = split.columns
    good = pc.fill_null(pc.match_substring_regex(columns["version"], "^(?:[2-9]|10)$"), "version" not in names)
    good = pc.and_(
        good, pc.fill_null(pc.is_in(columns["log-status"], _STATUSES), False) if "log-status" in names else good
    )
    if "account-id" in names:
        good = pc.and_(
            good, pc.fill_null(pc.match_substring_regex(columns["account-id"], "^(?:[0-9]+|unknown)$"), False)
        )
    good = pc.and_(good, pc.fill_null(pc.match_substring_regex(columns[_TIME], f"^{_CLOUDWATCH.pattern}$"), True))
    if good.true_count == len(good):
        return split
    rejects, ignored = list(split.rejects), list(split.ignored)
    for row in split.rows.filter(pc.invert(good)).to_pylist():
        verdict = _split(lines.raw(row).decode("utf-8", "replace"), names)
        target, reason = (ignored, verdict.reason) if isinstance(verdict, Ignored) else (rejects, NOT_THIS_FORMAT)
        target.append(lines.refusal(row, reason))
    return Split(
        split.rows.filter(good),
        {name: column.filter(good) for name, column in columns.items()},
        _by_place(rejects),
        _by_place(ignored),
    )


def _by_place(refusals: list[Refusal]) -> tuple[Refusal, ...]:
    return tuple(sorted(refusals, key=lambda refusal: (refusal.offset, refusal.record)))


def _decoded(lines: Lines, split: Split, times: Times) -> Decoded:
    rows, columns = split.rows, split.columns
    count = len(rows)
    action, target, port = known(columns["action"]), known(columns["dstaddr"]), columns["dstport"]
    us = _starts(columns["start"], times)
    dated = pc.is_valid(us)
    batch = event_batch(
        count,
        {
            "timestamp": us,
            "timestamp_desc": constant("start", count),
            "timestamp_precision": pc.if_else(dated, pa.scalar(SECOND_US, pa.int64()), _NO_NUMBER),
            "timestamp_basis": pc.if_else(dated, pa.scalar("stated"), _NO_TEXT),
            "record": lines.record.take(rows),
            "offset": lines.offset.take(rows),
            "length": lines.length.take(rows),
            "kind": constant(KIND, count),
            "action": pc.coalesce(action, known(columns["log-status"])),
            "outcome": per_distinct(action, _OUTCOMES.get, pa.utf8()),
            "src_ip": known(columns["srcaddr"]),
            "resource": pc.coalesce(pc.binary_join_element_wise(target, known(port), ":"), target),
            "account": known(columns["account-id"]),
            "region": known(columns["region"]),
            "bytes_out": whole_numbers(columns["bytes"]),
        },
    )
    undated = batch.column("record").filter(pc.invert(dated)).to_pylist()
    return Decoded(batch, len(lines), split.rejects, split.ignored, [(number, NO_TIME) for number in undated])


def _starts(texts: pa.Array, times: Times) -> pa.Array:
    """Seconds since 1970 as microseconds; what is written in another way once per distinct text."""
    plain = pc.fill_null(pc.match_substring_regex(texts, "^[0-9]{1,11}$"), False)
    seconds = pc.cast(pc.if_else(plain, texts, _NO_TEXT), pa.int64())
    us = pc.multiply(seconds, SECOND_US)
    if plain.true_count == len(texts):
        return us

    def read(text: str) -> int | None:
        stamp = times.epoch(text, SECOND_US)
        return None if stamp is None else stamp.us

    return pc.coalesce(
        us,
        per_distinct(pc.if_else(plain, _NO_TEXT, texts), lambda text: None if text is None else read(text), pa.int64()),
    )


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The parts of one line by name."""
    found = _split(record.decode("utf-8", "replace"), _names(context.options.get("fields")))
    return {} if found is None or isinstance(found, Ignored) else found
