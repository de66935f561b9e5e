"""Hostile text made visible, and escaped for each place where it is shown.

Text from evidence may hold control characters, terminal escapes, bidirectional overrides, invisible characters, markup
or formula prefixes. `visible` comes first, always; the others make its result inert in one medium.
"""

import re
import unicodedata
from typing import Final

_FORMATS: Final = frozenset(
    "\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0"
    "\ufff9\ufffa\ufffb"
)
_MAX_COMBINING = 4
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&@:^=])")
_PLAIN = re.compile(r"[ -~]*")
_FORMULA_SIGNS: Final = frozenset("=+-@")


def visible(text: str, limit: int | None = None) -> str:
    r"""Show every character that would otherwise act or hide: `\x1b`, `\u202e`, `\n`; printable text is unchanged.

    A run of more than four combining marks is cut to four and marked. `limit` cuts to that many characters with `…`.
    """
    if _PLAIN.fullmatch(text) is None:
        text = "".join(_pieces(text))
    if limit is not None and len(text) > limit:
        return text[: max(0, limit - 1)] + "…"
    return text


def _pieces(text: str) -> list[str]:
    out: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category in {"Mn", "Me"}:
            marks += 1
            out.append(char if marks <= _MAX_COMBINING else _escape(char))
            continue
        marks = 0
        hidden = category in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} or char in _FORMATS
        out.append(_escape(char) if hidden else char)
    return out


def _escape(char: str) -> str:
    named = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(char)
    if named:
        return named
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def markdown(text: str, limit: int | None = None) -> str:
    """Inert in CommonMark and in GitHub's dialect, also in a table cell: no markup, link, image, mention or HTML.

    GitHub makes links of bare addresses and mentions after escapes are undone, so word joiners break these up.
    """
    shown = visible(text, limit).replace("://", ":\u2060//").replace("www.", "www\u2060.").replace("@", "@\u2060")
    return _MARKDOWN.sub(r"\\\1", shown)


def code_span(text: str, limit: int | None = None, *, in_table: bool = True) -> str:
    """A Markdown code span that shows the text exactly, whatever backticks it holds.

    In a table cell a bar needs a backslash, which the table takes away again; outside of tables pass `in_table=False`.
    """
    shown = visible(text, limit)
    if in_table:
        shown = shown.replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip(" ") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def html(text: str, limit: int | None = None) -> str:
    """Inert in HTML text and in quoted attributes."""
    import html as stdlib_html

    return stdlib_html.escape(visible(text, limit), quote=True)


def csv_cell(text: str) -> str:
    """Never a formula: a cell that a spreadsheet would evaluate gets a leading apostrophe.

    So does one that has it already, so that `plain_cell` gives back exactly what was there.
    """
    shown = visible(text)
    return f"'{shown}" if _is_formula(shown) else shown


def plain_cell(text: str) -> str:
    """A cell that `csv_cell` made, without the apostrophe that it put there."""
    return text[1:] if text[:1] == "'" and _is_formula(text[1:]) else text


def _is_formula(text: str) -> bool:
    return text.lstrip("'").lstrip()[:1] in _FORMULA_SIGNS


def markup(text: str, limit: int | None = None) -> str:
    """Inert in Rich and in Textual markup, whatever follows.

    The two count backslashes before a bracket differently, so a word joiner parts the text's own from ours.
    """
    shown = visible(text, limit).replace("\\[", "\\\u2060[").replace("[", "\\[")
    return f"{shown}\u2060" if shown.endswith("\\") else shown


def storable(text: str) -> str:
    """Replace lone surrogates (bytes of a command line or file name that were no UTF-8): what is stored is UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
