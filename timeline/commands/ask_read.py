"""`leakline ask-read`: whether a resource was read, as far as the logs can carry an answer."""

from pathlib import Path

import click

from timeline.commands.coverage import print_intervals
from timeline.commands.options import case_argument, time_bounds, time_options, zone_option

_MOST_READS = 20


@click.command("ask-read")
@case_argument
@click.argument("resource")
@time_options
@zone_option
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    case: Path, resource: str, start: str | None, end: str | None, zone: str, unredacted: bool, as_json: bool
) -> None:
    """Answer whether RESOURCE (s3://bucket/key, gs://..., owner/repository, /path) was read, by the logs of CASE.

    The answer is `read`, with the events; `not read`, with the coverage that supports it; or `not answerable`, with the
    holes. See `leakline help coverage`.
    """
    import json
    from dataclasses import asdict

    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.session.case import open_case
    from timeline.session.exporting import redactor_of

    with open_case(case) as opened, cancelled_by_interrupt() as cancel:
        low, high = time_bounds(opened, start, end)
        found = opened.findings.was_read(resource, start_us=low, end_us=high, cancel=cancel)
        if as_json:
            click.echo(json.dumps(asdict(found), ensure_ascii=True))
            return
        click.echo(f"{found.answer}: {found.why}")
        if found.reads:
            from timeline.commands.table import print_table

            names = ("timestamp", "kind", "actor", "action", "resource", "src_ip", "bytes_out", "key")
            redactor = None if unredacted else redactor_of(opened)
            print_table([opened.event(key) for key in found.reads[:_MOST_READS]], names, zone, redactor)
            left = len(found.reads) + found.more_reads - _MOST_READS
            if left > 0:
                click.echo(f"and {left:,} more")
    for title, intervals in (("supported by", found.support), ("holes", found.holes)):
        if intervals:
            click.echo(f"{title}:")
            print_intervals(intervals, zone)
