"""YAML read strictly, with the line of every value, so that an error can point to it.

The tree comes from PyYAML's composer, never from its constructors: no tag makes an object, and a plain scalar
keeps the characters that the person typed (`+12:00` is not 43,200, `no` is not a boolean passing for a text).
Anchors, aliases, tags, duplicate keys, several documents and deep nesting are errors.
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

import yaml

from timeline.model.errors import CaseFileError
from timeline.model.time import zone_named
from timeline.text import visible

MAX_BYTES: Final = 1024 * 1024
_MAX_DEPTH: Final = 12
_KINDS: Final = {
    "tag:yaml.org,2002:str": "a text",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:bool": "a yes/no value",
    "tag:yaml.org,2002:null": "empty",
    "tag:yaml.org,2002:timestamp": "a date",
}
_QUICK: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C, where PyYAML was built with it
TEXT: Final = "tag:yaml.org,2002:str"
NUMBERS: Final = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})
TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"


def read_tree(path: Path) -> "Value":
    """Read a YAML file; an empty one is an empty mapping. CaseFileError with the line when it is refused."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise CaseFileError(what, where=path.name, hint="check the path and its permissions") from error
    if len(content) > MAX_BYTES:
        raise CaseFileError("is larger than 1 MiB", where=path.name, hint="a case file is written by hand")
    return parse_tree(content, path.name)


