"""`leakline ingest`: evidence into a case."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from timeline.commands.options import FILE_PATH, case_argument, reading_options, reading_values
from timeline.model.errors import EXIT_DONE, EXIT_PARTIAL

if TYPE_CHECKING:
    from timeline.model.source import IngestSummary
    from timeline.session.case import Case
    from timeline.session.ingesting import IngestOptions


@click.command("ingest")
@case_argument
@click.argument("paths", nargs=-1, type=FILE_PATH)
@reading_options
@click.option("--collector", metavar="NAME", help="Who collected this evidence.")
@click.option("--method", metavar="TEXT", help="How it was collected.")
@click.option("--acquired", metavar="TIME", help="When it was collected, with its zone.")
@click.option("--explain", is_flag=True, help="Only say which format each source has, and why; add nothing.")
@click.option("--json", "as_json", is_flag=True, help="End with one JSON object on standard output.")
def command(case: Path, paths: tuple[Path, ...], explain: bool, as_json: bool, **reading: Any) -> int:
    """Read files, folders, archives, Git repositories and bundles (`-` is standard input) into CASE.

    CASE is a folder with case.yaml, or a .db file, made when it is missing. Without PATHS the case's own `evidence/`
    folder is read. What the case has already is not added again; a log that has grown adds its tail. Ctrl-C keeps what
    was read so far.

    Exit code 3: some sources could not be read; the rest is in.
    """
    if not explain:
        from timeline.store.writer_child import start_ahead

        start_ahead()
    from timeline.session.case import open_case
    from timeline.session.ingesting import checked_overrides, wanted_paths
    from timeline.session.paths import find_case

    place = find_case(case)
    wanted = wanted_paths(place, paths)
    if explain:
        from timeline.commands.explain import explain_sources

        return explain_sources(wanted, place.own_files, as_json=as_json)
    options = reading_values(reading)
    checked_overrides(options)  # before the case is made: a wrong call leaves no empty one behind
    with open_case(case, create=True) as opened:
        summary = _run(opened, wanted, options, quiet=as_json)
        _show(opened, summary, as_json=as_json)
    return EXIT_PARTIAL if summary.failures or summary.cancelled else EXIT_DONE


def _run(case: "Case", paths: Sequence[Path], options: "IngestOptions", *, quiet: bool) -> "IngestSummary":
    from timeline.commands.progress import ingest_progress

    with cancelled_by_interrupt() as cancel, ingest_progress(quiet=quiet) as tell:
        return case.ingest(paths, progress=tell, cancel=cancel, **options)


@contextmanager
def cancelled_by_interrupt() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one stops at once."""
    cancel = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)


def _show(case: "Case", summary: "IngestSummary", *, as_json: bool) -> None:
    from timeline.text import visible

    if as_json:
        import json

        values = {name: getattr(summary, name) for name in type(summary).__dataclass_fields__}
        values["seconds"] = round(summary.seconds, 3)
        values["searchable_seconds"] = round(summary.searchable_seconds, 3)
        values["failures"] = [{"source": path, "reason": reason} for path, reason in summary.failures]
        click.echo(json.dumps({**values, "case": str(case.path)}, ensure_ascii=True))
        return
    for note in summary.notes[:20]:
        click.echo(f"note: {visible(note)}", err=True)
    for path, reason in summary.failures[:20]:
        click.echo(f"not read: {visible(path)}: {visible(reason)}", err=True)
    for what, items in (("notes", summary.notes), ("sources not read", summary.failures)):
        if len(items) > 20:
            click.echo(f"... and {len(items) - 20:,} more {what}; `leakline status` lists all sources", err=True)
    parts = [f"{summary.sources:,} sources", f"{summary.events:,} events from {summary.records:,} records"]
    parts += [
        f"{count:,} {name}"
        for count, name in ((summary.duplicates, "seen twice"), (summary.ignored, "ignored"))
        if count
    ]
    if summary.rejects:
        parts.append(f"{summary.rejects:,} rejects (leakline export {case.folder or case.path} --rejects)")
    if summary.cancelled:
        parts.append("cancelled: run it again to go on")
    click.echo(" · ".join([*parts, f"{summary.seconds:.1f} s"]))
