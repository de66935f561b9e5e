"""The rejects of a source: which records gave no event, why, and what they hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from timeline.model.errors import LeaklineError
from timeline.model.source import RefusedRecord
from timeline.tui.case_like import CaseLike
from timeline.tui.cells import fit, steady, wrap
from timeline.tui.screens.side import SideScreen

MOST: Final = 20_000
_MOST_BYTES: Final = 4_000


@dataclass(eq=False)
class RejectsReady(Message):
    """The first rejects; `error` where they could not be read."""

    rejects: Sequence[RefusedRecord]
    error: LeaklineError | None = None


@dataclass(eq=False)
class BytesReady(Message):
    """What a record holds."""

    refused: RefusedRecord
    raw: bytes


class RejectsScreen(SideScreen[None]):
    """A list by place, filtered by reason with Tab; below, the bytes of the record under the cursor."""

    WHERE = "rejects"
    CSS_PATH = "sources.tcss"
    AUTO_FOCUS = "#sources-list"

    def __init__(self, case: CaseLike, path: str) -> None:
        super().__init__(case)
        self._path = path
        self._all: Sequence[RefusedRecord] = ()
        self._shown: list[RefusedRecord] = []
        self._reason: str | None = None

    def compose(self) -> ComposeResult:
        """The list, and the bytes."""
        with Vertical(id="sources"):
            yield Static(id="sources-heading", markup=False)
            yield OptionList(id="sources-list", markup=False)
            yield Static(id="sources-details", markup=False)
        yield self.status_line()
        yield self.key_line()

    def on_mount(self) -> None:
        """Ask for them."""
        case, path = self.case, self._path
        self.jobs.start(
            "rejects",
            "reading",
            lambda _: RejectsReady(list(islice(case.rejects(path), MOST))),
            lambda error: RejectsReady((), error),
        )

    @property
    def options(self) -> OptionList:
        """The list."""
        return self.query_one("#sources-list", OptionList)

    @on(RejectsReady)
    def _ready(self, message: RejectsReady) -> None:
        if message.error is not None:
            self.say(str(message.error), bad=True)
        self._all = message.rejects
        self._fill()

    def _fill(self) -> None:
        self._shown = [one for one in self._all if self._reason in {None, one.reason}]
        more = f", the first {MOST:,}" if len(self._all) == MOST else ""
        reasons = len({one.reason for one in self._all})
        of_reason = f" · {self._reason}" if self._reason is not None else f" · {reasons} reasons" if reasons > 1 else ""
        heading = f" {len(self._shown):,} rejects of {self._path}{more}{of_reason}"
        self.query_one("#sources-heading", Static).update(Content(fit(heading, max(20, self.size.width))))
        self.options.clear_options()
        width = max(20, self.size.width - 8)
        self.options.add_options([Option(Content(self._line(one, width))) for one in self._shown])
        if not self._shown:
            self.options.add_option(Option(Content("no rejects"), disabled=True))
        else:
            self.options.highlighted = 0

    @staticmethod
    def _line(refused: RefusedRecord, width: int) -> str:
        return fit(
            f"record {refused.record:>9,}  byte {refused.offset:>13,}  {refused.length:>9,} bytes  {refused.reason}",
            width,
        )

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index >= len(self._shown):
            return
        refused, case = self._shown[event.option_index], self.case
        self.jobs.latest("bytes", "", lambda _: BytesReady(refused, case.refused_bytes(refused)))

    @on(BytesReady)
    def _bytes_ready(self, message: BytesReady) -> None:
        place = self.options.highlighted
        if place is None or place >= len(self._shown) or self._shown[place] != message.refused:
            return
        text = steady(message.raw[:_MOST_BYTES].decode("utf-8", "backslashreplace"))
        lines = wrap(text, max(20, self.size.width - 2))
        if len(message.raw) > _MOST_BYTES:
            lines.append(f"… {len(message.raw) - _MOST_BYTES:,} more bytes: `leakline export --rejects` writes all")
        self.query_one("#sources-details", Static).update(Content("\n".join(f" {line}" for line in lines)))

    def action_next_reason(self) -> None:
        """Only the next reason, the most frequent first; after the last all of them."""
        reasons = [None, *(reason for reason, _ in Counter(one.reason for one in self._all).most_common())]
        self._reason = reasons[(reasons.index(self._reason) + 1) % len(reasons)]
        self._fill()

    def action_down(self) -> None:
        """One down."""
        self.options.action_cursor_down()

    def action_up(self) -> None:
        """One up."""
        self.options.action_cursor_up()
