"""Arguments and options that several verbs share."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

if TYPE_CHECKING:
    from datetime import tzinfo

    from timeline.session.case import Case
    from timeline.session.ingesting import IngestOptions

F = TypeVar("F", bound=Callable[..., Any])


class FilePath(click.Path):
    """A file or folder, as a Path. An empty name, as an unset variable of the shell gives it, is not the current folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, readable=False)  # what cannot be read is said where it is read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As click does, unless the name is empty."""
        if value == "":
            self.fail("the name is empty (is a variable not set?)", param, ctx)
        return super().convert(value, param, ctx)


FILE_PATH = FilePath()
case_argument = click.argument("case", type=FILE_PATH)


def query_option(help_text: str) -> Callable[[F], F]:
    """`--query Q`."""
    return click.option("--query", default="", metavar="QUERY", help=f"{help_text} See `leakline help query`.")


def output_option(help_text: str) -> Callable[[F], F]:
    """`-o FILE`."""
    return click.option("-o", "--output", type=FILE_PATH, metavar="FILE", help=help_text)


def zone_option(function: F) -> F:
    """`--zone ZONE`."""
    return click.option("--zone", default="UTC", metavar="ZONE", help="Zone of times. Default: UTC.")(function)


def time_options(function: F) -> F:
    """`--from TIME` and `--to TIME`, as `start` and `end`."""
    function = click.option("--to", "end", metavar="TIME", help="Only up to this time.")(function)
    return click.option("--from", "start", metavar="TIME", help="Only from this time on.")(function)


def has_terminal() -> bool:
    """Whether a person sits at a terminal: the UI would turn round on an input that has ended."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def shown_zone(name: str) -> "tzinfo":
    """The zone of `--zone`. UsageError when there is none."""
    from timeline.model.errors import UsageError
    from timeline.model.time import zone_named

    try:
        return zone_named(name)
    except ValueError as error:
        raise UsageError(str(error), where="--zone", hint="an IANA name such as Europe/Berlin, or +02:00") from error


def time_bounds(case: "Case", start: str | None, end: str | None) -> tuple[int | None, int | None]:
    """[`--from`, `--to`) in microseconds UTC; None where not given. Times are read as in a query, in UTC."""
    from timeline.model.errors import UsageError
    from timeline.query.times import read_time

    found = []
    for text, option in ((start, "--from"), (end, "--to")):
        try:
            found.append(None if text is None else read_time(text, now_us=case.now_us()))
        except ValueError as error:
            raise UsageError(str(error), where=option, hint='for example "2026-03-30 22:36 +02:00"') from error
    low, high = found
    return (None if low is None else low.start_us, None if high is None else high.end_us)


def reading_options(function: F) -> F:
    """Options that say how sources are to be decoded."""
    for option in (
        click.option("--kind", metavar="KIND", help="Format of all sources of this call; see `leakline formats`."),
        click.option("--tz", metavar="ZONE", help="Zone of times that state none: an IANA name or +02:00; auto: none said."),
        click.option("--year", type=click.IntRange(1970, 2200), help="Year of times that leave it out."),
        click.option("--log-format", metavar="FORMAT", help="Apache LogFormat or nginx log_format of access logs."),
        click.option("--map", "mapping", metavar="MAPPING", help="Mapping of their fields: a YAML file or a name."),
        click.option("--clock-offset", metavar="DURATION", help="What to add to the sources' clocks: 90s, -1h, 1m30s."),
        click.option(
            "--jobs",
            type=click.IntRange(1, 256),
            metavar="N",
            help="Workers that decode; as many as cores, less one, if not said.",
        ),
    ):
        function = option(function)
    return function


def reading_values(values: dict[str, Any]) -> "IngestOptions":
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
    return cast("IngestOptions", given)
