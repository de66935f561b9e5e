"""`leakline journal`: the notes of the analysts."""

from pathlib import Path

import click

from timeline.commands.options import case_argument


@click.command("journal")
@case_argument
@click.option("--add", "text", metavar="TEXT", help="Write a note; `-`: from standard input.")
@click.option("--event", metavar="KEY", help="The event that the note is about.")
@click.option("--in-report", is_flag=True, help="The report shows the note.")
@click.option("--analyst", metavar="NAME", help="Who says so.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(case: Path, text: str | None, event: str | None, in_report: bool, analyst: str | None, as_json: bool) -> None:
    """Print the journal of CASE, or write a note in it. A note stays; what was wrong in it is said in another one."""
    import json
    import sys
    from dataclasses import asdict

    from timeline.model.errors import UsageError
    from timeline.model.time import show_us
    from timeline.session.case import open_case
    from timeline.text import visible

    if text is None and (event is not None or in_report):
        raise UsageError("what is to be noted?", hint="--add TEXT")
    with open_case(case, analyst=analyst) as opened:
        entries = opened.journal() if text is None else [
            opened.add_note(sys.stdin.read() if text == "-" else text, event=event, in_report=in_report)
        ]  # fmt: skip
    for entry in entries:
        if as_json:
            click.echo(json.dumps(asdict(entry)))
            continue
        about = f"  key:{entry.event}" if entry.event else ""
        report = "  in the report" if entry.in_report else ""
        click.echo(f"{show_us(entry.at_us, precision_us=1_000_000)}  {visible(entry.analyst)}{about}{report}")
        for line in entry.text.splitlines():
            click.echo(f"    {visible(line)}")
