"""What analyses found, in Markdown: windows of exposure with their touches, and what the logs cover."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from timeline.model.coverage import Interval
from timeline.model.exposure import OPENED_BEFORE, STILL_OPEN, Touch, Window
from timeline.model.time import show_us
from timeline.report.markdown_pieces import code, plural, table
from timeline.report.model import ReportModel
from timeline.text import code_span, markdown

MOST_WINDOWS: Final = 200
MOST_INTERVALS: Final = 400
_TOUCHES_AT_MOST: Final = 5
_IN_TABLE: Final = frozenset({OPENED_BEFORE, STILL_OPEN})


def exposures(model: ReportModel) -> list[str]:
    """The section "What was open"; nothing where nothing was."""
    windows = model.exposures.windows
    if not windows:
        return []
    lines = [
        "## What was open",
        "",
        (
            "Windows in which something was open to somebody outside, by the events that opened and closed them (their keys are"
            " given; `leakline search CASE in:exposure/1` shows a window's events). Where no event shows an edge, the time is a"
            " bound. Reads are those that the logs in this case show; bytes are logged as sent, for reads that succeeded."
        ),
        "",
    ]
    rows = [_window(window, model.exposures.touches.get(window.number, ())) for window in windows[:MOST_WINDOWS]]
    lines += table(("Window", "What", "Open to", "From", "To", "Reads", "Bytes"), rows, numbers=(5, 6))
    if len(windows) > MOST_WINDOWS:
        lines += [f"{plural(len(windows) - MOST_WINDOWS, 'more window')} left out of this report.", ""]
    notes = [note for window in windows[:MOST_WINDOWS] for note in _notes(window, model)]
    return lines + ([*notes, ""] if notes else [])


def _window(window: Window, touches: Iterable[Touch]) -> list[str]:
    touches = tuple(touches)
    noise = sum(touch.events for touch in touches if touch.noise is not None)
    holder = window.holder.audience + ("" if window.holder.who == "*" else f": {code_span(window.holder.who, 60)}")
    return [
        str(window.number),
        f"{markdown(window.thing.kind)} {code_span(window.thing.name, 80)}",
        holder,
        f"{_when(window.opened_us)} {_edge(window.opened_key, 'or before')}",
        f"{_when(window.closed_us)}{' **or before**' if window.closed_is_bound else ''} {_edge(window.closed_key, 'or later')}",
        f"{sum(touch.events for touch in touches):,}" + (f" ({noise:,} noise)" if noise else ""),
        f"{sum(touch.bytes_out for touch in touches):,}",
    ]


def _edge(key: str | None, bound: str) -> str:
    return f"({code_span(key, 40)})" if key is not None else f"**{bound}**"


def _notes(window: Window, model: ReportModel) -> Iterator[str]:
    touches = model.exposures.touches.get(window.number, ())
    by_class = Counter[str]()
    for touch in touches:
        by_class[touch.words] += touch.events
    if by_class:
        counted = ", ".join(f"{count:,} {markdown(who)}" for who, count in sorted(by_class.items()))
        most = "; ".join(
            f"{code(touch.actor or touch.src_ip or '-', 60)} {touch.events:,} ({code(touch.first_key, 40)})"
            for touch in touches[:_TOUCHES_AT_MOST]
        )
        yield f"- Window {window.number}, reads: {counted}. Most: {most}."
    for note in window.notes:
        if note in _IN_TABLE:
            continue
        yield f"- Window {window.number}: {markdown(note)}."


def coverage(model: ReportModel) -> list[str]:
    """The section "What the logs cover"; nothing where nothing is known of it."""
    intervals = model.coverage.intervals
    if not intervals:
        return []
    lines = [
        "## What the logs cover",
        "",
        (
            "For each vantage point: when it was on, partial, off or unknown, and why. That something did not happen can only be"
            " said where a vantage point that would have shown it was on."
        ),
        "",
    ]
    rows = [_interval(interval) for interval in intervals[:MOST_INTERVALS]]
    lines += table(("Vantage point", "Scope", "State", "From", "To", "Why"), rows)
    if len(intervals) > MOST_INTERVALS:
        lines += [f"{plural(len(intervals) - MOST_INTERVALS, 'more interval')} left out of this report.", ""]
    return lines


def _interval(interval: Interval) -> list[str]:
    keys = f" ({', '.join(code_span(key, 40) for key in interval.keys)})" if interval.keys else ""
    state = interval.state if interval.state == "on" else f"**{interval.state}**"
    return [
        markdown(interval.vantage.name), code_span(interval.vantage.scope, 60), state, _when(interval.start_us),
        _when(interval.end_us), f"{markdown(interval.why)}{keys}",
    ]  # fmt: skip


def _when(us: int) -> str:
    return show_us(us, precision_us=1_000_000).removesuffix("+00:00")
