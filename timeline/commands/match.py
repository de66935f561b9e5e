"""`leakline match`: which version of a repository or package a leaked copy is."""

from pathlib import Path

import click

from timeline.commands.options import FILE_PATH, case_argument, shown_zone, zone_option

_MOST_NAMES = 20


@click.command("match")
@case_argument
@click.argument("path", type=FILE_PATH)
@zone_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(case: Path, path: Path, zone: str, as_json: bool) -> None:
    """Compare the copy that surfaced (a folder, an archive, a package, a file) with the commits and packages of CASE.

    Files are compared by hash, byte for byte; nothing of the copy is stored. See `leakline help match`.
    """
    import json
    from dataclasses import asdict

    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.model.time import show_us
    from timeline.session.case import open_case
    from timeline.text import visible

    shown_in = shown_zone(zone)
    with open_case(case) as opened, cancelled_by_interrupt() as cancel:
        found = opened.findings.match_copy(path, cancel=cancel)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=True))
        return
    solid = found.files - found.empty
    click.echo(f"{len(found.known):,} of {solid:,} files stand in a commit of this case, byte for byte")
    for package in found.packages:
        when = show_us(package.us, shown_in, 1_000_000)
        click.echo(f"{visible(package.file)} is {visible(package.package)}, published {when}  {package.key}")
    if found.versions:
        most = found.versions[0].matched
        click.echo(f"{'all of them' if found.whole else f'at most {most:,} together'}, first to last:")
    for version in found.versions:
        names = f"  ({', '.join(map(visible, version.names))})" if version.names else ""
        when, place = show_us(version.us, shown_in, 1_000_000), f"{visible(version.repository)} {version.commit[:12]}"
        click.echo(f"  {when}  {place}{names}  {version.key}")
    if found.more_versions:
        click.echo(f"  and {found.more_versions:,} more")
    if found.earliest_us is not None:
        when = show_us(found.earliest_us, shown_in, 1_000_000)
        click.echo(
            f"not taken before {when}, when the last of the known files first stood in a commit (committer's clock)"
        )
    for name in found.unknown[:_MOST_NAMES]:
        click.echo(f"unknown: {visible(name)}")
    if len(found.unknown) > _MOST_NAMES:
        click.echo(f"unknown: and {len(found.unknown) - _MOST_NAMES:,} more")
    for note in found.notes:
        click.echo(f"note: {note}")
