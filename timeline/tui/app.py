"""The terminal UI. `run_app` is what `leakline open` calls; `screenshot` draws the same screen into an SVG."""

import asyncio
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from textual.app import App, SystemCommand
from textual.screen import Screen

from timeline.model.errors import CaseFileError
from timeline.tui.case_like import CaseLike
from timeline.tui.jobs import Jobs
from timeline.tui.keymap import Keymap, keymap_file, read_keymap
from timeline.tui.palette import ActionProvider
from timeline.tui.screens.path_prompt import PathPrompt
from timeline.tui.screens.side import SideScreen
from timeline.tui.screens.timeline import TimelineScreen
from timeline.tui.themes import THEMES
from timeline.tui.widgets.beside import BesidePane

# The SVG would fetch its font from the network when it is looked at.
_FONT_FACE = re.compile(r"@font-face\s*\{.*?\}", re.DOTALL)
# Some renderers drop spaces at the beginning of a text: the text is put where its first character is.
_PADDED_TEXT = re.compile(r'x="([\d.]+)"( y="[\d.]+") textLength="([\d.]+)"([^>]*)>((?:&#160;)+)(?=[^<&]|&(?!#160;))')
_CELL = 12.2  # width of a cell in Rich's SVG


class LeaklineApp(App[None]):
    """One case, one screen; everything else is in the screens."""

    TITLE = "Leakline"
    COMMANDS = App.COMMANDS | {ActionProvider}
    VERTICAL_BREAKPOINTS = [(0, "-very-low"), (8, "-low-enough")]  # noqa: RUF012 - Textual declares it

    def __init__(self, case: CaseLike, *, query: str = "", overview: bool | None = False) -> None:
        super().__init__()
        self.timeline = TimelineScreen(case, query)
        self.timeline.with_overview = overview
        self.keymap = Keymap()

    def on_mount(self) -> None:
        """Show the timeline."""
        for theme in THEMES:
            self.register_theme(theme)
        self.set_keymap(self.keymap.bindings())
        self.push_screen(self.timeline)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of Textual's own commands only the choice of a theme; all others are in the action registry."""
        return (command for command in super().get_system_commands(screen) if command.title == "Theme")

    async def idle(self) -> None:
        """Wait until no worker runs, every message has been handled and the screen is laid out: the seam for tests."""
        calm = 0
        while calm < 3 and self.is_running:
            await self.handled()
            calm = 0 if any(jobs.busy for jobs in self._all_jobs()) else calm + 1

    def _all_jobs(self) -> list[Jobs]:
        own = [screen.jobs for screen in self.screen_stack if isinstance(screen, SideScreen | PathPrompt)]
        panes = [pane.session.jobs for pane in self.timeline.query(BesidePane)]
        return [self.timeline.session.jobs, *panes, *own]

    async def handled(self) -> None:
        """Wait until everything that is queued now, in any widget, has been handled, and the screen is drawn."""
        nodes = (node for screen in self.screen_stack for node in screen.walk_children(with_self=True))
        waiting = {pump: self._answer(pump.call_later) for pump in (self, *nodes)}
        # A widget that is removed meanwhile never answers.
        while pending := [answer for pump, answer in waiting.items() if pump.is_running and not answer.done()]:
            await asyncio.wait(pending, timeout=0.1)
        screen = self.screen
        drawn = self._answer(screen.call_after_refresh)
        while self.is_running and screen is self.screen and not drawn.done():
            await asyncio.wait([drawn], timeout=0.1)

    @staticmethod
    def _answer(ask: Callable[..., bool]) -> "asyncio.Future[None]":
        """Be told when something asked for now has come round; at once when it cannot."""
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if not ask(_resolve, answer):
            answer.set_result(None)
        return answer


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def run_app(case: CaseLike, *, query: str = "", keys: Path | None = None, overview: bool | None = None) -> None:
    """Open the terminal UI on a case and return when the person leaves it.

    `keys` is a file of keys; None: the person's own one, if there is one. CaseFileError for a file that was named and is wrong;
    the person's own one must not lock anybody out: what is wrong with it is said on the screen. `overview`: whether to begin
    with the overview; None: as the analyst wants it, and never before a query.
    """
    app = LeaklineApp(case, query=query, overview=overview)
    if keys is not None:
        app.keymap = read_keymap(keys)
    elif (own := keymap_file()) is not None:
        try:
            app.keymap = read_keymap(own)
        except CaseFileError as error:
            app.timeline.first_notice = f"the usual keys: {error}"
    app.run()


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
        drawn = app.export_screenshot(title="leakline")
    return _PADDED_TEXT.sub(_unpadded, _FONT_FACE.sub("", drawn))


def _unpadded(text: re.Match[str]) -> str:
    padding = _CELL * text[5].count(";")
    return f'x="{float(text[1]) + padding:g}"{text[2]} textLength="{float(text[3]) - padding:g}"{text[4]}>'
