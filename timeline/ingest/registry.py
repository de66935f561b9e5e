"""The parsers that are installed, found by entry point `leakline.parsers` and loaded on first use.

A parser that cannot be loaded is left out and reported: somebody's broken package must not stop an investigation.
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from timeline.model.errors import UsageError
from timeline.model.parser import Parser

GROUP = "leakline.parsers"
_ATTRIBUTES = (*Parser.__annotations__, "sniff", "decode", "fields")


@cache
def _entries() -> tuple[Mapping[str, EntryPoint], tuple[str, ...]]:
    """Kind -> where its parser is, by name; and a line for each that is left out."""
    found: dict[str, EntryPoint] = {}
    problems: list[str] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        if entry.name in found:
            problems.append(f"{entry.value}: a second parser claims {entry.name}; it is not used")
        else:
            found[entry.name] = entry
    return found, tuple(problems)


@cache
def _loaded(kind: str) -> Parser | str:
    """The parser of a kind that is installed, or what is wrong with it."""
    entry = _entries()[0][kind]
    try:
        module: Parser = entry.load()
    except Exception as error:  # noqa: BLE001 - the parser wall: whatever somebody's module does when it is imported
        return f"{entry.value}: parser cannot be loaded: {type(error).__name__}: {error}"
    lacking = [name for name in _ATTRIBUTES if not hasattr(module, name)]
    if lacking:
        return f"{entry.value}: lacks {', '.join(lacking)}; it is not used"
    if kind != module.KIND:
        return f"{entry.value}: calls itself {module.KIND}, but is installed as {kind}; it is not used"
    return module


@cache
def parsers() -> Mapping[str, Parser]:
    """Kind -> parser, by name: all of them."""
    found = {kind: _loaded(kind) for kind in _entries()[0]}
    return MappingProxyType({kind: parser for kind, parser in found.items() if not isinstance(parser, str)})


def parser_of(kind: str) -> Parser | None:
    """The parser of a kind, without loading the others; None when there is none."""
    parser = _loaded(kind) if kind in _entries()[0] else None
    return None if isinstance(parser, str) else parser


def parser_problems() -> tuple[str, ...]:
    """One line for each installed parser that cannot be used."""
    entries, twice = _entries()
    return *twice, *(problem for kind in entries if isinstance(problem := _loaded(kind), str))


def parser_named(kind: str) -> Parser:
    """The parser of a kind. UsageError, naming the kinds that exist, when there is none."""
    parser = parser_of(kind)
    if parser is None:
        raise UsageError(f"there is no format {kind}", where="--kind", hint=f"one of {', '.join(parsers())}")
    return parser
