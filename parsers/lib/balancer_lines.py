r"""Lines of the access logs of AWS's load balancers that deal with requests: what the application and the classic one share.

    time elb client:port target:port 3 times elb_status target_status received sent "request" "user agent" cipher protocol ...

In quoted texts the application load balancer writes quotes as `\x22`. A line is taken apart at its quotes: whole columns
at a time where it is clean, else by the format's own regular expression, which must take a clean line apart alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import outcome_of, outcomes, statuses
from parsers.lib.addresses import client_address
from parsers.lib.clean_first import printable
from parsers.lib.client_columns import client_addresses
from parsers.lib.columns import Lines, constant, event_batch, known, whole_numbers
from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text
from parsers.lib.records import Warn
from parsers.lib.splitting import Pattern, first_match
from parsers.lib.time_columns import TimeForm, read_time_column
from parsers.lib.times import Times
from timeline.model.event import EventValues

PLACES: Final = (
    r" (?P<client>\S{1,64}) (?P<target>\S{1,64})"
    r" (?P<request_processing_time>[-\d.]{1,12}) (?P<target_processing_time>[-\d.]{1,12})"
    r" (?P<response_processing_time>[-\d.]{1,12})"
    r" (?P<elb_status_code>\d{3}|0|-) (?P<target_status_code>\d{3}|0|-) (?P<received_bytes>\d{1,18}|-) (?P<sent_bytes>\d{1,18}|-)"
)
_CLEAN_PLACES: Final = (
    " [^ ]{1,64} [^ ]{1,64} [-0-9.]{1,12} [-0-9.]{1,12} [-0-9.]{1,12} (?:[0-9]{3}|0|-) (?:[0-9]{3}|0|-)"
    " (?:[0-9]{1,18}|-) (?:[0-9]{1,18}|-) $"
)
_WORDS: Final = ("", "client", "", "", "", "", "elb_status_code", "", "", "sent_bytes")
_REQUEST: Final = re.compile(r"(?P<method>[A-Za-z-]{1,32}) (?P<url>\S.*) HTTP/[\d.]{1,4}", re.DOTALL)
_REQUESTS: Final = (
    Pattern("^[A-Za-z-]{1,32} [^ ]+ HTTP/[0-9.]{1,4}$", words=("method", "url", "")),
    Pattern("^(?P<method>[A-Za-z-]{1,32}) (?P<url>[^ ].*) HTTP/[0-9.]{1,4}$"),
)
_NO_REQUEST: Final = frozenset(" -")
_TIME: Final = TimeForm(digits=6)
_NO_TEXT: Final = pa.scalar(None, pa.utf8())


@dataclass(frozen=True, slots=True)
class BalancerLines:
    """Clean lines of one kind of balancer, as RE2 expressions: `start` is what stands before the time, of `words` words.

    `elb` is its own name, `after_agent` what stands between user agent and the next quote or the end. `has_trace` says
    that a quoted trace follows, and then anything.
    """

    kind: str
    start: str
    words: int
    elb: str
    after_agent: str
    has_trace: bool

    def read_clean(self, lines: Lines) -> tuple[pa.Array, pa.RecordBatch]:
        """The clean lines and their events."""
        rows, columns = self._take_apart(lines)
        return rows, self._events(lines, rows, columns)

    def _take_apart(self, lines: Lines) -> tuple[pa.Array, Mapping[str, pa.Array]]:
        count = 7 if self.has_trace else 5
        # what stands behind the trace may have quotes, what stands behind the agent of the others may not
        pieces = pc.split_pattern(lines.texts, '"', max_splits=count - 1 if self.has_trace else count)
        fits = pc.equal(pc.list_value_length(pieces), count)
        clean = printable(lines)
        fits = fits if clean is None else pc.and_(fits, clean)
        rows = pc.indices_nonzero(fits).cast(pa.int64())
        pieces = pieces if len(rows) == len(lines) else pieces.filter(fits)
        head = pc.list_element(pieces, 0)
        expression = f"^{self.start}{_TIME.expression[1:-1]} {self.elb}{_CLEAN_PLACES}"
        good = pc.match_substring_regex(head, expression)
        good = pc.and_(good, pc.equal(pc.list_element(pieces, 2), " "))
        good = pc.and_(good, pc.match_substring_regex(pc.list_element(pieces, 4), self.after_agent))
        if good.true_count < len(rows):
            rows, pieces, head = rows.filter(good), pieces.filter(good), head.filter(good)
        words = pc.split_pattern(head, " ")
        columns = {"time": pc.list_element(words, self.words)}
        for place, name in enumerate(_WORDS, self.words + 1):
            if name:
                columns[name] = pc.list_element(words, place)
        columns["request"] = pc.list_element(pieces, 1)
        columns["user_agent"] = pc.list_element(pieces, 3)
        if self.has_trace:
            columns["trace_id"] = pc.list_element(pieces, 5)
        return rows, columns

    def _events(self, lines: Lines, rows: pa.Array, columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
        count = len(rows)
        time = read_time_column(columns["time"], _TIME, Times().iso)
        status = statuses(columns["elb_status_code"])
        action, resource = _requests(columns["request"])
        return event_batch(
            count,
            {
                "timestamp": time.us,
                "timestamp_desc": constant("request", count),
                "timestamp_precision": time.precision_us,
                "timestamp_basis": time.basis,
                "record": lines.record.take(rows),
                "offset": lines.offset.take(rows),
                "length": lines.length.take(rows),
                "kind": constant(self.kind, count),
                "action": action,
                "outcome": outcomes(status),
                "session": known(columns["trace_id"]) if self.has_trace else None,
                "src_ip": client_addresses(columns["client"]),
                "user_agent": known(columns["user_agent"]),
                "resource": resource,
                "status": status,
                "bytes_out": whole_numbers(columns["sent_bytes"]),
            },
        )


def _requests(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """(method, URL) of each request; one that is none is its own URL, without the hyphen of its protocol."""
    matched, parts = first_match(texts, _REQUESTS)
    if matched.true_count == len(texts):
        return known(parts["method"]), known(parts["url"])
    other = pc.replace_substring_regex(pc.if_else(matched, _NO_TEXT, texts), " -$", "")
    other = pc.if_else(pc.match_substring_regex(other, "^[ -]*$"), _NO_TEXT, other)
    return known(parts["method"]), known(pc.coalesce(parts["url"], other))


def read_balancer(record: Record, times: Times, warn: Warn) -> EventValues:  # noqa: ARG001 - the signature of ReadRecord
    """The event of one line that was taken apart singly."""
    request = _REQUEST.fullmatch(record["request"])
    status = _number(record["elb_status_code"])
    other = record["request"].removesuffix(" -")
    values: EventValues = {
        "timestamp_desc": "request",
        "action": None if request is None else as_text(request["method"]),
        "outcome": None if not status else outcome_of(status),
        "session": as_text(record.get("trace_id")),
        "src_ip": client_address(record["client"]),
        "user_agent": as_text(record.get("user_agent")),
        "resource": as_text(request["url"]) if request else other if set(other) - _NO_REQUEST else None,
        "status": status or None,
        "bytes_out": _number(record["sent_bytes"]),
    }
    stamp = times.iso(record["time"])
    if stamp is not None:
        values.update(stamp.values())
    return values


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
