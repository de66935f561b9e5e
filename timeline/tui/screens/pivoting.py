"""The pivot menu: what can be asked from the cell under the cursor, each with one key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from timeline.model.event import Event
from timeline.model.time import MINUTE_US
from timeline.tui.cells import fit
from timeline.tui.columns import Column
from timeline.tui.messages import Place
from timeline.tui.pivot import excluded, joined, term

AROUND_US: Final = 5 * MINUTE_US
_WIDTH: Final = 70
_SAME: Final = (
    ("a", "actor", "actor"),
    ("i", "src_ip", "address"),
    ("k", "credential", "credential"),
    ("r", "resource", "resource"),
)
_LAST: Final = Place("", 2**62)


@dataclass(frozen=True, slots=True)
class Pivot:
    """One way on: its key, what it says, the query, and where to begin in it (None: at its first row)."""

    key: str
    title: str
    query: str
    near: Place | None


def pivots(event: Event, column: Column, condition: str | None, query: str, *, is_time: bool) -> list[Pivot]:
    """The ways on from a cell of an event. `condition` is that of the cell (None: it has none), `query` the present one."""
    here = Place(event.key, event.timestamp)
    found = []
    if condition is not None:
        name = f"this {'day' if is_time else column.title}"
        found.append(Pivot("f", f"keep {name}, in the filter", joined(query, condition), here))
        if not is_time:
            found.append(Pivot("x", f"drop {name} from the filter", joined(query, excluded(condition)), here))
        found += [
            Pivot("e", f"every event of {name}, without the filter", condition, here),
            Pivot("1", f"the first event of {name} in the case", condition, None),
            Pivot("9", f"the last event of {name} in the case", condition, _LAST),
        ]
    if event.timestamp is not None:
        from timeline.query import to_text
        from timeline.query.tree import NumberTest

        around = to_text(NumberTest("timestamp", event.timestamp - AROUND_US, event.timestamp + AROUND_US))
        found.append(Pivot("n", "everything 5 minutes before and after", around, here))
    for key, field, name in _SAME:
        value = getattr(event, field)
        if value is not None:
            shown = f"all that has the same {name}: {fit(value, min(len(value) + 1, 30)).strip()}"
            found.append(Pivot(key, shown, term(field, value), here))
    return found


class PivotScreen(ModalScreen[Pivot | None]):
    """Gives the way that is chosen by its key, or with Enter; None when the person leaves."""

    CSS_PATH = "columns.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,o", "dismiss", "Leave", show=False)]

    def __init__(self, title: str, ways: Sequence[Pivot]) -> None:
        super().__init__()
        self._title = title
        self._ways = ways

    def compose(self) -> ComposeResult:
        """The list."""
        with Vertical(id="columns"):
            yield Static(Content(fit(self._title, _WIDTH)), id="columns-title")
            yield OptionList(
                *[Option(Content(fit(f"{way.key}  {way.title}", _WIDTH))) for way in self._ways], id="columns-list"
            )
            yield Static(Content("a key, or Enter; b comes back to the filter as it is now"), id="columns-keys")

    def on_key(self, event: events.Key) -> None:
        """The way with this key."""
        way = next((way for way in self._ways if way.key == event.character), None)
        if way is not None:
            event.stop()
            self.dismiss(way)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """The way that was chosen."""
        self.dismiss(self._ways[event.option_index])
