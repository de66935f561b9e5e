"""One line of HAProxy's HTTP log taken apart, and clean lines as columns of texts.

A clean line has its tokens where the format has them and no quote before the request. What stands before `haproxy[pid]: `
is syslog's head; clean lines have it up to their first `: `, or not at all.
"""

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.clean_first import printable
from parsers.lib.clf_time import TimeColumns
from parsers.lib.columns import Lines
from parsers.lib.json_reading import Record
from parsers.lib.times import MILLISECOND_US, Times
from timeline.model.time import SECOND_US

_HEAD: Final = re.compile(r"(?P<syslog>.{0,300}?haproxy(?:\[\d{1,10}\])?: )?(?P<rest>.*)", re.DOTALL)
_LINE: Final = re.compile(
    r"(?P<client>\S{1,256}):(?P<port>\d{1,5}) \[(?P<time>[^\]]{1,40})\] (?P<frontend>\S{1,256})"
    r" (?P<backend>[^ /]{1,256})/(?P<server>\S{1,256})"
    r" (?P<timers>[-+\d/]{1,256}) (?P<status>-?\d{1,3}) (?P<bytes>\+?\d{1,18})"
    r" (?P<request_cookie>\S{1,2000}) (?P<response_cookie>\S{1,2000})"
    r" (?P<termination>\S{2,4}) (?P<connections>[+\d/]{1,256}) (?P<queues>[\d/]{1,256})(?P<captured>(?: \{[^}]*\}){0,2})"
    r' "(?P<request>[^"]*)"?(?P<more>.*)',
    re.DOTALL,
)
NAMES: Final = ("client", "time", "status", "bytes", "request")
_CLEAN_HEAD: Final = r'^[^"]{0,290}haproxy(?:\[[0-9]{1,10}\])?$'
_ANY_HEAD: Final = r"haproxy(?:\[[0-9]{1,10}\])?: "
_CLEAN_BODY: Final = (
    r"^[^ ]+:[0-9]{1,5} \[[0-3][0-9]/[A-Za-z]{3}/20[0-9]{2}:[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}\] [^ ]+ [^ /]+/[^ ]+"
    r" [-+0-9/]+ -?[0-9]{1,3} \+?[0-9]{1,18} [^ ]+ [^ ]+ [^ ]{2,4} [+0-9/]+ [0-9/]+ (?:\{[^}]*\} ){0,2}$"
)
_TOKENS: Final = 12  # in front of what was captured
_LONGEST: Final = 256  # bytes of all of them: RE2 is slow where it has to count those of each
_MINUTE: Final = len("30/Mar/2026:22:36")
_MINUTE_PATTERN: Final = "%d/%b/%Y:%H:%M:%S"
_PLACES: Final = {"status": 5, "bytes": 6}


def split_haproxy_line(line: str) -> Record | None:
    """The parts of one line, or syslog's head and the `notice` of one that is of HAProxy, but no request; else None."""
    head = _HEAD.fullmatch(line)
    rest = line if head is None else head["rest"]
    match = _LINE.fullmatch(rest)
    if match is not None:
        return {"syslog": "" if head is None else head["syslog"] or "", **match.groupdict()}
    if head is not None and head["syslog"]:
        return {"syslog": head["syslog"], "notice": rest}
    return None


def split_clean_lines(lines: Lines) -> tuple[pa.Array, dict[str, pa.Array]]:
    """The places of the clean lines, ascending, and their columns of NAMES."""
    pieces = pc.split_pattern(lines.texts, '"', max_splits=2)
    fits = pc.greater(pc.list_value_length(pieces), 1)
    clean = printable(lines)
    fits = fits if clean is None else pc.and_(fits, clean)
    rows = pc.indices_nonzero(fits).cast(pa.int64())
    pieces = pieces if len(rows) == len(lines) else pieces.filter(fits)
    bodies = _bodies(pc.list_element(pieces, 0), lines.texts if len(rows) == len(lines) else lines.texts.filter(fits))
    good = pc.fill_null(pc.match_substring_regex(bodies, _CLEAN_BODY), False)
    bodies = bodies if good.true_count == len(rows) else pc.if_else(good, bodies, pa.scalar(None, pa.utf8()))
    words = pc.split_pattern(bodies, " ", max_splits=_TOKENS)
    tokens = pc.subtract(pc.binary_length(bodies), pc.binary_length(pc.list_element(words, _TOKENS)))
    good = pc.fill_null(pc.less(tokens, _LONGEST), False)
    if good.true_count < len(rows):
        rows, pieces, words = rows.filter(good), pieces.filter(good), words.filter(good)
    columns = {name: pc.list_element(words, place) for name, place in _PLACES.items()}
    columns["client"] = pc.list_element(pc.split_pattern(pc.list_element(words, 0), ":", max_splits=1, reverse=True), 0)
    columns["time"] = _sliced(pc.list_element(words, 1), 1, -1)
    columns["request"] = pc.list_element(pieces, 1)
    return rows, columns


def _bodies(starts: pa.Array, texts: pa.Array) -> pa.Array:
    """What stands between syslog's head and the request; null where it is not clear which that is."""
    parts = pc.split_pattern(starts, ": ", max_splits=1)
    headed = pc.match_substring_regex(pc.list_element(parts, 0), _CLEAN_HEAD)
    headed = pc.and_(headed, pc.equal(pc.list_value_length(parts), 2))
    if headed.true_count == len(texts):
        return pc.list_element(parts, 1)
    nothing = pa.scalar(None, pa.utf8())
    bare = pc.if_else(pc.match_substring_regex(texts, _ANY_HEAD), nothing, starts)
    if not headed.true_count:
        return bare
    with_head = pc.list_element(pc.if_else(headed, parts, pa.scalar(None, parts.type)), 1)
    return pc.if_else(headed, with_head, bare)


def read_clean_times(texts: pa.Array, times: Times) -> TimeColumns:
    """The times of clean lines. Their minutes are read once each: in none of this century a zone changes its offset."""
    minutes = _sliced(texts, 0, _MINUTE).dictionary_encode()
    stamps = [times.written(f"{text}:00", _MINUTE_PATTERN) for text in minutes.dictionary.to_pylist()]
    begins = pa.array([None if stamp is None else stamp.us for stamp in stamps], pa.int64()).take(minutes.indices)
    basis = pa.array([None if stamp is None else stamp.basis for stamp in stamps], pa.utf8()).take(minutes.indices)
    seconds = _sliced(texts, _MINUTE + 1, _MINUTE + 3).cast(pa.int64())
    thousandths = _sliced(texts, _MINUTE + 4, _MINUTE + 7).cast(pa.int64())
    us = pc.add(begins, pc.add(pc.multiply(seconds, SECOND_US), pc.multiply(thousandths, MILLISECOND_US)))
    precision = pc.if_else(pc.is_valid(us), pa.scalar(MILLISECOND_US, pa.int64()), pa.scalar(None, pa.int64()))
    return TimeColumns(us, precision, basis)


def _sliced(texts: pa.Array, start: int, stop: int) -> pa.Array:
    return pc.binary_slice(texts.view(pa.binary()), start, stop).view(pa.utf8())
