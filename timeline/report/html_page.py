"""The report as one HTML file: nothing is fetched, nothing runs but our own few lines, which a policy in the file names.

It is made of the Markdown, so that both say the same. What evidence wrote has no markup in the Markdown and gets none here:
raw HTML is text, and a link is one only where it leads to another place of the file.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from timeline.report.html_assets import SCRIPT, STYLE
from timeline.text import html

_NO_SLUG: Final = re.compile(r"[^\w\- ]")
_DROPPED: Final = frozenset({"mermaid"})  # drawn as the figure instead
_MOST_TITLE: Final = 300


def render_html(markdown: str, figure: str | None) -> str:
    """The page. `figure` is the SVG that stands where the Markdown shows its picture; None where it shows none."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    tokens = parser.parse(markdown)
    _name_headings(tokens)
    tokens = [token for token in tokens if not (token.type == "fence" and token.info.strip() in _DROPPED)]
    for token in tokens:
        token.attrs.pop("style", None)  # how a column is aligned: the policy lets no style through but ours
        if token.type == "inline":
            token.children = _inert(token.children or [])
    body = RendererHTML(parser).render(tokens, parser.options, {})
    drawn = _drawing(figure)
    body = re.sub(r"<p>\x00figure\x00</p>", lambda _: drawn, body).replace("\x00figure\x00", "")
    title = next((_plain(tokens[at + 1]) for at, token in enumerate(tokens) if token.type == "heading_open"), "Report")
    return _PAGE.format(
        policy=_POLICY,
        title=html(title, _MOST_TITLE),
        style=STYLE,
        contents=_contents(tokens),
        body=body,
        script=SCRIPT,
    )


def _digest(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii") + "'"


_POLICY: Final = (
    f"default-src 'none'; style-src {_digest(STYLE)}; script-src {_digest(SCRIPT)}; base-uri 'none'; form-action 'none'"
)
_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<nav aria-label="Contents">
{contents}
</nav>
<main>
{body}</main>
<script>{script}</script>
</body>
</html>
"""


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type in {"text", "code_inline"})


def _name_headings(tokens: Sequence[Token]) -> None:
    """Give each heading the name that links lead to: as Markdown's readers make it of the words."""
    used: dict[str, int] = {}
    for at, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        slug = _NO_SLUG.sub("", _plain(tokens[at + 1]).strip().lower()).replace(" ", "-")
        count = used[slug] = used.get(slug, -1) + 1
        token.attrSet("id", f"{slug}-{count}" if count else slug)


def _inert(children: Sequence[Token]) -> list[Token]:
    """The parts of a line without links that lead out of the file; a picture is the place of the figure."""
    kept: list[Token] = []
    dropped = 0
    for token in children:
        if token.type == "link_open" and not str(token.attrGet("href") or "").startswith("#"):
            dropped += 1
        elif token.type == "link_close" and dropped:
            dropped -= 1
        elif token.type == "image":
            place = Token("text", "", 0)
            place.content = "\x00figure\x00"
            kept.append(place)
        else:
            kept.append(token)
    return kept


def _drawing(figure: str | None) -> str:
    if figure is None:
        return ""
    svg = figure.partition("?>")[2] if figure.startswith("<?xml") else figure
    return f'<figure class="figure">{svg.strip()}</figure>'


def _contents(tokens: Sequence[Token]) -> str:
    """The list of sections."""
    found = [
        f'<li><a href="#{html(str(token.attrGet("id")), _MOST_TITLE)}">{html(_plain(tokens[at + 1]), _MOST_TITLE)}</a></li>'
        for at, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2"
    ]
    return "<ol>\n" + "\n".join(found) + "\n</ol>"
