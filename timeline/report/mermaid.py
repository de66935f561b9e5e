"""The timeline as a Mermaid Gantt chart: key events as milestones, sources' spans as bars, the case's markers.

Mermaid has no escapes and reads words such as `click` anywhere a line begins, so titles are reduced to letters, digits,
space and `_ - / @ .`, and each starts with our own reference.
"""

import re
from datetime import datetime
from typing import Final

from timeline.model.time import SECOND_US, from_us
from timeline.report.model import ReportModel

MAX_MILESTONES: Final = 40
_TITLE_LENGTH: Final = 48
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9 _./@-]+")


def title(text: str) -> str:
    """Reduce a text to what a Mermaid title may hold."""
    return _UNSAFE.sub("_", text[: 4 * _TITLE_LENGTH])[:_TITLE_LENGTH].strip() or "_"


def gantt(model: ReportModel) -> list[str]:
    """The chart as a fenced block; [] when nothing has a time. Times are UTC, to the second."""
    sections = _key_events(model) + _sources(model) + _markers(model)
    if not sections:
        return []
    return [
        "```mermaid",
        "gantt",
        "    title Key events, sources and markers in UTC",
        "    dateFormat YYYY-MM-DDTHH:mm:ss",
        "    axisFormat %Y-%m-%d %H:%M",
        *sections,
        "```",
        "",
    ]


def _key_events(model: ReportModel) -> list[str]:
    lines = []
    for number, event in enumerate(model.key_events[:MAX_MILESTONES], 1):
        moment = _second(event.timestamp)
        if moment:
            name = title(f"E{number} {event.kind} {event.action or ''}")
            lines.append(f"    {name} :milestone, e{number}, {moment}, 0s")
    return ["    section Key events", *lines] if lines else []


def _sources(model: ReportModel) -> list[str]:
    lines = []
    for number, source in enumerate(model.sources, 1):
        if source.first_us is None or source.last_us is None:
            continue
        first, last = _second(source.first_us), _second(max(source.last_us, source.first_us + SECOND_US))
        if first and last:
            lines.append(f"    {title(f'S{number} {source.path}')} :s{number}, {first}, {last}")
    return ["    section Sources", *lines] if lines else []


def _markers(model: ReportModel) -> list[str]:
    lines = []
    for number, marker in enumerate(model.config.markers, 1):
        name = title(f"M{number} {marker.text}")
        first, until = _second(marker.at_us), _second(marker.until_us)
        if first and until:
            lines.append(f"    {name} :active, m{number}, {first}, {until}")
        elif first:
            lines.append(f"    {name} :milestone, m{number}, {first}, 0s")
    return ["    section Markers", *lines] if lines else []


def _second(us: int | None) -> str | None:
    moment: datetime | None = None if us is None else from_us(us)
    return moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") if moment else None
