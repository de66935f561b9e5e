"""The rows that the table holds: a few pages of events, the newest used kept. Pure: no widget, no thread."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from timeline.model.event import Event

PAGE_ROWS: Final = 200
_PAGES_KEPT: Final = 24


class PageCache:
    """Pages of one view. `total` is what is known of the number of rows: exact once `counted`, else at least that."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, Sequence[Event]] = OrderedDict()
        self._fresh: set[int] = set()
        self.total = 0
        self.counted = False
        self.version = 0  # rises with every change of what is held

    def put(self, number: int, events: Sequence[Event]) -> None:
        """Keep a page; a page that is not full ends the view."""
        self.version += 1
        self._pages[number] = events
        self._pages.move_to_end(number)
        self._fresh.add(number)
        while len(self._pages) > _PAGES_KEPT:
            dropped, _ = self._pages.popitem(last=False)
            self._fresh.discard(dropped)
        end = number * PAGE_ROWS + len(events)
        if self.counted:
            return
        if events and len(events) < PAGE_ROWS:
            self.set_total(end)
        else:
            # one row more than what was seen: a place for the cursor to ask for the next page
            self.total = max(self.total, end + (1 if len(events) == PAGE_ROWS else 0))

    def set_total(self, total: int) -> None:
        """The exact number of rows is known."""
        self.version += 1
        self.total = total
        self.counted = True

    def row(self, index: int) -> Event | None:
        """The event of a row; None while its page is not there."""
        number, place = divmod(index, PAGE_ROWS)
        page = self._pages.get(number)
        return page[place] if page is not None and place < len(page) else None

    def missing(self, rows: Iterable[int]) -> list[int]:
        """Numbers of the pages to fetch for these rows, in their order; pages that are there count as used again."""
        wanted: dict[int, None] = {}
        for index in rows:
            number = index // PAGE_ROWS
            if number in self._fresh:
                self._pages.move_to_end(number)
            elif 0 <= index < self.total:
                wanted[number] = None
        return list(wanted)

    def expire(self) -> None:
        """All pages may be out of date: they are shown until newer ones arrive."""
        self._fresh.clear()
