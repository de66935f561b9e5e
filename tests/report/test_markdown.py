import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.report.events import HOSTILE, event
from tests.report.report_models import CONFIG, GOLDEN, TOKEN, hostile, ordinary
from timeline.model.case_file import CaseConfig
from timeline.report.atomic import write_text
from timeline.report.build import MAX_KEY_EVENTS
from timeline.report.figure import timeline_svg
from timeline.report.markdown import render_markdown
from timeline.report.redact import Redactor
from timeline.report.written_check import no_secret_in

_LINE_BREAKS = {"softbreak", "hardbreak", "text", "text_special"}


def _tokens(text: str) -> list[Token]:
    flat: list[Token] = []
    parser = MarkdownIt("gfm-like", {"html": True})
    assert parser.linkify is not None
    parser.linkify.set({"fuzzy_link": False})  # as GitHub does: bare addresses with a scheme, `www.`, e-mail
    for token in parser.parse(text):
        flat.append(token)
        flat += token.children or []
    return flat


def _structure(text: str) -> Counter[str]:
    return Counter(token.type for token in _tokens(text) if token.type not in _LINE_BREAKS)


@pytest.mark.parametrize(("name", "values"), [("ordinary", {}), ("utc", {"config": CaseConfig(name="plain")})])
def test_the_report_is_the_golden_one_byte_for_byte(name: str, values: dict[str, object]) -> None:
    golden = GOLDEN / f"{name}.md"
    assert render_markdown(ordinary(**values), f"{name}.svg") == golden.read_text(encoding="utf-8")


def test_every_factual_line_of_the_timeline_ends_in_a_reference_that_exists() -> None:
    text = render_markdown(ordinary())
    timeline = text.split("## Key timeline")[1].split("\n## ")[0]
    lines = [line for line in re.split(r"\n\s*- ", timeline)[1:] if line]
    assert len(lines) >= 8
    for line in lines:
        statement = line.split("\n\n")[0].rstrip()
        found = re.search(r"\[E(\d+)\]\(#e\1\)$", statement)
        assert found, statement
        assert f"\n### E{found[1]}\n" in text


def test_the_appendix_names_the_bytes_behind_an_event() -> None:
    text = render_markdown(ordinary())
    entry = text.split("\n### E3\n")[1].split("\n### ")[0]
    assert "`e000000000000002`" in entry
    assert "`logs/access.log`, record 2, bytes 200+99" in entry
    assert "Also seen in: `logs/rotated.log.gz`" in entry
    assert "raw record (4,037 bytes, cut after 2,000 characters)" in text.lower()


def test_secrets_of_raw_records_are_not_in_the_report(tmp_path: Path) -> None:
    model = ordinary()
    text = render_markdown(model)
    assert TOKEN not in text
    assert "⟦npm-token:" in text
    assert model.redacted >= 1
    write_text(tmp_path / "report.md", text, check=no_secret_in("report.md", "text", Redactor(b"k")))


def test_a_secret_at_the_cut_is_not_halved() -> None:
    for before in range(1_960, 2_001, 5):
        record = b"a" * (before - 1) + b" " + TOKEN.encode() + b" " + b"b" * 100
        text = render_markdown(ordinary(raw=lambda _key, record=record: record))
        assert TOKEN[:8] not in text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_no_markup(text: str) -> None:
    rendered = render_markdown(hostile(text), "report.svg")
    plain = render_markdown(hostile("plain"), "report.svg")
    assert _structure(rendered) == _structure(plain)
    for token in _tokens(rendered):
        assert not token.type.startswith("html")
        if token.type in {"link_open", "image"}:
            target = token.attrs.get("href") or token.attrs.get("src")
            assert re.fullmatch(r"#e\d+|report\.svg", str(target)), target


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_report_acts_or_hides(text: str) -> None:
    rendered = render_markdown(hostile(text), "report.svg")
    allowed = {"\n", "\u2060"}  # line ends, and the joiners that keep addresses from becoming links
    assert {char for char in rendered if not char.isprintable()} <= allowed


def test_sums_do_not_count_a_repeated_stream_twice() -> None:
    assert "20,421 records" in render_markdown(ordinary())


def test_the_same_case_gives_the_same_report_whatever_the_order_of_sources() -> None:
    forward = ordinary()
    backward = ordinary(sources=list(reversed(forward.sources)), bases=[("zone_assumed", 17), ("offset_applied", 400)])
    assert render_markdown(backward) == render_markdown(ordinary(bases=[("offset_applied", 400), ("zone_assumed", 17)]))


def test_an_empty_case_gives_a_report_that_says_so() -> None:
    nothing = dict.fromkeys(("key_events", "sources", "rejects"), ())
    model = ordinary(config=CaseConfig(name="empty"), **nothing, events=0, undated=0, span=None, histogram=None)
    text = render_markdown(model)
    assert "No event is starred, tagged or commented." in text
    assert "The case holds no source." in text
    assert "No record was rejected." in text
    assert timeline_svg(model) is None


def test_too_many_key_events_are_counted_not_dropped_in_silence() -> None:
    events = [event(number) for number in range(MAX_KEY_EVENTS + 7)]
    text = render_markdown(ordinary(key_events=events, raw=lambda _key: b"x"))
    assert "7 further key events are in the case but not in this report." in text
    assert "| Key events | 2,007; " in text


def test_declared_people_and_networks_are_named_as_declared() -> None:
    text = render_markdown(ordinary())
    assert "`ci-publisher` (Release robot, CI identity)" in text
    assert "from `198.51.100.23` (office, own network)" in text
    assert "statements of people, not evidence" in text
    assert CONFIG.markers[1].text in text


@pytest.mark.system
@pytest.mark.parametrize("dialect", ["commonmark_x", "gfm"])
@pytest.mark.parametrize("name", ["ordinary", "hostile"])
def test_pandoc_reads_the_report_without_a_warning(dialect: str, name: str, tmp_path: Path) -> None:
    pandoc = shutil.which("pandoc")
    assert pandoc is not None
    model = ordinary() if name == "ordinary" else hostile("".join(HOSTILE))
    path = tmp_path / "report.md"
    path.write_text(render_markdown(model, "report.svg"), encoding="utf-8")
    command = [pandoc, "--fail-if-warnings", "-f", dialect, "-t", "html", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    hrefs = set(re.findall(r'(?:href|src)="([^"]*)"', done.stdout))
    assert all(re.fullmatch(r"#e\d+|report\.svg", href) for href in hrefs), hrefs
    assert "<script" not in done.stdout
