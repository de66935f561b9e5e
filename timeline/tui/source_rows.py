"""What the sources screen says of a source. Pure."""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from timeline.model.coverage import Interval, Vantage
from timeline.model.source import Histogram, SourceInfo
from timeline.model.time import SECOND_US
from timeline.tui.cells import CUT, fit, steady
from timeline.tui.clock import DisplayZone, moment_text
from timeline.tui.columns import size_text
from timeline.tui.widgets.stacks import BARS

SORTS: Final = ("path", "first event", "events", "rejects")
WIDE: Final = 110
BAR_CELLS: Final = 32
_MARKS: Final = {"complete": " ", "partial": "~", "unreadable": "!"}


def sorted_sources(sources: Sequence[SourceInfo], sort: str) -> list[SourceInfo]:
    """In an order; behind them those that could not be read, and copies of others, by path."""
    aside = sorted((source for source in sources if _aside(source) is not None), key=lambda source: source.path)
    return [*_ordered([source for source in sources if _aside(source) is None], sort), *aside]


def _aside(source: SourceInfo) -> str | None:
    """Why a source adds nothing to the case, if it does not."""
    if source.same_as is not None:
        return f"the same bytes as {source.same_as}"
    return (source.problem or "not read") if source.state == "unreadable" or not source.stream_bytes else None


def _ordered(own: Sequence[SourceInfo], sort: str) -> list[SourceInfo]:
    if sort == "events":
        return sorted(own, key=lambda source: (-source.events, source.path))
    if sort == "rejects":
        return sorted(own, key=lambda source: (-source.rejects, source.path))
    if sort == "first event":
        return sorted(own, key=lambda source: (source.first_us is None, source.first_us or 0, source.path))
    return sorted(own, key=lambda source: source.path)


