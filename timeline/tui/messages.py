"""What workers tell the screens.

Textual writes its own marks into messages, so these dataclasses cannot be frozen; what they carry is.
"""

import threading
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

from timeline.model.errors import LeaklineError
from timeline.model.event import Event
from timeline.model.finding_rows import FindingRow, Findings
from timeline.model.source import Histogram
from timeline.tui.case_like import MatchesLike
from timeline.tui.widgets.detail_lines import Line

if TYPE_CHECKING:
    from timeline.session.annotating import Said


@dataclass(frozen=True, slots=True)
class Change:
    """What to do to events. None leaves a thing as it is; `severity` "none" and `why` "" take it away."""

    star: bool | None = None
    tags: tuple[str, ...] = ()
    untag: tuple[str, ...] = ()
    comment: str | None = None
    severity: str | None = None
    why: str | None = None

    def words(self) -> str:
        """`star, tag exfil, untag noise`."""
        parts = [] if self.star is None else ["star" if self.star else "unstar"]
        parts += [f"tag {tag}" for tag in self.tags] + [f"untag {tag}" for tag in self.untag]
        parts += ["comment"] if self.comment else []
        parts += [] if self.severity is None else [f"severity {self.severity}"]
        parts += [] if self.why is None else ["why it matters" if self.why else "no word on why it matters"]
        return ", ".join(parts)

    def said(self) -> "Said":
        """As a case takes it."""
        return {
            "star": self.star, "tags": self.tags, "untag": self.untag, "comment": self.comment, "severity": self.severity,
            "why": self.why,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion: `insert` replaces text[start:end]; `note` says what it is or how often it occurs."""

    insert: str
    start: int
    end: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """The case as its header shows it. `events` None = not counted yet; `span` None = no dated event."""

    events: int | None = None
    sources: int = 0
    span: tuple[int, int] | None = None
    rejects: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cursor was: the event, and its time in case the event is no longer there."""

    key: str
    us: int | None


@dataclass(frozen=True, slots=True)
class View:
    """A query that has been run. `cancel` stops whatever its matches still do; generations tell views apart.

    `near` is where the cursor was before; None = the first row will do. `case_generation` is that of the case when it was asked.
    """

    generation: int
    query: str
    matches: MatchesLike
    cancel: threading.Event
    near: Place | None = None
    case_generation: Hashable = None


@dataclass(eq=False)
class SettingsReady(Message):
    """What the screens remember, by name; {} where it could not be read."""

    values: Mapping[str, Any]


@dataclass(eq=False)
class CaseGone(Message):
    """The case's file was deleted or replaced; what was read of it can still be seen."""

    error: LeaklineError


class AllWritten(Message):
    """Everything that was asked to be written is."""


@dataclass(eq=False)
class ViewReady(Message):
    """The first page of a new view. `complete`: there are no more rows."""

    view: View
    events: list[Event]
    complete: bool


@dataclass(eq=False)
class ViewFailed(Message):
    """The query could not be run; the view before it stays."""

    generation: int
    query: str
    error: LeaklineError


@dataclass(eq=False)
class ViewSlow(Message):
    """The query took too long; the view before it stays."""

    generation: int
    query: str


@dataclass(eq=False)
class Sought(Message):
    """A row to go to; None: there is none, `what` says of what."""

    generation: int
    row: int | None
    what: str


@dataclass(eq=False)
class Counted(Message):
    """The number of matches of the view. `matches` have listed them and take over; `row` is the nearest to `near`."""

    generation: int
    total: int
    matches: MatchesLike
    row: int | None = None


@dataclass(eq=False)
class Decided(Message):
    """A finding of that sort was decided."""

    which: Findings


@dataclass(eq=False)
class FindingsReady(Message):
    """What the analyses of one sort found; `error` where they could not be done."""

    which: Findings
    rows: Sequence[FindingRow]
    error: LeaklineError | None = None


@dataclass(eq=False)
class MoreEvents(Message):
    """The case is of another generation than before: an ingest goes on, or has ended."""

    case_generation: Hashable


@dataclass(eq=False)
class Recounted(Message):
    """As Counted, after the case grew: rows stand `shift` rows further down; `pages` holds those around the cursor."""

    generation: int
    total: int
    matches: MatchesLike
    shift: int
    pages: Mapping[int, list[Event]]


@dataclass(eq=False)
class NoiseCounted(Message):
    """How many events the view leaves out as noise, and how many of them are of canaries."""

    generation: int
    hidden: int
    canaries: int


@dataclass(eq=False)
class HistogramReady(Message):
    """The histogram of the view; None when it has no dated event."""

    generation: int
    histogram: Histogram | None


@dataclass(eq=False)
class PageReady(Message):
    """Rows for the table, from row `number` * PAGE_ROWS on. `epoch` tells pages from before and after a change."""

    generation: int
    epoch: int
    number: int
    events: list[Event]


@dataclass(eq=False)
class DetailReady(Message):
    """The lines of the detail pane for an event."""

    key: str
    lines: list[Line]


@dataclass(eq=False)
class CompletionsReady(Message):
    """Completions of `text`."""

    text: str
    suggestions: list[Suggestion]


@dataclass(eq=False)
class TagsReady(Message):
    """The tags in use, for the tag prompt."""

    tags: list[tuple[str, int]]


@dataclass(eq=False)
class BulkCounted(Message):
    """How many events a bulk change would touch; the person is asked next."""

    query: str
    change: Change
    total: int


@dataclass(eq=False)
class SelectionReady(Message):
    """The events that are selected, in the order of their rows; the person is asked next."""

    generation: int
    keys: tuple[str, ...]
    change: Change


@dataclass(eq=False)
class Written(Message):
    """Annotations have changed; `said` tells the person what."""

    said: str


@dataclass(eq=False)
class WriteFailed(Message):
    """An annotation was not stored; `key` and `comment` save the draft."""

    error: LeaklineError
    key: str | None = None
    comment: str | None = None


@dataclass(eq=False)
class Notice(Message):
    """One line for the person."""

    text: str
    bad: bool = False


@dataclass(eq=False)
class OverviewReady(Message):
    """The numbers of the header."""

    overview: Overview


@dataclass(eq=False)
class JobsChanged(Message):
    """What is under way, for the status bar."""

    labels: tuple[str, ...]

    def can_replace(self, message: Message) -> bool:
        """Only the newest state counts."""
        return isinstance(message, JobsChanged)


@dataclass(eq=False)
class JobDone(Message):
    """A worker has ended, whatever came of it; always its last message."""

    number: int
