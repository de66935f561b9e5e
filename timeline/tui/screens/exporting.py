"""Actions that write files: the view, the report, the bundle. What will be written is said before it is."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from timeline.tui.cells import fit
from timeline.tui.exports import FORMS, Form, write
from timeline.tui.screens.base import TimelineBase
from timeline.tui.screens.path_prompt import PathPrompt
from timeline.tui.screens.prompt import Answer, ConfirmScreen

_WIDTH: Final = 70


class ExportScreen(ModalScreen[Form | None]):
    """Gives the form that is chosen by its key, or with Enter; R switches redaction; None when the person leaves."""

    CSS_PATH = "columns.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,e", "dismiss", "Leave", show=False),
        Binding("R", "redaction", "Redaction on or off", show=False),
        Binding("j", "move('cursor_down')", "Down", show=False),
        Binding("k", "move('cursor_up')", "Up", show=False),
        *[Binding(form.key, f"choose({place})", form.title, show=False) for place, form in enumerate(FORMS)],
    ]

    def __init__(self, what: str, *, redact: bool, switch: Callable[[], bool]) -> None:
        super().__init__()
        self._what = what
        self._redact = redact
        self._switch = switch

    def compose(self) -> ComposeResult:
        """What, in which forms, with or without secrets."""
        with Vertical(id="columns"):
            yield Static(id="columns-title")
            yield OptionList(*[Option(Content(self._line(form))) for form in FORMS], id="columns-list")
            yield Static(Content("a number, or Enter; R redaction; Esc leaves"), id="columns-keys")

    def on_mount(self) -> None:
        """Say what would be exported."""
        self._say()

    def _line(self, form: Form) -> str:
        of_what = "the filter" if form.of_filter else "the case"
        return fit(f"{form.key}  {form.title:<20} of {of_what}: {form.what}", _WIDTH)

    def _say(self) -> None:
        secrets = "secrets are redacted" if self._redact else "NOT REDACTED: every secret of the evidence is in it"
        text = f"Export\n{fit(self._what, _WIDTH)}\n{secrets}; reports and bundles always redact"
        self.query_one("#columns-title", Static).update(Content(text))

    def action_redaction(self) -> None:
        """Switch it."""
        self._redact = self._switch()
        self._say()

    def action_move(self, name: str) -> None:
        """Move in the list."""
        getattr(self.query_one(OptionList), f"action_{name}")()

    def action_choose(self, place: int) -> None:
        """The form with this number."""
        self.dismiss(FORMS[place])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """The form that was chosen."""
        self.dismiss(FORMS[event.option_index])


class Exporting(TimelineBase):
    """Asks in which form and where to, and before it replaces a file."""

    def action_export(self) -> None:
        """Ask in which form."""

        def switch() -> bool:
            self.action_redaction()
            return self.redact

        def chosen(form: Form | None) -> None:
            if form is not None:
                self._ask_where(form)

        self.app.push_screen(ExportScreen(self._of_what(), redact=self.redact, switch=switch), chosen)

    def _of_what(self) -> str:
        """`filter actor:alice: 750 of 3,000 events`."""
        total = "···" if self._total is None else f"{self._total:,}"
        return f"filter {self.session.query}: {total} events" if self.session.query else f"no filter: all {total} events"

    def _ask_where(self, form: Form) -> None:
        secrets = "redacted" if self.redact or not form.of_filter else "NOT redacted"
        hint = f"{self._of_what()}, {secrets}" if form.of_filter else "of the whole case, redacted"
        initial = str(self.session.folder / form.file)
        prompt = PathPrompt(f"{form.title}: write to", hint=hint, initial=initial)
        self.app.push_screen(prompt, partial(self._where_typed, form))

    def _where_typed(self, form: Form, answer: Answer | None) -> None:
        if answer is None or not answer.accepted or not answer.text.strip():
            return
        path = Path(answer.text.strip()).expanduser()
        suffix = Path(form.file).suffix
        if not path.name.lower().endswith(suffix) and form.sort != "bundle":
            self.say(f"{path.name}: the name must end in {suffix}", bad=True)
            return
        redact = self.redact
        self._unless_there(path, lambda: write(self.session, form, path, redact=redact))

    def action_report(self) -> None:
        """Ask where to."""
        self._ask_where(next(form for form in FORMS if form.sort == "report"))

    def action_redaction(self) -> None:
        """Switch it."""
        self.redact = not self.redact
        self.header.set(redact=self.redact)
        self.say(
            "exports are redacted" if self.redact else "exports now hold every secret of the evidence",
            bad=not self.redact,
        )

    def _unless_there(self, path: Path, write: Callable[[], None]) -> None:
        if not path.exists():
            write()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                write()

        self.app.push_screen(ConfirmScreen(f"{path} is there already: replace it?"), answered)
