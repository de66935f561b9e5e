"""`leakline formats`: the log formats that are understood."""

import click


@click.command("formats")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(as_json: bool) -> None:
    """List every format: its kind, what it covers, how it is read, where it is described."""
    import json

    from timeline.ingest.registry import parser_problems, parsers
    from timeline.text import visible

    for kind, parser in parsers().items():
        if as_json:
            values = {
                "kind": kind, "title": parser.TITLE, "events": parser.EMITS, "framing": parser.FRAMING, "columnar": parser.COLUMNAR,
                "version": parser.VERSION, "reference": parser.REFERENCE,
            }  # fmt: skip
            click.echo(json.dumps(values))
        else:
            way = "by columns" if parser.COLUMNAR else "by record"
            click.echo(
                f"{kind:<16} {parser.TITLE}\n{'':<16} {parser.FRAMING}, {way}, version {parser.VERSION}; {parser.REFERENCE}"
            )
    for problem in parser_problems():
        click.echo(f"leakline: {visible(problem)}", err=True)
