"""Reports that are put together otherwise: a folder with a Jinja2 template that chooses, orders and words the sections.

The template is somebody's text, maybe not ours: it runs in Jinja's sandbox, sees nothing but finished sections and counts, and
can include files of its own folder only. What it makes goes through the redaction gate like every export.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from timeline.model.errors import CaseFileError
from timeline.model.time import show_us
from timeline.report.model import ReportModel
from timeline.text import markdown, visible

if TYPE_CHECKING:
    from jinja2 import Environment

FILE: Final = "report.md.j2"
MOST_BYTES: Final = 1 << 20
"""Of a file of a template."""
MOST_CHARACTERS: Final = 64 << 20
"""Of what a template makes."""
DEFAULT: Final = """\
# {{ title }}

{{ opening }}

{% for name in sections %}
{{ section(name) }}
{% endfor %}
"""
_HEADING: Final = re.compile(r"## [^\n]*")
_FENCE: Final = re.compile(r"(`{3,}|~{3,})[^`\n]*")


class ReportTemplate:
    """A folder with `report.md.j2`. CaseFileError when there is none, or it is wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / FILE).is_file():
            hint = "`leakline report --print-template` prints one to begin with"
            raise CaseFileError(f"holds no {FILE}", where=folder, hint=hint)

    def render(self, model: ReportModel, parts: Mapping[str, str]) -> str:
        """The report, of finished sections by name."""
        from jinja2 import TemplateError

        found: list[str] = []
        size = 0
        try:
            template = _environment(self.folder).get_template(FILE)
            for piece in template.generate(**_words(model, parts)):
                found.append(piece)
                size += len(piece)
                if size > MOST_CHARACTERS:
                    raise CaseFileError(f"makes more than {MOST_CHARACTERS:,} characters", where=self.folder / FILE)
        except TemplateError as error:
            raise self._wrong(error) from error
        except (ArithmeticError, TypeError, ValueError, AttributeError, LookupError, RecursionError, OSError) as error:
            raise CaseFileError(f"cannot be rendered: {visible(str(error), 200)}", where=self.folder / FILE) from error
        return "\n".join(_tidied("".join(found).split("\n"))).strip("\n") + "\n"

    def _wrong(self, error: Exception) -> CaseFileError:
        line = getattr(error, "lineno", None)
        name = getattr(error, "name", None) or FILE
        where = f"{self.folder / str(name)}{f':{line}' if line else ''}"
        return CaseFileError(f"is no proper template: {visible(str(error), 200)}", where=where)


def _environment(folder: Path) -> "Environment":
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def load(name: str) -> str | None:
        path = folder / name
        if Path(name).is_absolute() or ".." in Path(name).parts or path.is_symlink() or not path.is_file():
            return None
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise CaseFileError("is larger than 1 MiB", where=path)
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise CaseFileError("is not UTF-8 text", where=path) from error

    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load), undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True, cache_size=0
    )  # Markdown, of which all that is evidence is escaped already


def _words(model: ReportModel, parts: Mapping[str, str]) -> dict[str, Any]:
    """What a template can say."""
    from timeline.report.markdown import opening

    def section(name: str, heading: str | None = None) -> str:
        """A section by its name, its heading in other words, or (with "") without one."""
        if name not in parts:
            raise CaseFileError(f"there is no section {name}", where=FILE, hint=f"one of {', '.join(parts)}")
        if heading is None or not parts[name]:
            return parts[name]
        return _HEADING.sub(lambda _: f"## {markdown(heading)}" if heading else "", parts[name], count=1)

    first, last = model.span or (None, None)
    return {
        "title": markdown(model.title),
        "opening": opening(model),
        "sections": [name for name, text in parts.items() if text],
        "section": section,
        "events": model.events,
        "undated": model.undated,
        "key_events": len(model.key_events) + model.left_out,
        "sources": len(model.sources),
        "records": sum(source.records for source in model.streams()),
        "rejects": sum(source.rejects for source in model.streams()),
        "first": None if first is None else show_us(first),
        "last": None if last is None else show_us(last),
    }


def _tidied(lines: Iterable[str]) -> Iterable[str]:
    """The lines with runs of empty ones made one, but inside of fences, where they are the record's."""
    fence, empty = "", False
    for line in lines:
        opened = _FENCE.match(line)
        if fence:
            if line.startswith(fence) and not line.strip("`~ "):
                fence = ""
        elif opened is not None:
            fence = opened[1]
        if fence or line.strip() or not empty:
            yield line if fence else line.rstrip()
        empty = not fence and not line.strip()
