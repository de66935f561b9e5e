"""What the overview of a case says, line by line. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from timeline.model.outline import News, Outline
from timeline.model.time import show_span
from timeline.tui.cells import fit, steady
from timeline.tui.clock import DisplayZone, moment_text
from timeline.tui.widgets.stacks import BARS

_NAME_CELLS: Final = 20
_NUMBERS: Final = 30  # cells of the columns of numbers
_UNKNOWN: Final = "(not recognised)"
Volumes = Mapping[str | None, Sequence[int]]


def head_lines(outline: Outline, zone: DisplayZone, width: int) -> list[str]:
    """Events, sources and span; below what is wrong with them, where anything is."""
    if not outline.events:
        return [fit("no events yet", width)]
    lines = [f"{outline.events:,} event{_s(outline.events)} from {outline.sources:,} source{_s(outline.sources)}"]
    if outline.span is not None:
        first, last = (moment_text(us, zone, None) for us in outline.span)
        lines.append(f"{first} .. {last}: {show_span(outline.span[1] - outline.span[0])}")
    wrong = (
        (outline.undated, "undated"), (outline.rejects, f"reject{_s(outline.rejects)}"),
        (outline.unread, f"source{_s(outline.unread)} not read"), (outline.copies, "held already by another source"),
    )  # fmt: skip
    if parts := [f"{count:,} {name}" for count, name in wrong if count]:
        lines.append(" · ".join(parts))
    return [fit(line, width) for line in lines]


def kind_lines(outline: Outline, volumes: Volumes, width: int, most: int) -> list[str]:
    """A heading and a line for each format, its volume over the whole span at the right; at most `most` lines in all.

    `volumes` are those that are known so far, with `bar_cells(width)` bins.
    """
    if not outline.kinds or most < 2:
        return []
    bar = bar_cells(width)
    lines = [f"{'kind':<{_NAME_CELLS}} {'sources':>8} {'events':>11} {'rejects':>7}  {fit('over the whole time', bar)}"]
    shown = outline.kinds if len(outline.kinds) < most else outline.kinds[: most - 2]
    for kind in shown:
        drawn = spark(volumes[kind.kind]) if kind.kind in volumes else "···" if kind.events else ""
        name = fit(kind.kind or _UNKNOWN, _NAME_CELLS)
        lines.append(f"{name} {kind.sources:>8,} {kind.events:>11,} {kind.rejects:>7,}  {drawn}")
    if rest := outline.kinds[len(shown) :]:
        lines.append(f"… {len(rest):,} more kinds with {sum(kind.events for kind in rest):,} events")
    return [fit(line, width) for line in lines]


def bar_cells(width: int) -> int:
    """How many cells, one a bin, a volume is drawn in."""
    return max(8, width - _NAME_CELLS - _NUMBERS - 1)


def spark(counts: Sequence[int]) -> str:
    """One cell a count, of its own highest; what has events shows at least the lowest bar."""
    most = max(counts, default=0)
    return "".join(BARS[0 if not count else max(1, round(count / most * 8))] for count in counts)


def news_lines(news: News | None, analyst: str, zone: DisplayZone, width: int) -> list[str]:
    """What came since the analyst was here last."""
    who = steady(analyst)
    if news is None:
        return [fit(f"{who} opens this case for the first time", width)]
    since = moment_text(news.since_us, zone, None)
    if not news.is_any:
        return [fit(f"nothing new since {who} left it, {since}", width)]
    lines = [f"new since {who} left it, {since}:"]
    if news.events:
        count = abs(news.events)
        lines.append(f"  {count:,} {'more' if news.events > 0 else 'fewer'} event{_s(count)}")
    if news.sources:
        names = ", ".join(steady(name) for name in news.source_names)
        more = f" and {news.sources - len(news.source_names):,} more" if news.sources > len(news.source_names) else ""
        lines.append(f"  {news.sources:,} source{_s(news.sources)}: {names}{more}")
    if news.said:
        lines.append("  annotations: " + ", ".join(f"{count:,} by {steady(name)}" for name, count in news.said))
    if news.findings:
        lines.append(f"  findings that are others now: {', '.join(news.findings)}")
    return [fit(line, width) for line in lines]


def _s(count: int) -> str:
    return "" if count == 1 else "s"
