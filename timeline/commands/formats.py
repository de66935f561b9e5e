"""`leakline formats`: the log formats that are understood, and a draft of a mapping for one that is not."""

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from timeline.session.formats import Format

_SUGGEST = "suggest"
_SAMPLE_CHARACTERS = 4_000


@click.command("formats")
@click.argument("kind", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(kind: str | None, file: Path | None, as_json: bool) -> None:
    """List every format: its kind, what it covers, how it is recognised and read, where it is described.

    With KIND: that format, with samples. `leakline formats suggest FILE` drafts a mapping for a log in JSON, CSV or W3C
    format of any other make, with a reason for each guess (`leakline help mappings`).
    """
    from timeline.ingest.registry import parser_problems
    from timeline.model.errors import UsageError
    from timeline.session.formats import format_named, formats
    from timeline.text import visible

    if kind == _SUGGEST:
        _suggest(file)
        return
    if file is not None:
        raise UsageError(f"a file is given to `{_SUGGEST}` alone", where=file, hint=f"leakline formats {_SUGGEST} FILE")
    if kind is not None:
        _show(format_named(kind), as_json=as_json)
        return
    found = formats()
    if as_json:
        import json

        for one in found:
            click.echo(json.dumps(one.values()))
    else:
        for group, members in groupby(found, key=lambda one: one.group):
            _list(group, list(members))
    for problem in parser_problems():
        click.echo(f"leakline: {visible(problem)}", err=True)


def _list(group: str, members: "list[Format]") -> None:
    from timeline.session.formats import mappings

    click.echo(f"{group}\n")
    for one in members:
        click.echo(f"  {one.kind:<24} {one.title}")
        click.echo(f"  {'':<24} recognised: {'; '.join(one.detected)}")
        click.echo(f"  {'':<24} {one.framing}, {one.way}, version {one.version}; {one.reference}")
    if group == "Mappings":
        for name, title, kind in mappings():
            click.echo(f"  {'--map ' + name:<32} {title} ({kind})")
    click.echo("")


def _show(one: "Format", *, as_json: bool) -> None:
    if as_json:
        import json

        click.echo(json.dumps({**one.values(), "samples": one.samples}))
        return
    click.echo(f"{one.kind}: {one.title}\n")
    for name, text in (
        ("group", one.group), ("recognised", "; ".join(one.detected)), ("events", one.event_kinds),
        ("read", f"{one.framing}, {one.way}, version {one.version}"), ("reference", one.reference),
    ):  # fmt: skip
        click.echo(f"{name:<12} {text}")
    from timeline.text import visible

    for sample in one.samples:
        click.echo("")
        for line in sample[:_SAMPLE_CHARACTERS].rstrip().splitlines():
            click.echo(f"    {visible(line)}")


def _suggest(file: Path | None) -> None:
    from timeline.model.errors import UsageError
    from timeline.session.drafting import draft_for

    if file is None:
        raise UsageError("no file is named", hint=f"leakline formats {_SUGGEST} FILE > MAPPING.yaml")
    draft = draft_for(file)
    click.echo(draft.text, nl=False)
    if draft.known_as is not None:
        click.echo(f"note: it is recognised as {draft.known_as} and needs no mapping", err=True)
