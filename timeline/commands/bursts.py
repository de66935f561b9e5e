"""`leakline bursts`: many things read in a short time, and networks and agents new to a credential."""

from pathlib import Path

import click

from timeline.commands.options import case_argument, shown_zone, zone_option


@click.command("bursts")
@case_argument
@zone_option
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(case: Path, zone: str, unredacted: bool, as_json: bool) -> None:
    """List bursts of reads by one credential of CASE, and what credentials in use were first seen with.

    A burst is more than the credential usually does, and many different things. See `leakline help bursts`.
    """
    import json
    from dataclasses import asdict

    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.model.time import show_us
    from timeline.session.case import open_case
    from timeline.session.exporting import redactor_of
    from timeline.text import visible

    shown_in = shown_zone(zone)
    with open_case(case) as opened, cancelled_by_interrupt() as cancel:
        bursts = opened.findings.bursts(cancel=cancel)
        first_seen = opened.findings.first_seen(cancel=cancel)
        redactor = None if unredacted else redactor_of(opened)

    def safe(text: str | None) -> str:
        return "-" if text is None else visible(text if redactor is None else redactor.text(text))

    if as_json:
        values = {"bursts": [asdict(b) for b in bursts], "first_seen": [asdict(s) for s in first_seen]}
        text = json.dumps(values, ensure_ascii=True)
        click.echo(text if redactor is None else redactor.text(text))
        return
    if not bursts:
        click.echo("no burst of reads by one credential")
    for burst in bursts:
        start, end = show_us(burst.start_us, shown_in, 1_000_000), show_us(burst.end_us, shown_in, 1_000_000)
        click.echo(
            f"{burst.title}: {safe(burst.actor)}  {safe(burst.credential)}  from {', '.join(map(safe, burst.addresses))}"
        )
        size = f"{burst.bytes_out:,} bytes" if burst.with_bytes else "bytes not logged"
        click.echo(
            f"  {start} .. {end}  {burst.events:,} events, {burst.things:,} things, {size}; usual {burst.usual:,}"
        )
        click.echo(f"  first {burst.first_key}, last {burst.last_key}")
    for seen in first_seen:
        first, known = show_us(seen.first_us, shown_in, 1_000_000), show_us(seen.known_since_us, shown_in, 1_000_000)
        click.echo(f"new {seen.field} of {safe(seen.credential or seen.actor)}: {safe(seen.value)}")
        click.echo(f"  {first}  {seen.events:,} events, in use since {known}  {seen.first_key}")
