"""`leakline open`: the terminal UI."""

from pathlib import Path

import click

from timeline.commands.options import FILE_PATH, case_argument, has_terminal, query_option


@click.command("open")
@case_argument
@click.option(
    "--analyst", metavar="NAME", help="Who is working; case.yaml, $LEAKLINE_ANALYST or the login if not said."
)
@query_option("The filter to begin with; else the one that was left.")
@click.option(
    "--keys", type=FILE_PATH, metavar="FILE", help="Keys of your own, in YAML; else $LEAKLINE_KEYS (`leakline help keys`)."
)
@click.option(
    "--overview/--no-overview", default=None, help="Begin with the overview of the case, or not; else when something is new."
)
def command(case: Path, analyst: str | None, query: str, keys: Path | None, overview: bool | None) -> None:
    """Open CASE in the terminal UI. Press `?` there for the keys.

    A folder with case.yaml may be opened before anything was ingested: `I` there reads evidence.
    """
    from timeline.model.errors import UsageError
    from timeline.session.case import open_case

    if not has_terminal():
        raise UsageError(
            "the terminal UI needs a terminal", where="leakline open", hint="`leakline search` prints events"
        )
    with open_case(case, create=case.is_dir(), analyst=analyst) as opened:
        from timeline.tui.app import run_app

        run_app(opened, query=query, keys=keys, overview=overview)
