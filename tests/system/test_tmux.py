"""The terminal UI in a real terminal, at the two sizes that it must serve."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system.terminal import LEAKLINE, Terminal

pytestmark = pytest.mark.system
SIZES = [(120, 40), (80, 24)]
LOADED = r"row 1 of [\d,]+ "
TARBALL = 'resource:"/@corp/cli/-/cli-2.1.88.tgz" action:GET (status:200 OR status:206)'


@contextmanager
def opened(case: Path, size: tuple[int, int]) -> Iterator[Terminal]:
    """`leakline open`, once everything is counted and drawn."""
    command = [LEAKLINE, "open", str(case), "--analyst", "kim", "--no-overview"]
    with Terminal(case.parent / "tmux", command, size) as terminal:
        terminal.wait_for(LOADED)
        yield terminal


def ask(terminal: Terminal, query: str) -> None:
    """Type a query into the bar and run it."""
    terminal.press_and_see("/")
    terminal.write(query)
    terminal.press("Enter")


def starred(case: Path) -> int:
    command = [LEAKLINE, "search", str(case), "star:true", "--count"]
    return int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


@pytest.mark.parametrize("size", SIZES)
def test_the_overview_comes_first_and_once(case: Path, size: tuple[int, int]) -> None:
    command = [LEAKLINE, "open", str(case), "--analyst", "lena"]
    with Terminal(case.parent / "tmux", command, size) as terminal:
        terminal.wait_for(r"lena opens this case for the first time")
        terminal.press("1")
        terminal.wait_for(r"events  +23 from 23 records")
        terminal.press("Escape")
        terminal.wait_for(LOADED)
        terminal.press("q")
        terminal.wait_for(r"^left with 0$")
    with Terminal(case.parent / "tmux-again", command, size) as terminal:
        terminal.wait_for(LOADED)
        terminal.press("W")
        terminal.wait_for(r"nothing new since lena left it")
        terminal.press("Enter")
        terminal.wait_for(LOADED)


@pytest.mark.parametrize("size", SIZES)
def test_rows_filter_star_undo_help_quit(case: Path, size: tuple[int, int]) -> None:
    before = starred(case)
    with opened(case, size) as terminal:
        first = terminal.wait_for(r"08:12:40 .*git")
        assert max(len(line) for line in first.splitlines()) <= size[0]
        ask(terminal, TARBALL)
        terminal.wait_for(r"row 1 of 1,204 ")
        terminal.wait_for(r"22:37:31 .*web")
        terminal.press("Space")
        terminal.wait_for(r"★ +22:37:31")
        terminal.press("u")
        terminal.wait_for(r"★ +22:37:31", gone=True)
        terminal.press("Down", "Space")
        terminal.wait_for(r"★ +22:52:10")
        terminal.press("?")
        terminal.wait_for(r"Type a query; in the detail")
        terminal.press("Escape")
        terminal.wait_for(r"Type a query; in the detail", gone=True)
        terminal.press("q")
        terminal.wait_for(r"^left with 0$")
    assert starred(case) == before + 1


@pytest.mark.parametrize("size", SIZES)
def test_the_detail_shows_the_raw_record(case: Path, size: tuple[int, int]) -> None:
    with opened(case, size) as terminal:
        ask(terminal, "kind:web.access src_ip:198.51.100.23 bytes_out:62705664")
        terminal.wait_for(r"row 1 of 1 ")
        terminal.press("Enter")
        terminal.wait_for(r"30/Mar/2026:23:17:59 \+0000")
        terminal.press("q")
        terminal.wait_for(r"^left with 0$")


def test_a_wrong_query_is_explained_and_the_rows_stay(case: Path) -> None:
    with opened(case, (80, 24)) as terminal:
        ask(terminal, "status:(")
        terminal.wait_for(r"\^ .*never closed")
        terminal.press("Escape")
        terminal.wait_for(r"08:12:40 .*git")


def test_hostile_text_is_shown_and_not_obeyed(case: Path) -> None:
    with opened(case, (120, 40)) as terminal:
        ask(terminal, "kind:web.access user_agent:*nothing*")
        terminal.wait_for(r"row 1 of 1 ")
        screen = terminal.wait_for(r"\\x1b\]0;nothing")
        assert "npm-source-map" in screen
