"""Severity and reason of key events in the report: said, redacted, inert."""

import csv
import io
import json
from collections.abc import Callable

import pytest

from tests.report.events import event
from tests.report.report_models import TOKEN, ordinary
from timeline.report.export_csv import write_csv
from timeline.report.export_jsonl import write_jsonl
from timeline.report.export_rows import redacted_event
from timeline.report.export_timesketch import write_timesketch_csv, write_timesketch_jsonl
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


def exported(write: Callable[..., object], redact: Redactor | None = None) -> str:
    out = io.StringIO()
    write([event(1, severity="high", why=f"=cmd|' {TOKEN}\nsecond")], out, redact)
    return out.getvalue()


def test_every_export_says_them() -> None:
    line = json.loads(exported(write_jsonl))
    assert (line["severity"], line["why"]) == ("high", f"=cmd|' {TOKEN}\nsecond")
    sketch = json.loads(exported(write_timesketch_jsonl))
    assert (sketch["severity"], sketch["why"]) == ("high", f"=cmd|' {TOKEN}\nsecond")
    for write in (write_csv, write_timesketch_csv):
        (row,) = csv.DictReader(io.StringIO(exported(write)))
        assert row["severity"] == "high"
        assert row["why"].startswith("'=cmd")
    without = io.StringIO()
    write_jsonl([event(1)], without, None)
    assert not {"severity", "why"} & set(json.loads(without.getvalue()))


@pytest.mark.parametrize("write", [write_jsonl, write_csv, write_timesketch_jsonl, write_timesketch_csv])
def test_no_export_says_a_secret_in_them(write: Callable[..., object]) -> None:
    found = exported(write, Redactor(b"k"))
    assert "second" in found
    assert TOKEN not in found
