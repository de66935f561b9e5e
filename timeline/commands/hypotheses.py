"""`leakline hypotheses`: what speaks for and against what may have happened, and what is missing."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeline.commands.options import case_argument

if TYPE_CHECKING:
    from timeline.session.deciding import Stance

_MOST_WORDS = 5


@click.command("hypotheses")
@case_argument
@click.option("--confirm", metavar="NAME", help="Say that it is what happened.")
@click.option("--refuse", metavar="NAME", help="Say that it is not what happened.")
@click.option("--undecide", metavar="NAME", help="Take back what you said of it.")
@click.option("--comment", metavar="TEXT", help="Why you say so.")
@click.option("--analyst", metavar="NAME", help="Who says so.")
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    case: Path, confirm: str | None, refuse: str | None, undecide: str | None, comment: str | None, analyst: str | None,
    unredacted: bool, as_json: bool,
) -> None:  # fmt: skip
    """Show, for each thing that may have happened in CASE, what speaks for it, what against, and what is missing.

    There are no scores and no ranking. What is missing says whether a log could have shown it. See `leakline help hypotheses`.
    """
    from dataclasses import asdict

    from timeline.commands.found import print_json, redactor_for, safe_with
    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.session.case import open_case
    from timeline.session.deciding import decide_hypothesis

    said: tuple[tuple[str | None, Stance], ...] = ((confirm, "confirmed"), (refuse, "refused"), (undecide, ""))
    with open_case(case, analyst=analyst) as opened, cancelled_by_interrupt() as cancel:
        for name, stance in said:
            if name is not None:
                decide_hypothesis(opened, name, stance, comment)
        found = opened.findings.hypotheses(cancel=cancel)
        redactor = redactor_for(opened, unredacted=unredacted)
    safe = safe_with(redactor)


    if as_json:
        values = [{**asdict(hypothesis), "words": hypothesis.words} for hypothesis in found]
        print_json({"hypotheses": values}, redactor)
        return
    for hypothesis in found:
        click.echo(f"{hypothesis.name}  {safe(hypothesis.title)}: {hypothesis.words}")
        if hypothesis.decision is not None:
            because = f": {safe(hypothesis.decision.comment)}" if hypothesis.decision.comment else ""
            click.echo(f"  {hypothesis.decision.state} by {safe(hypothesis.decision.analyst)}{because}")
        for signal in hypothesis.found:
            decides = " (decides)" if signal.decides else ""
            click.echo(
                f"  {signal.speaks}{decides}: {signal.title}: {signal.count:,}  {', '.join(signal.keys[:_MOST_WORDS])}"
            )
            for words in signal.words[:_MOST_WORDS]:
                click.echo(f"    {safe(words)}")
        for missing in hypothesis.missing:
            decides = " (would decide)" if missing.decides else ""
            where = f" ({', '.join(map(safe, missing.where))})" if missing.where else ""
            click.echo(f"  missing {missing.speaks}{decides}: {missing.title}: {missing.absence}{where}")
