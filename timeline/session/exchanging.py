"""Annotations as a file: JSON lines, a head first, one statement a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, get_args

import msgspec

from timeline.model.errors import UsageError
from timeline.model.event import SEVERITIES
from timeline.model.source import AnnotationVerb
from timeline.report.export_jsonl import one_line
from timeline.report.redact import Redactor
from timeline.report.written_check import no_secret_in
from timeline.session.deciding import HYPOTHESIS, LINK, MEASURE
from timeline.session.exporting import opened_output, redactor_of
from timeline.session.journal import JOURNAL
from timeline.store.annotations import Operation
from timeline.store.keys import parse_key
from timeline.store.merging import Merge, Statement, merge, planned, statements

if TYPE_CHECKING:
    from timeline.session.case import Case

FORMAT: Final = "leakline annotations"
VERSION: Final = 1
MOST_LINE: Final = 4 << 20  # bytes
MOST_STATEMENTS: Final = 5_000_000
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
_SUBJECTS: Final = (LINK, HYPOTHESIS, MEASURE, JOURNAL)
_FIRST: Final = -(2**62)
_KEYS_AT_ONCE: Final = 200


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    at_us: int
    analyst: str
    key: str
    verb: str
    value: str | None = None
    hint_us: int | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do: see `Merge`; `strange` are keys of events that the case does not hold."""

    merged: Merge
    strange: tuple[str, ...]


def export_annotations(case: "Case", output: Path | IO[str], *, redact: bool = True) -> int:
    """Write what all analysts said; how many statements. LeaklineError when a secret is still in it."""
    redactor = redactor_of(case) if redact else None
    with case.reading() as reader:
        found = statements(reader)
    target = output if isinstance(output, Path) else "-"
    with opened_output(output, None if redactor is None else no_secret_in(target, "jsonl", redactor)) as out:
        _write(case, found, out, redactor)
    return len(found)


def _write(case: "Case", found: list[Statement], out: IO[str], redact: Redactor | None) -> None:
    encode = msgspec.json.Encoder().encode
    head = {"format": FORMAT, "version": VERSION, "case": _text(case.name, redact), "custody_head": case.custody_head()}
    out.write(one_line(encode, head) + "\n")
    for one in found:
        value = one.said.value if one.said.verb == "severity" else _text(one.said.value, redact)
        line = {"at_us": one.at_us, "analyst": _text(one.analyst, redact), "key": one.said.key, "verb": one.said.verb}
        line |= {} if value is None else {"value": value}
        line |= {} if one.said.hint_us is None else {"hint_us": one.said.hint_us}
        out.write(one_line(encode, line) + "\n")


def _text(text: str | None, redact: Redactor | None) -> str | None:
    return text if redact is None else redact.optional(text)


def import_annotations(case: "Case", path: Path, *, dry_run: bool = False) -> Imported:
    """Merge a file of annotations into the case, or (`dry_run`) say what that would do.

    All of it or nothing: UsageError with the line for whatever is wrong in the file. Done twice, the second changes nothing.
    """
    coming = list(read_statements(path))
    if dry_run:
        with case.reading() as reader:
            found = planned(statements(reader), coming)
    else:
        case.check_file()
        found = merge(case.path, coming, analyst=case.analyst, at_us=case.now_us(), source=path.name)
    wanted = sorted({one.said.key for one in found.new if parse_key(one.said.key) is not None})
    return Imported(found, tuple(_strange(case, wanted)))


def _strange(case: "Case", wanted: list[str]) -> Iterator[str]:
    """Those that are keys of no event of the case."""
    for start in range(0, len(wanted), _KEYS_AT_ONCE):
        part = wanted[start : start + _KEYS_AT_ONCE]
        with case.find(" OR ".join(f'key:"{key}"' for key in part)) as matches:
            there = {event.key for event in matches.events()}
        yield from (key for key in part if key not in there)


def read_statements(path: Path) -> Iterator[Statement]:
    """The statements of a file. UsageError with the line for the first thing that is wrong."""
    decode = msgspec.json.Decoder(_Line).decode
    try:
        with path.open("rb") as file:
            _check_head(file.readline(MOST_LINE + 1), path)
            number = 1
            while line := file.readline(MOST_LINE + 1):
                number += 1
                where = f"{path}:{number}"
                if len(line) > MOST_LINE:
                    raise UsageError("the line is longer than 4 MiB", where=where)
                if number > MOST_STATEMENTS:
                    raise UsageError(f"has more than {MOST_STATEMENTS:,} lines", where=path)
                if line.strip():
                    try:
                        yield _statement(decode(line), where)
                    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
                        raise UsageError(f"is no statement: {error}", where=where) from error
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", where=path) from error


def _check_head(line: bytes, path: Path) -> None:
    try:
        head: Any = msgspec.json.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise UsageError("is no file of annotations", where=f"{path}:1", hint="`leakline annotations export` writes one")
    if head.get("version") != VERSION:
        raise UsageError(f"is of version {head.get('version')!r}; this one reads {VERSION}", where=f"{path}:1")


def _statement(line: _Line, where: str) -> Statement:
    verb, value = line.verb, line.value
    if verb not in get_args(AnnotationVerb):
        raise UsageError("says nothing that is known", where=where, hint=f"one of {', '.join(get_args(AnnotationVerb))}")
    of_finding = verb == "decide"
    if of_finding != line.key.startswith(_SUBJECTS) or not (of_finding or parse_key(line.key)):
        raise UsageError("is about no event and no finding", where=where)
    if not _NAME.fullmatch(line.analyst):
        raise UsageError("does not say who says it", where=where)
    if verb in {"tag", "untag", "comment", "decide"} and not value:
        raise UsageError(f"says nothing: {verb} needs a value", where=where)
    if verb == "severity" and value is not None and value not in SEVERITIES:
        raise UsageError("is no severity", where=where, hint=f"one of {', '.join(SEVERITIES)}")
    if not _FIRST < line.at_us < -_FIRST or not _FIRST < (line.hint_us or 0) < -_FIRST:
        raise UsageError("is said at no time", where=where)
    kind: Any = verb
    return Statement(line.at_us, line.analyst, Operation(line.key, line.hint_us, kind, value))
