"""The second look: a finished export is read again, and one secret in it stops the export before it is put in place."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from timeline.model.errors import LeaklineError
from timeline.report.atomic import Check
from timeline.report.redact import Redactor

WrittenForm = Literal["jsonl", "csv", "text"]


def no_secret_in(target: Path | str, form: WrittenForm, redact: Redactor) -> Check:
    """Make the check for `atomic_text`; its LeaklineError names `target` and the line, never the secret.

    "jsonl" and "csv" are read as their readers will read them, value by value; "text" line by line, for secrets that
    give themselves away without the text around them.
    """

    def check(written: Path) -> None:
        for line, kind in _found(written, form, redact):
            raise _still_there(f"{target}:{line}", kind)

    return check


def check_text(text: str, target: str, redact: Redactor) -> None:
    """The same for a text that goes to standard output: LeaklineError before anything of it is shown."""
    for number, line in enumerate(text.split("\n"), 1):
        for kind, _, _ in redact.scan(line, contextual=False)[:1]:
            raise _still_there(f"{target}:{number}", kind)


def _still_there(where: str, kind: str) -> LeaklineError:
    return LeaklineError(
        f"a secret ({kind}) was still in the finished file; nothing was written",
        where=where,
        hint="add it to `secrets:` in case.yaml, and report this as a fault of Leakline",
    )


def _found(written: Path, form: WrittenForm, redact: Redactor) -> Iterator[tuple[int, str]]:
    if form == "text":
        with written.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                for kind, _, _ in redact.scan(line, contextual=False)[:1]:
                    yield number, kind
        return
    for number, value in _json_texts(written) if form == "jsonl" else _csv_texts(written):
        first = redact.first_type(value)
        if first is not None:
            yield number, first


def _json_texts(written: Path) -> Iterator[tuple[int, str]]:
    with written.open("rb") as file:
        for number, line in enumerate(file, 1):
            for text in _texts(msgspec.json.decode(line)):
                yield number, text


def _csv_texts(written: Path) -> Iterator[tuple[int, str]]:
    previous = csv.field_size_limit(sys.maxsize)
    try:
        with written.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            for row in reader:
                for cell in row:
                    yield reader.line_num, cell
    finally:
        csv.field_size_limit(previous)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
