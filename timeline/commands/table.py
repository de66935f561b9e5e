"""Events as columns, for people at a terminal and for CSV."""

import csv
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from timeline.commands.options import shown_zone
from timeline.model.time import show_us
from timeline.text import csv_cell, visible

if TYPE_CHECKING:
    from datetime import tzinfo

    from timeline.model.event import Event
    from timeline.report.redact import Redactor

_WIDTHS = {
    "timestamp": 32, "kind": 14, "actor": 28, "action": 24, "resource": 44, "src_ip": 16, "bytes_out": 12,
    "outcome": 8, "status": 6, "user_agent": 30, "record": 8, "key": 20, "source": 30,
}  # fmt: skip


def print_table(events: "Iterable[Event]", names: Sequence[str], zone: str, redact: "Redactor | None") -> None:
    """Print events as aligned columns; on a terminal cut to its width, with a mark."""
    shown_in = shown_zone(zone)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    first = True
    for event in events:
        if first:
            print(_cut("  ".join(name.ljust(_WIDTHS.get(name, 16)) for name in names).rstrip(), width))
            first = False
        cells = (_padded(_cell(event, name, shown_in, redact), _WIDTHS.get(name, 16)) for name in names)
        print(_cut("  ".join(cells).rstrip(), width))


def write_columns(events: "Iterable[Event]", names: Sequence[str], out: TextIO, redact: "Redactor | None") -> None:
    """Write the chosen fields as CSV with a header."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for event in events:
        values = (getattr(event, name) for name in names)
        writer.writerow([csv_cell(_redacted(value, redact)) if isinstance(value, str) else value for value in values])


def _cell(event: "Event", name: str, zone: "tzinfo", redact: "Redactor | None") -> str:
    value = getattr(event, name)
    if name == "timestamp":
        return show_us(value, zone, event.timestamp_precision)
    if value is None:
        return "-"
    return (
        visible(_redacted(value, redact))
        if isinstance(value, str)
        else f"{value:,}"
        if name == "bytes_out"
        else str(value)
    )


def _redacted(text: str, redact: "Redactor | None") -> str:
    return text if redact is None else redact.text(text)


def _padded(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def _cut(text: str, width: int | None) -> str:
    return text if width is None or len(text) <= width else text[: max(1, width - 1)] + "…"
