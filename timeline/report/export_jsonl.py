r"""JSON lines: one event a line, null fields left out, values exact.

Characters that would act on a terminal or hide in an editor stay data and are written as `\u202e`, so that a line is
one line to every reader.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, TextIO

import msgspec

from timeline.model.event import FIELDS, Event, Note, Witness
from timeline.model.source import RefusedRecord
from timeline.report.export_rows import COMMENTS, WITNESSES, rows
from timeline.report.redact import Redactor

_BATCH: Final = 512
_ACTING: Final = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


class _Sighting(msgspec.Struct):
    source: str
    record: int | None


class _Comment(msgspec.Struct):
    analyst: str
    at: int
    text: str


_EventLine: Final[Callable[..., msgspec.Struct]] = msgspec.defstruct(
    "_EventLine",
    [
        ("key", str),
        ("source", str),
        *((field.name, Any, None) for field in FIELDS),
        ("witnesses", tuple[_Sighting, ...], ()),
        ("starred", bool, False),
        ("tags", tuple[str, ...], ()),
        ("comments", tuple[_Comment, ...], ()),
        ("severity", str | None, None),
        ("why", str | None, None),
    ],
    omit_defaults=True,
)


def write_jsonl(events: Iterable[Event], out: TextIO, redact: Redactor | None) -> int:
    """Write each event as a line with the names of the event schema; give the number of lines.

    Beside the fields: `key`, `source` and, where there are any, `witnesses` ({source, record}), `starred`, `tags`,
    `comments` ({analyst, at in microseconds UTC, text}), `severity`, `why`.
    """
    encode = msgspec.json.Encoder().encode
    pending: list[str] = []
    written = 0
    for row in rows(events, redact):
        if row[WITNESSES] or row[COMMENTS]:
            row[WITNESSES] = tuple(_sighting(witness) for witness in row[WITNESSES])
            row[COMMENTS] = tuple(_comment(note) for note in row[COMMENTS])
        pending.append(one_line(encode, _EventLine(*row)))
        written += 1
        if len(pending) >= _BATCH:
            out.write("\n".join(pending) + "\n")
            pending.clear()
    if pending:
        out.write("\n".join(pending) + "\n")
    return written


def write_rejects(rejects: Iterable[RefusedRecord], out: TextIO, redact: Redactor | None) -> int:
    """Write {source, record, reason} per reject; give the number of lines."""
    encode = msgspec.json.Encoder().encode
    written = 0
    for reject in rejects:
        source = reject.source if redact is None else redact.text(reject.source)
        line = {"source": source, "record": reject.record, "reason": reject.reason}
        out.write(one_line(encode, line) + "\n")
        written += 1
    return written


def one_line(encode: Callable[[Any], bytes], value: Any) -> str:
    """Encode a value as one line of JSON in which nothing acts or hides; lone surrogates become U+FFFD."""
    try:
        line = encode(value).decode("utf-8")
    except UnicodeEncodeError:
        line = encode(_without_surrogates(msgspec.to_builtins(value))).decode("utf-8")
    if line.isascii() and "\x7f" not in line:
        return line
    return _ACTING.sub(_escaped, line)


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def _sighting(witness: Witness) -> _Sighting:
    return _Sighting(witness.source, witness.record)


def _comment(note: Note) -> _Comment:
    return _Comment(note.analyst, note.at_us, note.text)
