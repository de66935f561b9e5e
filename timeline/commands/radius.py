"""`leakline radius`: what was taken, and how much, as far as logs tell."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeline.commands.options import case_argument, query_option, time_bounds, time_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from timeline.model.radius import Download, Radius

_MOST_OBJECTS = 20


@click.command("radius")
@case_argument
@click.option("--window", metavar="WINDOW", help="Only reads inside this window, such as exposure/3.")
@query_option("Only reads that match, such as person:dana@corp.example.")
@time_options
@click.option("--all", "whole", is_flag=True, help="Print every object, not only the twenty largest.")
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    case: Path, window: str | None, query: str, start: str | None, end: str | None, whole: bool, unredacted: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Show which objects of CASE were downloaded: whole or in part, how many bytes, seen from where.

    What several logs saw is not added up: it may be the same download. See `leakline help radius`.
    """
    from dataclasses import asdict

    from timeline.commands.found import print_json, redactor_for, safe_with
    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.session.case import open_case

    with open_case(case) as opened, cancelled_by_interrupt() as cancel:
        low, high = time_bounds(opened, start, end)
        found = opened.findings.radius(window=window, query=query, start_us=low, end_us=high, cancel=cancel)
        redactor = redactor_for(opened, unredacted=unredacted)
    safe = safe_with(redactor)
    if as_json:
        print_json(asdict(found), redactor)
        return

    if not found.downloads:
        click.echo("no download is logged here; `leakline coverage` says whether one would have been")
        return
    _show_sums(found)
    for one in found.sets:
        state = "complete" if one.is_complete else "not complete"
        click.echo(f"set {safe(one.name)}: {one.got:,} of {one.of:,} by {safe(one.reader)}, {state}  {one.key}")
    for download in found.downloads if whole else found.downloads[:_MOST_OBJECTS]:
        _show(download, safe)
    left = len(found.downloads) - _MOST_OBJECTS
    if left > 0 and not whole:
        click.echo(f"and {left:,} more objects; --all prints them")
    for rest in found.rest:
        click.echo(
            f"and {rest.objects:,} smaller objects in {rest.vantage}: {rest.reads:,} reads, {rest.sent:,} bytes logged as sent"
        )
    for note in found.notes:
        click.echo(f"note: {note}")


def _show_sums(found: "Radius") -> None:
    whole = sum(download.taken == "whole" for download in found.downloads)
    part = sum(download.taken == "part" for download in found.downloads)
    some = sum(download.taken == "some" for download in found.downloads)
    counts = f"{whole:,} whole, {part:,} in part, {some:,} of unknown size, {found.unknown:,} without bytes"
    click.echo(f"{len(found.downloads):,} objects: {counts}")
    for space, obtained in found.obtained:
        click.echo(f"  {space} {obtained:,} distinct bytes")
    for vantage in found.vantages:
        size = f"{vantage.sent:,} bytes logged as sent" if vantage.with_bytes else "bytes not logged"
        click.echo(f"  {vantage.title}: {vantage.reads:,} reads of {vantage.objects:,} objects, {size}")
    if len(found.vantages) > 1:
        click.echo("  these are several views, not to be added")
    if found.flows is not None:
        click.echo(f"  flow logs: {found.flows:,} bytes to these addresses, by the interfaces that they watch")


def _show(download: "Download", safe: "Callable[[str], str]") -> None:
    taken = {"whole": "whole", "part": "in part", "some": "some of it", "unknown": "not known how much"}[download.taken]
    size = (
        "size not known" if download.size is None else f"{'' if download.exact else 'at least '}{download.size:,} bytes"
    )
    obtained = "" if download.obtained is None else f", {download.obtained:,} obtained"
    upper = "" if download.upper is None else f", at most {download.upper:,} left"
    click.echo(f"{safe(download.name)}  {taken}: {size}{obtained}{upper}")
    for part in download.seen:
        readers = ", ".join(map(safe, part.readers[:3])) + (
            f" and {len(part.readers) - 3:,} more" if len(part.readers) > 3 else ""
        )
        sent = f"{part.sent:,} bytes" if part.with_bytes else "bytes not logged"
        click.echo(f"  {part.vantage}: {part.reads:,} reads, {sent}, by {readers}  {part.first_key} .. {part.last_key}")
