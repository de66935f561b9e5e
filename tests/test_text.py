import csv
import io
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.text import Text
from textual.content import Content

from timeline.text import code_span, csv_cell, html, markdown, markup, plain_cell, visible

_SIGNS = "a1 `*_[]()<>#+-!|~$&@:\\^=.'\"\n\r\t\x1b\u202e\u200b\u0301{}%/w"
NASTY = st.text(alphabet=st.sampled_from(_SIGNS) | st.characters())


def _parser() -> MarkdownIt:
    parser = MarkdownIt("gfm-like", {"html": True})
    assert parser.linkify is not None
    parser.linkify.set({"fuzzy_link": False})  # as GitHub does: bare addresses with a scheme, `www.`, e-mail
    return parser


def _inline(source: str) -> list[tuple[str, str]]:
    (token,) = [token for token in _parser().parse(source) if token.type == "inline"]
    return [(child.type, child.content) for child in token.children or []]


@pytest.mark.parametrize("text", ["", "plain", "Grüße, 你好", "a\u0301 e\u0302\u0323", "⟦token:0⟧ ★ €", "\u00a0\u3000"])
def test_printable_text_is_unchanged(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x00\x1b[31m\x7f\x9b", r"\x00\x1b[31m\x7f\x9b"),
        ("\u202egpj.exe", r"\u202egpj.exe"),
        ("\u200b\u2066\ufeff\u00ad", r"\u200b\u2066\ufeff\xad"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\U000e0041\U0001f600", "\\U000e0041\U0001f600"),
        ("\ud800", r"\ud800"),
        ("\ue000", r"\ue000"),
        ("\u3164", r"\u3164"),
    ],
)
def test_what_acts_or_hides_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_tower_of_combining_marks_is_cut_and_marked() -> None:
    shown = visible("a" + "\u0301" * 10 + "b")
    assert shown == "a" + "\u0301" * 4 + r"\u0301" * 6 + "b"


@settings(deadline=None)
@given(NASTY)
def test_visible_text_is_printable_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert all(char.isprintable() or unicodedata.category(char) == "Zs" for char in shown)
    assert visible(shown) == shown


@settings(deadline=None)
@given(NASTY, st.integers(1, 20))
def test_a_limit_is_kept_and_said(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert len(shown) <= limit
    assert shown == visible(text) or shown.endswith("…")


@settings(deadline=None)
@given(NASTY)
@example("https://evil.example.com www.evil.example.com kim@evil.example.com mailto:kim@evil.example.com")
@example("![x](y) [a](b) <b> `c` **d** _e_ ~~f~~ &lt; @kim #1 $x$ :smile: {{x}} http://a.b")
def test_markdown_text_is_only_text(text: str) -> None:
    kinds = {kind for kind, _ in _inline(f"x {markdown(text)} y")}
    assert kinds <= {"text", "text_special"}


@settings(deadline=None)
@given(NASTY)
def test_markdown_shows_the_text_as_visible(text: str) -> None:
    shown = "".join(content for _, content in _inline(f"x{markdown(text)}y"))
    assert shown.replace("\u2060", "") == f"x{visible(text)}y"


@settings(deadline=None)
@given(NASTY)
def test_markdown_and_code_spans_stay_in_their_table_cell(text: str) -> None:
    rows = f"| a | b | c |\n| --- | --- | --- |\n| {markdown(text)} | {code_span(text)} | last |\n\nafter\n"
    tokens = _parser().parse(rows)
    kinds = [token.type for token in tokens]
    assert kinds.count("td_open") == 3
    assert [token.content for token in tokens if token.type == "inline"][-2:] == ["last", "after"]
    assert "html_block" not in kinds


@settings(deadline=None)
@given(NASTY)
def test_a_code_span_shows_the_text_exactly(text: str) -> None:
    children = _inline(f"x {code_span(text, in_table=False)} y")
    assert [kind for kind, _ in children] == ["text", "code_inline", "text"]
    shown = visible(text)
    assert children[1][1] == (shown if shown.strip(" ") else f" {shown} ")


def test_a_code_span_escapes_bars_for_tables_only() -> None:
    assert code_span("a|b") == r"`a\|b`"
    assert code_span("a|b", in_table=False) == "`a|b`"
    assert code_span("`", in_table=False) == "`` ` ``"


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.values: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [value for _, value in attrs]


@settings(deadline=None)
@given(NASTY)
def test_html_is_inert_in_text_and_attributes(text: str) -> None:
    collector = _Collector()
    collector.feed(f'<p title="{html(text)}">{html(text)}</p>')
    collector.close()
    assert collector.tags == ["p"]
    assert collector.values == [visible(text)]


@settings(deadline=None)
@given(NASTY)
@example("=1+1")
@example(" =1+1")
@example("\t=1+1")
@example("-5")
def test_a_csv_cell_is_never_a_formula_and_reads_back(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow(["first", csv_cell(text), "last"])
    (row,) = csv.reader(io.StringIO(out.getvalue()))
    assert re.match(r"\s*[=+\-@]", row[1]) is None
    assert plain_cell(row[1]) == visible(text)


@settings(deadline=None)
@given(NASTY | st.text(alphabet="[]\\/ab=@"))
@example("\\")
@example("\\[b]")
@example("\\\\[/]")
@example("[@click=app.quit]x[/]")
def test_markup_shows_the_text_without_style(text: str) -> None:
    source = f"{markup(text)}[bold]x[/bold]"
    shown = Text.from_markup(source, emoji=False)
    assert shown.plain.replace("\u2060", "") == f"{visible(text)}x"
    assert [span.style for span in shown.spans] == ["bold"]
    content = Content.from_markup(source)
    assert content.plain.replace("\u2060", "") == f"{visible(text)}x"
    assert len(content.spans) == 1
