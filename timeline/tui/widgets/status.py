"""The lines around the table: the case's header, the status line, the keys."""

from dataclasses import dataclass, replace

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from timeline.model.time import from_us
from timeline.tui.actions import Where, key_line
from timeline.tui.cells import fit, steady
from timeline.tui.clock import DISPLAY_UTC, DisplayZone
from timeline.tui.messages import Overview


def spread(left: str, right: str, width: int) -> str:
    """Both ends of a line; the left one is cut, with a mark, where they would meet."""
    right = f" {right} " if right else ""
    room = width - cell_len(right)
    return fit(f" {left}", room) + right if room > 8 else fit(f" {left}", width)


@dataclass(frozen=True, slots=True)
class HeaderState:
    """What the header says."""

    case: str
    analyst: str
    zone: DisplayZone = DISPLAY_UTC
    overview: Overview | None = None
    redact: bool = True


def header_text(state: HeaderState, width: int) -> str:
    """`npm-source-map · 48,212 events · 5 sources · 2026-03-24 .. 2026-04-02 UTC      analyst: kim   redaction on`."""
    parts = [steady(state.case)]
    overview = state.overview
    if overview is not None:
        parts.append("··· events" if overview.events is None else f"{overview.events:,} events")
        parts.append(f"{overview.sources:,} source{'' if overview.sources == 1 else 's'}")
        if overview.span is not None:
            parts.append(f"{_day(overview.span[0], state.zone)} .. {_day(overview.span[1], state.zone)}")
        if overview.rejects:
            parts.append(f"{overview.rejects:,} reject{'' if overview.rejects == 1 else 's'}")
    redaction = "redaction on" if state.redact else "! REDACTION OFF"
    full = f"{state.zone.name} · analyst: {steady(state.analyst)} · {redaction}"
    left = " · ".join(parts)
    if cell_len(left) + cell_len(full) + 5 <= width:
        return spread(left, full, width)
    return spread(left, state.zone.name if state.redact else f"{redaction} · {state.zone.name}", width)


def _day(us: int, zone: DisplayZone) -> str:
    moment = from_us(us, zone.zone)
    return f"{us} us" if moment is None else f"{moment:%Y-%m-%d}"


class CaseHeader(Widget):
    """The first line."""

    def __init__(self, state: HeaderState, *, id: str | None = None) -> None:  # noqa: A002 Textual's own word
        super().__init__(id=id)
        self.state = state

    def set(self, **changes: object) -> None:
        """Change some of what it says."""
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # names and types are HeaderState's
        self.refresh()

    def render(self) -> Content:
        """One line."""
        return Content(header_text(self.state, self.size.width))


class StatusLine(Widget):
    """What just happened and what is under way on the left; the place in the view on the right."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's own word
        super().__init__(id=id)
        self.notice = ""
        self.pending: tuple[str, ...] = ()
        self.place = ""

    def say(self, text: str, *, bad: bool = False) -> None:
        """A notice that stays until the next one; bad news carries a mark, not a colour alone."""
        self.notice = f"! {steady(text)}" if bad else steady(text)
        self.set_class(bad, "-bad")
        self.refresh()

    def set_pending(self, labels: tuple[str, ...]) -> None:
        """What is under way."""
        self.pending = labels
        self.refresh()

    def set_place(self, text: str) -> None:
        """Row and focused column."""
        self.place = text
        self.refresh()

    def render(self) -> Content:
        """One line."""
        pending = f"{', '.join(self.pending)} ···   " if self.pending else ""
        return Content(spread(f"{pending}{self.notice}", self.place, self.size.width))


class KeyLine(Widget):
    """The most important keys; those that do not fit are left out whole, and `?` shows all."""

    def __init__(self, where: Where = "timeline", *, id: str | None = None) -> None:  # noqa: A002 Textual's own word
        super().__init__(id=id)
        self._where = where

    def show(self, where: Where) -> None:
        """Show the keys of another place."""
        if where != self._where:
            self._where = where
            self.refresh()

    def render(self) -> Content:
        """One line."""
        text = Content(" ")
        for key, word in key_line(self._where, getattr(self.app, "keymap", None)):
            part = Content.assemble((key, "bold"), f" {word}  ")
            if text.cell_length + part.cell_length > self.size.width:
                break
            text += part
        return text
