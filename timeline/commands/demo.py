"""`leakline demo`: the sample case."""

from pathlib import Path

import click

from timeline.commands.options import FILE_PATH


@click.command("demo")
@click.argument("folder", type=FILE_PATH, default=Path("demo"))
@click.option("--headless", is_flag=True, help="Do not open the terminal UI; say where the case and the report are.")
def command(folder: Path, headless: bool) -> None:
    """Copy a sample case to FOLDER (default: ./demo), ingest it, write its report and open it.

    A package was published with its source map in it. The case's README.md tells the story.
    """
    from timeline.commands.progress import ingest_progress
    from timeline.session.demo import make_demo

    with ingest_progress(quiet=False) as tell:
        case = make_demo(folder, progress=tell)
    with case:
        written = case.write_report(folder / "report.md")
        if headless:
            with case.find() as events:
                count = events.count()
            click.echo(f"case    {case.folder} ({count:,} events, {len(case.sources())} sources)")
            for path in written:
                click.echo(f"report  {path}" if path.suffix == ".md" else f"figure  {path}")
            click.echo(f"next    leakline open {folder}")
            return
        from timeline.tui.app import run_app

        run_app(case)
