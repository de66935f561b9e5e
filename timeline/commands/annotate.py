"""`leakline annotate`: stars, tags, severity, comments and reasons from scripts."""

from pathlib import Path

import click

from timeline.commands.options import case_argument
from timeline.model.errors import EXIT_CHECK_FAILED, EXIT_DONE


@click.command("annotate")
@case_argument
@click.option("--query", metavar="QUERY", help="The events to annotate. See `leakline help query`.")
@click.option("--key", "keys", multiple=True, metavar="KEY", help="An event by its key; may be repeated.")
@click.option("--star/--unstar", default=None, help="Star the events, or take their stars away.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Add a tag; may be repeated.")
@click.option("--untag", "untags", multiple=True, metavar="TAG", help="Take a tag away; may be repeated.")
@click.option("--comment", metavar="TEXT", help="Add a comment.")
@click.option(
    "--severity", metavar="LEVEL", help="How much the events weigh: low, medium, high, critical; none takes it back."
)
@click.option(
    "--why", metavar="TEXT", help="Why the events matter: makes them key events of the report; '' takes it back."
)
@click.option("--analyst", metavar="NAME", help="Who says so.")
@click.option("--undo", is_flag=True, help="Undo your last step.")
@click.option("--redo", is_flag=True, help="Do the step again that you undid.")
def command(
    case: Path, query: str | None, keys: tuple[str, ...], star: bool | None, tags: tuple[str, ...], untags: tuple[str, ...],
    comment: str | None, severity: str | None, why: str | None, analyst: str | None, undo: bool, redo: bool,
) -> int:  # fmt: skip
    """Annotate events of CASE, as one step that `--undo` takes back."""
    from timeline.model.errors import UsageError
    from timeline.session.annotating import Said
    from timeline.session.case import open_case

    with open_case(case, analyst=analyst) as opened:
        if undo or redo:
            done = opened.undo() if undo else opened.redo()
            click.echo(
                f"{'undid' if undo else 'redid'}: {done}" if done else f"nothing to {'undo' if undo else 'redo'}"
            )
            return EXIT_DONE if done else EXIT_CHECK_FAILED
        said = Said(star=star, tags=tags, untag=untags, comment=comment, severity=severity, why=why)
        if not any((tags, untags, comment)) and star is None and severity is None and why is None:
            raise UsageError(
                "nothing to say of the events", hint="--star, --tag, --untag, --comment, --severity or --why"
            )
        if (query is None) == (not keys):
            raise UsageError("which events?", hint="either --query or --key")
        count = opened.annotate(list(keys), **said) if keys else opened.annotate_matches(query or "", **said)
    click.echo(f"{count:,} events annotated" if count else "no event annotated: none matches, or all have these marks")
    return EXIT_DONE
