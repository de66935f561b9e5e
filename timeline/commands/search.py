"""`leakline search`: matching events on standard output."""

import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from timeline.commands.options import case_argument
from timeline.model.errors import EXIT_CHECK_FAILED, EXIT_DONE

if TYPE_CHECKING:
    from timeline.model.event import Event

_SHOWN = ("timestamp", "kind", "actor", "action", "resource", "src_ip", "bytes_out", "outcome")


@click.command("search", context_settings={"ignore_unknown_options": True})
@case_argument
@click.argument("query", nargs=-1)
@click.option("--count", is_flag=True, help="Print only how many events match.")
@click.option("--format", "form", type=click.Choice(["table", "jsonl", "csv"]), default="table", help="Default: table.")
@click.option("--fields", metavar="A,B,...", help="Fields to print, in this order (table and csv).")
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=None,
    help="At most so many events; 0: all. Default: 100, or all for jsonl and csv.",
)
@click.option("--zone", default="UTC", metavar="ZONE", help="Zone of times in the table. Default: UTC.")
@click.option("--unredacted", is_flag=True, help="Do not take secrets out.")
@click.option("--fail-empty", is_flag=True, help="Exit code 1 when nothing matches.")
def command(
    case: Path,
    query: tuple[str, ...],
    count: bool,
    form: str,
    fields: str | None,
    limit: int | None,
    zone: str,
    unredacted: bool,
    fail_empty: bool,
) -> int:
    """Print the events of CASE that match QUERY (all without one), in order of time.

    A query may begin with `-`: `leakline search case.db -status:404`. See `leakline help query`.
    """
    from timeline.commands.ingest import cancelled_by_interrupt
    from timeline.commands.progress import search_progress
    from timeline.session.case import open_case
    from timeline.session.exporting import redactor_of

    text = " ".join(query)
    with open_case(case) as opened, cancelled_by_interrupt() as cancel, opened.find(text, cancel=cancel) as matches:
        for hint in _hints(text):
            click.echo(f"leakline: {hint}", err=True)
        if count:
            with matches.telling(search_progress()):
                total = matches.count()
            click.echo(total)
            return EXIT_CHECK_FAILED if fail_empty and not total else EXIT_DONE
        bound = limit if limit is not None else (100 if form == "table" else 0)
        names = _fields(fields)
        redactor = None if unredacted else redactor_of(opened)
        with matches.telling(search_progress()):
            shown = _Counted(matches.page(0, bound) if bound else matches.events())
        if form == "jsonl":
            from timeline.report.export_jsonl import write_jsonl

            write_jsonl(shown, sys.stdout, redactor)
        elif form == "csv":
            from timeline.commands.table import write_columns

            write_columns(shown, names, sys.stdout, redactor)
        else:
            from timeline.commands.table import print_table

            print_table(shown, names, zone, redactor)
            if bound and shown.count == bound and (total := matches.count()) > bound:
                click.echo(f"{bound:,} of {total:,} events; --limit 0 shows all", err=True)
        return EXIT_CHECK_FAILED if fail_empty and not shown.count else EXIT_DONE


class _Counted:
    """Passes events on and counts them."""

    def __init__(self, events: "Iterable[Event]") -> None:
        self._events = iter(events)
        self.count = 0

    def __iter__(self) -> "_Counted":
        return self

    def __next__(self) -> "Event":
        event = next(self._events)
        self.count += 1
        return event


def _fields(text: str | None) -> tuple[str, ...]:
    from timeline.model.errors import UsageError
    from timeline.model.event import FIELD_BY_NAME

    if text is None:
        return _SHOWN
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    known = {*FIELD_BY_NAME, "key", "source"}
    for name in names:
        if name not in known:
            raise UsageError(f"there is no field {name}", where="--fields", hint=f"of {', '.join(sorted(known))}")
    return names


def _hints(text: str) -> list[str]:
    from timeline.query.hints import hints

    return list(islice(hints(text), 3))
