"""Arguments and options that several verbs share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

if TYPE_CHECKING:
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


def reading_options(function: F) -> F:
    """Options that say how sources are to be decoded."""
    for option in (
        click.option("--kind", metavar="KIND", help="Format of all sources of this call; see `leakline formats`."),
        click.option("--tz", metavar="ZONE", help="Zone of times that state none: an IANA name or +02:00."),
        click.option("--year", type=click.IntRange(1970, 2200), help="Year of times that leave it out."),
        click.option("--log-format", metavar="FORMAT", help="Apache LogFormat or nginx log_format of access logs."),
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
