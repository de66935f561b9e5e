"""`leakline demo`: the sample cases."""

from pathlib import Path

import click

from timeline.commands.options import FILE_PATH, has_terminal


@click.command("demo")
@click.argument("folder", type=FILE_PATH, required=False)
@click.option("--headless", is_flag=True, help="Do not open the terminal UI; say where the case and the report are.")
@click.option("--case", "name", metavar="NAME", help="Another sample case. A name that there is not lists them all.")
def command(folder: Path | None, headless: bool, name: str | None) -> None:
    """Copy a sample case to FOLDER (default: ./demo, or ./NAME), ingest it, write its report and open it.

    Without a terminal it is not opened. Without --case: a package was published with its source map in it. The case's
    README.md tells the story.
    """
    from timeline.commands.progress import ingest_progress
    from timeline.session.demo import NAME, make_demo, sample_folder

    wanted = name or NAME
    sample_folder(wanted)  # before a name becomes a folder
    folder = folder or Path(name or "demo")
    with ingest_progress(quiet=False) as tell:
        case = make_demo(folder, wanted, progress=tell)
    with case:
        written = case.write_report(folder / "report.md")
        if headless or not has_terminal():
            with case.find() as events:
                count = events.count()
            click.echo(f"case    {case.folder} ({count:,} events, {len(case.sources())} sources)")
            for path in written:
                click.echo(f"report  {path}" if path.suffix == ".md" else f"figure  {path}")
            click.echo(f"next    leakline open {folder}")
            return
        from timeline.tui.app import run_app

        run_app(case)
