from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot

from tests.tui.fake_case import FakeCase
from tests.tui.screen_text import screen_text
from timeline.model.event import Event
from timeline.tui.app import LeaklineApp
from timeline.tui.keymap import Keymap
from timeline.tui.screens.timeline import TimelineScreen


@dataclass
class Terminal:
    """An app that runs without a terminal, and the keys pressed in it."""

    app: LeaklineApp
    pilot: Pilot[None]
    case: FakeCase

    async def press(self, *keys: str) -> None:
        """As pilot.press, but waiting for the app instead of for the machine to be idle."""
        for key in keys:
            character = {"space": " "}.get(key, key if len(key) == 1 else None)
            self.app.post_message(Key(key if len(key) > 1 else _character_to_key(key), character))
            await self.app.idle()

    async def type(self, text: str) -> None:
        """As if pasted: one event for the whole text."""
        self.app.post_message(Paste(text))
        await self.app.idle()

    async def evidence_read(self) -> None:
        """Wait for the end of a run over evidence, which no key waits for."""
        while self.screen.evidence.is_running:
            await self.pilot.pause(0.005)
        await self.app.idle()

    @property
    def screen(self) -> TimelineScreen:
        return self.app.timeline

    @property
    def text(self) -> str:
        return screen_text(self.app)

    def event(self) -> Event:
        """A call, not a property: its value changes between two assertions."""
        event = self.screen.table.cursor_event
        assert event is not None
        return event

    @property
    def notice(self) -> str:
        return self.screen.status.notice


Opened = Callable[..., AbstractAsyncContextManager[Terminal]]


@asynccontextmanager
async def open_terminal(
    case: FakeCase | None = None,
    size: tuple[int, int] = (110, 30),
    query: str = "",
    *,
    settle: bool = True,
    keymap: Keymap | None = None,
) -> AsyncIterator[Terminal]:
    case = case or FakeCase()
    app = LeaklineApp(case, query=query)
    app.keymap = keymap or app.keymap
    async with app.run_test(size=size) as pilot:
        if settle:
            await app.idle()
        yield Terminal(app, pilot, case)
        for gate in case.gates.values():
            gate.set()


@pytest.fixture(autouse=True)
def utc_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    monkeypatch.setattr("timeline.tui.session.OCCURS_AFTER_S", 0.0)


Scene = Callable[[Terminal], Awaitable[None]]
