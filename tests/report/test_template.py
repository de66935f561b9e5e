"""Reports that a template puts together: sections chosen, ordered and worded; what a template may not do."""

from pathlib import Path

import msgspec
import pytest

from tests.report.report_models import ordinary
from timeline.model.case_file import parse_case_file
from timeline.model.errors import CaseFileError, LeaklineError
from timeline.model.source import CustodyEntry
from timeline.report.markdown import render_markdown, sections
from timeline.report.model import ReportModel
from timeline.report.template import DEFAULT, FILE, ReportTemplate


@pytest.fixture
def model() -> ReportModel:
    return ordinary()


def rendered(model: ReportModel, folder: Path, text: str) -> str:
    folder.joinpath(FILE).write_text(text, encoding="utf-8")
    return render_markdown(model, "figure.svg", ReportTemplate(folder))


def test_the_template_that_is_printed_makes_the_usual_report(model: ReportModel, tmp_path: Path) -> None:
    assert rendered(model, tmp_path, DEFAULT) == render_markdown(model, "figure.svg")


def test_sections_are_chosen_ordered_and_worded(model: ReportModel, tmp_path: Path) -> None:
    words = '{{ section("key-timeline", "Was wann geschah [x](y)") }}'
    template = f'{{{{ section("evidence") }}}}\n\n{words}\n{{{{ section("method", "") }}}}\n'
    found = rendered(model, tmp_path, template)
    assert found.startswith("## Evidence\n")
    assert "\n\n## Was wann geschah \\[x\\]\\(y\\)\n" in found
    assert "## Key timeline" not in found
    assert "## Method" not in found
    assert "## Summary" not in found
    parts = sections(model, "figure.svg")
    assert parts["key-timeline"].split("\n", 1)[1] in found


def test_counts_and_other_files_of_the_folder(model: ReportModel, tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text("{{ events }} events of {{ sources }} sources\n", encoding="utf-8")
    template = '# {{ title }}\n\n{% include "part.md" %}\n{{ first }} to {{ last }}, {{ rejects }} rejects, {{ key_events }}\n'
    found = rendered(model, tmp_path, template)
    assert "20418 events of 5 sources\n\n2025-01-01 00:00:00+00:00 to 2026-04-02 09:59:58+00:00, 8 rejects, 4" in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ nothing }}", "'nothing' is undefined"),
        ("a\n{% for %}", rf"{FILE}:2: is no proper template"),
        ('{{ section("sumary") }}', "there is no section sumary .*one of summary, figure"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ section.__globals__ }}", "unsafe"),
        ("{{ sections.append('x') }}", "unsafe|not safely"),
        ('{% include "../secret.md" %}', "secret.md"),
        ('{% include "/etc/passwd" %}', "passwd"),
        ('{% include "link.md" %}', "link.md"),
        ("{% for i in range(100000000) %}x{% endfor %}", "too big|range"),
        ("{{ 1 // 0 }}", "cannot be rendered"),
        ("{% for i in range(9999) %}{{ 'x' * 9999 }}{% endfor %}", "more than 67,108,864 characters"),
    ],
)
def test_what_is_wrong_is_one_line(model: ReportModel, tmp_path: Path, text: str, said: str) -> None:
    folder = tmp_path / "template"
    folder.mkdir()
    (tmp_path / "secret.md").write_text("outside")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    with pytest.raises(CaseFileError, match=said) as caught:
        rendered(model, folder, text)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_template(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="--print-template"):
        ReportTemplate(tmp_path)


def test_empty_lines_of_records_stay(model: ReportModel, tmp_path: Path) -> None:
    template = "a\n\n\n\n````text\nb\n\n\n\nc \n````\n\n\n\nd"
    assert rendered(model, tmp_path, template) == "a\n\n````text\nb\n\n\n\nc \n````\n\nd\n"


def test_the_analysts_summary_and_status_come_first() -> None:
    said = b"status: Draft *2*\nsummary: |\n  # no heading\n  - and no list\n\n  second <b>\n\n\n  1. third\n"
    config = msgspec.structs.replace(parse_case_file(said, name="a"), title="T")
    found = render_markdown(ordinary(config=config))
    assert "\nDraft \\*2\\*. Case `a`, report of" in found
    begin = found.index("## Summary")
    assert found[begin : found.index("| Fact")].rstrip("\n").split("\n\n")[1:] == [
        "\\# no heading\\\n\\- and no list", "second \\<b\\>", "1\\. third",
    ]  # fmt: skip


def test_custody_is_told_when_it_is_asked_for(model: ReportModel) -> None:
    entry = CustodyEntry(1, 1_774_310_400_000_000, "ki|m", "ingest", '{"path":"<x>"}', "ab" * 32)
    found = render_markdown(ordinary(custody=[entry], options=["--custody"]))
    assert "| 1 | 2026-03-24 00:00:00 | ki\\|m | `ingest` | `{\"path\":\"<x>\"}` | `abababababababab` |" in found
    assert f"The head is `{'ab' * 32}`." in found
    assert "leakline report CASE -o report.md --custody" in found
    assert "Custody log" not in render_markdown(model)


def test_a_secret_of_the_template_is_found(tmp_path: Path) -> None:
    from timeline.report.redact import Redactor
    from timeline.report.written_check import check_text

    with pytest.raises(LeaklineError, match=r"report:2.*secret"):
        check_text("fine\nkey ghp_0123456789abcdefghijABCDEFGHIJ012345 here", "report", Redactor(b"k" * 32))
