"""Between the screens and the case: every call of the case is made here, in a worker thread, answered by a message.

Methods are called on the UI thread and return at once. A new view cancels the jobs of the one before it.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from textual.message import Message

from timeline.model.errors import Cancelled, LeaklineError
from timeline.model.event import Event
from timeline.model.finding_rows import Findings
from timeline.model.source import SourceInfo
from timeline.tui import messages
from timeline.tui.case_like import CaseLike, MatchesLike
from timeline.tui.detail import Detail, Occurrence
from timeline.tui.growth import row_near
from timeline.tui.jobs import Host, Jobs, TimeLimit
from timeline.tui.messages import Change, Place, Suggestion, View
from timeline.tui.neighbours import neighbour
from timeline.tui.pivot import joined, starred, term, with_noise
from timeline.tui.widgets.detail_lines import Line
from timeline.tui.widgets.page_cache import PAGE_ROWS

OCCURRING: Final = ("actor", "credential", "src_ip", "resource")
"""Fields of which the detail says how often their value occurs."""
OCCURS_AFTER_S = 0.3
"""How long the cursor rests on an event before that is counted: counting takes time from whatever is asked next."""
COUNTING: Final = ("count", "noise", "histogram")
"""Jobs that only add numbers to the rows on the screen."""
_LONGEST_ASKED: Final = 1000  # letters of a value that is asked for


class Session:
    """One view of one case: the matches of the current query, and what can be done with them."""

    def __init__(self, case: CaseLike, host: Host) -> None:
        self.case = case
        self._host = host
        self.jobs = Jobs(host)
        self.name = case.name
        self.analyst = case.analyst
        self.case_zone = case.config.zone
        self.folder = case.folder or case.path.parent
        self.view: View | None = None  # the one on the screen
        self.asked = 0  # generation of the newest view that was asked for
        self._sources: dict[str, SourceInfo] = {}
        self.epoch = 0  # rises with every change of annotations
        self._asked_cancel = threading.Event()
        self._wanted: list[int] = []
        self._wanted_lock = threading.Lock()
        self._paging = False

    @property
    def query(self) -> str:
        """The query on the screen."""
        return self.view.query if self.view else ""

    @property
    def generation(self) -> int:
        """The view on the screen; 0 = none yet."""
        return self.view.generation if self.view else 0

    def open_view(self, query: str, near: Place | None = None, *, limit_s: float | None = None) -> None:
        """Run a query: ViewReady with its first rows, ViewFailed, or ViewSlow once it took longer than `limit_s` seconds.

        The view on the screen lives on until the new one is adopted, since the new query may be wrong.
        """
        self._asked_cancel.set()
        for lane in COUNTING:  # what is asked now comes first; where it is refused, the view on the screen asks again
            self.jobs.cancel(lane)
        self.asked += 1
        cancel = self._asked_cancel = threading.Event()
        generation = self.asked

        def body(given_up: threading.Event) -> Message | None:
            try:
                with TimeLimit(limit_s, cancel) as limit:
                    case_generation = self.case.generation()
                    matches = self.case.find(query, cancel=cancel)
                    events = matches.page(0, PAGE_ROWS)
            except Cancelled:
                return messages.ViewSlow(generation, query) if limit.is_over else None
            if given_up.is_set():
                return None
            view = View(generation, query, matches, cancel, near, case_generation)
            return messages.ViewReady(view, events, len(events) < PAGE_ROWS)

        def failed(error: LeaklineError) -> Message:
            return messages.ViewFailed(generation, query, error)

        self.jobs.start("view", "searching", body, failed)

    def adopt(self, view: View) -> None:
        """Make a view the one on the screen; what the one before it still did is stopped."""
        if self.view is not None:
            self.view.cancel.set()
            self._let_go(self.view.matches)
        for lane in (*COUNTING, "seek", "bulk"):
            self.jobs.cancel(lane)
        self.view = view
        self._asked_cancel = threading.Event()

    def give_up(self) -> None:
        """Stop the search that is under way; the view on the screen stays."""
        self._asked_cancel.set()
        self.jobs.cancel("view")
        self.asked = self.generation

    def close(self) -> None:
        """Stop whatever can be stopped; writes are finished."""
        self._asked_cancel.set()
        if self.view is not None:
            self.view.cancel.set()
        self.jobs.cancel_all()

    def count(self) -> None:
        """Counted, for the current view. It counts matches of its own, so that rows need not wait for it."""
        if (view := self.view) is None:
            return

        def body(given_up: threading.Event) -> Message | None:
            matches = self.case.find(view.query, cancel=view.cancel)
            total = matches.count()
            row = None if view.near is None else row_near(matches, view.near)
            if not given_up.is_set():
                return messages.Counted(view.generation, total, matches, row)
            matches.close()
            return None

        self.jobs.start("count", "counting", body)

    def count_noise(self) -> None:
        """NoiseCounted, for a view that leaves noise out."""
        if (view := self.view) is None:
            return
        shown = with_noise(view.query)

        def count(label: str, cancel: threading.Event) -> int:
            matches = self.case.find(joined(shown, f"noise:{label}"), cancel=cancel)
            try:
                return matches.count()
            finally:
                matches.close()

        def body(cancel: threading.Event) -> Message:
            return messages.NoiseCounted(view.generation, count("yes", cancel), count("canary", cancel))

        self.jobs.start("noise", "", body)

    def settle(self, matches: MatchesLike) -> None:
        """Go on with matches that have listed all their rows."""
        if self.view is not None:
            self._let_go(self.view.matches)
            self.view = replace(self.view, matches=matches, near=None)

    def _let_go(self, matches: MatchesLike) -> None:
        """Close matches that nobody uses any more; a page that is being read is waited for, so not here."""
        self.jobs.aside(matches.close)

    def histogram(self, bins: int, range_us: tuple[int, int] | None, by: str = "kind") -> None:
        """HistogramReady, of the view's whole span or of a part of it; stacked by a text field, "" for not at all."""
        query, generation = self.query, self.generation
        start_us, end_us = range_us or (None, None)

        def body(cancel: threading.Event) -> Message:
            found = self.case.histogram(
                query, bins=bins, start_us=start_us, end_us=end_us, by=by or "kind", cancel=cancel
            )
            if not by and found.series:
                found = replace(found, series={"all": tuple(map(sum, zip(*found.series.values(), strict=True)))})
            return messages.HistogramReady(generation, found if found.series else None)

        self.jobs.start("histogram", "histogram", body)

    def want_pages(self, numbers: Sequence[int]) -> None:
        """PageReady for each; what was wanted before and has not begun is forgotten, since the table has moved on."""
        with self._wanted_lock:
            self._wanted = list(numbers)
            if self._paging or not numbers:
                return
            self._paging = True
        self.jobs.start("pages", "", self._page_loop)

    def _page_loop(self, _cancel: threading.Event) -> None:
        while True:
            with self._wanted_lock:
                view, epoch = self.view, self.epoch
                if not self._wanted or view is None:
                    self._paging = False
                    return
                number = self._wanted.pop(0)
            try:
                events = view.matches.page(number * PAGE_ROWS, PAGE_ROWS)
            except Cancelled:
                continue
            except Exception:
                with self._wanted_lock:
                    if self.view is not view:  # closed while it was read: the view that took over has the row
                        self._wanted.insert(0, number)
                        continue
                    self._paging = False
                raise
            self._host.post_message(messages.PageReady(view.generation, epoch, number, events))

    def detail(self, event: Event, build: Callable[[Detail], list[Line]]) -> None:
        """DetailReady; `build` runs in the worker, since wrapping a record of a megabyte takes a while."""
        asked = self.asked

        def body(cancel: threading.Event) -> Message | None:
            raw = self.case.raw(event.key)
            if cancel.is_set():
                return None
            fields = self.case.raw_fields(event.key)
            try:
                noise = self.case.noise_of(event, raw, fields)
            except LeaklineError as error:  # a rule of the case is wrong: the event is there to be seen all the same
                noise = [f"not known: {error}"]
            found = Detail(event, raw, fields, self._source(event.source), noise)
            self._host.post_message(messages.DetailReady(event.key, build(found)))
            if cancel.wait(OCCURS_AFTER_S) or self.asked != asked:  # the cursor moves on, or something else is asked
                return None
            occurs = {name: occurs for name in OCCURRING if (occurs := self._occurrence(event, name, cancel)) is not None}
            return messages.DetailReady(event.key, build(replace(found, occurs=occurs)))

        self.jobs.latest("detail", "", body)

    def _occurrence(self, event: Event, name: str, cancel: threading.Event) -> Occurrence | None:
        """How often the event's value of a field occurs in the case; None where it has none, or is too long to be asked."""
        value = getattr(event, name)
        if value is None or len(value) > _LONGEST_ASKED:
            return None
        matches = self.case.find(term(name, value), cancel=cancel)
        try:
            first = matches.page(0, 1)
            return Occurrence(matches.count(), first[0].key, first[0].timestamp) if first else None
        finally:
            matches.close()

    def _source(self, path: str) -> SourceInfo:
        """What is known of a source, asked once: the detail of every event shows it."""
        if path not in self._sources:
            self._sources[path] = self.case.source(path)
        return self._sources[path]

    def complete(self, text: str, cursor: int) -> None:
        """CompletionsReady for the query text."""

        def body(_: threading.Event) -> Message:
            found = [
                Suggestion(item.text, item.start, item.end, item.detail) for item in self.case.complete(text, cursor)
            ]
            return messages.CompletionsReady(text, found)

        self.jobs.latest("complete", "completing", body)

    def overview(self) -> None:
        """OverviewReady, first without and then with the number of events."""

        def body(cancel: threading.Event) -> Message:
            sources = [source for source in self.case.sources() if source.same_as is None]
            span, rejects = self.case.span(), sum(source.rejects for source in sources)
            self._host.post_message(messages.OverviewReady(messages.Overview(None, len(sources), span, rejects)))
            everything = self.case.find("", cancel=cancel)
            total = everything.count()
            everything.close()
            return messages.OverviewReady(messages.Overview(total, len(sources), span, rejects))

        self.jobs.start("overview", "", body)

    def ask_settings(self) -> None:
        """SettingsReady."""
        self.jobs.start(
            "settings",
            "",
            lambda _: messages.SettingsReady(self.case.settings()),
            lambda _: messages.SettingsReady({}),
        )

    def keep_settings(self, values: Mapping[str, Any]) -> None:
        """Remember values; where the case cannot be written nothing comes of it."""

        def body() -> None:
            self.case.keep_settings(values)

        self.jobs.write("", body)

    def when_written(self) -> None:
        """AllWritten, after all writes that were asked for."""
        self.jobs.write("saving", messages.AllWritten, lambda _: messages.AllWritten())

    def seek_place(self, place: Place) -> None:
        """Sought: an event, or what is near its time."""
        if (view := self.view) is not None:
            self.jobs.start(
                "seek", "seeking", lambda _: messages.Sought(view.generation, row_near(view.matches, place), "event")
            )

    def findings(self, which: Findings) -> None:
        """FindingsReady."""

        def body(cancel: threading.Event) -> Message:
            return messages.FindingsReady(which, self.case.finding_rows(which, cancel=cancel))

        self.jobs.start("findings", "analysing", body, lambda error: messages.FindingsReady(which, (), error))

    def seek_time(self, us: int) -> None:
        """Sought: the first row at or after `us`."""
        if (view := self.view) is None:
            return
        self.jobs.start(
            "seek",
            "seeking",
            lambda _: messages.Sought(view.generation, view.matches.offset_of_time(us), "later event"),
        )

    def seek_starred(self, row: int, place: Place, step: int) -> None:
        """Sought: the next (step 1) or previous (step -1) starred row of the view, from `row` on."""
        what = "later starred event" if step > 0 else "earlier starred event"
        self.seek_matching(starred(), what, row, place, step)

    def seek_matching(self, condition: str, what: str, row: int, place: Place, step: int) -> None:
        """Sought: the next or previous row of the view that fulfils a condition; `what` is it, if there is none."""
        if (view := self.view) is None:
            return

        def body(cancel: threading.Event) -> Message:
            wanted = self.case.find(joined(view.query, condition), cancel=cancel)
            try:
                found = neighbour(view.matches, wanted, row, row_near(wanted, place), step)
            finally:
                wanted.close()
            return messages.Sought(view.generation, found, what)

        self.jobs.start("seek", "seeking", body)

    def tags(self) -> None:
        """TagsReady."""
        self.jobs.start("tags", "", lambda _: messages.TagsReady(self.case.tags()))

    def annotate(self, key: str, change: Change) -> None:
        """Written, or WriteFailed with the comment as draft."""

        def body() -> Message:
            self.case.annotate([key], **change.said())
            return messages.Written(f"{change.words()}: 1 event")

        def failed(error: LeaklineError) -> Message:
            return messages.WriteFailed(error, key, change.comment)

        self.jobs.write("saving", body, failed)

    def count_bulk(self, change: Change) -> None:
        """BulkCounted, for the confirmation."""
        if (view := self.view) is None:
            return
        self.jobs.start("bulk", "counting", lambda _: messages.BulkCounted(view.query, change, view.matches.count()))

    def annotate_matches(self, query: str, change: Change) -> None:
        """Written, for every event that `query` matches."""

        def body() -> Message:
            done = self.case.annotate_matches(query, **change.said())
            return messages.Written(f"{change.words()}: {done:,} events")

        self.jobs.write("saving", body, messages.WriteFailed)

    def undo(self) -> None:
        """Written, or a notice when there is nothing to undo."""
        self._history("undone", "nothing to undo", self.case.undo)

    def redo(self) -> None:
        """Written, or a notice when there is nothing to do again."""
        self._history("done again", "nothing to redo", self.case.redo)

    def _history(self, done: str, nothing: str, step: Callable[[], str | None]) -> None:
        def body() -> Message:
            what = step()
            return messages.Notice(nothing) if what is None else messages.Written(f"{done}: {what}")

        self.jobs.write("saving", body, messages.WriteFailed)
