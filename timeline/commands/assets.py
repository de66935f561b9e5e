"""`leakline assets`: what was at stake, by class."""

from pathlib import Path

import click

from timeline.commands.options import case_argument, shown_zone, zone_option

_MOST = 5


@click.command("assets")
@case_argument
@click.option("--all", "whole", is_flag=True, help="Print every reader, and ten objects of each class.")
@zone_option
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(case: Path, whole: bool, zone: str, unredacted: bool, as_json: bool) -> None:
    """List what was downloaded from CASE's things by class: model weights, training data, source code, secrets, dumps ...

    `assets:` of case.yaml adds the organisation's own classes. See `leakline help assets`.
    """
    from dataclasses import asdict

    from timeline.commands.found import print_json, redactor_for, safe_with
    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.model.time import show_us
    from timeline.session.case import open_case

    with open_case(case) as opened, cancelled_by_interrupt() as cancel:
        found = opened.findings.assets(cancel=cancel)
        redactor = redactor_for(opened, unredacted=unredacted)
    safe = safe_with(redactor)
    if as_json:
        print_json({"assets": [asdict(asset) for asset in found]}, redactor)
        return

    if not found:
        click.echo("no download is logged here; `leakline coverage` says whether one would have been")
    shown_in = shown_zone(zone)
    for asset in found:
        unknown = f", {asset.unknown:,} without bytes" if asset.unknown else ""
        click.echo(f"{safe(asset.title)}: {asset.objects:,} objects, {asset.whole:,} whole{unknown}")
        click.echo(f"  {asset.reads:,} reads, {asset.obtained:,} distinct bytes, {len(asset.readers):,} readers")
        if asset.first_us is not None and asset.last_us is not None:
            first, last = (show_us(us, shown_in) for us in (asset.first_us, asset.last_us))
            click.echo(f"  {first} to {last}  {' .. '.join(asset.keys)}")
        if asset.windows:
            click.echo(f"  open in {', '.join(asset.windows)}")
        for one in asset.sets:
            state = "complete" if one.is_complete else "not complete"
            click.echo(f"  set {safe(one.name)}: {one.got:,} of {one.of:,} by {safe(one.reader)}, {state}  {one.key}")
        for name in asset.largest if whole else asset.largest[:_MOST]:
            click.echo(f"    {safe(name)}")
        if whole:
            click.echo(f"  readers: {', '.join(map(safe, asset.readers))}")