def parse_tree(content: bytes, file: str) -> "Value":
    """Do as `read_tree`, from bytes; `file` is the name that errors show."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CaseFileError("is not UTF-8 text", where=f"{file}:{line}", hint="save it as UTF-8") from error
    try:
        node = _composed(text, file, _QUICK)
    except yaml.YAMLError:
        try:
            node = _composed(text, file, yaml.SafeLoader)  # which tells better where an error is
        except yaml.YAMLError as error:
            raise _syntax_error(error, text, file) from error
    if node is None:
        mark = yaml.Mark(file, 0, 0, 0, None, 0)
        node = yaml.MappingNode("tag:yaml.org,2002:map", [], mark, mark)
    return Value(node, file, "")


def _composed(text: str, file: str, loader: Any) -> yaml.Node | None:
    _refuse_tricks(text, file, loader)
    node: yaml.Node | None = yaml.compose(text, loader)
    return node


def _refuse_tricks(text: str, file: str, loader: Any) -> None:
    depth = 0
    for event in yaml.parse(text, loader):
        where = f"{file}:{event.start_mark.line + 1 if event.start_mark else 1}"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            what = "anchors and aliases (`&`, `*`) are not allowed"
            raise CaseFileError(what, where=where, hint="write the value out")
        if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None) is not None:
            raise CaseFileError("tags (`!`) are not allowed", where=where, hint="quote the text")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise CaseFileError("is nested too deeply", where=where)


def _syntax_error(error: yaml.YAMLError, text: str, file: str) -> CaseFileError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None)
    if mark is not None:
        return CaseFileError(f"is not YAML: {visible(str(problem), 120)}", where=f"{file}:{mark.line + 1}")
    position = getattr(error, "position", None)
    line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
    return CaseFileError("holds a character that YAML does not allow", where=f"{file}:{line}")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the file: its YAML node, the file's name, and the dotted name by which errors call it."""

    node: yaml.Node
    file: str
    name: str

    @property
    def line(self) -> int:
        """Number of the line, from 1, on which the value starts."""
        return int(self.node.start_mark.line) + 1

    def error(self, what: str, hint: str | None = None) -> CaseFileError:
        """Make a CaseFileError that points here and names the key."""
        named = f"`{self.name}` {what}" if self.name else what
        return CaseFileError(named, where=f"{self.file}:{self.line}", hint=hint)

    def found(self) -> str:
        """Say what kind of value this is, in words for an error."""
        if isinstance(self.node, yaml.MappingNode):
            return "a group of keys"
        if isinstance(self.node, yaml.SequenceNode):
            return "a list"
        return _KINDS.get(self.node.tag, "something else")

    def mapping(self, allowed: Iterable[str] | None) -> dict[str, "Value"]:
        """Give the values by key; each must be in `allowed` (None: any text), and none may come twice."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"must be a group of keys, not {self.found()}")
        names = None if allowed is None else tuple(allowed)
        values: dict[str, Value] = {}
        for key_node, value_node in self.node.value:
            key = self._key(key_node, names)
            if key in values:
                what = f"has the key `{visible(key, 60)}` twice; line {values[key].line} has it too"
                raise self._at(key_node).error(what)
            values[key] = Value(value_node, self.file, f"{self.name}.{key}" if self.name else key)
        return values

    def _at(self, node: yaml.Node) -> "Value":
        return Value(node, self.file, self.name)

    def _key(self, node: yaml.Node, allowed: tuple[str, ...] | None) -> str:
        where = self._at(node)
        if not isinstance(node, yaml.ScalarNode):
            raise where.error("has a key that is not a text")
        key = str(node.value)
        if allowed is not None and key not in allowed:
            close = difflib.get_close_matches(key, allowed, 1, 0.6)
            meant = f"did you mean `{close[0]}`? " if close else ""
            group = f" in `{self.name}`" if self.name else ""
            raise CaseFileError(
                f"unknown key `{visible(key, 60)}`{group}",
                where=f"{self.file}:{where.line}",
                hint=f"{meant}allowed: {', '.join(allowed)}",
            )
        return key

    def items(self) -> list["Value"]:
        """Give the values of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"must be a list, not {self.found()}", "start each entry with `- `")
        nodes = enumerate(self.node.value)
        return [Value(node, self.file, f"{self.name}[{number}]") for number, node in nodes]

    def text(self, *, also: Iterable[str] = ()) -> str:
        """Give a non-empty text as typed; `also` names further YAML tags that may stand for one here."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error(f"must be a text, not {self.found()}")
        if self.node.tag != TEXT and self.node.tag not in also:
            hint = None if self.found() == "empty" else "put it in quotes"
            raise self.error(f"must be a text, not {self.found()}", hint)
        value = str(self.node.value)
        if not value.strip():
            raise self.error("must not be empty")
        return value

    def texts(self, *, also: Iterable[str] = ()) -> tuple[str, ...]:
        """Give a list of texts."""
        tags = tuple(also)
        return tuple(item.text(also=tags) for item in self.items())

    def integer(self, low: int, high: int) -> int:
        """Give a whole number from `low` to `high`, in plain decimal digits."""
        raw = str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""
        plain = raw.isascii() and raw.isdecimal() and len(raw) < 12 and self.node.tag in NUMBERS
        if not plain or not low <= int(raw) <= high:
            raise self.error(f"must be a whole number from {low} to {high}")
        return int(raw)

    def boolean(self) -> bool:
        """Give true or false."""
        raw = str(self.node.value).lower() if isinstance(self.node, yaml.ScalarNode) else ""
        if raw not in {"true", "false"} or self.found() != "a yes/no value":
            raise self.error("must be true or false")
        return raw == "true"

    def zone(self) -> str:
        """Give the name of a zone."""
        name = self.text(also=NUMBERS)
        try:
            zone_named(name)
        except ValueError:
            close = difflib.get_close_matches(name, sorted(available_timezones()), 1, 0.7)
            meant = f"did you mean `{close[0]}`? " if close else ""
            hint = f"{meant}a zone is UTC, an IANA name such as Europe/Berlin, or an offset such as +02:00"
            raise self.error(f"names no zone: `{visible(name, 60)}`", hint) from None
        return name.strip()

    def choice(self, allowed: Sequence[str]) -> str:
        """Give one of the texts in `allowed`."""
        value = self.text()
        if value not in allowed:
            close = difflib.get_close_matches(value, allowed, 1, 0.5)
            meant = f"did you mean `{close[0]}`? " if close else ""
            raise self.error(f"cannot be `{visible(value, 60)}`", f"{meant}allowed: {', '.join(allowed)}")
        return value
