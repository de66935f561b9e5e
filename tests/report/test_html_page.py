"""The HTML report: one file that fetches nothing, whatever the evidence wrote, and in which every reference leads somewhere."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.report.report_models import hostile, ordinary
from tests.report.secret_samples import SECRETS, Planted
from timeline.report.html_assets import SCRIPT, STYLE
from timeline.report.html_page import render_html
from timeline.report.markdown import render_markdown
from timeline.report.model import ReportModel
from timeline.report.redact import Redactor
from timeline.report.write import write_report

HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](https://evil.example/)", "![x](https://evil.example/x.png)",
    "javascript:alert(1)", "</style><base href=//evil.example>", "https://evil.example/", "<!-- -->", "\u202eexe.txt", "`</code>`",
    "| a | b |", "# heading", "&lt;script&gt;", '" onmouseover="x',
)  # fmt: skip
SVG = frozenset({"svg", "rect", "text", "line", "title", "circle", "path", "g", "polygon", "polyline", "tspan", "ellipse"})
PLAIN = frozenset({
    "html", "head", "meta", "title", "style", "body", "nav", "ol", "ul", "li", "a", "main", "h1", "h2", "h3", "h4", "p", "table",
    "thead", "tbody", "tr", "th", "td", "code", "pre", "strong", "em", "script", "figure", "br", "hr", "blockquote",
})  # fmt: skip


class Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {"script": "", "style": ""}
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in self.texts:
            self.texts[self._inside] += data


def page_of(model: ReportModel, tmp_path: Path) -> tuple[str, Read]:
    path = tmp_path / "report.html"
    assert write_report(model, path, Redactor(b"k")) == [path]
    text = path.read_text(encoding="utf-8")
    read = Read()
    read.feed(text)
    return text, read


@pytest.mark.parametrize("text", ["", *HOSTILE])
def test_nothing_is_fetched_and_nothing_runs_but_ours(text: str, tmp_path: Path) -> None:
    _, read = page_of(hostile(text) if text else ordinary(), tmp_path)
    assert read.texts == {"script": SCRIPT, "style": STYLE}
    for tag, attributes in read.tags:
        assert tag in PLAIN | SVG, tag
        assert not any(name.startswith("on") or name in {"src", "style", "srcdoc", "action", "xlink:href"} for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    policy = next(a["content"] or "" for _, a in read.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_every_reference_leads_somewhere(tmp_path: Path) -> None:
    _, read = page_of(ordinary(), tmp_path)
    names = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    links = {(attributes["href"] or "").removeprefix("#") for tag, attributes in read.tags if tag == "a"}
    assert links <= set(names)
    assert len(set(names)) == len(names)
    assert "e1" in links


def test_it_says_what_the_markdown_says(tmp_path: Path) -> None:
    model = ordinary()
    text, read = page_of(model, tmp_path)
    markdown = render_markdown(model, "figure.svg")
    assert text.count("<svg") == 1
    assert "mermaid" not in text
    assert sum(tag in {"h1", "h2", "h3"} for tag, _ in read.tags) == len(re.findall(r"^#{1,3} ", markdown, re.MULTILINE))


def test_without_a_figure() -> None:
    assert "<svg" not in render_html(render_markdown(ordinary(histogram=None), None), None)


def test_headings_of_one_name_are_told_apart() -> None:
    page = render_html("# Title\n\n## Same\n\n## Same\n\n[a](#same-1) [out](https://example.com/)\n", None)
    assert 'id="same"' in page
    assert 'id="same-1"' in page
    assert "https://example.com" not in page


@pytest.mark.parametrize("planted", SECRETS[:8], ids=lambda planted: planted.type)
def test_no_planted_secret_survives(planted: Planted, tmp_path: Path) -> None:
    text, _ = page_of(ordinary(raw=lambda _key: planted.text.encode()), tmp_path)
    for part in planted.secret.split("\n"):
        assert len(part) <= 4 or part not in text
