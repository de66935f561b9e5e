"""A real terminal to drive: tmux on a socket of its own."""

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

LEAKLINE = str(Path(sys.executable).with_name("leakline"))
DEADLINE_S = 30.0
POLL_S = 0.05
CALM = 10  # screens in a row that are the same


class Terminal:
    """One program in a tmux window of `size` columns and lines; its last line of output is `left with CODE`.

    A context manager. Fails, naming what it waited for and what the screen showed, when something does not appear.
    """

    def __init__(self, socket: Path, program: Sequence[str], size: tuple[int, int]) -> None:
        self._socket = str(socket)
        command = (
            f"env -u COLUMNS -u LINES LC_ALL=C.UTF-8 COLORTERM=truecolor {shlex.join(program)}; echo left with $?; cat"
        )
        columns, lines = (str(number) for number in size)
        self._tmux("-f", "/dev/null", "-u", "new-session", "-d", "-x", columns, "-y", lines, command)

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", self._socket, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=20, check=True)
        return done.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tmux("kill-server")

    def screen(self) -> str:
        """What is on the screen now, as text."""
        return self._tmux("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names: `Enter`, `Space`, `C-c`, `u`."""
        self._tmux("send-keys", *keys)

    def write(self, text: str) -> None:
        """Type a text as it is."""
        self._tmux("send-keys", "-l", text)

    def wait_for(self, pattern: str, *, gone: bool = False) -> str:
        """Wait until the pattern is on the screen (or no longer is); the screen that showed it."""
        wanted = re.compile(pattern, re.MULTILINE)
        said = f"{'still' if gone else 'never'} on the screen: {pattern}"
        return self._poll(lambda screen: bool(wanted.search(screen)) != gone, said)

    def press_and_see(self, key: str) -> None:
        """Press a key on a screen that is at rest, and wait until anything there has changed, be it only a colour."""
        before = self._at_rest()
        self.press(key)
        self._poll(lambda _: self._styled() != before, f"nothing changed after {key}")

    def _styled(self) -> str:
        return self._tmux("capture-pane", "-p", "-e")

    def _at_rest(self) -> str:
        """The screen with its colours once it has stayed the same for a while."""
        seen: list[str] = []

        def same(_: str) -> bool:
            seen.append(self._styled())
            return len(seen) > CALM and len(set(seen[-CALM:])) == 1

        self._poll(same, "never at rest")
        return seen[-1]

    def _poll(self, found: Callable[[str], bool], complaint: str) -> str:
        deadline = time.monotonic() + DEADLINE_S
        while True:
            screen = self.screen()
            if found(screen):
                return screen
            if time.monotonic() > deadline:
                raise AssertionError(f"{complaint}\n{screen}")
            time.sleep(POLL_S)
