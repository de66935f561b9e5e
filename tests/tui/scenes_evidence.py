"""What the actions that bring evidence into a case do, in the running app."""

import threading
from pathlib import Path
from typing import Final

from tests.tui.conftest import Terminal
from timeline.tui.screens.path_prompt import PathPrompt


async def ingest(terminal: Terminal, folder: Path) -> None:
    terminal.case.gates["ingest"] = threading.Event()
    terminal.screen.session.folder = folder
    await terminal.press("I")
    assert isinstance(terminal.app.screen, PathPrompt)
    await terminal.type("logs")
    await terminal.press("enter")
    assert terminal.case.remembered["ingested"] == [f"{folder}/logs"]
    assert "reading" in terminal.text
    await terminal.press("s", "i")
    assert "read already" in terminal.text
    await terminal.press("X", "y")
    await terminal.evidence_read()
    await terminal.press("escape")
    assert "stopped" in terminal.notice


async def overview(terminal: Terminal, _: Path) -> None:
    await terminal.press("W", "n", "j", "k")
    assert terminal.case.remembered["overview"] == "always"
    assert "at every opening" in terminal.text
    await terminal.press("enter", "W", "n", "escape", "W")
    assert "only when asked for" in terminal.text
    await terminal.press("q")
    assert terminal.app.screen is terminal.screen


async def form(terminal: Terminal, _: Path) -> None:
    await terminal.press("s", "f")
    assert "github.audit" in terminal.text
    await terminal.type("github.w")
    await terminal.press("tab", "enter", "y")
    await terminal.evidence_read()
    assert terminal.case.remembered["reparsed"] == ("logs/aws.cloudtrail.log", {"kind": "github.webhook"})


SCENES: Final = {
    "ingest": ingest,
    "stop_reading": ingest,
    "format": form,
    **dict.fromkeys(("overview", "ask", "when"), overview),
}
