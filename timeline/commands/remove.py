"""`leakline remove`: take a source out of a case."""

from pathlib import Path

import click

from timeline.commands.options import case_argument


@click.command("remove")
@case_argument
@click.argument("source")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(case: Path, source: str, yes: bool) -> None:
    """Remove SOURCE (its path or number) from CASE with every byte and event that only it holds.

    The custody log keeps its name, its hashes and that it was removed.
    """
    from timeline.session.case import open_case
    from timeline.text import visible

    with open_case(case) as opened:
        info = opened.source(source)
        if not yes:
            click.confirm(f"remove {visible(info.path)} with {info.events:,} events?", abort=True, err=True)
        opened.remove(info.path)
    click.echo(f"removed {visible(info.path)}")
