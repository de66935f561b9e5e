"""The report of a case: gathers its values and hands them to `timeline.report`."""

from pathlib import Path
from typing import TYPE_CHECKING

from timeline import __version__
from timeline.model.event import Event
from timeline.report.build import build_report
from timeline.report.markdown import render_markdown
from timeline.report.model import ReportModel
from timeline.report.redact import Redactor
from timeline.report.write import write_report as write_files
from timeline.session.exporting import redactor_of

if TYPE_CHECKING:
    from timeline.session.case import Case

KEY_EVENTS = "is:starred OR tag:* OR comment:*"
_BINS = 120


def report(case: "Case") -> str:
    """The Markdown of the report, without its figure."""
    return render_markdown(_model(case, redactor_of(case)))


def write_report(case: "Case", path: Path) -> list[Path]:
    """Write the report to `path` and its figure beside it; the files written."""
    redactor = redactor_of(case)
    return write_files(_model(case, redactor), path, redactor)


def _model(case: "Case", redactor: Redactor) -> ReportModel:
    sources = case.sources()
    own = [info for info in sources if info.same_as is None]
    span = case.span()
    with case.find(KEY_EVENTS) as matches:
        key_events: list[Event] = list(matches.events())
    return build_report(
        config=case.config,
        version=__version__,
        events=sum(info.events for info in own),
        undated=sum(info.undated for info in own),
        span=span,
        key_events=key_events,
        sources=sources,
        rejects=case.rejects(),
        bases=case.facet("timestamp_basis"),
        histogram=case.histogram(bins=_BINS) if span else None,
        raw=case.raw,
        redact=redactor,
    )
