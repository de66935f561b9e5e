"""A report held against the case that it speaks of: every line that the case does not support."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from timeline.model.errors import UsageError
from timeline.model.source import Check
from timeline.report.figure import timeline_svg
from timeline.report.html_page import render_html
from timeline.report.markdown import render_markdown
from timeline.report.template import ReportTemplate
from timeline.report.write import HTML_SUFFIXES
from timeline.session.exporting import redactor_of
from timeline.session.reporting import model_of
from timeline.text import visible

if TYPE_CHECKING:
    from timeline.session.case import Case

NAME: Final = "the report says what the case says"
MOST_BYTES: Final = 256 << 20
MOST_PROBLEMS: Final = 200
_MOST_MATCHED: Final = 50_000  # lines that are matched one by one
_SHOWN: Final = 160
_BEFORE: Final = 60  # letters before where two lines part
_COMMAND: Final = re.compile(r"leakline report CASE -o report\.md((?: --[a-z]+(?: FOLDER)?)*)")
_FIGURE: Final = re.compile(r"!\[Events per kind over time, with key events and markers\]\(([^()\s]+)\)")
_HEAD: Final = re.compile(r"The head is (?:`|<code>)([0-9a-f]{64})(?:`|</code>)")
_KEY: Final = re.compile(r"(?:`|<code>)(u[0-9a-f]{16}|[0-9a-f]{12}-\d{1,18}(?:\.\d{1,9})?)(?:`|</code>)")
_OTHER_LINES: Final = "the file has more than {:,} lines of which not all are the report's: they are not told one by one"


def check_report(case: "Case", path: Path, template: Path | None = None) -> Check:
    """The lines of a report (Markdown or HTML) that the case would not write, and those that it would.

    The report says by which options it was written; `template` is the folder where it was put together by one. UsageError
    when it is none of Leakline, or lacks its template.
    """
    text = _read(path)
    options = _options(text, path)
    if "--template FOLDER" in options and template is None:
        raise UsageError("was put together by a template", where=path, hint="--template FOLDER names it")
    wanted, since, problems = _derived(case, text, path, template, custody="--custody" in options)
    problems += _problems(case, text.split("\n"), wanted.split("\n"))
    if len(problems) > MOST_PROBLEMS:
        problems[MOST_PROBLEMS:] = [f"and {len(problems) - MOST_PROBLEMS:,} more"]
    if problems and since:
        problems.append(f"the report is older than the case: since then {since}")
    return Check(NAME, text.count("\n"), tuple(problems))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", where=path) from error
    if len(content) > MOST_BYTES:
        raise UsageError("is larger than a report can be", where=path)
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _options(text: str, path: Path) -> str:
    found = _COMMAND.search(text)
    if found is None:
        hint = "its section \"How to reproduce\" names the command, which a template has to keep"
        raise UsageError("is no report of Leakline, or says not how it was written", where=path, hint=hint)
    return found[1]


def _derived(
    case: "Case", text: str, path: Path, template: Path | None, *, custody: bool
) -> tuple[str, str, list[str]]:
    """(the report as the case would write it, what was done to the case since, what is wrong with the figure beside it).

    The second is "" where that is not known, or nothing.
    """
    model = model_of(case, redactor_of(case), template=template, custody=custody)
    since = ""
    head = _HEAD.search(text) if custody else None
    place = next((at for at, entry in enumerate(model.custody, 1) if head is not None and entry.hash == head[1]), None)
    if place is not None:
        later = dict.fromkeys(entry.action for entry in model.custody[place:])
        count = len(model.custody) - place
        entries = f"{count:,} {'entry' if count == 1 else 'entries'}"
        since = f"{entries} came to the custody log ({', '.join(later)})" if later else ""
        model = replace(model, custody=model.custody[:place])
    chosen = None if template is None else ReportTemplate(template)
    if path.suffix.lower() in HTML_SUFFIXES:
        return render_html(render_markdown(model, "figure.svg", chosen), timeline_svg(model)), since, []
    figure = _FIGURE.search(text)
    name = None if figure is None else unquote(figure[1])
    wrong = [] if name is None else _wrong_figure(path.with_name(Path(name).name), timeline_svg(model))
    return render_markdown(model, name, chosen), since, wrong


def _wrong_figure(path: Path, wanted: str | None) -> list[str]:
    if not path.is_file():
        return [f"{visible(path.name)}: the figure is not beside the report"]
    return [] if wanted is not None and _read(path) == wanted else [f"{visible(path.name)}: not the figure of the case"]


def _problems(case: "Case", said: Sequence[str], wanted: Sequence[str]) -> Iterator[str]:
    if said == wanted:
        return
    if max(len(said), len(wanted)) > _MOST_MATCHED:
        yield _OTHER_LINES.format(_MOST_MATCHED)
        known = set(wanted)
        yield from (_unsupported(case, at, line, "") for at, line in enumerate(said, 1) if line not in known)
        return
    for what, begin, end, first, last in difflib.SequenceMatcher(None, said, wanted, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        own, case_says = said[begin:end], wanted[first:last]
        for at, line in enumerate(own):
            if line.strip():
                yield _unsupported(case, begin + at + 1, line, case_says[at] if at < len(case_says) else "")
        for line in case_says[len(own) :]:
            if line.strip():
                yield f"line {end or 1}: lacks {_shown(line)}"


def _unsupported(case: "Case", number: int, line: str, instead: str) -> str:
    """What is wrong with a line: an event that is not there, or words that are not the case's."""
    for key in _KEY.findall(line):
        if key not in instead and not _holds(case, key):
            return f"line {number}: names an event that the case does not hold: {key}"
    if not instead.strip():
        return f"line {number}: {_shown(line)}; the case does not say it"
    place = next((at for at, (one, other) in enumerate(zip(line, instead, strict=False)) if one != other), None)
    start = max(0, (min(len(line), len(instead)) if place is None else place) - _BEFORE)
    return f"line {number}: {_shown(line, start)}; the case says {_shown(instead, start)}"


def _holds(case: "Case", key: str) -> bool:
    with case.find(f"key:{key}") as found:
        return found.count() > 0


def _shown(line: str, start: int = 0) -> str:
    """A part of a line, from near where it differs."""
    part = line[start : start + _SHOWN].strip()
    return f'"{"…" if start else ""}{visible(part)}{"…" if len(line) > start + _SHOWN else ""}"'
