"""The detail pane: parsed fields, raw record, provenance; scrolls through lines that a worker has built."""

from typing import ClassVar

from rich.segment import Segment
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
        segments = [
            Segment(
                span.text,
                self.get_component_rich_style(f"detail--{span.style}", partial=True) if span.style else None,
            )
            for span in self.lines[index]
        ]
        return Strip(Segment.apply_style(segments, base)).adjust_cell_length(width, base)