def source_line(source: SourceInfo, width: int, bar: str) -> str:
    """`~ registry/access.log   web.access   5,900   2   +1h   ▁▂█`: exactly `width` cells; the bar where there is room.

    Of one that adds nothing (`!` not read, `=` a copy) the reason instead.
    """
    if (why := _aside(source)) is not None:
        mark = "=" if source.same_as is not None else _MARKS["unreadable"]
        path = _path(source.path, max(8, width // 2))
        return fit(f"{mark} {path} {why}", width)
    tail = f" {fit(source.kind or '(not recognised)', 16)} {source.events:>11,} {source.rejects:>7,}"
    tail += f" {offset_text(source.clock_offset_us):>8} {fit(bar, _bar_cells(width))}"
    return fit(f"{_MARKS[source.state]} {_path(source.path, max(8, width - cell_len(tail) - 2))}{tail}", width)


def heading(width: int, *, with_coverage: bool = False) -> str:
    """The names of the columns of `source_line`; `with_coverage`: the bars show gaps in coverage, not of the source alone."""
    over = "over time  ░ not covered  ▒ part" if with_coverage else "over time  ░ outside its span"
    tail = f" {'kind':<16} {'events':>11} {'rejects':>7} {'offset':>8} {fit(over, _bar_cells(width))}"
    return fit(f"  {fit('source', max(8, width - len(tail) - 2))}{tail}", width)


def _path(path: str, width: int) -> str:
    """Exactly `width` cells of a path: the end of a long one, by which files of a folder differ."""
    shown = steady(path)
    while cell_len(shown) > width:
        shown = f"{CUT}{shown[max(2, len(shown) - width) :]}"
    return fit(shown, width)


def _bar_cells(width: int) -> int:
    return BAR_CELLS if width >= WIDE else 0


def offset_text(us: int) -> str:
    """`+1h`, `-90s`; "" for none: as `--clock-offset` takes it."""
    if not us:
        return ""
    sign, seconds = ("-" if us < 0 else "+"), abs(us) / SECOND_US
    for size, unit in ((3600, "h"), (60, "m")):
        if seconds >= size and seconds % size == 0:
            return f"{sign}{seconds / size:g}{unit}"
    return f"{sign}{seconds:g}s"


def bar_of(histogram: Histogram) -> str:
    """One cell a bin: how much of a source lies there. What has events shows at least the lowest bar."""
    counts = [sum(bins) for bins in zip(*histogram.series.values(), strict=True)]
    most = max(counts, default=0)
    return "".join(BARS[0 if not count else max(1, round(count / most * 8))] for count in counts)


def gapped(bar: str, histogram: Histogram, gaps: Sequence[Interval]) -> str:
    """The bar, with a mark in each cell without events of which half or more is a gap."""
    width = histogram.width_us
    cells = []
    for place, cell in enumerate(bar):
        start = histogram.start_us + place * width
        covered = {"▒": 0, "░": 0}
        for gap in gaps:
            overlap = min(gap.end_us, start + width) - max(gap.start_us, start)
            covered["▒" if gap.state == "partial" else "░"] += max(0, overlap)
        is_gap = cell == " " and sum(covered.values()) * 2 >= width
        cells.append(max(covered, key=lambda mark: covered[mark]) if is_gap else cell)
    return "".join(cells)


def own_gaps(source: SourceInfo, span: tuple[int, int]) -> list[Interval]:
    """What lies outside of a source's own span: the gaps where nothing else is known of them."""
    if source.first_us is None or source.last_us is None:
        return []
    vantage = Vantage(source.kind or "", source.path)
    ends = ((span[0], source.first_us), (source.last_us + 1, span[1] + 1))
    return [Interval(vantage, start, end, "unknown", "outside of its span") for start, end in ends if start < end]


def gap_text(source: SourceInfo, gaps: Sequence[Interval] | None, zone: DisplayZone) -> str:
    """The gaps in a line, those within the source's own span first; None: they are not known."""
    if gaps is None:
        return "not worked out yet: w in the timeline, then Coverage"
    if not gaps:
        return "no gap is known"
    inside = [gap for gap in gaps if gap.start_us < (source.last_us or 0) and gap.end_us > (source.first_us or 0)]
    ordered = [*inside, *(gap for gap in gaps if gap not in inside)]
    first, last = (moment_text(us, zone, None) for us in (ordered[0].start_us, ordered[0].end_us))
    more = f"; {len(gaps) - 1:,} more" if len(gaps) > 1 else ""
    return f"{ordered[0].state}: {ordered[0].why}, {first} .. {last}{more}"


def source_details(source: SourceInfo, zone: DisplayZone, gaps: Sequence[Interval] | None = None) -> list[tuple[str, str]]:
    """(name, value) of everything that is known of a source; `gaps` None: they are not known."""
    found = [
        ("source", source.path),
        ("format", f"{source.kind or 'not recognised'}: {'; '.join(source.detection) or 'as said'}"),
        ("state", source.state if source.problem is None else f"{source.state}: {source.problem}"),
        ("events", f"{source.events:,} from {source.records:,} records; {source.duplicates:,} seen before"),
        ("refused", f"{source.rejects:,} rejects, {source.ignored:,} ignored, {source.warnings:,} warnings"),
        ("undated", f"{source.undated:,}"),
        ("first, last", f"{moment_text(source.first_us, zone, None)} .. {moment_text(source.last_us, zone, None)}"),
        ("coverage", gap_text(source, gaps, zone)),
        ("zone, year", f"{source.zone or 'as stated'}, {source.year or 'as stated'}"),
        ("clock offset", offset_text(source.clock_offset_us) or "none"),
        ("bytes", f"{size_text(source.stream_bytes)} ({source.stream_bytes:,})"),
        ("sha256", source.stream_sha256 or "-"),
        ("of the file", source.file_sha256 or "-"),
        ("collected by", f"{source.collector or '-'}, {source.method or '-'}, {source.acquired or '-'}"),
    ]
    return [(name, value) for name, value in found if not (name == "undated" and value == "0")]
