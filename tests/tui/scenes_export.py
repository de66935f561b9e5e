"""What the actions that write files do, in the running app."""

import hashlib
from pathlib import Path
from typing import Final

from tests.tui.conftest import Terminal
from timeline.tui.screens.exporting import ExportScreen
from timeline.tui.screens.path_prompt import PathPrompt
from timeline.tui.screens.prompt import ConfirmScreen


async def export(terminal: Terminal, folder: Path) -> None:
    await terminal.press("a", "e")
    assert isinstance(terminal.app.screen, ExportScreen)
    assert "filter actor:alice: 750 events" in terminal.text
    assert "secrets are redacted" in terminal.text
    await terminal.press("1")
    assert isinstance(terminal.app.screen, PathPrompt)
    assert "750 events, redacted" in terminal.text
    await terminal.press("enter")
    written = folder / "view.jsonl"
    assert written.read_text() == "jsonl 750 redacted"
    digest = hashlib.sha256(written.read_bytes()).hexdigest()
    assert terminal.notice == f"written to {written}: 750 events; 0 secrets redacted; sha256 {digest}"
    await terminal.press("e", "R")
    assert "NOT REDACTED" in terminal.text
    await terminal.press("enter", "enter")
    assert isinstance(terminal.app.screen, ConfirmScreen)
    assert "REDACTION OFF" in terminal.text
    await terminal.press("y")
    assert written.read_text() == "jsonl 750 whole"
    await terminal.press("e", "j", "k", "2")
    await terminal.type(".exe")
    await terminal.press("enter")
    assert "must end in .csv" in terminal.notice
    await terminal.press("e", "7", "enter")
    assert (folder / "bundle.tar.gz").read_bytes() == b"bundle"
    assert "4 events and their records, 1 redacted; root abab" in terminal.notice
    await terminal.press("R", "R", "e", "escape")
    assert len(terminal.app.screen_stack) == 2


async def report(terminal: Terminal, folder: Path) -> None:
    await terminal.press("r", "enter")
    assert (folder / "report.md").read_text() == "# report"
    assert terminal.notice.startswith(f"written to {folder / 'report.md'}: redacted; sha256 ")
    await terminal.press("e", "6", "enter")
    assert (folder / "report.html").exists()


SCENES: Final = {"export": export, "redaction": export, "report": report}
