"""Kingfisher, a scanner with some 490 rules, run on the contents of files: offline, no secret tried, no evidence obeyed.

It comes with the extra `leakline[secrets]`. It sees plain files named by their object ids, never the seized repository; comments
in them that tell scanners to look away are not followed; archives in them are not opened; it is told not to validate, not to
look for updates, and its proxies lead nowhere.
Reference: https://github.com/mongodb/kingfisher.
"""

import os
import shutil
import subprocess
import sysconfig
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import msgspec

from timeline.model.errors import Cancelled, EvidenceError

BATCH_BYTES: Final = 256 * 1024 * 1024
BATCH_FILES: Final = 20_000
SECONDS: Final = 3600.0
_NOWHERE: Final = "http://127.0.0.1:9"  # the discard port
_OPTIONS: Final = (
    "--no-validate", "--no-update-check", "--no-ignore", "--no-dedup", "--no-extract-archives", "--git-history", "none",
    "--format", "jsonl", "--max-file-size", "32",
)  # fmt: skip
_POLL_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Caught:
    """A secret in a file: the rule's id and name, where it begins (line, column; from 1), and its text."""

    blob: str
    rule: str
    title: str
    secret: str
    line: int
    column: int


def find_kingfisher() -> str | None:
    """Its absolute path: beside this Python, or on the PATH; None where it is not installed."""
    beside = shutil.which("kingfisher", path=sysconfig.get_path("scripts"))
    if beside is not None:
        return beside
    absolute = os.pathsep.join(part for part in os.get_exec_path() if os.path.isabs(part))
    return shutil.which("kingfisher", path=absolute)


class Kingfisher:
    """Collects files and scans them in batches. A context manager: leaving it deletes the files."""

    def __init__(self, program: str, cancel: threading.Event | None = None) -> None:
        self._program = program
        self._cancel = cancel
        self._scratch = tempfile.TemporaryDirectory(prefix="leakline-")
        self._top = Path(self._scratch.name)
        self._files = self._top / "files"
        self._files.mkdir()
        self._bytes = self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._scratch.cleanup()

    def add(self, blob: str, body: bytes) -> Iterator[Caught]:
        """Take a file; what was caught in all files so far, when a batch is full."""
        folder = self._files / blob[:2]
        folder.mkdir(exist_ok=True)
        (folder / blob).write_bytes(body)
        self._bytes += len(body)
        self._count += 1
        if self._bytes >= BATCH_BYTES or self._count >= BATCH_FILES:
            yield from self.scan()

    def scan(self) -> Iterator[Caught]:
        """Scan what was taken since the last scan. EvidenceError when Kingfisher fails, Cancelled."""
        if self._count:
            for line in self._run().splitlines():
                yield from _caught(line)
            shutil.rmtree(self._files)
            self._files.mkdir()
            self._bytes = self._count = 0

    def _run(self) -> bytes:
        home = self._top / "home"
        home.mkdir(exist_ok=True)
        proxies = dict.fromkeys(
            ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), _NOWHERE
        )
        settings = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "KF_RULE_CACHE_DIR": str(self._top / "rules"),
        }
        with (self._top / "found.jsonl").open("w+b") as output, (self._top / "errors.txt").open("w+b") as errors:
            process = subprocess.Popen(  # noqa: S603 - a fixed command; file names are object ids
                [self._program, "scan", str(self._files), *_OPTIONS],
                stdin=subprocess.DEVNULL, stdout=output, stderr=errors, cwd=home, env=settings | proxies,
            )  # fmt: skip
            self._wait(process)
            if process.returncode not in {0, 200, 205}:  # 200: findings, 205: validated ones
                errors.seek(0)
                lines = errors.read().decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
                raise EvidenceError(f"Kingfisher failed: {lines[-1][:200]}", hint="`--engine own` does without it")
            output.seek(0)
            return output.read()

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        waited = 0.0
        while True:
            try:
                process.wait(_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                waited += _POLL_SECONDS
                if self._cancel is not None and self._cancel.is_set():
                    process.kill()
                    process.wait()
                    raise Cancelled("stopped while scanning for secrets") from None
                if waited > SECONDS:
                    process.kill()
                    process.wait()
                    raise EvidenceError(
                        "Kingfisher does not come to an end", hint="`--engine own` does without it"
                    ) from None
            else:
                return


def _caught(line: bytes) -> Iterator[Caught]:
    """What one line of its output says; nothing where it is about the run."""
    try:
        record = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return
    rule, finding = (record.get(name) for name in ("rule", "finding")) if isinstance(record, dict) else (None, None)
    if not isinstance(rule, dict) or not isinstance(finding, dict):
        return
    blob = Path(str(finding.get("path"))).name
    name, title = str(rule.get("id")), str(rule.get("name"))
    place = _number(finding, "line"), _number(finding, "column_start")
    captures = finding.get("dependent_captures")
    others = captures.values() if isinstance(captures, dict) else ()
    for secret in (finding.get("snippet"), *others):
        if isinstance(secret, str) and secret.strip():
            yield Caught(blob, name, title, secret.strip(), *place)


def _number(finding: dict[str, Any], name: str) -> int:
    value = finding.get(name)
    return value if isinstance(value, int) and value > 0 else 1
