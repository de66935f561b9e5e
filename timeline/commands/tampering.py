"""`leakline tampering`: what was done to logs and to history."""

from pathlib import Path

import click

from timeline.commands.options import case_argument, shown_zone, zone_option

_MOST_EVENTS = 20
_OID = 12


@click.command("tampering")
@case_argument
@zone_option
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(case: Path, zone: str, unredacted: bool, as_json: bool) -> None:
    """List events of CASE that change what is logged (trails, streams, retention) or rewrite history (forced pushes).

    Whether they were meant so is for you to say; the holes that they leave are shown by `leakline coverage`.
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
        found = opened.findings.tampering(cancel=cancel)
        redactor = None if unredacted else redactor_of(opened)

    def safe(text: str | None) -> str:
        return "-" if text is None else visible(text if redactor is None else redactor.text(text))

    if as_json:
        text = json.dumps({"signals": [asdict(signal) for signal in found]}, ensure_ascii=True)
        click.echo(text if redactor is None else redactor.text(text))
        return
    if not found:
        click.echo("no event in this case changes what is logged or rewrites history")
    for signal in found:
        click.echo(f"{signal.title}: {signal.count:,} events")
        for event in signal.events[:_MOST_EVENTS]:
            tips = ""
            if event.before is not None or event.after is not None:
                tips = f"  {safe(event.before)[:_OID]} -> {safe(event.after)[:_OID]}"
            when = show_us(event.us, shown_in, 1_000_000)
            click.echo(
                f"  {when}  {safe(event.actor)}  {safe(event.resource)}  {safe(event.outcome)}{tips}  {event.key}"
            )
        if signal.count > _MOST_EVENTS:
            click.echo(f"  and {signal.count - _MOST_EVENTS:,} more")
