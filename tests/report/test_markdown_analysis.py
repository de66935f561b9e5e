"""What analyses found, in the report: each sentence names its events, nothing of evidence becomes markup."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.analysis.radius.test_radius import lines, s3_line
from tests.analysis.secrets.test_secrets import KEYED, case_of
from tests.analysis.trails import call, made_case, user
from timeline.model.hypotheses import Hypothesis
from timeline.report.redact import Redactor
from timeline.report.redact_values import redacted_value
from timeline.session.case import Case
from timeline.session.scanning import scan


def section(case: Case, title: str) -> str:
    _, found, rest = case.report().partition(f"## {title}\n")
    return rest.partition("\n## ")[0] if found else ""


def test_actors_with_hostile_names(tmp_path: Path) -> None:
    who = user("<b>|`x`", "AKIAANNANNANNANNANN1")
    case = made_case(tmp_path / "case", {"trail.json": [call(1, "2026-03-30T10:00:00Z", "s3", "GetObject", who)]})
    said = section(case, "Who acted")
    assert "<b>" not in said.replace("`` aws:arn:aws:iam::111122223333:user/<b>", "")
    (row,) = [line for line in said.splitlines() if line.startswith("| `") and "person" in line]
    assert row.count(" | ") == 6
    assert "(`u" in row


def test_secrets_and_their_numbers(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", {}, *KEYED)
    assert section(case, "Secrets") == ""
    scan(case, [], engine="own")
    said = section(case, "Secrets")
    assert "| AWS access key id" in said or "AWS access key id" in said
    assert "| **no event** | - | not answerable | not answerable |" in said


def test_downloads_and_sets(tmp_path: Path) -> None:
    log = [s3_line(n, f"m-{n}-of-3.bin", 10, 10) for n in (1, 2, 3)]
    said = section(made_case(tmp_path / "case", {"s3.log": lines(*log)}), "What was downloaded")
    assert "3 of 3 by" in said
    assert "complete (`u" in said
    assert "| `s3://models/m-1-of-3.bin` | whole | 10 | 10 | 1 | s3.access (`u" in said


def test_hypotheses_never_go_beyond_the_logs(tmp_path: Path) -> None:
    log = [s3_line(1, "a.bin", 10, 10)]
    said = section(made_case(tmp_path / "case", {"s3.log": lines(*log)}), "What may have happened")
    assert "deciding evidence" not in said
    assert said.count("\n**") == 5
    assert "**not answerable**" in said


def test_nothing_to_say(tmp_path: Path) -> None:
    case = made_case(tmp_path / "case", {"notes.txt": b"nothing\n"})
    report = case.report()
    for title in ("Who acted", "Secrets", "What was downloaded", "Clocks"):
        assert f"## {title}" not in report


@pytest.mark.parametrize("secret", ["hunter2hunter2"])
def test_texts_are_redacted_and_keys_are_not(secret: str) -> None:
    redactor = Redactor(b"key", [secret])
    value = Hypothesis("x", f"title {secret}", (), ())
    assert secret not in redacted_value(value, redactor).title
    assert redacted_value(replace(value, title="plain"), redactor).title == "plain"
