"""Repositories made with git itself, with fixed names and dates, away from the machine's own configuration."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from timeline.evidence.git import open_bundle, open_repository

START = 1774900000
_ENVIRONMENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": os.devnull,
    "LC_ALL": "C",
    "TZ": "UTC",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Dana Example",
    "GIT_AUTHOR_EMAIL": "dana@example.com",
    "GIT_COMMITTER_NAME": "Release Bot",
    "GIT_COMMITTER_EMAIL": "release-bot@example.com",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file",
}


@dataclass
class Repo:
    """A repository that a test fills. Each commit is a minute later than the one before."""

    path: Path
    options: Sequence[str] = ("-b", "main")
    minutes: int = field(default=0)

    def __post_init__(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        if not (self.path / ".git").exists() and not (self.path / "HEAD").exists():
            self.git("init", "-q", *self.options)

    @property
    def folder(self) -> Path:
        return self.path / ".git" if (self.path / ".git").exists() else self.path

    def git(self, *arguments: str, stdin: bytes | None = None, **environment: str) -> str:
        date = f"{START + 60 * self.minutes} +0200"
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments], cwd=self.path, input=stdin, check=True,
            capture_output=True, env=_ENVIRONMENT | dates | environment,
        )  # fmt: skip
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(self, message: str = "change", **files: str) -> str:
        for name, text in files.items():
            (self.path / name.replace("__", "/")).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name.replace("__", "/")).write_text(text)
        self.minutes += 1
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def raw_commit(self, text: bytes, *, literally: bool = True) -> str:
        options = ("--literally",) if literally else ()
        return self.git("hash-object", "-t", "commit", "-w", "--stdin", *options, stdin=text)


@dataclass(frozen=True)
class Item:
    """One record of a stream."""

    kind: str
    name: str
    flags: tuple[str, ...]
    payload: bytes
    second: bytes


def split(stream: bytes) -> Iterator[Item]:
    position = 0
    while position < len(stream):
        end = stream.index(b"\n", position)
        kind, name, flags, *sizes = stream[position:end].decode().split(" ")
        parts = []
        position = end + 1
        for size in map(int, sizes):
            parts.append(stream[position : position + size])
            position += size
        assert stream[position : position + 1] == b"\n"
        position += 1
        yield Item(kind, name, tuple(flags.split(",")) if flags != "-" else (), parts[0], b"".join(parts[1:]))


@dataclass(frozen=True)
class Read:
    """What reading a repository gave."""

    stream: bytes
    problem: str | None
    notes: tuple[str, ...]
    file_sha256: str | None

    @property
    def items(self) -> list[Item]:
        return list(split(self.stream))

    def of(self, kind: str) -> list[Item]:
        return [item for item in self.items if item.kind == kind]

    def named(self, kind: str) -> dict[str, Item]:
        return {item.name: item for item in self.of(kind)}


def read(path: Path, name: str = "corp/app") -> Read:
    opened = open_bundle(path, name=name) if path.is_file() else open_repository(path, name=name)
    with opened as stream:
        data = b"".join(framed.data for framed in stream.frames())
        return Read(data, stream.problem, stream.notes, stream.file_sha256)
