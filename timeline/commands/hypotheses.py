"""`leakline hypotheses`: what speaks for and against what may have happened, and what is missing."""

from pathlib import Path

import click

from timeline.commands.options import case_argument

_MOST_WORDS = 5


@click.command("hypotheses")
@case_argument
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(case: Path, unredacted: bool, as_json: bool) -> None:
    """Show, for each thing that may have happened in CASE, what speaks for it, what against, and what is missing.

    There are no scores and no ranking. What is missing says whether a log could have shown it. See `leakline help hypotheses`.
    """
    import json
    from dataclasses import asdict

    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.session.case import open_case
    from timeline.session.exporting import redactor_of
    from timeline.text import visible

    with open_case(case) as opened, cancelled_by_interrupt() as cancel:
        found = opened.findings.hypotheses(cancel=cancel)
        redactor = None if unredacted else redactor_of(opened)

    def safe(text: str) -> str:
        return visible(text if redactor is None else redactor.text(text))

    if as_json:
        values = [{**asdict(hypothesis), "words": hypothesis.words} for hypothesis in found]
        text = json.dumps({"hypotheses": values}, ensure_ascii=True)
        click.echo(text if redactor is None else redactor.text(text))
        return
    for hypothesis in found:
        click.echo(f"{hypothesis.title}: {hypothesis.words}")
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
