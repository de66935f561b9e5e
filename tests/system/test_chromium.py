"""The report as HTML in a real browser: it asks for nothing, complains of nothing, and does what it offers."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.report.events import HOSTILE
from tests.report.report_models import hostile
from tests.system.chromium import Page, page
from tests.system.terminal import LEAKLINE
from timeline.report.figure import timeline_svg
from timeline.report.html_page import render_html
from timeline.report.markdown import render_markdown

pytestmark = pytest.mark.system

SHOWN = "Array.from(document.querySelectorAll('main > ul > li')).filter(l => l.offsetParent !== null).length"
ACTING = (
    "<script>window.pwned = 1</script>", "<img src=x onerror='window.pwned = 1'>", "[a](javascript:window.pwned=1)",
    "</code></pre><svg onload=window.pwned=1>", "![x](https://192.0.2.1/x.png)", "<style>@import 'https://192.0.2.1/a.css'</style>",
    "<base href='https://192.0.2.1/'>", "<iframe srcdoc='<script>parent.pwned=1</script>'>",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;", "</title><script>window.pwned=1</script>",
    "]]><script>window.pwned=1</script>", "{{constructor.constructor('window.pwned=1')()}}",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with page(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def report(demo: Path) -> Path:
    path = demo / "report.html"
    subprocess.run([LEAKLINE, "report", str(demo), "-o", str(path)], check=True, capture_output=True, timeout=120)
    return path


@pytest.fixture
def opened(browser: Page, report: Path) -> Page:
    browser.requests.clear()
    browser.faults.clear()
    browser.open(report)
    return browser


def test_nothing_is_asked_for_and_nothing_goes_wrong(opened: Page, report: Path) -> None:
    assert opened.requests == [report.as_uri()]
    assert opened.faults == []
    assert opened.run("document.querySelectorAll('h2').length") >= 5
    assert opened.run("document.querySelectorAll('main a[href]:not([href^=\"#\"])').length") == 0
    broken = "Array.from(document.querySelectorAll('a')).filter(a => !document.getElementById(decodeURIComponent(a.hash.slice(1))))"
    assert opened.run(f"{broken}.map(a => a.hash)") == []


def test_lines_are_filtered_as_one_types(opened: Page) -> None:
    before = opened.run(SHOWN)
    typed = "const i = document.querySelector('nav input'); i.value = %r; i.dispatchEvent(new Event('input')); 0"
    opened.run(typed % "ci-publisher")
    assert 0 < opened.run(SHOWN) < before
    opened.run("{" + typed % "nothing says this" + "}")
    assert opened.run(SHOWN) == 0
    opened.run("{" + typed % "" + "}")
    assert opened.run(SHOWN) == before


def test_the_key_timeline_is_turned_round(opened: Page) -> None:
    days = "Array.from(document.querySelectorAll('h2#key-timeline ~ h3')).slice(0, 3).map(h => h.textContent)"
    times = "Array.from(document.querySelectorAll('h2#key-timeline ~ h3 ~ ul > li > strong')).map(l => l.textContent)"
    before, first = opened.run(days), opened.run(times)
    opened.run("document.querySelector('button.turn').click()")
    after = opened.run(times)
    assert after != first
    assert sorted(after) == sorted(first)
    opened.run("document.querySelector('button.turn').click()")
    assert (opened.run(days), opened.run(times)) == (before, first)


def test_a_table_is_sorted_by_a_column(opened: Page) -> None:
    named = "Array.from(t.tHead.rows[0].cells).some(c => c.textContent === 'Records') && t.tBodies[0].rows.length > 5"
    table = f"Array.from(document.querySelectorAll('main table')).find(t => {named})"
    column = f"Array.from({table}.tHead.rows[0].cells).findIndex(c => c.textContent === 'Records')"
    values = f"Array.from({table}.tBodies[0].rows).map(r => Number(r.cells[{column}].textContent.replace(/,/g, '')))"
    opened.run(f"{table}.tHead.rows[0].cells[{column}].click()")
    found = opened.run(values)
    assert found == sorted(found)
    opened.run(f"{table}.tHead.rows[0].cells[{column}].click()")
    assert opened.run(values) == sorted(found, reverse=True)


def test_the_figure_is_zoomed(opened: Page) -> None:
    width = "document.querySelector('.figure svg').viewBox.baseVal.width"
    whole = opened.run(width)
    press = "Array.from(document.querySelectorAll('.figure button')).find(b => b.textContent === '%s').click()"
    opened.run(press % "+")
    assert opened.run(width) == pytest.approx(whole / 2)
    opened.run(press % "whole")
    assert opened.run(width) == pytest.approx(whole)


def test_it_reads_without_scripts(browser: Page, report: Path) -> None:
    browser.open(report)
    text = browser.run("document.querySelector('main').innerText")
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(report)
        root = browser.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        main = browser.call("DOM.querySelector", nodeId=root, selector="main")["nodeId"]
        plain = re.sub(r"<[^>]+>", " ", browser.call("DOM.getOuterHTML", nodeId=main)["outerHTML"])
        assert browser.call("DOM.querySelectorAll", nodeId=root, selector="button, input")["nodeIds"] == []
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
    for word in ("ci-publisher", "Key timeline", "How to reproduce"):
        assert word in text
        assert word in plain


def test_it_prints(opened: Page) -> None:
    printed = opened.pdf()
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 3


@pytest.mark.parametrize("size", [(1280, 900), (420, 800)], ids=["wide", "narrow"])
def test_nothing_is_wider_than_the_window(opened: Page, size: tuple[int, int], tmp_path: Path) -> None:
    opened.screenshot(tmp_path / "page.png", width=size[0], height=size[1])
    assert opened.run("document.documentElement.scrollWidth <= window.innerWidth")
    opened.call("Emulation.clearDeviceMetricsOverride")


@pytest.mark.parametrize("text", [*ACTING, *HOSTILE], ids=lambda text: ascii(text)[:40])
def test_hostile_text_does_nothing(browser: Page, tmp_path: Path, text: str) -> None:
    model = hostile(text)
    path = tmp_path / "report.html"
    path.write_text(render_html(render_markdown(model, "figure.svg"), timeline_svg(model)), encoding="utf-8")
    browser.requests.clear()
    browser.faults.clear()
    browser.open(path)
    assert browser.run("window.pwned === undefined")
    assert browser.requests == [path.as_uri()]
    assert browser.faults == []
    assert browser.dialogs == []
    assert browser.run("document.querySelectorAll('script').length") == 1
    assert browser.run("document.querySelectorAll('img, iframe, object, embed, form, base, link, audio, video').length") == 0
    assert browser.run("document.querySelectorAll('main a[href]:not([href^=\"#\"])').length") == 0
