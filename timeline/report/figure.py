"""The timeline as one SVG: events per kind over time, key events above, the case's markers across.

Static and self-contained: no script, no link, no font or image from elsewhere. The same model gives the same bytes.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Final

from timeline.model.time import DAY_US, HOUR_US, MINUTE_US, SECOND_US, from_us
from timeline.report.model import ReportModel
from timeline.text import html

_WIDTH: Final = 1200
_LEFT: Final = 170
_RIGHT: Final = 1180
_TOP: Final = 74
_LANE: Final = 56
_BAR: Final = 40
MAX_LANES: Final = 12
_LABEL_GAP: Final = 64
_COLOURS: Final = ("#2f6f9f", "#b4652a", "#4d7f3a", "#7b5aa6", "#9c3d54", "#5b6b73")
_CAPTION: Final = "Events per kind and key events, UTC; each kind has a scale of its own"
_STEPS_US: Final = (
    SECOND_US, 5 * SECOND_US, 15 * SECOND_US, MINUTE_US, 5 * MINUTE_US, 15 * MINUTE_US, HOUR_US, 3 * HOUR_US,
    6 * HOUR_US, 12 * HOUR_US, DAY_US, 2 * DAY_US, 7 * DAY_US, 30 * DAY_US, 90 * DAY_US, 365 * DAY_US,
)  # fmt: skip


def timeline_svg(model: ReportModel) -> str | None:
    """Draw the figure; None when the case has no dated events."""
    if model.histogram is None or not model.histogram.series or model.span is None:
        return None
    return _Figure(model).draw()


def _day(us: int) -> str:
    moment = from_us(us, UTC)
    return f"{us} us" if moment is None else f"{moment:%Y-%m-%d}"


class _Figure:
    def __init__(self, model: ReportModel) -> None:
        assert model.histogram is not None
        self.model = model
        self.lanes = _lanes(model.histogram.series)
        self.bins = max(len(counts) for _, counts in self.lanes)
        self.start_us = model.histogram.start_us
        self.width_us = model.histogram.width_us
        self.end_us = self.start_us + max(1, self.bins * self.width_us)
        self.bottom = _TOP + len(self.lanes) * _LANE
        self.height = self.bottom + 40 + 16 * len(model.config.markers)

    def x(self, us: int) -> float:
        share = (us - self.start_us) / (self.end_us - self.start_us)
        return round(_LEFT + share * (_RIGHT - _LEFT), 1)

    def within(self, us: int | None) -> bool:
        return us is not None and self.start_us <= us <= self.end_us

    def draw(self) -> str:
        body = [*self._axis(), *self._bars(), *self._markers(), *self._key_events()]
        title = html(self.model.title, 120)
        view = f'viewBox="0 0 {_WIDTH} {self.height}" role="img" font-family="sans-serif" font-size="12"'
        return "\n".join([
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" {view}>',
            f"<title>Timeline of {title}</title>",
            f'<rect width="{_WIDTH}" height="{self.height}" fill="#ffffff"/>',
            f'<text x="16" y="24" font-size="15">{title}</text>',
            f'<text x="16" y="42" fill="#555555">{self._caption()}</text>',
            *body,
            "</svg>",
            "",
        ])  # fmt: skip

    def _caption(self) -> str:
        """What is shown; where that is not the whole span of the case, both are said."""
        span = self.model.span
        if span is None or (self.start_us <= span[0] and span[1] <= self.end_us):
            return _CAPTION
        shown, whole = (f"{_day(first)} to {_day(last)}" for first, last in ((self.start_us, self.end_us), span))
        return f"{_CAPTION}; around the key events, {shown}; the case spans {whole}"

    def _axis(self) -> list[str]:
        step = next((size for size in _STEPS_US if (self.end_us - self.start_us) / size <= 10), 10 * _STEPS_US[-1])
        lines = []
        for tick in range(-(-self.start_us // step) * step, self.end_us + 1, step):
            moment = from_us(tick, UTC)
            if moment is None:
                break
            at = self.x(tick)
            label = f"{moment:%Y-%m-%d}" if step >= DAY_US else f"{moment:%m-%d %H:%M}"
            label = f"{moment:%H:%M:%S}" if step < MINUTE_US else label
            lines.append(f'<line x1="{at}" y1="{_TOP}" x2="{at}" y2="{self.bottom}" stroke="#e4e4e4"/>')
            anchor = "end" if at > _RIGHT - 34 else "middle"
            lines.append(
                f'<text x="{at}" y="{self.bottom + 16}" text-anchor="{anchor}" fill="#555555">{label}</text>'
            )
        return lines

    def _bars(self) -> list[str]:
        lines = []
        slot = (_RIGHT - _LEFT) / self.bins
        for lane, (kind, counts) in enumerate(self.lanes):
            base = _TOP + (lane + 1) * _LANE - 6
            colour = _COLOURS[lane % len(_COLOURS)]
            most = max(counts, default=0)
            lines.append(f'<text x="16" y="{base - 14}">{html(kind, 24)}</text>')
            lines.append(f'<text x="16" y="{base}" fill="#555555">{sum(counts):,} (most {most:,})</text>')
            lines.append(f'<line x1="{_LEFT}" y1="{base}" x2="{_RIGHT}" y2="{base}" stroke="#999999"/>')
            for place, count in enumerate(counts):
                if count:
                    height = max(1.0, round(_BAR * count / most, 1))
                    lines.append(
                        f'<rect x="{round(_LEFT + place * slot, 1)}" y="{round(base - height, 1)}"'
                        f' width="{round(max(1.0, slot - 0.5), 1)}" height="{height}" fill="{colour}"/>'
                    )
        return lines

    def _key_events(self) -> list[str]:
        lines = []
        places: list[tuple[float, int]] = []
        for number, event in enumerate(self.model.key_events, 1):
            if event.timestamp is None or not self.within(event.timestamp):
                continue
            at = self.x(event.timestamp)
            places.append((at, number))
            lines.append(f'<path d="M{at} {_TOP - 2}l-4 -8h8z" fill="#c02626"/>')
            lines.append(
                f'<line x1="{at}" y1="{_TOP}" x2="{at}" y2="{self.bottom}" stroke="#c02626" stroke-opacity="0.35"/>'
            )
        return lines + [
            f'<text x="{at}" y="{_TOP - 14}" text-anchor="middle" fill="#c02626">{label}</text>'
            for at, label in _labels(places)
        ]

    def _markers(self) -> list[str]:
        lines = []
        for number, marker in enumerate(self.model.config.markers, 1):
            y = self.bottom + 24 + 16 * number
            place = "" if self.within(marker.at_us) else " (outside of the figure)"
            lines.append(f'<text x="16" y="{y}" fill="#333333">M{number}: {html(marker.text, 140)}{place}</text>')
            if place:
                continue
            at = self.x(marker.at_us)
            lines.append(
                f'<line x1="{at}" y1="{_TOP}" x2="{at}" y2="{self.bottom}" stroke="#333333" stroke-dasharray="4 3"/>'
            )
            lines.append(f'<text x="{at + 3}" y="{_TOP + 9}" fill="#333333">M{number}</text>')
        return lines


def _labels(places: Sequence[tuple[float, int]]) -> list[tuple[float, str]]:
    """One label for key events that stand too close for labels of their own: `E3-E7`."""
    groups: list[list[tuple[float, int]]] = []
    for place in places:
        if groups and place[0] - groups[-1][0][0] < _LABEL_GAP:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [
        (group[0][0], f"E{group[0][1]}" if len(group) == 1 else f"E{group[0][1]}-E{group[-1][1]}") for group in groups
    ]


def _lanes(series: dict[str, tuple[int, ...]]) -> list[tuple[str, Sequence[int]]]:
    """The kinds by name; beyond MAX_LANES the smallest are added up as one."""
    by_size = sorted(series.items(), key=lambda item: (-sum(item[1]), item[0]))
    if len(by_size) <= MAX_LANES:
        return sorted(by_size)
    kept, rest = by_size[: MAX_LANES - 1], by_size[MAX_LANES - 1 :]
    length = max(len(counts) for _, counts in rest)
    added = [sum(counts[place] if place < len(counts) else 0 for _, counts in rest) for place in range(length)]
    return [*sorted(kept), (f"{len(rest)} other kinds", added)]
