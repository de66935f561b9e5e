"""Findings are decided where they are seen: hypotheses, links, measures."""

from pathlib import Path
from typing import Any

import pytest

from tests.analysis.trails import call, made_case, user
from tests.tui.conftest import open_terminal
from tests.tui.fake_case import FakeCase
from timeline.model.errors import LeaklineError, UsageError
from timeline.model.finding_rows import FindingRow

ANN = user("ann", "AKIAEXAMPLE000000001")
LINK = FindingRow(None, None, "open", "a is b", "alike", "", "link/ab12cd34", ("accepted", "refused"))
MEASURE = FindingRow(None, None, "contain", "Revoke the key", "ghp", "", "measure/ab", ("done",))
PLAIN = FindingRow(None, None, "missing", "nothing to say", "-", "")


async def test_a_link_is_accepted_with_a_comment_and_taken_back() -> None:
    case = FakeCase(findings={"links": [PLAIN, LINK]})
    async with open_terminal(case) as terminal:
        await terminal.press("w", "shift+tab")
        assert "a accept   x refuse" in terminal.text
        await terminal.press("a")
        assert case.decided == []  # that row is not to be decided
        await terminal.press("j", "a")
        await terminal.type("she said so")
        await terminal.press("enter")
        assert case.decided == [("link/ab12cd34", "accepted", "she said so")]
        await terminal.press("u", "enter")  # the cursor came back to the row
        assert case.decided[1:] == [("link/ab12cd34", "", None)]
        await terminal.press("x", "escape")
        assert len(case.decided) == 2


async def test_a_measure_is_done_or_open_and_never_refused() -> None:
    case = FakeCase(findings={"measures": [MEASURE]})
    async with open_terminal(case) as terminal:
        terminal.screen.show_findings("measures")
        await terminal.app.idle()
        await terminal.press("x", "a", "enter")
        assert case.decided == [("measure/ab", "done", None)]


async def test_what_cannot_be_written_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise LeaklineError("is read-only", where="case.db")

    case = FakeCase(findings={"measures": [MEASURE]})
    monkeypatch.setattr(case, "decide", refuse)
    async with open_terminal(case) as terminal:
        terminal.screen.show_findings("measures")
        await terminal.app.idle()
        await terminal.press("a", "enter")
        assert "case.db: is read-only" in terminal.text


def test_a_real_case_is_decided_by_its_rows(tmp_path: Path) -> None:
    case = made_case(tmp_path / "case", {"trail.json": [call(1, "2026-03-30T11:00:00Z", "s3", "GetObject", ANN)]})
    row = next(row for row in case.finding_rows("hypotheses") if row.subject)
    case.decide(row.subject, row.choices[0], "seen it")
    again = next(new for new in case.finding_rows("hypotheses") if new.subject == row.subject)
    assert (again.state, again.detail.endswith("seen it")) == (row.choices[0], True)
    case.decide(row.subject, "")
    assert next(new for new in case.finding_rows("hypotheses") if new.subject == row.subject).state == ""
    for subject, state in ((row.subject, "maybe"), ("nothing/1", "done"), ("", "")):
        with pytest.raises(UsageError, match="cannot be decided"):
            case.decide(subject, state)
    with pytest.raises(UsageError, match="no such link"):
        case.decide("link/00000000", "accepted")
    assert all(one.subject.startswith("link/") for one in case.finding_rows("links"))
