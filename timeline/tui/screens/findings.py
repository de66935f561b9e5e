"""What the analyses found, one sort after the other, as a list; Enter goes to the events of a row."""

from collections.abc import Callable
from datetime import tzinfo
from itertools import zip_longest
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from timeline.model.finding_rows import FINDINGS, FindingRow, Findings
from timeline.model.time import show_us
from timeline.text import visible
from timeline.tui.messages import FindingsReady
from timeline.tui.screens.prompt import Answer, PromptScreen

_TITLES: Final = {
    "exposures": "Open", "coverage": "Coverage", "bursts": "Bursts",
    "first seen": "New to credentials", "tampering": "Tampering", "hypotheses": "Hypotheses",
    "actors": "Actors", "downloads": "Downloads", "clocks": "Clocks", "secrets": "Secrets", "assets": "Assets",
    "measures": "Measures", "noise": "Noise", "links": "Links",
}  # fmt: skip
_DIGITS: Final = "1234567890"  # keys of the first ten lists
_NOTHING: Final = {
    "exposures": "Nothing opens anything to outsiders, as far as the logs show.",
    "actors": "Nobody acts: no event names an actor or a credential.",
    "downloads": "No download is logged; coverage says whether one would have been.",
    "clocks": "No clock is known to be off, and every time is stated in full.",
    "measures": "Nothing found calls for a measure.",
    "links": "No link between identities waits for a decision, and none was decided.",
    "noise": "No event is known to be of a scanner, canary, health check, crawler or monitor.",
    "assets": "No download is logged, so nothing is known to be taken.",
    "secrets": "No secret was found: ingest a scanner's findings, or run `leakline secrets CASE --scan`.",
    "coverage": "Nothing is known of what the logs cover.",
    "bursts": "No burst of reads by one credential.",
    "first seen": "Nothing new to a credential that was in use for a day.",
    "tampering": "No event changes what is logged or rewrites history.",
    "hypotheses": "There are no hypotheses.",
}
_MOST_ROWS: Final = 5_000
_KEYS: Final = "Enter shows the events   Tab or a digit another list   Esc closes"
_DECIDE: Final = {
    "hypotheses": "a confirm   x refuse   u take back   ", "links": "a accept   x refuse   u take back   ",
    "measures": "a done   u open again   ",
}  # fmt: skip
Decide = Callable[[Findings, FindingRow, str, str | None], None]
"""Decide a row of a list as one of its choices ("": take that back), with a comment."""


class FindingsScreen(ModalScreen[str | None]):
    """Tab or 1 to 6 choose the sort; Enter gives the query of a row; Escape closes."""

    CSS_PATH = "findings.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,w", "dismiss", "Close", show=False),
        Binding("tab", "sort(1)", "Next sort", show=False, priority=True),
        Binding("shift+tab", "sort(-1)", "Previous sort", show=False, priority=True),
        *[Binding(key, f"show('{which}')", which, show=False) for key, which in zip(_DIGITS, FINDINGS, strict=False)],
        Binding("j", "move('cursor_down')", "Down", show=False),
        Binding("k", "move('cursor_up')", "Up", show=False),
        Binding("a", "decide('yes')", "Yes", show=False),
        Binding("x", "decide('no')", "No", show=False),
        Binding("u", "decide('back')", "Take back", show=False),
    ]

    def __init__(self, ask: Callable[[Findings], None], decide: Decide, zone: tzinfo, which: Findings = FINDINGS[0]) -> None:
        super().__init__()
        self._ask = ask
        self._decide = decide
        self._again: int | None = None  # the row to come back to
        self._zone = zone
        self._which = which
        self._rows: list[FindingRow] = []

    def compose(self) -> ComposeResult:
        """The sorts, the list, what can be pressed."""
        with Vertical(id="findings"):
            yield Static(id="findings-sorts")
            yield OptionList(id="findings-rows")
            yield Static(
                Content(_KEYS),
                id="findings-keys",
                markup=False,
            )

    def on_mount(self) -> None:
        """The first sort."""
        self.action_show(self._which)

    @property
    def options(self) -> OptionList:
        """The rows."""
        return self.query_one("#findings-rows", OptionList)

    def action_show(self, which: Findings) -> None:
        """Ask for one sort."""
        self._which = which
        self._rows = []
        parts = [
            Content.styled(f"{key} {_TITLES[name]}".strip(), "reverse" if name == which else "")
            for key, name in zip_longest(_DIGITS, FINDINGS, fillvalue="")
            if name
        ]
        self.query_one("#findings-sorts", Static).update(Content("  ").join(parts))
        self.query_one("#findings-keys", Static).update(Content(_DECIDE.get(which, "") + _KEYS))
        self._again = None
        self._fill([Option(Content("analysing ···"), disabled=True)])
        self._ask(which)

    def action_sort(self, step: int) -> None:
        """The next or previous sort."""
        self.action_show(FINDINGS[(FINDINGS.index(self._which) + step) % len(FINDINGS)])

    def action_decide(self, how: str) -> None:
        """Decide the row, with a comment that may be empty."""
        place = self.options.highlighted
        row = self._rows[place] if place is not None and place < len(self._rows) else None
        if row is None or not row.subject or (how == "no" and len(row.choices) < 2):
            self.app.bell()
            return
        state = {"yes": row.choices[0], "no": row.choices[-1], "back": ""}[how]
        which = self._which

        def typed(answer: Answer | None) -> None:
            if answer is not None and answer.accepted:
                self._again = place
                self._decide(which, row, state, answer.text.strip() or None)

        title = f"{state or 'undecided again'}: {row.what}"
        self.app.push_screen(PromptScreen(title, hint="why: a comment, or nothing; Enter decides, Esc leaves"), typed)

    def action_move(self, name: str) -> None:
        """Move in the list."""
        getattr(self.options, f"action_{name}")()

    def show(self, found: FindingsReady) -> None:
        """Show the answer, unless another sort was asked for meanwhile."""
        if not self.is_mounted or found.which != self._which:
            return
        self._rows = list(found.rows[:_MOST_ROWS])
        if found.error is not None:
            self._fill([Option(Content(visible(str(found.error))), disabled=True)])
        elif not self._rows:
            self._fill([Option(Content(_NOTHING[self._which]), disabled=True)])
        else:
            self._fill([Option(self._line(row)) for row in self._rows])
            if len(found.rows) > _MOST_ROWS:
                rest = f"and {len(found.rows) - _MOST_ROWS:,} more: see the command line"
                self.options.add_option(Option(Content(rest), disabled=True))
            self.options.highlighted = min(self._again or 0, len(self._rows) - 1)

    def _fill(self, options: list[Option]) -> None:
        self.options.clear_options()
        self.options.add_options(options)
        self.options.focus()

    def _line(self, row: FindingRow) -> Content:
        when = ""
        if row.start_us is not None and row.end_us is not None:
            start, end = (show_us(us, self._zone, 1_000_000)[:19] for us in (row.start_us, row.end_us))
            when = start if row.start_us == row.end_us else f"{start} .. {end}"
        head = Content.assemble((f"{row.state:<7} ", "bold"), f"{when}  ", (visible(row.what), "bold"))
        return Content("\n").join([head, Content(f"        {visible(row.detail)}")])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the events of the row."""
        row = self._rows[event.option_index] if event.option_index < len(self._rows) else None
        if row is not None and row.query:
            self.dismiss(row.query)
