"""`leakline actors`: who acted, under which names and keys, and why these belong together."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeline.commands.options import case_argument, shown_zone, zone_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from timeline.model.identity import Actor, Link, Verdict

_MOST_IDENTITIES = 8


@click.command("actors")
@case_argument
@click.option("--links", is_flag=True, help="Print the links, with the events that say so, not the people.")
@click.option("--out", "with_bytes", is_flag=True, help="Order by bytes logged as sent.")
@click.option(
    "--all", "whole", is_flag=True, help="Print every identity and also who only holds keys that nobody used."
)
@click.option("--accept", multiple=True, metavar="LINK", help="Take a possible link as given; may be repeated.")
@click.option("--refuse", multiple=True, metavar="LINK", help="Do not follow a link; may be repeated.")
@click.option("--undecide", multiple=True, metavar="LINK", help="Leave a link to its rule again; may be repeated.")
@click.option("--comment", metavar="TEXT", help="Why you decide so.")
@click.option("--analyst", metavar="NAME", help="Who decides.")
@zone_option
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    case: Path, links: bool, with_bytes: bool, whole: bool, accept: tuple[str, ...], refuse: tuple[str, ...],
    undecide: tuple[str, ...], comment: str | None, analyst: str | None, zone: str, unredacted: bool, as_json: bool,
) -> None:  # fmt: skip
    """List who acts in CASE, most events first: people, machines, and holders of keys that nobody is known to have had.

    `leakline search CASE person:NAME` finds what one did. Addresses never make two names one. See `leakline help actors`.
    """
    from dataclasses import asdict

    from timeline.commands.found import print_json, redactor_for, safe_with
    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.session.case import open_case
    from timeline.session.deciding import decide_links

    decided: tuple[tuple[tuple[str, ...], Verdict], ...] = ((accept, "accepted"), (refuse, "refused"), (undecide, ""))
    with open_case(case, analyst=analyst) as opened, cancelled_by_interrupt() as cancel:
        for ids, verdict in decided:
            if ids:
                decide_links(opened, ids, verdict, comment)
        found = opened.findings.actors(cancel=cancel)
        all_links = opened.findings.links(cancel=cancel) if links or as_json else []
        redactor = redactor_for(opened, unredacted=unredacted)
    safe = safe_with(redactor)

    actors = sorted(found.actors, key=lambda one: -one.bytes_out) if with_bytes else found.actors
    if as_json:
        links_as = [{**asdict(link), "one": link.one.name, "other": link.other.name} for link in all_links]
        values = {"actors": list(map(_plain, actors)), "links": links_as}
        print_json(values, redactor)
    elif links:
        for link in all_links:
            _show_link(link, safe)
    else:
        for actor in actors:
            if actor.events or whole:
                _show(actor, safe, whole=whole, zone=zone)
        if found.undecided:
            click.echo(f"{found.undecided:,} possible links wait for a decision: `leakline actors CASE --links`")


def _plain(actor: "Actor") -> dict[str, object]:
    from dataclasses import asdict

    values = asdict(actor)
    values["identities"] = [identity.name for identity in actor.identities]
    return values


def _show(actor: "Actor", safe: "Callable[[str], str]", *, whole: bool, zone: str) -> None:
    from timeline.model.time import show_us

    size = f", {actor.bytes_out:,} bytes logged as sent" if actor.with_bytes else ""
    click.echo(f"{safe(actor.name)}  ({actor.sort})  {actor.events:,} events{size}")
    if actor.first_us is not None and actor.last_us is not None:
        shown_in = shown_zone(zone)
        first, last = show_us(actor.first_us, shown_in), show_us(actor.last_us, shown_in)
        click.echo(f"  {first} to {last}  {actor.first_key} .. {actor.last_key}")
    if actor.owners:
        click.echo(f"  shared by {', '.join(map(safe, actor.owners))}: its events are not attributed to one of them")
    names = [identity.name for identity in actor.identities if identity.name != actor.name]
    shown = names if whole else names[:_MOST_IDENTITIES]
    more = f" and {len(names) - len(shown):,} more" if len(names) > len(shown) else ""
    if shown:
        click.echo(f"  also {', '.join(map(safe, shown))}{more}")


def _show_link(link: "Link", safe: "Callable[[str], str]") -> None:
    arrow = "is" if link.sort == "same" else "had"
    verdict = f", {link.verdict}" if link.verdict else ""
    click.echo(f"{link.id}  {safe(link.one.name)} {arrow} {safe(link.other.name)}  ({link.confidence}{verdict})")
    keys = f", {link.events:,} events: {' .. '.join(link.keys)}" if link.keys else ""
    click.echo(f"  {link.rule}: {link.title}{keys}")
