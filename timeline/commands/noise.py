"""`leakline noise`: what scanners, canaries, health checks and the like made, apart from everything else."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeline.commands.options import case_argument, shown_zone, zone_option

if TYPE_CHECKING:
    from datetime import tzinfo

    from timeline.commands.found import Safe
    from timeline.model.noise import Noise, NoiseLabel

_MOST = 5


@click.command("noise")
@case_argument
@click.option(
    "--all", "whole", is_flag=True, help="Print up to 20 actors, addresses and agents of each label, not five."
)
@zone_option
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(case: Path, whole: bool, zone: str, unredacted: bool, as_json: bool) -> None:
    """List what of CASE is noise: scanners, canaries, health checks, crawlers, monitoring, with the events that say so.

    Nothing is left out of any analysis. A user agent is claimed, not proven: `says it is`. `leakline search CASE -noise:yes`
    finds everything else. See `leakline help noise`.
    """
    from dataclasses import asdict

    from timeline.commands.found import print_json, redactor_for, safe_with
    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.session.case import open_case

    with open_case(case) as opened, cancelled_by_interrupt() as cancel:
        found = opened.findings.noise(cancel=cancel)
        redactor = redactor_for(opened, unredacted=unredacted)
    if as_json:
        print_json(asdict(found), redactor)
        return
    if not found.labels:
        click.echo("no event of this case is known as noise")
        return
    _show(found, safe_with(redactor), shown_zone(zone), _MOST if not whole else None)


def _show(found: "Noise", safe: "Safe", zone: "tzinfo", most: int | None) -> None:
    by_class = ", ".join(f"{label} {events:,}" for label, events in found.classes.items())
    click.echo(f"{found.events:,} of {found.of:,} events ({_share(found.events, found.of)}): {by_class}")
    for label in found.labels:
        click.echo("")
        click.echo(f"{label.label}  {label.rule}: {label.basis} {safe(label.title)}")
        _show_label(label, found.of, safe, zone, most)
    if sum(label.events for label in found.labels) > found.events:
        click.echo("")
        click.echo("some events fit several rules; the first line counts each once")


def _show_label(label: "NoiseLabel", of: int, safe: "Safe", zone: "tzinfo", most: int | None) -> None:
    from timeline.model.time import show_us

    size = f", {label.bytes_out:,} bytes logged as sent" if label.bytes_out else ""
    click.echo(f"  {label.events:,} events ({_share(label.events, of)}){size}")
    first, last = (show_us(us, zone, 1_000_000) for us in (label.first_us, label.last_us))
    click.echo(f"  {first} to {last}  {label.first_key} .. {label.last_key}")
    for name, count, values in (
        ("actors", label.actor_count, label.actors),
        ("addresses", label.address_count, label.addresses),
        ("agents", label.agent_count, label.agents),
    ):
        if values:
            shown = values[:most]
            more = f" and {count - len(shown):,} more" if count > len(shown) else ""
            click.echo(f"  {name}: {', '.join(map(safe, shown))}{more}")


def _share(events: int, of: int) -> str:
    """`<0.1%`, `12.3%`: never 0% of something, and never 100% of less than all."""
    if not of or events == of:
        return "100%" if events else "0%"
    per_mille = events * 1000 / of
    return "<0.1%" if per_mille < 1 else ">99.9%" if per_mille > 999 else f"{per_mille / 10:.1f}%"
