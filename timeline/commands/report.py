"""`leakline report`: the report, as Markdown or HTML."""

from pathlib import Path

import click

from timeline.commands.options import FILE_PATH, output_option


@click.command("report")
@click.argument("case", type=FILE_PATH, required=False)
@output_option(
    "Write the report here: .md with its figure beside it, .html all in one file; `-`: Markdown to standard output."
    " Default: report.md in the case folder."
)
@click.option("--template", type=FILE_PATH, metavar="FOLDER", help="Put it together as the template in this folder says.")
@click.option("--print-template", is_flag=True, help="Print a template to begin with, and do nothing else.")
@click.option("--custody", is_flag=True, help="With the custody log: what was done to the case, when, by whom.")
def command(case: Path | None, output: Path | None, template: Path | None, print_template: bool, custody: bool) -> None:
    """Write the report of CASE: key events, figure, sources, rejects, method, evidence. The same case gives the same bytes."""
    if print_template:
        from timeline.report.template import DEFAULT

        click.echo(DEFAULT, nl=False)
        return
    from timeline.session.case import open_case

    if case is None:
        raise click.MissingParameter(param_type="argument", param_hint="'CASE'")

    with open_case(case) as opened:
        if output is not None and str(output) == "-":
            click.echo(opened.report(template=template, custody=custody), nl=False)
        else:
            target = output or (opened.folder or opened.path.parent) / "report.md"
            for written in opened.write_report(target, template=template, custody=custody):
                click.echo(written)
        click.echo(f"custody head {opened.custody_head()}", err=True)
