"""`leakline clocks`: which clocks are off, and what order is not established."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeline.commands.options import case_argument, shown_zone, zone_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from timeline.model.clocks import Clocks, Skew
    from timeline.session.case import Case


@click.command("clocks")
@case_argument
@click.option(
    "--apply",
    "apply_to",
    multiple=True,
    metavar="SOURCE",
    help="Set the clock of this source right as proposed; may be repeated.",
)
@click.option("--analyst", metavar="NAME", help="Who sets it.")
@zone_option
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    case: Path, apply_to: tuple[str, ...], analyst: str | None, zone: str, unredacted: bool, as_json: bool
) -> None:
    """Compare the clocks of CASE: of logs that saw the same requests, and of commits with themselves.

    An offset that is applied is recorded, shown with every time, and taken back by `leakline reparse CASE SOURCE
    --clock-offset 0s`. See `leakline help clocks`.
    """
    from dataclasses import asdict

    from timeline.commands.found import print_json, redactor_for, safe_with
    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.session.case import open_case

    with open_case(case, analyst=analyst) as opened, cancelled_by_interrupt() as cancel:
        found = opened.findings.clocks(cancel=cancel)
        if apply_to:
            for source in apply_to:
                click.echo(_applied(opened, source, found), err=as_json)
            found = opened.findings.clocks(cancel=cancel)
        redactor = redactor_for(opened, unredacted=unredacted)
    safe = safe_with(redactor)
    if as_json:
        values = asdict(found)
        for skew, plain in zip(found.skews, values["skews"], strict=True):
            plain["words"] = skew.words
        print_json(values, redactor)
        return

    _show(found, safe, zone)


def _applied(case: "Case", source: str, found: "Clocks") -> str:
    from timeline.model.errors import UsageError
    from timeline.model.time import show_span

    path = case.source(source).path
    offsets = sorted({skew.offset_us for skew in found.skews if skew.other == path and skew.offset_us is not None})
    if len(offsets) != 1:
        what = "no offset is proposed for it" if not offsets else "several offsets are proposed for it"
        raise UsageError(
            what, where=path, hint="`leakline reparse CASE SOURCE --clock-offset 90s` sets one of your own"
        )
    case.reparse(path, clock_offset_us=offsets[0])
    sign = "-" if offsets[0] < 0 else "+"
    return f"{path}: {sign}{show_span(abs(offsets[0]))} added to what its records state"


def _show(found: "Clocks", safe: "Callable[[str], str]", zone: str) -> None:
    from timeline.model.time import show_us

    shown_in = shown_zone(zone)
    if not (found.skews or found.anomalies or found.unordered or found.assumed):
        click.echo("no clock here is known to be off, and every time is stated in full")
    for skew in found.skews:
        _show_skew(skew, safe)
    for odd in found.anomalies:
        who = f"{safe(odd.actor or '-')}, {safe(odd.resource or '-')}"
        click.echo(f"{odd.sort}  {show_us(odd.us, shown_in)}  {odd.words}  ({who})  {', '.join(odd.keys[:3])}")
    for pair in found.unordered:
        click.echo(f"order not established  {show_us(pair.first_us, shown_in)}  {pair.first_key} and {pair.second_key}")
    for one in found.assumed:
        click.echo(f"{one.basis}  {safe(one.source)}  {one.events:,} events")
    for note in found.notes:
        click.echo(f"note: {note}")


def _show_skew(skew: "Skew", safe: "Callable[[str], str]") -> None:
    from timeline.model.time import show_span

    apart = show_span(abs(skew.median_us))
    spread = f"{skew.low_us / 1_000_000:+,.1f} to {skew.high_us / 1_000_000:+,.1f} s"
    says = {
        "ahead": f"is {apart} ahead of",
        "behind": f"is {apart} behind",
        "agree": "agrees with",
        "uneven": "differs unevenly from",
    }[skew.words]
    click.echo(f"{safe(skew.other)} {says} {safe(skew.one)}  ({skew.matches:,} requests in both: {spread})")
    click.echo(f"  {skew.title}  {skew.keys[0]}, {skew.keys[1]}")
    if skew.offset_us is not None:
        click.echo("  proposed: `leakline clocks CASE --apply SOURCE`, if you find the other clock the better one")
