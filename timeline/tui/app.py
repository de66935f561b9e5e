"""The terminal UI. `run_app` is what `leakline open` calls; `screenshot` draws the same screen into an SVG."""

import asyncio
import re
from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from timeline.tui.case_like import CaseLike
from timeline.tui.palette import ActionProvider
from timeline.tui.screens.timeline import TimelineScreen

# The SVG would fetch its font from the network when it is looked at.
_FONT_FACE = re.compile(r"@font-face\s*\{.*?\}", re.DOTALL)


class LeaklineApp(App[None]):
    """One case, one screen; everything else is in the screens."""

    TITLE = "Leakline"
    COMMANDS = App.COMMANDS | {ActionProvider}
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", "Quit", show=False, priority=True)]

    def __init__(self, case: CaseLike, *, query: str = "") -> None:
        super().__init__()
        self.timeline = TimelineScreen(case, query)

    def on_mount(self) -> None:
        """Show the timeline."""
        self.push_screen(self.timeline)

    async def idle(self) -> None:
        """Wait until no worker runs, every message has been handled and the screen is laid out: the seam for tests."""
        calm = 0
        while calm < 3 and self.is_running:
            await self._drained()
            calm = 0 if self.timeline.session.jobs.busy else calm + 1

    async def _drained(self) -> None:
        """Everything that is queued now, in any widget, has been handled."""
        pumps = [self, *(node for screen in self.screen_stack for node in screen.walk_children(with_self=True))]
        waiting: list[asyncio.Future[None]] = []
        loop = asyncio.get_running_loop()
        for pump in pumps:
            handled: asyncio.Future[None] = loop.create_future()
            if pump.call_later(_resolve, handled):
                waiting.append(handled)
        # A widget that is removed meanwhile never answers.
        await asyncio.wait(waiting, timeout=0.5)
        refreshed: asyncio.Future[None] = loop.create_future()
        if self.screen.call_after_refresh(_resolve, refreshed):
            await asyncio.wait([refreshed], timeout=0.5)


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def run_app(case: CaseLike, *, query: str = "") -> None:
    """Open the terminal UI on a case and return when the person leaves it."""
    LeaklineApp(case, query=query).run()


def screenshot(
    case: CaseLike, path: Path, size: tuple[int, int] = (120, 32), query: str = "", keys: tuple[str, ...] = ()
) -> None:
    """Write an SVG of the screen once everything is loaded and `keys` have been pressed. Needs no terminal."""
    svg = asyncio.run(_shoot(case, size, query, keys))
    path.write_text(svg, encoding="utf-8")


async def _shoot(case: CaseLike, size: tuple[int, int], query: str, keys: tuple[str, ...]) -> str:
    app = LeaklineApp(case, query=query)
    async with app.run_test(size=size) as pilot:
        await app.idle()
        for key in keys:
            await pilot.press(key)
            await app.idle()
        return _FONT_FACE.sub("", app.export_screenshot(title="leakline"))
