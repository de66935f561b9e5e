"""`leakline event`: a statement of the analyst on the timeline."""

from pathlib import Path

import click

from timeline.commands.options import FILE_PATH, case_argument


@click.command("event")
@case_argument
@click.option("--when", required=True, metavar="TIME", help="When it happened, with its zone (UTC if not said).")
@click.option("--text", required=True, metavar="TEXT", help="What happened.")
@click.option("--actor", metavar="NAME", help="Who did it.")
@click.option("--resource", metavar="NAME", help="On what.")
@click.option(
    "--exhibit",
    type=FILE_PATH,
    metavar="FILE",
    help="A file that shows it; its name and SHA-256 are noted.",
)
@click.option("--analyst", metavar="NAME", help="Who says so.")
def command(
    case: Path, when: str, text: str, actor: str | None, resource: str | None, exhibit: Path | None, analyst: str | None
) -> None:
    """Put a call, an e-mail or a screenshot on the timeline of CASE, marked as your statement, never as evidence."""
    from timeline.session.case import open_case

    with open_case(case, create=True, analyst=analyst) as opened:
        click.echo(opened.add_event(when=when, text=text, actor=actor, resource=resource, exhibit=exhibit))
