"""All keys, made from the action registry."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from timeline.tui.actions import groups, key_name
from timeline.tui.keymap import Keymap

_LEGEND = (
    "In the table: ▌ cursor  ★ starred  # tagged  c commented  L M H C severity  … cut\n"
    "~ after a time: it rests on an assumption, see the detail\n"
    "Result: + success  D denied  F failure  ? unknown, then the status\n"
    "^P opens the command palette: every action by name, and the colour themes."
)


def help_text(keymap: Keymap | None = None) -> Content:
    """Groups, keys and what they do."""
    parts: list[Content] = []
    for name, actions in groups():
        parts.append(Content.styled(name, "bold underline"))
        for action in actions:
            keys = "  ".join(key_name(key) for key in (keymap or Keymap()).of(action))
            parts.append(Content.assemble((f"  {keys:<12}", "bold"), f" {action.help}"))
        parts.append(Content(""))
    parts.append(Content(_LEGEND))
    return Content("\n").join(parts)


class HelpScreen(ModalScreen[None]):
    """Scrolls with the usual keys; any of Escape, q, ? closes it."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss", "Close", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with VerticalScroll(id="help") as box:
            box.border_title = "Keys"
            yield Static(help_text(getattr(self.app, "keymap", None)))

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#help").scroll_relative(y=lines, animate=False)
