"""Runs git on a repository of ours: a bare environment, limits on memory and time, nothing that blocks for ever."""

import contextlib
import fcntl
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Self

from timeline.model.errors import Cancelled, EvidenceError

CPU_SECONDS: Final = 3600
QUIET_SECONDS: Final = 120.0
"""How long git may say nothing before it is ended: more than any honest step needs."""
_BLOCK: Final = 1 << 20
_POLL_MS: Final = 200
# The shell sets the limits of the process that it becomes: a function run between fork and exec is not safe in a
# program with threads. A system that does not know a limit goes without it.
_LIMITED: Final = 'ulimit -v "$1" 2>/dev/null; ulimit -t "$2" 2>/dev/null; ulimit -c 0 2>/dev/null; shift 2; exec "$@"'


def find_git() -> str:
    """The absolute path of git. EvidenceError where there is none."""
    absolute = os.pathsep.join(part for part in os.get_exec_path() if os.path.isabs(part))
    found = shutil.which("git", path=absolute)
    if found is None:
        raise EvidenceError("git is not installed", hint="install git to ingest repositories and bundles")
    return found


def environment(home: Path) -> dict[str, str]:
    """The whole environment of git: nothing of the caller's but PATH; `home` is an empty folder."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "LC_ALL": "C",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_FLUSH": "0",  # write when the buffer is full, not after each commit
    }


@dataclass(frozen=True, slots=True)
class Launcher:
    """Starts git inside `repository`, a bare one of ours. `memory_bytes` limits each process's address space."""

    git: str
    repository: Path
    home: Path
    memory_bytes: int
    cancel: threading.Event | None = None

    def start(
        self, arguments: Sequence[str], *, stdin: IO[bytes] | int | None = None, stdout: IO[bytes] | None = None
    ) -> "Running":
        """Start `git ARGUMENTS`. Input or output is a file, so that no two pipes can wait for each other.

        With `subprocess.PIPE` as `stdin` the input is what is sent to the process, and `stdout` must be a file.
        """
        command = ["/bin/sh", "-c", _LIMITED, "sh", str(self.memory_bytes // 1024), str(CPU_SECONDS), self.git]
        command += [f"--git-dir={self.repository}", "--no-replace-objects", "--literal-pathspecs", *arguments]
        errors = tempfile.TemporaryFile(dir=self.home.parent)  # noqa: SIM115 - closed by Running
        process = subprocess.Popen(  # noqa: S603 - a fixed command; the evidence gives no argument to it
            command,
            stdin=stdin or subprocess.DEVNULL,
            stdout=stdout or subprocess.PIPE,
            stderr=errors,
            cwd=self.home,
            env=environment(self.home),
            start_new_session=True,
        )
        return Running(process, errors, self.cancel)

    def run(
        self, arguments: Sequence[str], *, stdin: IO[bytes] | None = None, stdout: IO[bytes] | None = None
    ) -> "Ended":
        """Run `git ARGUMENTS` to its end. With `stdout` the output is there, else in the result."""
        with self.start(arguments, stdin=stdin, stdout=stdout) as running:
            output = running.read_all() if stdout is None else b""
            return Ended(running.wait(), output, running.errors())


@dataclass(frozen=True, slots=True)
class Ended:
    """How a git process ended: its exit code (negative: the signal that ended it), output and error text."""

    code: int
    output: bytes
    errors: str


def _widen(pipe: int) -> None:
    """Let more output wait in a pipe than the usual 64 KiB, where the system can do that."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _BLOCK)


def complaint(errors: str) -> str:
    """The last line of git's error text, without paths of this machine and without control characters."""
    lines = [line for line in errors.splitlines() if line.strip()]
    return re.sub(r"[^ -~]|\S*/\S+", "", lines[-1])[:200].strip() if lines else "no reason given"


class Running:
    """A git process whose output is read. Leaving the `with` block ends it."""

    def __init__(self, process: subprocess.Popen[bytes], errors: IO[bytes], cancel: threading.Event | None) -> None:
        self._process = process
        self._errors = errors
        self._cancel = cancel
        self.timed_out = False
        self._poll = select.poll()
        if process.stdout is not None:
            self._poll.register(process.stdout.fileno(), select.POLLIN | select.POLLHUP)
            _widen(process.stdout.fileno())
        self._unsent = bytearray()
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
            _widen(process.stdin.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()
        self._errors.close()

    def read(self, quiet_seconds: float = QUIET_SECONDS) -> bytes:
        """The next output; b"" at its end, also where git was ended for its silence. Raises Cancelled."""
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        deadline = time.monotonic() + quiet_seconds
        while not self._poll.poll(_POLL_MS):
            self._check_cancelled()
            if time.monotonic() > deadline:
                self.timed_out = True
                self.kill()
                return b""
        self._check_cancelled()
        return os.read(handle, _BLOCK)

    def send(self, data: bytes) -> None:
        """Hand the process some input: what it does not take at once is kept for later."""
        self._unsent += data
        self._send_some()

    def end_input(self) -> None:
        """Wait until all input is taken, and close it. Raises Cancelled."""
        assert self._process.stdin is not None
        ready = select.poll()
        ready.register(self._process.stdin.fileno(), select.POLLOUT)
        while self._unsent:
            if ready.poll(_POLL_MS):
                self._send_some()
            self._check_cancelled()
        self._process.stdin.close()

    def _send_some(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BlockingIOError):
            try:
                while self._unsent:
                    del self._unsent[: os.write(self._process.stdin.fileno(), self._unsent)]
            except BrokenPipeError:  # it has ended, as its exit code will say
                self._unsent.clear()

    def read_all(self) -> bytes:
        """All output."""
        blocks = []
        while block := self.read():
            blocks.append(block)
        return b"".join(blocks)

    def wait(self) -> int:
        """The exit code, once the process has ended. Raises Cancelled."""
        while not self._ended_within(_POLL_MS):
            self._check_cancelled()
        return self._process.wait()

    def _ended_within(self, milliseconds: int) -> bool:
        """Whether the process has ended; wakes at once when it does. `Popen.wait` with a timeout sleeps and looks."""
        if not hasattr(os, "pidfd_open"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(milliseconds / 1000)
            return self._process.poll() is not None
        if self._process.poll() is not None:
            return True
        with open(os.pidfd_open(self._process.pid), "rb", buffering=0) as ended:
            watch = select.poll()
            watch.register(ended.fileno(), select.POLLIN)
            watch.poll(milliseconds)
        return self._process.poll() is not None

    def errors(self) -> str:
        """The first 4 KiB of what git wrote to standard error."""
        self._errors.seek(0)
        return self._errors.read(4096).decode("utf-8", "replace")

    def kill(self) -> None:
        """End the process and its children, at once."""
        if self._process.poll() is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

    def _check_cancelled(self) -> None:
        if self._cancel is not None and self._cancel.is_set():
            self.kill()
            raise Cancelled("stopped while reading a Git repository")
