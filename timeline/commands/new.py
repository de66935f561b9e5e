"""`leakline new`: a case folder."""

from pathlib import Path

import click

from timeline.commands.options import case_argument


@click.command("new")
@case_argument
@click.option("--name", metavar="NAME", help="Name of the case; the folder's name if not said.")
def command(case: Path, name: str | None) -> None:
    """Make the folder CASE with a commented case.yaml, an empty evidence folder and an empty case.db."""
    from timeline.session.making import make_case

    made = make_case(case, name)
    click.echo(f"made {made}: put evidence into {made / 'evidence'}, then run `leakline ingest {made}`")
