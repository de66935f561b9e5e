"""The parsers that are installed, found by entry point `leakline.parsers` and loaded on first use.

A parser that cannot be loaded is left out and reported: somebody's broken package must not stop an investigation.
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from timeline.model.errors import UsageError
from timeline.model.parser import Parser

GROUP = "leakline.parsers"
_ATTRIBUTES = (*Parser.__annotations__, "sniff", "decode", "fields")


@cache
def _loaded() -> tuple[Mapping[str, Parser], tuple[str, ...]]:
    found: dict[str, Parser] = {}
    problems: list[str] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        if entry.name in found:
            problems.append(f"{entry.value}: a second parser claims {entry.name}; it is not used")
            continue
        try:
            module: Parser = entry.load()
        except Exception as error:  # noqa: BLE001 - the parser wall: whatever somebody's module does when it is imported
            problems.append(f"{entry.value}: parser cannot be loaded: {type(error).__name__}: {error}")
            continue
        lacking = [name for name in _ATTRIBUTES if not hasattr(module, name)]
        if lacking:
            problems.append(f"{entry.value}: lacks {', '.join(lacking)}; it is not used")
            continue
        if entry.name != module.KIND:
            problems.append(
                f"{entry.value}: calls itself {module.KIND}, but is installed as {entry.name}; it is not used"
            )
            continue
        found[entry.name] = module
    return MappingProxyType(found), tuple(problems)


def parsers() -> Mapping[str, Parser]:
    """Kind -> parser, by name."""
    return _loaded()[0]


def parser_problems() -> tuple[str, ...]:
    """One line for each installed parser that cannot be used."""
    return _loaded()[1]


def parser_named(kind: str) -> Parser:
    """The parser of a kind. UsageError, naming the kinds that exist, when there is none."""
    known = parsers()
    if kind not in known:
        raise UsageError(f"there is no format {kind}", where="--kind", hint=f"one of {', '.join(known)}")
    return known[kind]
