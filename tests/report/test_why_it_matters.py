"""Severity and reason of key events in the report: said, redacted, inert."""

from tests.report.events import event
from tests.report.report_models import TOKEN, ordinary
from timeline.report.export_rows import redacted_event
from timeline.report.markdown import render_markdown
from timeline.report.redact import Redactor


def test_severity_and_reason_are_said_of_the_event() -> None:
    model = ordinary(
        key_events=[event(1, severity="high", why="first anonymous read\n# of the object")], raw=lambda _: b"x"
    )
    lines = render_markdown(model).splitlines()
    [number] = [at for at, line in enumerate(lines) if "Why it matters: first anonymous read" in line]
    assert "** severity high" in lines[number - 1]
    assert lines[number + 1].lstrip().startswith("\\# of the object")


def test_a_secret_in_a_reason_is_redacted() -> None:
    shown = redacted_event(event(1, why=f"used {TOKEN}"), Redactor(b"k"))
    assert shown.why is not None
    assert TOKEN not in shown.why
