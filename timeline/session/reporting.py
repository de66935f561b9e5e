"""The report of a case: gathers its values and hands them to `timeline.report`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from timeline import __version__
from timeline.analysis.exposure.unseen import noted_unseen
from timeline.model.event import Event
from timeline.model.report_findings import ReportFindings
from timeline.model.source import Histogram
from timeline.model.time import DAY_US
from timeline.report.build import build_report
from timeline.report.markdown import render_markdown
from timeline.report.model import ReportModel
from timeline.report.redact import Redactor
from timeline.report.template import ReportTemplate
from timeline.report.write import write_report as write_files
from timeline.report.written_check import check_text
from timeline.session.exporting import redactor_of

if TYPE_CHECKING:
    from timeline.session.analysing import CaseFindings
    from timeline.session.case import Case

KEY_EVENTS = "is:starred OR is:key OR severity:* OR tag:* OR comment:*"
MOST_ACTORS = 200  # that are handed to the report, which shows fewer
_BINS = 120
_LEAST_PAD_US = DAY_US // 2


def _around(case: "Case", span: tuple[int, int], key_events: list[Event]) -> Histogram:
    """Counts for the figure: over the time of the key events and some days beside, else over the whole span."""
    times = [event.timestamp for event in key_events if event.timestamp is not None]
    if not times:
        return case.histogram(bins=_BINS)
    pad = max(_LEAST_PAD_US, (max(times) - min(times)) // 2)
    start, end = max(span[0], min(times) - pad), min(span[1], max(times) + pad)
    return case.histogram(bins=_BINS, start_us=start, end_us=end)


def _findings(found: "CaseFindings") -> ReportFindings:
    actors = found.actors()
    acted = tuple(replace(actor, pairs=()) for actor in actors.actors if actor.events)
    return ReportFindings(
        tuple(found.hypotheses()),
        replace(actors, actors=acted[:MOST_ACTORS]),
        tuple(found.secrets()),
        found.radius(),
        found.clocks(),
        tuple(found.tampering()),
        tuple(found.measures()),
        found.noise(),
    )


def report(case: "Case", *, template: Path | None = None, custody: bool = False) -> str:
    """The Markdown of the report, without its figure. `template` is a folder, `custody` adds the custody log."""
    chosen = None if template is None else ReportTemplate(template)
    redactor = redactor_of(case)
    text = render_markdown(model_of(case, redactor, template=template, custody=custody), None, chosen)
    check_text(text, "report", redactor)
    return text


def write_report(case: "Case", path: Path, *, template: Path | None = None, custody: bool = False) -> list[Path]:
    """Write the report to `path` and its figure beside it; the files written."""
    chosen = None if template is None else ReportTemplate(template)
    redactor = redactor_of(case)
    return write_files(model_of(case, redactor, template=template, custody=custody), path, redactor, chosen)


def model_of(case: "Case", redactor: Redactor, *, template: Path | None, custody: bool) -> ReportModel:
    """What a report of the case says, redacted."""
    sources = case.sources()
    own = [info for info in sources if info.same_as is None]
    span = case.span()
    with case.find(KEY_EVENTS) as matches:
        key_events: list[Event] = list(matches.events())
    coverage = case.findings.coverage()
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
        histogram=_around(case, span, key_events) if span else None,
        raw=case.raw,
        unprintable=case.unprintable,
        redact=redactor,
        exposures=noted_unseen(case.findings.exposures(), coverage),
        coverage=coverage,
        findings=_findings(case.findings),
        custody=case.custody() if custody else (),
        notes=[note for note in case.journal() if note.in_report],
        options=[*(["--custody"] if custody else []), *(["--template FOLDER"] if template is not None else [])],
    )
