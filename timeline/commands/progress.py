"""Progress of long work, on standard error: a bar, a rate, the time left. Nothing where that is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from timeline.ingest.progress import Progress


@contextmanager
def ingest_progress(*, quiet: bool) -> Iterator["Callable[[Progress], None] | None"]:
    """A function to be told of an ingest's progress; None where nobody would see it."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from timeline.text import markup, visible

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[figures]}"),
        TimeRemainingColumn(compact=True),
    )  # fmt: skip
    with Bars(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None, figures="")

        def tell(state: "Progress") -> None:
            elapsed = bar.tasks[0].elapsed or 0.001
            sources = f"{state.sources_done:,}/{state.sources_total:,} sources"
            figures = f"{sources} · {state.events:,} events · {_rate(state.bytes_done / elapsed)}"
            done = min(max(state.bytes_done, state.received_bytes), state.total_bytes)
            name = markup(visible(state.path.rpartition("/")[2], 32))
            if state.segments_to_list:
                name = f"searchable; listing rows, {state.segments_to_list} to go"
            bar.update(task, description=name, total=state.total_bytes or None, completed=done, figures=figures)

        yield tell


@contextmanager
def search_progress() -> Iterator["Callable[[int, int], None] | None"]:
    """A function to be told how many bytes of evidence were searched, of how many; None where nobody would see it."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("searching evidence"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(compact=True),
    )  # fmt: skip
    with Bars(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=True)

        yield tell


def _rate(bytes_per_second: float) -> str:
    return (
        f"{bytes_per_second / 1_000_000:.0f} MB/s"
        if bytes_per_second >= 1_000_000
        else f"{bytes_per_second / 1000:.0f} kB/s"
    )
