"""`leakline bundle`: what is handed over."""

from pathlib import Path

import click

from timeline.commands.options import FILE_PATH, case_argument


@click.command("bundle")
@case_argument
@click.argument("target", type=FILE_PATH, required=False)
@click.option("--query", metavar="QUERY", help="These events instead of the key events (`leakline help query`).")
@click.option("--reveal", metavar="EVENT", help="Print what shows which record is behind a redacted one: it holds the secret.")
def command(case: Path, target: Path | None, query: str | None, reveal: str | None) -> None:
    """Write a bundle to hand over to TARGET, a new folder or a .tar.gz: report, events, records, manifest, commitments.

    Secrets are taken out. `sha256sum -c SHA256SUMS` and `python3 verify.py` in it check it, without Leakline.
    """
    import json

    from timeline.session.bundling import reveal as reveal_record
    from timeline.session.bundling import write_bundle
    from timeline.session.case import open_case

    if (target is None) == (reveal is None):
        raise click.UsageError("give either TARGET, a new folder or a .tar.gz, or --reveal EVENT")
    with open_case(case) as opened:
        if reveal is not None:
            click.echo(json.dumps(reveal_record(opened, reveal), sort_keys=True))
            click.echo("this holds the record as it is, with its secrets", err=True)
            return
        assert target is not None, "one of the two is there"
        found = write_bundle(opened, target, query=query)
        click.echo(target)
        click.echo(f"{found.events:,} events · {found.redacted:,} records redacted", err=True)
        click.echo(f"merkle root  {found.root}", err=True)
        click.echo(f"custody head {opened.custody_head()}", err=True)
