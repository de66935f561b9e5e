"""Columns of texts from an access log made into events; the same for every shape and format.

Columns, all optional, by name: remote_host, forwarded_for, user, time, request, method, target, query, status, bytes,
user_agent. Meanings as in FIELDS.md (web.access): outcome by status, bytes_out the body's bytes, resource the request
target exactly as logged.
"""

from collections.abc import Callable, Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_line import client_address
from parsers.lib.clf_time import Moment, read_times
from parsers.lib.columns import Lines, constant, event_batch, known, per_distinct, whole_numbers
from parsers.lib.splitting import Pattern, first_match

ROLES: Final = (
    "remote_host", "forwarded_for", "user", "time", "request", "method", "target", "query", "status", "bytes",
    "user_agent",
)  # fmt: skip
NO_TIME = "the time cannot be read: the event is undated"
_METHOD: Final = "[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # a token as in RFC 9110
_PROTOCOL: Final = r"[A-Za-z]+/[0-9](?:\.[0-9]+)?"
# The target may hold spaces that nobody encoded.
REQUEST: Final = f"^(?P<method>{_METHOD}) (?P<target>[^ ].*) (?P<protocol>{_PROTOCOL})$"
_PLAIN_REQUEST: Final = Pattern(f"^{_METHOD} [^ ]+ {_PROTOCOL}$", words=("method", "target", ""))
# What client_address may change. It strips whatever Python takes for a blank: control characters, some beyond ASCII.
_NOT_PLAIN_ADDRESS = r'[\[\]" \x00-\x1f\x7f]|[^\x00-\x7f]|^[^:]*:[^:]*$|^unknown$'
_NO_TEXT = pa.scalar(None, pa.utf8())
DENIED = frozenset({401, 403})


def outcome_of(status: int) -> str:
    """The outcome that an HTTP status states."""
    if status < 400:
        return "success"
    return "denied" if status in DENIED else "failure"


def access_events(
    kind: str, lines: Lines, rows: pa.Array, columns: Mapping[str, pa.Array], read: Callable[[str], Moment | None]
) -> tuple[pa.RecordBatch, list[tuple[int, str]]]:
    """Events of the records in `rows`, and warnings (record, text) of those whose time cannot be read."""
    count = len(rows)
    record = lines.record.take(rows)
    times = read_times(columns["time"], read) if "time" in columns else None
    status = statuses(columns["status"]) if "status" in columns else pa.nulls(count, pa.int32())
    action, resource = action_and_resource(columns, count)
    batch = event_batch(
        count,
        {
            "timestamp": pa.nulls(count, pa.int64()) if times is None else times.us,
            "timestamp_desc": constant("request", count),
            "timestamp_precision": pa.nulls(count, pa.int64()) if times is None else times.precision_us,
            "timestamp_basis": pa.nulls(count, pa.utf8()) if times is None else times.basis,
            "record": record,
            "offset": lines.offset.take(rows),
            "length": lines.length.take(rows),
            "kind": constant(kind, count),
            "action": action,
            "outcome": outcomes(status),
            "actor": known(_column(columns, "user", count)),
            "src_ip": clients(columns, count),
            "user_agent": known(_column(columns, "user_agent", count)),
            "resource": resource,
            "bytes_out": whole_numbers(_column(columns, "bytes", count)),
            "status": status,
        },
    )
    if times is None or times.us.null_count == 0:
        return batch, []
    undated = pc.and_(pc.is_null(times.us), pc.is_valid(known(columns["time"])))
    return batch, [(number, NO_TIME) for number in record.filter(undated).to_pylist()]


def _column(columns: Mapping[str, pa.Array], name: str, count: int) -> pa.Array:
    return columns[name] if name in columns else pa.nulls(count, pa.utf8())


def statuses(texts: pa.Array) -> pa.Array:
    """Three digits as int32; null for anything else and for 000."""
    return per_distinct(texts, _status, pa.int32())


def _status(text: str) -> int | None:
    return int(text) or None if text.isascii() and text.isdigit() and len(text) == 3 else None


def outcomes(status: pa.Array) -> pa.Array:
    """The outcome that each status states; null where there is none."""
    coded = status.dictionary_encode()
    names = pa.array([outcome_of(value) for value in coded.dictionary.to_pylist()], pa.utf8())
    return names.take(coded.indices)


def clients(columns: Mapping[str, pa.Array], count: int) -> pa.Array:
    """The client of each line, from who asked and for whom; null where neither says one."""
    remote = _plain_addresses(_column(columns, "remote_host", count))
    if "forwarded_for" not in columns or columns["forwarded_for"].null_count == count:
        return remote
    return pc.coalesce(_plain_addresses(columns["forwarded_for"]), remote)


def _plain_addresses(texts: pa.Array) -> pa.Array:
    """What `client_address` makes of each text: it reads the first of a list, and leaves nearly every one as it is."""
    texts = known(texts)
    if pc.any(pc.match_substring(texts, ",")).as_py():
        texts = known(pc.list_element(pc.split_pattern(texts, ",", max_splits=1), 0))
    odd = pc.match_substring_regex(texts, _NOT_PLAIN_ADDRESS)
    if not odd.true_count:
        return texts
    return pc.if_else(odd, per_distinct(pc.if_else(odd, texts, _NO_TEXT), client_address, pa.utf8()), texts)


def action_and_resource(columns: Mapping[str, pa.Array], count: int) -> tuple[pa.Array, pa.Array]:
    """(method, target) of each request; a request that is none is its own target."""
    request = known(_column(columns, "request", count))
    _, parts = first_match(request, (_PLAIN_REQUEST, Pattern(REQUEST)))
    action = known(parts["method"])
    resource = known(pc.coalesce(parts["target"], request))
    if "method" in columns:
        action = pc.coalesce(known(columns["method"]), action)
    if "target" in columns:
        target = known(columns["target"])
        if "query" in columns:
            target = pc.binary_join_element_wise(target, _with_mark(columns["query"]), "")
        resource = pc.coalesce(target, resource)
    return action, resource


def _with_mark(query: pa.Array) -> pa.Array:
    """Apache's %q brings its question mark, nginx's $args does not; nothing stays nothing."""
    nothing = pa.scalar("")
    query = pc.coalesce(known(query), nothing)
    bare = pc.and_not(pc.not_equal(query, nothing), pc.starts_with(query, "?"))
    return pc.if_else(bare, pc.binary_join_element_wise(pa.scalar("?"), query, ""), query)
