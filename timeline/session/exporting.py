"""Exports: matching events and rejects to a file or stream, through the redaction gate."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO, cast

from timeline.model.errors import UsageError
from timeline.report.atomic import Check, atomic_text
from timeline.report.export_csv import write_csv
from timeline.report.export_jsonl import write_jsonl, write_rejects
from timeline.report.export_timesketch import write_timesketch_csv, write_timesketch_jsonl
from timeline.report.redact import Redactor
from timeline.report.written_check import WrittenForm, no_secret_in

if TYPE_CHECKING:
    from timeline.session.case import Case

FORMATS = ("jsonl", "csv", "timesketch")


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What was written: rows, how many secrets were redacted, and (reason, count) of events left out."""

    rows: int
    redacted: int
    left_out: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()


def redactor_of(case: "Case") -> Redactor:
    """The case's redaction gate: its own key, and the literals of case.yaml."""
    return Redactor(case.redaction_key(), case.config.secrets)


def export(case: "Case", format_name: str, output: Path | IO[str], *, query: str, redact: bool) -> ExportSummary:
    """Write matching events. UsageError for an unknown format, StorageError when the file cannot be written."""
    if format_name not in FORMATS:
        raise UsageError(f"there is no export format {format_name}", hint=f"one of {', '.join(FORMATS)}")
    redactor = redactor_of(case) if redact else None
    as_csv = format_name == "csv" or (isinstance(output, Path) and output.suffix.lower() == ".csv")
    check = _check(output, "csv" if as_csv else "jsonl", redactor)
    left_out: dict[str, int] = {}
    notes: tuple[str, ...] = ()
    with case.find(query) as matches, opened_output(output, check) as out:
        events = matches.events()
        if format_name == "timesketch":
            summary = (write_timesketch_csv if as_csv else write_timesketch_jsonl)(events, out, redactor)
            rows, left_out, notes = summary.written, summary.left_out, summary.notes
            if summary.shortened:
                notes += (f"{summary.shortened:,} values cut to Timesketch's limit",)
        else:
            rows = (write_csv if as_csv else write_jsonl)(events, out, redactor)
    return ExportSummary(rows, redactor.count if redactor else 0, tuple(sorted(left_out.items())), notes)


def export_rejects(case: "Case", output: Path | IO[str], *, redact: bool) -> ExportSummary:
    """Write every rejected record."""
    redactor = redactor_of(case) if redact else None
    with opened_output(output, _check(output, "jsonl", redactor)) as out:
        rows = write_rejects(case.rejects(), out, redactor)
    return ExportSummary(rows, redactor.count if redactor else 0)


def _check(output: Path | IO[str], form: WrittenForm, redactor: Redactor | None) -> Check | None:
    return None if redactor is None else no_secret_in(output if isinstance(output, Path) else "-", form, redactor)


@contextmanager
def opened_output(output: Path | IO[str], check: Check | None) -> Iterator[TextIO]:
    """The file to write to. What is to be checked goes through a temporary file, also on its way to a stream."""
    if isinstance(output, Path):
        with atomic_text(output, check=check) as out:
            yield out
    elif check is None:
        yield cast("TextIO", output)
    else:
        with tempfile.TemporaryDirectory(prefix="leakline-") as folder:
            written = Path(folder) / "export"
            with written.open("w", encoding="utf-8", newline="") as out:
                yield out
            check(written)
            with written.open(encoding="utf-8", newline="") as done:
                shutil.copyfileobj(done, output)
