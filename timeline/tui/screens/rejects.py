"""The rejects of a source: which records gave no event, why, and what they hold."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from timeline.model.errors import LeaklineError
from timeline.model.source import RefusedRecord
from timeline.tui.case_like import CaseLike
from timeline.tui.cells import fit, steady, wrap
from timeline.tui.screens.side import SideScreen
from timeline.tui.widgets.virtual_list import PAGE, VirtualList

_MOST_BYTES: Final = 4_000
_REASON_LINES: Final = 4


@dataclass(eq=False)
class PageReady(Message):
    """Rejects of a reason (None: of any), from `number` * PAGE on; `error` where they could not be read."""

    reason: str | None
    number: int
    rejects: Sequence[RefusedRecord]
    error: LeaklineError | None = None


@dataclass(eq=False)
class ReasonsReady(Message):
    """How many rejects each reason has."""

    reasons: Sequence[tuple[str, int]]


@dataclass(eq=False)
class BytesReady(Message):
    """What a record holds."""

    refused: RefusedRecord
    raw: bytes


def reject_line(refused: RefusedRecord, width: int) -> str:
    """One line of exactly `width` cells."""
    place = f"record {refused.record:>9,}  byte {refused.offset:>13,}  {refused.length:>9,} bytes"
    return fit(f"{place}  {refused.reason}", width)


def reason_lines(reasons: Sequence[tuple[str, int]], shown: str | None, width: int, most: int) -> list[str]:
    """A line for each reason with how many, the shown one marked; the rest together where there are more than `most` lines."""
    lines = [f"{'▸' if reason == shown else ' '} {count:>9,}  {reason}" for reason, count in reasons]
    if len(lines) > most:
        at = next((place for place, (reason, _) in enumerate(reasons) if reason == shown), 0)
        first = max(0, min(at - most + 2, len(lines) - most + 1))
        lines = [*lines[first : first + most - 1], f"  … {len(lines) - most + 1:,} more reasons: Tab goes on"]
    return [fit(line, width) for line in lines]


class RejectsScreen(SideScreen[None]):
    """A list by place, filtered by reason with Tab; below, the bytes of the record under the cursor."""

    WHERE = "rejects"
    CSS_PATH = "sources.tcss"
    AUTO_FOCUS = "#rejects-list"

    def __init__(self, case: CaseLike, path: str, count: int) -> None:
        super().__init__(case)
        self._path = path
        self._count = count
        self._reasons: Sequence[tuple[str, int]] = ()
        self._reason: str | None = None

    def compose(self) -> ComposeResult:
        """The reasons, the list, and the bytes."""
        with Vertical(id="sources"):
            yield Static(id="sources-heading", markup=False)
            yield Static(id="rejects-reasons", markup=False)
            yield VirtualList(reject_line, "no rejects", id="rejects-list")
            yield Static(id="sources-details", markup=False)
        yield self.status_line()
        yield self.key_line()

    def on_mount(self) -> None:
        """The first page at once; the reasons when they are counted."""
        case, path = self.case, self._path
        self.list.replace(self._count)
        self._show_heading()
        self.jobs.start(
            "reasons", "counting reasons", lambda cancel: ReasonsReady(case.reject_reasons(path, cancel=cancel))
        )

    @property
    def list(self) -> VirtualList[RefusedRecord]:
        """The list."""
        return self.query_one("#rejects-list", VirtualList)

    def on_resize(self) -> None:
        """Lines of the new width."""
        self._show_heading()

    # --- pages

    @on(VirtualList.PagesWanted)
    def _pages_wanted(self, message: VirtualList.PagesWanted) -> None:
        case, path, reason, numbers = self.case, self._path, self._reason, message.numbers

        def body(cancel: threading.Event) -> None:
            for number in numbers:
                found = case.reject_page(path, reason=reason, offset=number * PAGE, limit=PAGE, cancel=cancel)
                self.post_message(PageReady(reason, number, found))

        self.jobs.start("pages", "", body, lambda error: PageReady(reason, 0, (), error))

    @on(PageReady)
    def _page_ready(self, message: PageReady) -> None:
        if message.error is not None:
            self.say(str(message.error), bad=True)
        elif message.reason == self._reason:
            self.list.put(message.number, message.rejects)

    @on(ReasonsReady)
    def _reasons_ready(self, message: ReasonsReady) -> None:
        self._reasons = message.reasons
        self._count = sum(count for _, count in message.reasons)
        if self._reason is None and self.list.total != self._count:
            self.list.set_total(self._count)
        self._show_heading()

    def _show_heading(self) -> None:
        width = max(20, self.size.width - 4)
        shown = f" · {dict(self._reasons)[self._reason]:,} of them: {self._reason}" if self._reason is not None else ""
        self.query_one("#sources-heading", Static).update(
            Content(fit(f"{self._count:,} rejects of {self._path}{shown}", width))
        )
        lines = reason_lines(self._reasons, self._reason, width, _REASON_LINES)
        self.query_one("#rejects-reasons", Static).update(Content("\n".join(lines)))

    # --- bytes

    @on(VirtualList.Moved)
    def _moved(self) -> None:
        if (refused := self.list.item) is None:
            return
        case, one = self.case, refused
        self.jobs.latest("bytes", "", lambda _: BytesReady(one, case.refused_bytes(one)))

    @on(BytesReady)
    def _bytes_ready(self, message: BytesReady) -> None:
        if self.list.item != message.refused:
            return
        text = steady(message.raw[:_MOST_BYTES].decode("utf-8", "backslashreplace"))
        lines = wrap(text, max(20, self.size.width - 2))
        if len(message.raw) > _MOST_BYTES:
            lines.append(f"… {len(message.raw) - _MOST_BYTES:,} more bytes: `leakline export --rejects` writes all")
        self.query_one("#sources-details", Static).update(Content("\n".join(f" {line}" for line in lines)))

    # --- keys

    def action_next_reason(self) -> None:
        """Only the next reason, the most frequent first; after the last all of them."""
        names = [None, *(reason for reason, _ in self._reasons)]
        self._reason = names[(names.index(self._reason) + 1) % len(names)]
        self.list.replace(self._count if self._reason is None else dict(self._reasons)[self._reason])
        self._show_heading()

    def action_down(self) -> None:
        """One down."""
        self.list.action_move(1)

    def action_up(self) -> None:
        """One up."""
        self.list.action_move(-1)
