"""`leakline secrets`: the life of each secret, by its keyed fingerprint."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeline.commands.options import FILE_PATH, case_argument, shown_zone, zone_option

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import tzinfo

    from timeline.model.secrets import Secret
    from timeline.session.case import Case
    from timeline.session.scanning import Engine

_MOST_USES = 10
_MOST_PLACES = 5


@click.command("secrets")
@case_argument
@click.argument("paths", type=FILE_PATH, nargs=-1)
@click.option(
    "--scan",
    "wants_scan",
    is_flag=True,
    help="First look for secrets in every file of the repositories at PATHS, or of the case.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "own", "kingfisher"]),
    default="auto",
    help="What scans: our few patterns, or Kingfisher's rules as well. Default: what is installed.",
)
@click.option("--all", "whole", is_flag=True, help="Print every place and use.")
@click.option("--analyst", metavar="NAME", help="Who scans.")
@zone_option
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    case: Path, paths: tuple[Path, ...], wants_scan: bool, engine: "Engine", whole: bool, analyst: str | None, zone: str,
    unredacted: bool, as_json: bool,
) -> None:  # fmt: skip
    """Tell, for each secret of CASE, where it was found, since when it was open, who used it, and when it was revoked.

    Secrets come from findings of scanners (gitleaks, TruffleHog, Kingfisher, SARIF, detect-secrets, GitHub's alerts) and from
    `--scan`. They are named by fingerprints that are keyed by the case. See `leakline help secrets`.
    """
    from dataclasses import asdict

    from timeline.commands.found import print_json, redactor_for, safe_with
    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.model.errors import UsageError
    from timeline.session.case import open_case

    if paths and not wants_scan:
        raise UsageError("PATHS are for --scan", where=paths[0], hint="`leakline secrets CASE --scan PATH`")
    with open_case(case, analyst=analyst) as opened, cancelled_by_interrupt() as cancel:
        if wants_scan:
            _scan(opened, paths, engine, cancel)
        found = opened.findings.secrets(cancel=cancel)
        redactor = redactor_for(opened, unredacted=unredacted)
    safe = safe_with(redactor)

    if as_json:
        values = [{**asdict(secret), "time_to_revoke_us": secret.time_to_revoke_us} for secret in found]
        print_json({"secrets": values}, redactor)
        return
    if not found:
        click.echo("no secret is known: ingest a scanner's findings, or look for them with --scan")
    shown_in = shown_zone(zone)
    for secret in found:
        _show(secret, safe, shown_in, whole=whole)


def _scan(case: "Case", paths: tuple[Path, ...], engine: "Engine", cancel: "threading.Event") -> None:
    from timeline.session.scanning import scan
    from timeline.text import visible

    terminal = sys.stderr.isatty()

    def tell(name: str, done: int, total: int) -> None:
        if terminal:
            click.echo(f"\r{visible(name)}: {done:,} of {total:,} files", err=True, nl=False)

    for one in scan(case, paths, engine=engine, cancel=cancel, tell=tell):
        more = f", {one.too_large:,} too large to be looked at" if one.too_large else ""
        problem = f"; {visible(one.problem)}" if one.problem else ""
        by = "by our patterns and Kingfisher" if one.with_kingfisher else "by our patterns"
        start = "\r" if terminal else ""
        counts = f"{one.secrets:,} secrets in {one.files:,} files, {one.read_bytes:,} bytes, {by}"
        click.echo(f"{start}{visible(one.repository)}: {counts}{more}{problem}", err=True)


def _show(secret: "Secret", safe: "Callable[[str], str]", shown_in: "tzinfo", *, whole: bool) -> None:
    from timeline.model.secrets import NEVER
    from timeline.model.time import show_span, show_us

    ending = f", ends in {safe(secret.last_four)}" if secret.last_four else ""
    verified = {True: ", verified: it worked", False: ", tried: it did not work", None: ""}[secret.verified]
    click.echo(f"{secret.fingerprint}  {safe(', '.join(secret.types) or 'secret')}{ending}{verified}")
    places = secret.places if whole else secret.places[:_MOST_PLACES]
    more = f" and {len(secret.places) - len(places):,} more" if len(secret.places) > len(places) else ""
    if places:
        click.echo(f"  in {', '.join(map(safe, places))}{more}")
    tip = {True: "still there at a branch or tag", False: "at no branch or tag any more", None: None}[secret.at_tip]
    if tip:
        click.echo(f"  {tip}")
    for step in secret.steps:
        at = "undated" if step.us is None else show_us(step.us, shown_in)
        click.echo(f"  {step.what:<11} {at}{' or before' if step.is_bound else ''}  {safe(step.words)}  {step.key}")
    if secret.lives:
        click.echo(f"  {NEVER}")
    elif secret.time_to_revoke_us is not None:
        least = "at least " if secret.exposed_is_bound else ""
        click.echo(f"  time to revoke: {least}{show_span(secret.time_to_revoke_us)}")
    if not secret.ids:
        click.echo("  uses: not answerable, no log here writes an id that is this secret")
        return
    between, after = secret.used("between"), secret.used("after")
    if secret.exposed_us is not None:
        click.echo(
            f"  uses: {between:,} between exposure and {'now' if secret.lives else 'revocation'}, {after:,} after"
        )
    for use in secret.uses if whole else secret.uses[:_MOST_USES]:
        who = "  ".join(safe(part or "-") for part in (use.actor, use.src_ip, use.user_agent))
        denied = f", {use.denied:,} denied or failed" if use.denied else ""
        at = "undated" if use.first_us is None else show_us(use.first_us, shown_in)
        click.echo(f"    {use.phase:<8} {at}  {who}  {use.events:,} events{denied}  {use.first_key}")
