"""`leakline measures`: what to do, each tied to the finding that calls for it."""

from pathlib import Path

import click

from timeline.commands.options import case_argument


@click.command("measures")
@case_argument
@click.option("--done", multiple=True, metavar="ID", help="Tick a measure off; may be repeated.")
@click.option("--reopen", multiple=True, metavar="ID", help="Open a measure again; may be repeated.")
@click.option("--comment", metavar="TEXT", help="What was done, or why not.")
@click.option("--analyst", metavar="NAME", help="Who says so.")
@click.option("--open", "only_open", is_flag=True, help="Leave out what is done.")
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    case: Path, done: tuple[str, ...], reopen: tuple[str, ...], comment: str | None, analyst: str | None, only_open: bool,
    unredacted: bool, as_json: bool,
) -> None:  # fmt: skip
    """List the measures that the findings of CASE call for: first those that contain, then those that prevent.

    See `leakline help measures`.
    """
    from dataclasses import asdict

    from timeline.commands.found import print_json, redactor_for, safe_with
    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.session.case import open_case
    from timeline.session.deciding import decide_measures

    with open_case(case, analyst=analyst) as opened, cancelled_by_interrupt() as cancel:
        for ids, is_done in ((done, True), (reopen, False)):
            if ids:
                decide_measures(opened, ids, done=is_done, comment=comment)
        found = [one for one in opened.findings.measures(cancel=cancel) if not (only_open and one.is_done)]
        redactor = redactor_for(opened, unredacted=unredacted)
    safe = safe_with(redactor)
    if as_json:
        print_json({"measures": [asdict(measure) for measure in found]}, redactor)
        return

    if not found:
        click.echo("nothing found calls for a measure")
    for measure in found:
        click.echo(
            f"[{'x' if measure.is_done else ' '}] {measure.id}  {measure.sort}: {safe(measure.title)}: {safe(measure.target)}"
        )
        click.echo(f"    because {safe(measure.why)}{'  ' + ', '.join(measure.keys) if measure.keys else ''}")
        click.echo(f"    {safe(measure.how)}")
        if measure.decision is not None:
            because = f": {safe(measure.decision.comment)}" if measure.decision.comment else ""
            click.echo(f"    {measure.decision.state} by {safe(measure.decision.analyst)}{because}")
