"""What the actions that choose rows do, in the running app."""

from pathlib import Path
from typing import Final

from tests.tui.conftest import Terminal
from timeline.tui.screens.journal import JournalScreen
from timeline.tui.screens.prompt import ConfirmScreen


async def select_rows(terminal: Terminal, _: Path) -> None:
    table = terminal.screen.table
    await terminal.press("j", "V", "j", "j", "j")
    assert terminal.notice.startswith("4 rows selected: Space, t, c")
    assert "+   " in terminal.text
    assert "╋   " in terminal.text
    await terminal.press("k", "k", "k", "k")  # beyond where it began
    assert table.selection.rows == range(2)
    await terminal.press("j", "j", "t")
    assert "Tag the selected events" in terminal.text
    await terminal.type("exfil")
    await terminal.press("enter")
    assert isinstance(terminal.app.screen, ConfirmScreen)
    assert "tag exfil: all 2 selected events?" in terminal.text
    await terminal.press("n")
    assert table.selection
    await terminal.press("space", "y")
    assert terminal.notice == "star: 2 events"
    assert not table.selection
    starred = [event.key for event in terminal.case.events if event.starred]
    assert starred == ["k000001", "k000002"]
    await terminal.press("u")
    assert not any(event.starred for event in terminal.case.events)
    await terminal.press("V", "V")
    assert not table.selection
    await terminal.press("V", "G", "escape")
    assert terminal.notice == "nothing is selected"
    await terminal.press("V", "c")
    await terminal.type("one by one")
    await terminal.press("ctrl+s", "n")
    assert terminal.screen.drafts[terminal.event().key] == "one by one"


async def pick(terminal: Terminal, _: Path) -> None:
    await terminal.press(".", "j", ".", ".", "k", ".")
    assert terminal.notice.startswith("2 events selected")
    await terminal.press("V", "j", "!")
    await terminal.type("hi")
    await terminal.press("enter")
    assert "severity high: all 4 selected events?" in terminal.text
    await terminal.press("y")
    high = [event.key for event in terminal.case.events if event.severity == "high"]
    assert high == ["k000000", "k000002", "k000004", "k000005"]


async def journal(terminal: Terminal, _: Path) -> None:
    await terminal.press("j", "L")
    assert isinstance(terminal.app.screen, JournalScreen)
    assert "nothing is noted yet" in terminal.text
    await terminal.press("a")
    await terminal.type("asked the vendor\x1b\nfor the logs")
    await terminal.press("ctrl+s")
    assert "    for the logs" in terminal.text
    await terminal.press("enter")
    assert "about no event" in terminal.text
    await terminal.press("r")
    await terminal.type("two readers only")
    await terminal.press("ctrl+s", "e")
    await terminal.type("this one")
    await terminal.press("ctrl+s")
    assert [(note.event, note.in_report) for note in terminal.case.notes] == [
        (None, False), (None, True), ("k000001", False),
    ]  # fmt: skip
    await terminal.press("k", "j", "enter")
    assert terminal.screen.session.query == "key:k000001"
    await terminal.press("L", "a", "escape", "escape")
    assert len(terminal.app.screen_stack) == 2


SCENES: Final = {
    "select_rows": select_rows, "pick": pick, "journal": journal, "add": journal, "add_event": journal, "add_report": journal,
}  # fmt: skip
