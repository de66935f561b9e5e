"""Lines of IIS and of other servers that log in W3C's extended format as columns of texts, by what their header names.

A line that has not the fields of its header may have those of one of IIS's defaults: so it is in files without header, and
where logs were put together without their headers.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.columns import Lines
from parsers.lib.splitting import BLANK
from parsers.lib.w3c_header import W3cHeader, split_w3c_line
from timeline.model.parser import Refusal

HEADER_LINE: Final = "header"
OTHER_FIELDS: Final = "the line does not have the fields of its header"
BY_DEFAULT: Final = "the header does not name its fields: they were taken for a default of IIS"
_START: Final = "date time"
_MIDDLE: Final = "cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip"
_END: Final = "sc-status sc-substatus sc-win32-status"
_EVERYTHING: Final = (
    f"{_START} s-sitename s-computername s-ip {_MIDDLE} cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host {_END}"
    " sc-bytes cs-bytes time-taken"
)
_DEFAULTS: Final = tuple(
    tuple(names.split())
    for names in (
        f"{_START} s-ip {_MIDDLE} cs(User-Agent) cs(Referer) {_END} time-taken",
        f"{_START} s-ip {_MIDDLE} cs(User-Agent) {_END} time-taken",
        f"{_START} s-sitename s-ip {_MIDDLE} cs(User-Agent) {_END}",
        _EVERYTHING,
    )
)
_LOOKS: Final = {
    "date": re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]"),
    "time": re.compile(r"[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]{1,6})?"),
    "cs-method": re.compile(r"[A-Z][A-Z_-]{1,31}"),
    "cs-uri-stem": re.compile(r"[/*].*|https?:.*", re.DOTALL),
    "s-port": re.compile(r"[0-9]{1,5}"),
    "c-ip": re.compile(r"[0-9A-Fa-f.:]+(?:%.*)?"),
    "sc-status": re.compile(r"[0-9]{3}"),
    "sc-substatus": re.compile(r"[0-9]{1,3}"),
    "sc-win32-status": re.compile(r"[0-9]{1,10}"),
    "time-taken": re.compile(r"[0-9]{1,10}"),
}
# what the exact splitter makes something else of than a split at each blank does
_NOT_CLEAN: Final = r'["\t]|  |^ | $|^#|^$|[\x80-\xff]'
ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date",),
    "time": ("time",),
    "client": ("c-ip",),
    "user": ("cs-username", "cs-userdn", "cs-auth-user"),
    "method": ("cs-method",),
    "stem": ("cs-uri-stem", "cs-uri-path", "cs-uri"),
    "query": ("cs-uri-query",),
    "status": ("sc-status",),
    "bytes": ("sc-bytes",),
    "user_agent": ("cs(user-agent)", "cs-user-agent"),
}


class Taken(NamedTuple):
    """Lines taken apart. `rows` are the places in `Lines` of those that were understood, ascending.

    `columns` has one for each of ROLES, null where a line has no such field. `defaulted` are the rows without header.
    """

    rows: pa.Array
    columns: Mapping[str, pa.Array]
    defaulted: list[int]
    rejects: list[Refusal]
    ignored: list[Refusal]


def take_apart(lines: Lines, header: W3cHeader) -> Taken:
    """Every line by its header, whole columns at a time where lines are clean."""
    places = role_places(header.names)
    clean, columns = _clean(lines, len(header.names), places)
    taken = Taken(pc.indices_nonzero(clean).cast(pa.int64()), columns, [], [], [])
    if len(taken.rows) == len(lines):
        return taken
    odd: list[int] = []
    values: dict[str, list[str | None]] = {role: [] for role in ROLES}
    for row in pc.indices_nonzero(pc.invert(clean)).to_pylist():
        raw = lines.raw(row)
        if not raw.strip():
            taken.ignored.append(lines.refusal(row, BLANK))
        elif raw.startswith(b"#"):
            taken.ignored.append(lines.refusal(row, HEADER_LINE))
        elif (found := split_by_header(raw.decode("utf-8", "replace"), header)) is None:
            taken.rejects.append(lines.refusal(row, OTHER_FIELDS))
        else:
            names, fields = found
            if names is not header.names:
                taken.defaulted.append(row)
            odd.append(row)
            here = places if names is header.names else role_places(names)
            for role in ROLES:
                values[role].append(fields[here[role]] if role in here else None)
    rows = pa.concat_arrays([taken.rows, pa.array(odd, pa.int64())])
    order = pc.sort_indices(rows)
    merged = {role: pa.concat_arrays([columns[role], pa.array(values[role], pa.utf8())]).take(order) for role in ROLES}
    return taken._replace(rows=rows.take(order), columns=merged)


def split_by_header(text: str, header: W3cHeader) -> tuple[Sequence[str], list[str]] | None:
    """(names, values) of a line; the names are the header's own tuple, or those of a default; None if neither fits."""
    values = split_w3c_line(text)
    if header.names and len(values) == len(header.names):
        return header.names, values
    default = default_names(values)
    return None if default is None else (default, values)


def default_names(values: Sequence[str]) -> Sequence[str] | None:
    """The names of the default of IIS that these values look like."""
    for names in _DEFAULTS:
        if len(names) == len(values) and all(
            name not in _LOOKS or _LOOKS[name].fullmatch(value) for name, value in zip(names, values, strict=True)
        ):
            return names
    return None


def role_places(names: Sequence[str]) -> dict[str, int]:
    """At which place each role's field is."""
    lower = [name.lower() for name in names]
    return {
        role: lower.index(found)
        for role, wanted in ROLES.items()
        if (found := next((name for name in wanted if name in lower), None)) is not None
    }


def _clean(lines: Lines, width: int, places: Mapping[str, int]) -> tuple[pa.Array, dict[str, pa.Array]]:
    """Which lines are clean, and their columns."""
    if not len(lines) or not width:
        return pa.repeat(pa.scalar(False), len(lines)), {role: pa.array([], pa.utf8()) for role in ROLES}
    fits = pc.equal(pc.count_substring(lines.texts, " "), width - 1)
    fits = pc.and_not(fits, pc.match_substring_regex(lines.texts.view(pa.binary()), _NOT_CLEAN))
    texts = lines.texts if fits.true_count == len(lines) else lines.texts.filter(fits)
    parts = pc.split_pattern(texts, " ")
    missing = pa.nulls(len(texts), pa.utf8())
    return fits, {role: pc.list_element(parts, places[role]) if role in places else missing for role in ROLES}
