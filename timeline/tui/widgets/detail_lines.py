"""What the detail pane says of one event, as lines of styled text. Pure, and run in a worker: no widget, no case."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from timeline.model.event import Event
from timeline.model.time import from_us
from timeline.tui.cells import fit, steady, wrap, wrap_words
from timeline.tui.clock import DISPLAY_UTC, DisplayZone, moment_text
from timeline.tui.columns import OUTCOME_LETTERS
from timeline.tui.widgets.pretty_json import pretty

if TYPE_CHECKING:
    from timeline.tui.detail import Detail

SIDE_BY_SIDE: Final = 100  # cells from which on the raw record stands beside the fields
_NAME_WIDTH: Final = 15
_MOST_RAW: Final = 4 * 1024 * 1024  # bytes of one record shown; the rest is counted
_MOST_HEADING: Final = 2000
_MOST_VALUE: Final = 20_000  # characters of one field shown; the raw record has the rest
_MOST_WITNESSES: Final = 20
_MOST_RAW_FIELDS: Final = 500
_PLACES: Final = frozenset(
    {"timestamp", "timestamp_desc", "timestamp_precision", "timestamp_basis", "record", "offset", "length", "kind"}
)
_BASIS: Final = {
    "stated": "stated in the record, with its zone",
    "zone_assumed": "the record states no zone: the source's zone, else UTC, is assumed",
    "year_inferred": "the record states no year: it is inferred",
    "offset_applied": "as stated, corrected by the source's clock offset",
}
_PRECISION: Final = ((86_400_000_000, "1 day"), (3_600_000_000, "1 h"), (60_000_000, "1 min"), (1_000_000, "1 s"))


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one style: "", "name", "heading" or "note". Already safe for a terminal."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """How to show: cells available, zone, and whether JSON is spread over lines."""

    width: int
    zone: DisplayZone
    spread: bool = True


def build(detail: "Detail", look: Look) -> list[Line]:
    """All lines of the pane: fields left and raw record right where there is room, else one below the other."""
    if look.width < SIDE_BY_SIDE:
        width = look.width - 2
        lines = [*_fields(detail, look, width), (), *_raw(detail, look, width), *_raw_fields(detail.raw_fields, width)]
        return [(Span(" "), *line) for line in lines]
    left_width = min(64, look.width // 2 - 2)
    right_width = look.width - left_width - 5
    left = [*_fields(detail, look, left_width), *_raw_fields(detail.raw_fields, left_width)]
    right = list(_raw(detail, look, right_width))
    return [_beside(left, right, row, left_width) for row in range(max(len(left), len(right)))]


def _beside(left: Sequence[Line], right: Sequence[Line], row: int, left_width: int) -> Line:
    from rich.cells import cell_len

    first = left[row] if row < len(left) else ()
    second = right[row] if row < len(right) else ()
    gap = max(0, left_width - sum(cell_len(span.text) for span in first))
    return (Span(" "), *first, Span(" " * gap), Span(" │ ", "name"), *second)


def _named(name: str, value: str, width: int, style: str = "") -> Iterator[Line]:
    """A name and its value; long values go on below, so that no field is cut."""
    shown = steady(value[:_MOST_VALUE])
    if (more := len(value) - _MOST_VALUE) > 0:
        shown += f"… {more:,} more characters, see the raw record"
    pieces = wrap_words(shown, max(8, width - _NAME_WIDTH - 1))
    for index, piece in enumerate(pieces):
        label = fit(name, _NAME_WIDTH) if index == 0 else " " * _NAME_WIDTH
        yield (Span(f"{label} ", "name"), Span(piece, style))


def _heading(text: str, width: int) -> Iterator[Line]:
    shown = steady(text[:_MOST_HEADING]) + ("…" if len(text) > _MOST_HEADING else "")
    yield from ((Span(piece, "heading"),) for piece in wrap_words(shown, width))


def _fields(detail: "Detail", look: Look, width: int) -> Iterator[Line]:
    event = detail.event
    yield from _heading(f"{'★ ' if event.starred else ''}{event.kind}", width)
    yield from _named("time", moment_text(event.timestamp, look.zone, event.timestamp_precision), width)
    if event.timestamp is not None and look.zone.name != DISPLAY_UTC.name:
        yield from _named("", moment_text(event.timestamp, DISPLAY_UTC, event.timestamp_precision), width)
    for index, label in enumerate(detail.noise):
        yield from _named("" if index else "noise", label, width, "note")
    for name, value in event.fields():
        if name not in _PLACES:
            yield from _with_note(_named(name, _value(name, value), width), occurrence(detail, name, look), width)
    yield from _annotations(event, look, width)
    yield from _named("why this time", why_this_time(event), width)
    yield from _witnesses(event, width)


def occurrence(detail: "Detail", name: str, look: Look) -> str:
    """`14 events, first here`; "" where that is not known."""
    occurs = detail.occurs.get(name)
    if occurs is None:
        return ""
    if occurs.events == 1:
        return "this event only"
    if occurs.first_key == detail.event.key:
        return f"{occurs.events:,} events, first here"
    moment = None if occurs.first_us is None else from_us(occurs.first_us, look.zone.zone)
    return f"{occurs.events:,} events" + ("" if moment is None else f", first {moment:%Y-%m-%d %H:%M}")


def _with_note(lines: Iterator[Line], note: str, width: int) -> Iterator[Line]:
    """A field's lines, with a note behind the last of them, or below where there is no room."""
    found = list(lines)
    if note and found:
        from rich.cells import cell_len

        if sum(cell_len(span.text) for span in found[-1]) + len(note) + 3 <= width:
            found[-1] = (*found[-1], Span(f"   {note}", "name"))
        else:
            found += _named("", note, width, "name")
    yield from found


