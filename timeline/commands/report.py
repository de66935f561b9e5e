"""`leakline report`: the report, as Markdown or HTML."""

from pathlib import Path

import click

from timeline.commands.options import case_argument, output_option


@click.command("report")
@case_argument
@output_option(
    "Write the report here: .md with its figure beside it, .html all in one file; `-`: Markdown to standard output."
    " Default: report.md in the case folder."
)
def command(case: Path, output: Path | None) -> None:
    """Write the report of CASE: key events, figure, sources, rejects, method, evidence. The same case gives the same bytes."""
    from timeline.session.case import open_case

    with open_case(case) as opened:
        if output is not None and str(output) == "-":
            click.echo(opened.report(), nl=False)
        else:
            target = output or (opened.folder or opened.path.parent) / "report.md"
            for written in opened.write_report(target):
                click.echo(written)
        click.echo(f"custody head {opened.custody_head()}", err=True)
