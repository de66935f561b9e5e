"""Lines of Gitea's log as columns: clean ones have time, place in Go source and level, and are printable ASCII.

What its router says of completed requests is taken apart by its words; of other messages the exact reader is asked, once
for each distinct one.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import outcomes, statuses
from parsers.lib.clean_first import printable
from parsers.lib.client_columns import client_addresses
from parsers.lib.columns import Lines, constant, event_batch
from parsers.lib.time_columns import read_time_column
from parsers.lib.times import Times

Tell = Callable[[str], Mapping[str, Any]]
_TIME_BYTES: Final = len("2026/03/30 22:36:48")
_LONGEST: Final = 1_500  # bytes of a line
_LONGEST_PLACE: Final = 190
_CLEAN: Final = r"^[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [^ ]+\.go:[0-9]{1,6}:[^ \[]* \[[TDIWECF]\] "
_TRACE: Final = r"^\[[0-9a-f-]{4,36}\] "
_ROUTED: Final = r"^router: completed [A-Z]{3,10} [^ ]+ for [^ ,]+, [0-9]{3} [A-Za-z ]+ in [0-9.]+[a-z]+(?: @ [^ ]*)?$"
_SERV: Final = " /api/internal/serv/command/"
_TEXTS: Final = ("kind", "timestamp_desc", "action", "outcome", "actor", "credential", "src_ip", "resource")
_LONGEST_ADDRESS: Final = 80
_NO_TEXT: Final = pa.scalar(None, pa.utf8())


def read_gitea_lines(lines: Lines, kind: str, times: Times, tell: Tell) -> tuple[pa.Array, pa.RecordBatch]:
    """The places of the clean lines, ascending, and their events. `tell` says what a message says."""
    good, clean = pc.match_substring_regex(lines.texts, _CLEAN), printable(lines)
    good = pc.and_(good, pc.less_equal(pc.binary_length(lines.texts), _LONGEST))
    good = good if clean is None else pc.and_(good, clean)
    rows = pc.indices_nonzero(good).cast(pa.int64())
    texts = lines.texts.filter(good)
    parts = pc.split_pattern(texts, "] ", max_splits=1)
    head = pc.list_element(parts, 0)
    short = pc.less_equal(pc.binary_length(head), _LONGEST_PLACE)
    if short.true_count < len(rows):
        rows, texts, parts, head = rows.filter(short), texts.filter(short), parts.filter(short), head.filter(short)
    written = pc.binary_slice(head.view(pa.binary()), 0, _TIME_BYTES).view(pa.utf8())
    time = read_time_column(
        written, None, lambda text: times.written(text, "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M:%S.%f")
    )
    message = pc.list_element(parts, 1)
    traced = pc.match_substring_regex(message, _TRACE)
    if traced.true_count:
        message = pc.if_else(traced, pc.replace_substring_regex(message, _TRACE, ""), message)
    told = _told(message, kind, tell)
    prose = pc.ascii_trim(message, " ")
    count = len(rows)
    batch = event_batch(
        count,
        {
            "timestamp": time.us,
            "timestamp_precision": time.precision_us,
            "timestamp_basis": time.basis,
            "record": lines.record.take(rows),
            "offset": lines.offset.take(rows),
            "length": lines.length.take(rows),
            "message": pc.if_else(pc.is_in(prose, pa.array(["", "-"])), _NO_TEXT, prose),
            **told,
        },
    )
    return rows, batch


def _told(message: pa.Array, kind: str, tell: Tell) -> Mapping[str, pa.Array]:
    """The columns of _TEXTS, and `status`."""
    routed = pc.and_not(pc.match_substring_regex(message, _ROUTED), pc.match_substring(message, _SERV))
    words = pc.split_pattern(message.filter(routed), " ")
    address = pc.utf8_rtrim(pc.list_element(words, 5), ",")
    if (pc.max(pc.binary_length(address)).as_py() or 0) > _LONGEST_ADDRESS:
        return _asked(message, kind, tell)
    status = statuses(pc.list_element(words, 6))
    count = len(words)
    missing = pa.nulls(count, pa.utf8())
    usual = {
        "kind": constant(kind, count).dictionary_decode(),
        "timestamp_desc": constant("request", count).dictionary_decode(),
        "action": pc.list_element(words, 2),
        "outcome": outcomes(status),
        "actor": missing,
        "credential": missing,
        "src_ip": client_addresses(address),
        "resource": pc.list_element(words, 3),
        "status": status,
    }
    if count == len(message):
        return usual
    others = _asked(message.filter(pc.invert(routed)), kind, tell)
    order = pc.sort_indices(pa.concat_arrays([pc.indices_nonzero(routed), pc.indices_nonzero(pc.invert(routed))]))
    return {name: pa.concat_arrays([usual[name], others[name]]).take(order) for name in (*_TEXTS, "status")}


def _asked(message: pa.Array, kind: str, tell: Tell) -> Mapping[str, pa.Array]:
    coded = message.dictionary_encode()
    usual = {"kind": kind, "timestamp_desc": "event"}
    told: list[Mapping[str, Any]] = [{**usual, **tell(text)} for text in coded.dictionary.to_pylist()]
    columns = {name: pa.array([values.get(name) for values in told], pa.utf8()).take(coded.indices) for name in _TEXTS}
    return {**columns, "status": pa.array([values.get("status") for values in told], pa.int32()).take(coded.indices)}
