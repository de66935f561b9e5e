"""The query language: text -> tree -> conditions. Pure: no database, no terminal.

tree        what a query means, as frozen nodes
parsing     text -> tree (lexer, grammar.lark, terms, ranges, times, values)
write       tree -> text; quoting of values for pivots
compile     tree -> Plan: tests for the store, a boolean expression over them, the rest for raw records
matching    what a single test means on a single text; raw: on a raw record
completion  what could stand at the cursor; hints: what was probably meant

Everything is loaded on first use: `import timeline.query` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from timeline.query.compile import Plan, columns_needed, compile_query, evaluate
    from timeline.query.matching import literal_prefix, prefix_bounds, text_matcher
    from timeline.query.parsing import parse
    from timeline.query.raw import walk_path
    from timeline.query.tree import (
        All,
        And,
        AnnotationTest,
        Column,
        KeyTest,
        Node,
        NoiseTest,
        Not,
        NumberTest,
        Or,
        PersonTest,
        RawTest,
        SourceTest,
        TextTest,
        WindowTest,
        WordTest,
    )
    from timeline.query.write import quote_value, raw_name, to_text

_HOME: Final = {
    "compile": ("Plan", "columns_needed", "compile_query", "evaluate"),
    "matching": ("literal_prefix", "prefix_bounds", "text_matcher"),
    "parsing": ("parse",),
    "raw": ("walk_path",),
    "tree": (
        "All",
        "And",
        "AnnotationTest",
        "Column",
        "KeyTest",
        "Node",
        "NoiseTest",
        "Not",
        "NumberTest",
        "PersonTest",
        "Or",
        "RawTest",
        "SourceTest",
        "TextTest",
        "WindowTest",
        "WordTest",
    ),
    "write": ("quote_value", "raw_name", "to_text"),
}
_MODULE: Final = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "All",
    "And",
    "AnnotationTest",
    "Column",
    "KeyTest",
    "Node",
    "NoiseTest",
    "Not",
    "NumberTest",
    "Or",
    "PersonTest",
    "Plan",
    "RawTest",
    "SourceTest",
    "TextTest",
    "WindowTest",
    "WordTest",
    "columns_needed",
    "compile_query",
    "evaluate",
    "literal_prefix",
    "parse",
    "prefix_bounds",
    "quote_value",
    "raw_name",
    "text_matcher",
    "to_text",
    "walk_path",
]


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name in _MODULE:
        return getattr(import_module(f"timeline.query.{_MODULE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
