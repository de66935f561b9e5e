"""The detail pane: parsed fields, raw record, provenance; scrolls through lines that a worker has built."""

import re
from collections.abc import Iterator
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from timeline.tui.cells import fit
from timeline.tui.widgets.detail_lines import Line


class DetailPane(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows lines; asks for new ones when its width changes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"detail--name", "detail--heading", "detail--note"}

    class Resized(Message):
        """The lines must be built for another width."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 Textual's own word
        super().__init__(id=id)
        self.lines: list[Line] = []
        self.key: str | None = None
        self._width = 0
        self.sought = ""

    def seek(self, text: str, step: int = 0) -> bool:
        """Find a text (in any case) from the line at the top on, or after (before) it with `step` 1 (-1); whether it is there.

        All places are marked until another text, or "", is sought.
        """
        self.sought = text
        self.refresh()
        wanted = text.casefold()
        found = [number for number, line in enumerate(self.lines) if wanted and wanted in _plain(line).casefold()]
        top = self.scroll_offset.y
        later = [number for number in found if number >= top + (step > 0)]
        earlier = [number for number in found if number < top]
        ahead = earlier[::-1] + later[::-1] if step < 0 else later + earlier
        if ahead:
            self.scroll_to(y=ahead[0], animate=False, force=True)
        return bool(found)

    def show(self, key: str, lines: list[Line]) -> None:
        """Show an event; the same event again keeps its place."""
        self.lines = lines
        self.virtual_size = Size(self.size.width, len(lines))
        if key != self.key:
            self.key = key
            self.scroll_to(y=0, animate=False, force=True)
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self.key = None
        self.lines = []
        self.virtual_size = Size(self.size.width, 0)
        self.refresh()

    def scroll_lines(self, lines: int) -> None:
        """Scroll down, or up where negative."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False)

    def on_resize(self) -> None:
        """Ask for lines of the new width."""
        if self.size.width != self._width:
            self._width = self.size.width
            self.post_message(self.Resized())

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, base = self.size.width, self.rich_style
        index = self.scroll_offset.y + y
        if index >= len(self.lines):
            text = " ···" if y == 0 and not self.lines else ""
            return Strip(Segment.apply_style([Segment(fit(text, width))], base), width)
        segments = []
        for span in self.lines[index]:
            style = self.get_component_rich_style(f"detail--{span.style}", partial=True) if span.style else Style()
            segments += [
                Segment(text, style + Style(reverse=is_sought)) for text, is_sought in _parted(span.text, self.sought)
            ]
        return Strip(Segment.apply_style(segments, base)).adjust_cell_length(width, base)


def _plain(line: Line) -> str:
    return "".join(span.text for span in line)


def _parted(text: str, sought: str) -> Iterator[tuple[str, bool]]:
    """The text in parts, and which of them are what is sought."""
    if not sought:
        yield text, False
        return
    last = 0
    for match in re.finditer(re.escape(sought), text, re.IGNORECASE):
        yield text[last : match.start()], False
        yield match[0], True
        last = match.end()
    yield text[last:], False
