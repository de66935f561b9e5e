"""The line that says how far a run over evidence has come, and the one that says what came of it. Pure."""

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from timeline.model.source import IngestSummary
from timeline.tui.cells import fit, steady
from timeline.tui.columns import size_text
from timeline.tui.evidence_run import RunState

if TYPE_CHECKING:
    from timeline.ingest.progress import Progress

_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_MOST_BAR: Final = 32
_LEAST_BAR: Final = 6
_NAME_CELLS: Final = 24
_LEAST_S: Final = 1.0  # before that, a rate says nothing


def run_line(state: RunState, width: int) -> str:
    """` reading access.log ███▌   61%  18,611 events  3/12 sources  12.0M/s  0:01 left`: exactly `width` cells.

    What there is no room for is left out whole, the least needed first.
    """
    title = "stopping" if state.is_stopping else state.title
    progress = state.progress
    if progress is None:
        return fit(f" {title} ···", width)
    name = f" {title} {fit(steady(progress.path.rpartition('/')[2]), _NAME_CELLS).rstrip()} "
    if progress.segments_to_list:
        return fit(
            f"{name}· all can be searched; listing rows for other programs, {progress.segments_to_list:,} to go", width
        )
    figures = _figures(state, progress, width - cell_len(name) - _LEAST_BAR - 1)
    bar = min(_MOST_BAR, width - cell_len(name) - cell_len(figures) - 1)
    drawn = (
        bar_text(_done(progress) / progress.total_bytes if progress.total_bytes else 0.0, bar)
        if bar >= _LEAST_BAR
        else ""
    )
    return fit(f"{name}{drawn} {figures}", width)


def _figures(state: RunState, progress: "Progress", room: int) -> str:
    """In the order of the line; what is needed least is left out first."""
    elapsed = state.now_s - state.started_s
    done, total = _done(progress), progress.total_bytes
    rate = progress.bytes_done / elapsed if elapsed >= _LEAST_S else 0.0
    figures = {
        "share": f"{done / total:.0%}" if total else "",
        "events": f"{progress.events:,} events",
        "sources": f"{progress.sources_done:,}/{progress.sources_total:,} sources"
        if progress.sources_total > 1
        else "",
        "bytes": f"{size_text(done)} of {size_text(total)}" if total else "",
        "rate": f"{size_text(round(rate))}/s" if rate else "",
        "left": left_text((total - done) * elapsed / done) if done and elapsed >= _LEAST_S else "",
    }
    kept: list[str] = []
    for name in ("share", "left", "events", "sources", "rate", "bytes"):
        wanted = [*kept, name] if figures[name] else kept
        if sum(cell_len(figures[one]) + 2 for one in wanted) <= room:
            kept = wanted
    return "  ".join(figures[name] for name in figures if name in kept)


def _done(progress: "Progress") -> int:
    return min(max(progress.bytes_done, progress.received_bytes), progress.total_bytes)


def bar_text(share: float, width: int) -> str:
    """`██▌   `: exactly `width` cells."""
    eighths = round(max(0.0, min(share, 1.0)) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def left_text(seconds: float) -> str:
    """`0:07 left`, `2:05:09 left`."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02} left" if hours else f"{minutes}:{whole % 60:02} left"


def summary_line(summary: IngestSummary) -> str:
    """What an ingest did: `5 sources · 1,930,615 events · 6,496 seen twice · 3 rejects`, and what was not read and why."""
    parts = [f"{summary.sources:,} source{'' if summary.sources == 1 else 's'}", f"{summary.events:,} events"]
    counts = (
        (summary.already_held, "held already"), (summary.duplicates, "seen twice"), (summary.ignored, "ignored"),
        (summary.rejects, "rejects"),
    )  # fmt: skip
    parts += [f"{count:,} {name}" for count, name in counts if count]
    if summary.failures:
        path, reason = summary.failures[0]
        more = f", and {len(summary.failures) - 1:,} more" if len(summary.failures) > 1 else ""
        parts.append(f"not read: {path}: {reason}{more}")
    if summary.cancelled:
        parts.append("stopped: reading it again goes on from here")
    return " · ".join(parts)