def _value(name: str, value: str | int) -> str:
    if name == "outcome":
        return f"{OUTCOME_LETTERS.get(str(value), '')} {value}".strip()
    return f"{value:,}" if name == "bytes_out" and isinstance(value, int) else str(value)


def why_this_time(event: Event) -> str:
    """Which clock, on what basis, how precise."""
    if event.timestamp is None:
        return "the record carries no time that could be read"
    basis = _BASIS.get(event.timestamp_basis or "", event.timestamp_basis or "basis not recorded")
    clock = f"; clock: {event.timestamp_desc}" if event.timestamp_desc else ""
    return f"{basis}; to {precision_text(event.timestamp_precision)}{clock}"


def precision_text(precision_us: int | None) -> str:
    """The width of the interval that the record states: `1 s`."""
    if precision_us is None:
        return "an unknown precision"
    for size, name in _PRECISION:
        if precision_us >= size:
            return name if precision_us == size else f"{precision_us / size:g} x {name}"
    return f"{precision_us / 1000:g} ms" if precision_us >= 1000 else f"{precision_us} us"


def _annotations(event: Event, look: Look, width: int) -> Iterator[Line]:
    if event.severity:
        yield from _named("severity", event.severity, width, "note")
    for index, line in enumerate((event.why or "").splitlines()):
        yield from _named("why" if index == 0 else "", line, width, "note")
    if event.tags:
        yield from _named("tags", ", ".join(event.tags), width, "note")
    for note in event.comments:
        stamp = moment_text(note.at_us, look.zone, None)
        for index, line in enumerate(note.text.splitlines() or [""]):
            yield from _named("comment" if index == 0 else "", line, width, "note")
        yield from _named("", f"{note.analyst}, {stamp}", width, "name")


def _witnesses(event: Event, width: int) -> Iterator[Line]:
    for index, witness in enumerate(event.witnesses[:_MOST_WITNESSES]):
        place = "" if witness.record is None else f" record {witness.record:,}"
        yield from _named("also seen in" if index == 0 else "", f"{witness.source}{place}", width)
    if (more := len(event.witnesses) - _MOST_WITNESSES) > 0:
        yield from _named("", f"… and {more:,} more", width)


def _raw_fields(fields: Mapping[str, Any], width: int) -> Iterator[Line]:
    flat = list(_flat("raw", fields, 0))
    if flat:
        yield ()
        yield from _heading("all fields of the record", width)
    for path, value in flat[:_MOST_RAW_FIELDS]:
        shown = steady(path)
        if len(shown) < _NAME_WIDTH:
            yield from _named(path, value, width)
            continue
        for piece in wrap(shown, width):
            yield (Span(piece, "name"),)
        yield from _named("", value, width)
    if (more := len(flat) - _MOST_RAW_FIELDS) > 0:
        yield (Span(fit(f"… {more:,} more fields, see the raw record", width), "name"),)


_DEEPEST: Final = 12


def _flat(path: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    """(path, text) of each leaf; what lies deeper than any sensible record is shown as it is."""
    if depth < _DEEPEST and isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}", inner, depth + 1)
    elif depth < _DEEPEST and isinstance(value, list | tuple) and value:
        for index, inner in enumerate(value):
            yield from _flat(f"{path}[{index}]", inner, depth + 1)
    else:
        yield path, _leaf(value)


def _leaf(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping | list | tuple):
        return "(deeper, see the raw record)" if value else "(empty)"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return str(value)


def _raw(detail: "Detail", look: Look, width: int) -> Iterator[Line]:
    for part in provenance(detail):
        yield from _heading(part, width)
    text = detail.raw[:_MOST_RAW].decode("utf-8", "backslashreplace")
    spread = pretty(text) if look.spread else None
    body = text if spread is None else spread
    for line in body.rstrip("\r\n").split("\n"):
        yield from ((Span(piece),) for piece in wrap(steady(line), width))
    if (more := len(detail.raw) - _MOST_RAW) > 0:
        yield (Span(fit(f"… {more:,} more bytes of this record", width), "name"),)
    if spread is not None:
        yield (Span(fit("spread over lines; p shows it as received", width), "name"),)


def provenance(detail: "Detail") -> tuple[str, str]:
    """Where the record is: source, record, byte range; and the hashes that say of which bytes this is true."""
    event, source = detail.event, detail.source
    record = "" if event.record is None else f" · record {event.record:,}"
    place = "" if event.offset is None else f" · bytes {event.offset:,}+{event.length or 0:,}"
    received = f" · file {_short(source.file_sha256)}" if source and source.file_sha256 else ""
    return f"raw · {event.source}{record}{place}", f"sha256 {_short(event.stream_sha256)}{received}"


def _short(digest: str) -> str:
    return f"{digest[:12]}…{digest[-4:]}" if len(digest) > 17 else digest
