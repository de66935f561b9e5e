"""A process of its own that drives the terminal UI over a case, without a terminal, and says how long each key took.

python -m tests.benchmarks.ask_screens CASE QUERY...

A key is done when everything that it set off on the UI thread is done and the screen is drawn; rows, when they are on it. Prints
one JSON object: name -> seconds, one for each time.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from textual.events import Key
from textual.keys import _character_to_key

from timeline.session.case import open_case
from timeline.tui.app import LeaklineApp

SIZE: Final = (120, 40)
TYPED: Final = "src_ip:198.18.0.0/16 resource:/packages/*"
TIMES: Final = 15
_MOST_S: Final = 60.0


class Driver:
    """Presses keys and measures."""

    def __init__(self, app: LeaklineApp) -> None:
        self.app = app
        self.found: defaultdict[str, list[float]] = defaultdict(list)

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait for it, at most a minute."""
        started = time.perf_counter()
        while not done() and time.perf_counter() - started < _MOST_S:
            await self.app.handled()

    async def timed(self, name: str, what: Awaitable[None]) -> None:
        """Measure one thing."""
        started = time.perf_counter()
        await what
        self.found[name].append(time.perf_counter() - started)

    async def key(self, key: str) -> None:
        """Press a key and wait until the UI thread is through with it."""
        character = key if len(key) == 1 else None
        self.app.post_message(Key(_character_to_key(key) if character else key, character))
        await self.app.handled()

    async def rows(self, keys: list[str]) -> None:
        """Press keys and wait until the row of the cursor is there."""
        for key in keys:
            await self.key(key)
        await self.until(lambda: self.app.timeline.table.cursor_event is not None)

    async def filter(self, query: str) -> None:
        """Run a query and wait for its first rows."""
        session = self.app.timeline.session
        self.app.timeline.run_query(query)
        asked = session.asked
        await self.until(lambda: session.generation == asked)


async def drive(case: Path, queries: list[str]) -> dict[str, list[float]]:
    """Everything, once or some times."""
    started = time.perf_counter()
    app = LeaklineApp(open_case(case))
    driver = Driver(app)
    async with app.run_test(size=SIZE):
        await driver.until(lambda: app.timeline.table.cursor_event is not None)
        driver.found["rows after opening"].append(time.perf_counter() - started)
        for _ in range(TIMES):  # while it counts, and draws its histogram
            await driver.timed("a row down, while it is counting", driver.rows(["j"]))
        await app.idle()
        for _ in range(TIMES):
            await driver.timed("a row down", driver.rows(["j"]))
            await driver.timed("a page", driver.rows(["pagedown"]))
        for _ in range(TIMES):
            await driver.timed("the last page", driver.rows(["G"]))
            await driver.timed("the first page", driver.rows(["g"]))
        for query in queries:
            await driver.timed("first rows of a filter", driver.filter(query))
            await driver.timed("a key while the filter is counted", driver.key("j"))
        await driver.filter("")
        await driver.key("/")
        for character in TYPED:
            await driver.timed("a key typed", driver.key(character))
        await driver.key("escape")
        await app.idle()
        for _ in range(3):
            started = time.perf_counter()
            await driver.key("y")
            await app.idle()
            driver.found["histogram, stacked anew"].append(time.perf_counter() - started)
    return driver.found


def main() -> None:
    """Drive the case of the arguments."""
    found = asyncio.run(drive(Path(sys.argv[1]), sys.argv[2:]))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
