"""`leakline export`: events or rejects to a file."""

import sys
from pathlib import Path

import click

from timeline.commands.options import case_argument, output_option, query_option


@click.command("export")
@case_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "timesketch"]),
    help="Default: by the file's suffix, else jsonl.",
)
@query_option("Only events that match.")
@output_option("Write here instead of standard output; timesketch: .csv or .jsonl.")
@click.option("--rejects", is_flag=True, help="Write the rejected records with their reasons instead.")
@click.option("--unredacted", is_flag=True, help="Do not take secrets out. Whoever gets the file gets them.")
def command(case: Path, form: str | None, query: str, output: Path | None, rejects: bool, unredacted: bool) -> None:
    """Write the events of CASE, secrets redacted, with all fields, places, witnesses, stars, tags and comments."""
    from timeline.session.case import open_case

    chosen = form or ("csv" if output is not None and output.suffix.lower() == ".csv" else "jsonl")
    target = output if output is not None and str(output) != "-" else sys.stdout
    with open_case(case) as opened:
        if rejects:
            summary = opened.export_rejects(target, redact=not unredacted)
        else:
            summary = opened.export(chosen, target, query=query, redact=not unredacted)
        head = opened.custody_head()
    what = "rejects" if rejects else "events"
    said = [f"{summary.rows:,} {what}", "unredacted" if unredacted else f"{summary.redacted:,} secrets redacted"]
    said += [f"{count:,} left out: {reason}" for reason, count in summary.left_out]
    said += summary.notes
    click.echo(" · ".join(said), err=True)
    click.echo(f"custody head {head}", err=True)
