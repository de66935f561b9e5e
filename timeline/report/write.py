"""Put a report on the disk: Markdown and the figure beside it, or one HTML file with the figure in it."""

from pathlib import Path
from typing import Final

from timeline.report.atomic import write_text
from timeline.report.figure import timeline_svg
from timeline.report.markdown import render_markdown
from timeline.report.model import ReportModel
from timeline.report.redact import Redactor
from timeline.report.template import ReportTemplate
from timeline.report.written_check import no_secret_in

HTML_SUFFIXES: Final = frozenset({".html", ".htm"})


def write_report(
    model: ReportModel, path: Path, redact: Redactor, template: ReportTemplate | None = None
) -> list[Path]:
    """Write `path` and, where there is something to draw, `path` with the suffix .svg; give what was written.

    A `path` that ends in .html or .htm becomes one HTML file, figure and all. LeaklineError when a secret is still in one
    of them; StorageError when the disk refuses.
    """
    if path.suffix.lower() in HTML_SUFFIXES:
        from timeline.report.html_page import render_html

        page = render_html(render_markdown(model, "figure.svg", template), timeline_svg(model))
        write_text(path, page, check=no_secret_in(path, "text", redact))
        return [path]
    written: list[Path] = []
    svg = timeline_svg(model)
    figure = path.with_suffix(".svg") if path.suffix != ".svg" else path.with_name(path.name + ".svg")
    if svg is not None:
        write_text(figure, svg, check=no_secret_in(figure, "text", redact))
        written.append(figure)
    text = render_markdown(model, figure.name if svg is not None else None, template)
    write_text(path, text, check=no_secret_in(path, "text", redact))
    return [path, *written]
