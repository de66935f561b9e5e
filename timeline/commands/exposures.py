"""`leakline exposures`: what was open to whom, from when to when, and who touched it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeline.commands.options import case_argument, shown_zone, zone_option

if TYPE_CHECKING:
    from timeline.model.coverage import Interval
    from timeline.model.exposure import Touch, Window
    from timeline.report.redact import Redactor

_MOST_TOUCHES = 10


@click.command("exposures")
@case_argument
@click.option("--all", "whole", is_flag=True, help="Print every touch, not only the ten with most events.")
@zone_option
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(case: Path, whole: bool, zone: str, unredacted: bool, as_json: bool) -> None:
    """List the windows in which things of CASE were open, with the events that opened and closed them, and touches.

    `leakline search CASE in:exposure/1` finds the events of a window. See `leakline help exposures`.
    """
    import json
    from dataclasses import asdict

    from timeline.analysis.exposure.unseen import unseen_reads
    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.session.case import open_case
    from timeline.session.exporting import redactor_of

    with open_case(case) as opened, cancelled_by_interrupt() as cancel:
        found = opened.findings.exposures(cancel=cancel)
        holes = unseen_reads(found, opened.findings.coverage(cancel=cancel))
        redactor = None if unredacted else redactor_of(opened)
    if as_json:
        windows = [
            {
                **asdict(window),
                "name": window.name,
                "touches": [asdict(t) for t in found.touches.get(window.number, ())],
                "not_answerable": [asdict(hole) for hole in holes.get(window.number, ())],
            }
            for window in found.windows
        ]
        values = {"windows": windows, "edges": len(found.edges), "problems": list(found.problems)}
        text = json.dumps(values, ensure_ascii=True)
        click.echo(text if redactor is None else redactor.text(text))
        return
    if not found.windows:
        click.echo("nothing in this case opens anything to the public or to outsiders, as far as its logs show")
    for window in found.windows:
        _show(window, found.touches.get(window.number, ()), whole=whole, zone=zone, redactor=redactor)
        for hole in holes.get(window.number, ()):
            _show_hole(hole, zone, redactor)
    for problem in found.problems:
        click.echo(f"not placed: {_safe(problem, redactor)}")


def _show(
    window: "Window", touches: "tuple[Touch, ...]", *, whole: bool, zone: str, redactor: "Redactor | None"
) -> None:
    from timeline.model.time import show_us

    shown_in = shown_zone(zone)
    holder = window.holder.audience + ("" if window.holder.who == "*" else f" ({_safe(window.holder.who, redactor)})")
    click.echo(f"{window.name}  {window.thing.kind} {_safe(window.thing.name, redactor)}  open to {holder}")
    opened = show_us(window.opened_us, shown_in)
    closed = show_us(window.closed_us, shown_in)
    click.echo(f"  from {opened} {'by ' + window.opened_key if window.opened_key else 'or before'}")
    before = "or before, " if window.closed_is_bound else ""
    click.echo(f"  to   {closed} {before}{'by ' + window.closed_key if window.closed_key else 'or later'}")
    for note in window.notes:
        click.echo(f"  note: {_safe(note, redactor)}")
    events, sent = sum(t.events for t in touches), sum(t.bytes_out for t in touches)
    click.echo(f"  touches: {events:,} events by {len(touches):,}, {sent:,} bytes logged as sent")
    for touch in touches if whole else touches[:_MOST_TOUCHES]:
        parts = [touch.words, touch.actor or "-", touch.src_ip or "-", touch.user_agent or "-"]
        size = f"{touch.bytes_out:,} bytes" if touch.with_bytes else "bytes not logged"
        denied = f", {touch.denied:,} denied or failed" if touch.denied else ""
        shown = "  ".join(_safe(part, redactor) for part in parts)
        click.echo(f"    {shown}  {touch.events:,} events{denied}, {size}  {touch.first_key}")


def _show_hole(hole: "Interval", zone: str, redactor: "Redactor | None") -> None:
    from timeline.model.time import show_us

    start, end = (show_us(us, shown_zone(zone)) for us in (hole.start_us, hole.end_us))
    where = _safe(f"{hole.vantage.name} {hole.vantage.scope}: {hole.why}", redactor)
    click.echo(f"  not answerable: who read it from {start} to {end}  ({where})")


def _safe(text: str, redactor: "Redactor | None") -> str:
    from timeline.text import visible

    return visible(text if redactor is None else redactor.text(text))
