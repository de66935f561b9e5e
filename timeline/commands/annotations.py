"""`leakline annotations`: what was said of events, out of a case and into another."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeline.commands.options import FILE_PATH, case_argument

if TYPE_CHECKING:
    from timeline.store.merging import Statement

_SHOWN = 20


@click.group("annotations")
def command() -> None:
    """Bring together what two responders said of copies of one case: stars, tags, comments, severities, decisions."""


@command.command("export")
@case_argument
@click.argument("file", type=FILE_PATH)
@click.option("--unredacted", is_flag=True, help="Do not take secrets out of comments and tags.")
def export_command(case: Path, file: Path, unredacted: bool) -> None:
    """Write what was said in CASE to FILE (`-`: standard output), as JSON lines: who, when, of which event, what."""
    from timeline.session.case import open_case
    from timeline.session.exchanging import export_annotations

    with open_case(case) as opened:
        target = sys.stdout if str(file) == "-" else file
        count = export_annotations(opened, target, redact=not unredacted)
        click.echo(_statements(count), err=True)
        click.echo(f"custody head {opened.custody_head()}", err=True)


@command.command("import")
@case_argument
@click.argument("file", type=FILE_PATH)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--analyst", metavar="NAME", help="Who imports it; what is said stays with who said it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_command(case: Path, file: Path, dry_run: bool, analyst: str | None, as_json: bool) -> None:
    """Merge FILE into CASE. What was said last counts; where two said something else of the same, both are shown.

    Importing a file twice changes nothing.
    """
    import json

    from timeline.session.case import open_case
    from timeline.session.exchanging import import_annotations
    from timeline.text import visible

    with open_case(case, analyst=analyst) as opened:
        found = import_annotations(opened, file, dry_run=dry_run)
    merged = found.merged
    if as_json:
        values = {
            "new": len(merged.new), "known": merged.known, "older": len(merged.superseded), "not_in_case": list(found.strange),
            "conflicts": [{"counts": _plain(one.counts), "other": _plain(one.other)} for one in merged.conflicts],
        }  # fmt: skip
        click.echo(json.dumps(values))
        return
    would = "would be " if dry_run else ""
    click.echo(f"{_statements(len(merged.new))} {would}new, {merged.known:,} known already")
    if merged.superseded:
        click.echo(f"{len(merged.superseded):,} are older than what the case says of the same: kept, they do not count")
    for one in merged.conflicts[:_SHOWN]:
        click.echo(f"conflict  {visible(_words(one.counts))} counts; {visible(_words(one.other))}")
    if len(merged.conflicts) > _SHOWN:
        click.echo(f"and {len(merged.conflicts) - _SHOWN:,} more conflicts: --json lists them")
    if found.strange:
        keys = ", ".join(found.strange[:5])
        click.echo(f"{len(found.strange):,} events are not in this case: {keys}; kept for when their evidence is read")


def _statements(count: int) -> str:
    return f"{count:,} statement{'' if count == 1 else 's'}"


def _words(one: "Statement") -> str:
    from timeline.model.time import show_us

    said = f"{one.said.verb} {one.said.value}" if one.said.value else one.said.verb
    return f"{one.said.key}: {one.analyst} said {said!r} at {show_us(one.at_us, precision_us=1_000_000)}"


def _plain(one: "Statement") -> dict[str, object]:
    return {
        "key": one.said.key, "verb": one.said.verb, "value": one.said.value, "analyst": one.analyst, "at_us": one.at_us,
    }  # fmt: skip
