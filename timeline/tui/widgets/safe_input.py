"""An input line that may hold text from evidence: what would act on the terminal or hide is drawn as a stand-in."""

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Input

from timeline.tui.cells import masked


class SafeInput(Input):
    """Keeps the value as it is and draws it harmless. The cursor does not blink."""

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 Textual's own word
    ) -> None:
        super().__init__(value, placeholder=placeholder, id=id, compact=True)
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        return Text(masked(self.value), no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return cell_len(masked(self.value[:position]))
