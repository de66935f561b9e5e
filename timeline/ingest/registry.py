"""The parsers that are installed, found by entry point `leakline.parsers` and loaded on first use."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from timeline.model.errors import UsageError
from timeline.model.parser import Parser

GROUP = "leakline.parsers"


@cache
def parsers() -> Mapping[str, Parser]:
    """Kind -> parser, by name. UsageError when an installed parser cannot be loaded or two claim one name."""
    found: dict[str, Parser] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        if entry.name in found:
            raise UsageError(f"two parsers claim {entry.name}", where=entry.value, hint="uninstall one of them")
        try:
            module: Parser = entry.load()
        except (ImportError, AttributeError) as error:
            raise UsageError(
                f"parser cannot be loaded: {error}", where=entry.value, hint="reinstall its package"
            ) from error
        if entry.name != module.KIND:
            raise UsageError(f"calls itself {module.KIND}, but is installed as {entry.name}", where=entry.value)
        found[entry.name] = module
    return MappingProxyType(found)


def parser_named(kind: str) -> Parser:
    """The parser of a kind. UsageError, naming the kinds that exist, when there is none."""
    known = parsers()
    if kind not in known:
        raise UsageError(f"there is no format {kind}", where="--kind", hint=f"one of {', '.join(known)}")
    return known[kind]
