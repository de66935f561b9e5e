"""`leakline coverage`: what the logs of a case cover, and where the holes are."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeline.commands.options import case_argument, shown_zone, time_bounds, time_options, zone_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from timeline.model.coverage import Interval

_PARTS = re.compile("[/:@]")


@click.command("coverage")
@case_argument
@click.option("--resource", metavar="TEXT", help="Only scopes that hold this text, or that it names.")
@time_options
@zone_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(case: Path, resource: str | None, start: str | None, end: str | None, zone: str, as_json: bool) -> None:
    """Show, for every vantage point of CASE, when it was on, partial, off or unknown, and why.

    See `leakline help coverage`.
    """
    import json
    from dataclasses import asdict

    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.session.case import open_case

    with open_case(case) as opened, cancelled_by_interrupt() as cancel:
        found = opened.findings.coverage(cancel=cancel)
        low, high = time_bounds(opened, start, end)
    shown = [
        interval
        for interval in found.intervals
        if (resource is None or resource in interval.vantage.scope or interval.vantage.scope in _PARTS.split(resource))
        and (low is None or interval.end_us > low)
        and (high is None or interval.start_us < high)
    ]
    if as_json:
        values = {"span": found.span, "intervals": [asdict(i) for i in shown], "problems": list(found.problems)}
        click.echo(json.dumps(values, ensure_ascii=True))
        return
    if not shown:
        click.echo("no log in this case is known to show anything of that")
    print_intervals(shown, zone)
    for problem in found.problems:
        click.echo(f"not placed: {problem}")


def print_intervals(intervals: "Iterable[Interval]", zone: str) -> None:
    """Intervals as lines, under the name of their vantage point."""
    from timeline.model.time import show_us
    from timeline.text import visible

    shown_in = shown_zone(zone)
    last = None
    for interval in intervals:
        if interval.vantage != last:
            last = interval.vantage
            click.echo(f"{last.name}  {visible(last.scope)}")
        keys = f"  ({', '.join(interval.keys)})" if interval.keys else ""
        start, end = (show_us(us, shown_in, 1_000_000) for us in (interval.start_us, interval.end_us))
        click.echo(f"  {interval.state:<8} {start}  {end}  {visible(interval.why)}{keys}")
