"""`leakline reparse`: decode a source again."""

from pathlib import Path
from typing import Any

import click

from timeline.commands.options import case_argument, reading_options, reading_values


@click.command("reparse")
@case_argument
@click.argument("source")
@reading_options
def command(case: Path, source: str, **reading: Any) -> None:
    """Decode SOURCE (its path or number, see `leakline status`) again from the bytes in CASE.

    With another format, zone, year or clock offset, or after a parser was updated. Annotations stay on their events.
    """
    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.session.case import open_case
    from timeline.text import visible

    with open_case(case) as opened, cancelled_by_interrupt() as cancel:
        summary = opened.reparse(source, cancel=cancel, **reading_values(reading))
    for note in summary.notes:
        click.echo(f"note: {visible(note)}", err=True)
    click.echo(f"{summary.events:,} events from {summary.records:,} records · {summary.rejects:,} rejects")
