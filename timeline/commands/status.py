"""`leakline status`: what a case holds."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeline.commands.options import case_argument

if TYPE_CHECKING:
    from timeline.model.source import SourceInfo


@click.command("status")
@case_argument
@click.option("--digest", is_flag=True, help="Print only a SHA-256 over events, rejects and evidence.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(case: Path, digest: bool, as_json: bool) -> None:
    """List the sources of CASE with their spans, counts and problems."""
    import json
    from dataclasses import asdict

    from timeline.model.time import show_us
    from timeline.session.case import open_case
    from timeline.text import visible

    with open_case(case) as opened:
        if digest:
            click.echo(opened.digest())
            return
        infos = opened.sources()
        span, head, name = opened.span(), opened.custody_head(), opened.name
        if as_json:
            values = {
                "name": name,
                "events": _events(infos),
                "span": span,
                "custody_head": head,
                "sources": [asdict(i) for i in infos],
            }
            click.echo(json.dumps(values, ensure_ascii=True))
            return
    shown = f"{show_us(span[0])} .. {show_us(span[1])}" if span else "no dated events"
    click.echo(f"{visible(name)}: {_events(infos):,} events · {len(infos):,} sources · {shown}")
    for info in infos:
        click.echo(f"  {_line(info)}")
    click.echo(f"custody head {head}")


def _events(infos: "list[SourceInfo]") -> int:
    return sum(info.events for info in infos if info.same_as is None)


def _line(info: "SourceInfo") -> str:
    from timeline.model.time import show_us
    from timeline.text import visible

    parts = [f"{info.number:>3} {visible(info.path)}", info.kind or "-"]
    if info.same_as is not None:
        parts.append(f"the same bytes as {visible(info.same_as)}")
    elif info.state != "unreadable":
        accounted = f"{info.with_events:,} + {info.duplicates:,} seen twice + {info.rejects:,} rejects + {info.ignored:,} ignored"
        parts.append(f"{info.events:,} events, {info.records:,} records = {accounted}")
        if info.first_us is not None:
            parts.append(f"{show_us(info.first_us)} .. {show_us(info.last_us)}")
        if info.clock_offset_us:
            parts.append(f"clock {info.clock_offset_us / 1_000_000:+g} s")
    if info.problem:
        parts.append(f"{info.state}: {visible(info.problem)}")
    return " · ".join(parts)
