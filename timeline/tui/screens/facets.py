"""The most frequent values of a field among the matches, with counts and bars; Enter keeps a value, x drops it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from timeline.model.errors import LeaklineError
from timeline.tui.case_like import CaseLike
from timeline.tui.facets import FIELDS, Facet, condition_of, facet_line, matching_values, new_values, values_of
from timeline.tui.pivot import joined
from timeline.tui.screens.side import SideScreen
from timeline.tui.widgets.safe_input import SafeInput

MOST_VALUES: Final = 200
_MOST_JUDGED: Final = 60  # values that are looked up before the window


@dataclass(eq=False)
class FacetReady(Message):
    """The values of a field; `error` where they could not be counted."""

    field: str
    search: str
    facet: Facet | None
    error: LeaklineError | None = None


@dataclass(eq=False)
class NewReady(Message):
    """Which values of a field did not occur before the matches begin."""

    field: str
    search: str
    values: frozenset[str]


class FacetsScreen(SideScreen[str]):
    """Gives the query with a value kept or dropped; None when the person leaves."""

    WHERE = "facets"
    CSS_PATH = "facets.tcss"
    AUTO_FOCUS = "#facets-values"
    BINDINGS: ClassVar[list[BindingType]] = [  # before the focus moves on
        Binding("tab", "next_field", "Next field", show=False, priority=True),
        Binding("shift+tab", "previous_field", "Previous field", show=False, priority=True),
    ]

    def __init__(self, case: CaseLike, query: str, field: str = FIELDS[0]) -> None:
        super().__init__(case)
        self._query = query
        self._field = field
        self._search = ""
        self._facet: Facet | None = None
        self._new: frozenset[str] = frozenset()

    def compose(self) -> ComposeResult:
        """The fields, the search, the values."""
        with Vertical(id="facets"):
            yield Static(id="facets-fields", markup=False)
            yield SafeInput(placeholder="type / to search in the values", id="facets-search")
            yield OptionList(id="facets-values", markup=False)
        yield self.status_line()
        yield self.key_line()

    def on_mount(self) -> None:
        """The first field."""
        self._ask()

    @property
    def options(self) -> OptionList:
        """The values."""
        return self.query_one("#facets-values", OptionList)

    # --- asking

    def _ask(self) -> None:
        """Count the values of the field; what was being counted is given up."""
        names = [Content.styled(name, "reverse" if name == self._field else "") for name in FIELDS]
        self.query_one("#facets-fields", Static).update(Content("  ").join(names))
        self._facet, self._new = None, frozenset()
        self._show([Option(Content("counting ···"), disabled=True)])
        field, search, query, case = self._field, self._search, self._query, self.case

        def body(cancel: threading.Event) -> Message:
            narrowed = matching_values(query, field, search)
            rows = case.facet(field, narrowed, limit=MOST_VALUES + 1, cancel=cancel)
            return FacetReady(field, search, values_of(rows, MOST_VALUES, search if field == "person" else ""))

        def failed(error: LeaklineError) -> Message:
            return FacetReady(field, search, None, error)

        self.jobs.start("values", "counting", body, failed)

    @on(FacetReady)
    def _ready(self, message: FacetReady) -> None:
        if (message.field, message.search) != (self._field, self._search):
            return
        self._facet = message.facet
        if message.facet is None:
            self._show([Option(Content(str(message.error)), disabled=True)])
            return
        self._fill()
        field, search, query, case = self._field, self._search, self._query, self.case
        texts = [value for value, _ in message.facet.rows[:_MOST_JUDGED] if value is not None]

        def judge(cancel: threading.Event) -> Message:
            return NewReady(field, search, new_values(case, field, texts, query, cancel))

        self.jobs.start("new", "", judge)

    @on(NewReady)
    def _new_ready(self, message: NewReady) -> None:
        if (message.field, message.search) == (self._field, self._search) and message.values:
            self._new = message.values
            self._fill()

    # --- showing

    def _fill(self) -> None:
        facet = self._facet
        if facet is None:
            return
        width = max(20, self.size.width - 8)
        found = [
            Option(Content(facet_line(value, count, facet, width, is_new=value in self._new)))
            for value, count in facet.rows
        ]
        if not found:
            found = [
                Option(
                    Content("no match has a value" if not self._search else "no value with that text"), disabled=True
                )
            ]
        if facet.more:
            found.append(Option(Content(f"more than {MOST_VALUES:,} values: / searches in them"), disabled=True))
        if self._new:
            self.say("+ marks values that do not occur before these matches begin")
        self._show(found)

    def _show(self, options: Sequence[Option]) -> None:
        place = self.options.highlighted or 0
        self.options.clear_options()
        self.options.add_options(options)
        if self._facet is not None and self._facet.rows:
            self.options.highlighted = min(place, len(self._facet.rows) - 1)
        if not self.query_one("#facets-search", Input).has_focus:
            self.options.focus()

    def on_resize(self) -> None:
        """Bars of the new width."""
        self._fill()

    # --- keys

    def action_field(self, step: int) -> None:
        """Another field."""
        self._field = FIELDS[(FIELDS.index(self._field) + step) % len(FIELDS)]
        self._search = ""
        self.query_one("#facets-search", Input).value = ""
        self.options.highlighted = None
        self._ask()

    def action_next_field(self) -> None:
        """The field to the right."""
        self.action_field(1)

    def action_previous_field(self) -> None:
        """The field to the left."""
        self.action_field(-1)

    def action_search(self) -> None:
        """Type what to search for."""
        self.query_one("#facets-search", Input).focus()

    def action_down(self) -> None:
        """One down."""
        self.options.action_cursor_down()

    def action_up(self) -> None:
        """One up."""
        self.options.action_cursor_up()

    def action_close(self) -> None:
        """Leave the search, else the screen."""
        if self.query_one("#facets-search", Input).has_focus:
            self.options.focus()
        else:
            self.dismiss(None)

    def action_keep(self) -> None:
        """Keep what has the value under the cursor."""
        self._answer(keep=True)

    def action_drop(self) -> None:
        """Drop what has it."""
        self._answer(keep=False)

    def _answer(self, *, keep: bool) -> None:
        place = self.options.highlighted
        if self._facet is None or place is None or place >= len(self._facet.rows):
            return
        self.dismiss(joined(self._query, condition_of(self._field, self._facet.rows[place][0], keep=keep)))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as it is typed."""
        event.stop()
        if event.value != self._search:
            self._search = event.value
            self._ask()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """To the values."""
        event.stop()
        self.options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Keep the value that was chosen."""
        event.stop()
        self.action_keep()
