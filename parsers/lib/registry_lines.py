"""Clean lines of a container registry's log as columns.

A clean line is printable ASCII, has its names in the order in which the registry sorts them, none that is unknown here, and
blanks in its message and user agent only. Every other line is left to the exact reader, which reads a clean line alike.
"""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import outcomes
from parsers.lib.clean_first import printable
from parsers.lib.client_columns import client_addresses
from parsers.lib.columns import Lines, constant, event_batch, known, per_distinct, whole_numbers
from parsers.lib.registry_log import KIND
from parsers.lib.time_columns import TimeForm, read_time_column
from parsers.lib.times import Times

_VALUE: Final = r'(?:"[^" \\]*"|[^" \\]+)'
_BEFORE: Final = r"environment|go\.version|http\.request\.(?:contenttype|host|id)|instance\.id|service"
_CLEAN: Final = (
    r'^time="[^" \\]*" level=[a-z]+ msg="[^"\\=]*"'
    rf"(?: auth\.user\.name={_VALUE})?(?: (?:{_BEFORE})={_VALUE})*"
    rf" http\.request\.method=[A-Z]+ http\.request\.remoteaddr={_VALUE} http\.request\.uri={_VALUE}"
    r' http\.request\.useragent="(?:[^"\\]|\\\\)*"'
    rf"(?: http\.response\.(?:contenttype|duration)={_VALUE})*"
    r"(?: http\.response\.status=[0-9]{3})?(?: http\.response\.written=[0-9]{1,18})?"
    rf"(?: (?:vars\.[a-z]+|version)={_VALUE})*$"
)
_METHOD: Final = " http.request.method="
_USER: Final = " auth.user.name="
_STATUS: Final = " http.response.status="
_WRITTEN: Final = " http.response.written="
_ADDRESS: Final = len("http.request.remoteaddr=")
_URI: Final = len("http.request.uri=")
_TIME: Final = TimeForm(digits=9)
_NO_NUMBER: Final = pa.scalar(None, pa.int64())


def read_registry_lines(lines: Lines, times: Times) -> tuple[pa.Array, pa.RecordBatch]:
    """The places of the clean lines, ascending, and their events."""
    good, clean = pc.match_substring_regex(lines.texts, _CLEAN), printable(lines)
    good = good if clean is None else pc.and_(good, clean)
    rows = pc.indices_nonzero(good).cast(pa.int64())
    parts = pc.split_pattern(lines.texts.filter(good), _METHOD, max_splits=1)
    before, after = pc.list_element(parts, 0), pc.split_pattern(pc.list_element(parts, 1), " ", max_splits=3)
    start = pc.split_pattern(before, '"', max_splits=4)
    agent = pc.split_pattern(pc.list_element(after, 3), '"', max_splits=2)
    tail = pc.list_element(agent, 2)
    time = read_time_column(pc.list_element(start, 1), _TIME, times.iso)
    message = known(pc.list_element(start, 3))
    status = per_distinct(_first(tail, _STATUS), lambda text: int(text) or None, pa.int32())
    outcome = pc.fill_null(outcomes(status), "unknown")
    count = len(rows)
    batch = event_batch(
        count,
        {
            "timestamp": time.us,
            "timestamp_desc": constant("request", count),
            "timestamp_precision": time.precision_us,
            "timestamp_basis": time.basis,
            "record": lines.record.take(rows),
            "offset": lines.offset.take(rows),
            "length": lines.length.take(rows),
            "kind": constant(KIND, count),
            "action": pc.if_else(pc.is_valid(status), pc.list_element(after, 0), message),
            "outcome": outcome,
            "actor": known(pc.ascii_trim(_first(before, _USER), '"')),
            "src_ip": client_addresses(pc.ascii_trim(_from(pc.list_element(after, 1), _ADDRESS), '"')),
            "user_agent": known(pc.replace_substring(pc.list_element(agent, 1), "\\\\", "\\")),
            "resource": known(pc.ascii_trim(_from(pc.list_element(after, 2), _URI), '"')),
            "bytes_out": pc.if_else(pc.is_valid(status), whole_numbers(_first(tail, _WRITTEN)), _NO_NUMBER),
            "status": status,
            "message": message,
        },
    )
    return rows, batch


def _first(texts: pa.Array, name: str) -> pa.Array:
    """What stands between a name and the next blank; null where the name is missing."""
    parts = pc.split_pattern(texts, name, max_splits=1)
    found = pc.equal(pc.list_value_length(parts), 2)
    if not found.true_count:
        return pa.nulls(len(texts), pa.utf8())
    values = pc.list_element(pc.if_else(found, parts, pa.scalar([None, None], parts.type)), 1)
    return pc.list_element(pc.split_pattern(values, " ", max_splits=1), 0)


def _from(texts: pa.Array, start: int) -> pa.Array:
    return pc.utf8_slice_codeunits(texts, start)
