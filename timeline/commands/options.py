"""Arguments and options that several verbs share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

case_argument = click.argument("case", type=click.Path(path_type=Path))


def query_option(help_text: str) -> Callable[[F], F]:
    """`--query Q`."""
    return click.option("--query", default="", metavar="QUERY", help=f"{help_text} See `leakline help query`.")


def output_option(help_text: str) -> Callable[[F], F]:
    """`-o FILE`."""
    return click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help=help_text)


def reading_options(function: F) -> F:
    """Options that say how sources are to be decoded."""
    for option in (
        click.option("--kind", metavar="KIND", help="Format of all sources of this call; see `leakline formats`."),
        click.option("--tz", metavar="ZONE", help="Zone of times that state none: an IANA name or +02:00."),
        click.option("--year", type=click.IntRange(1970, 2200), help="Year of times that leave it out."),
        click.option("--log-format", metavar="FORMAT", help="Apache LogFormat or nginx log_format of access logs."),
        click.option("--clock-offset", metavar="DURATION", help="What to add to the sources' clocks: 90s, -1h, 1m30s."),
        click.option(
            "--jobs", type=click.IntRange(1, 256), metavar="N", help="Workers that decode; as many as cores, less one, if not said."
        ),
    ):
        function = option(function)
    return function


def reading_values(values: dict[str, Any]) -> dict[str, Any]:
    """The options of `reading_options` as `Case.ingest` takes them."""
    from timeline.model.duration import parse_duration
    from timeline.model.errors import UsageError

    given = {name: value for name, value in values.items() if value is not None}
    offset = given.pop("clock_offset", None)
    if offset is not None:
        try:
            given["clock_offset_us"] = parse_duration(offset)
        except ValueError as error:
            raise UsageError(str(error), where="--clock-offset", hint="for example 90s, -1h, 1m30s") from error
    return given
