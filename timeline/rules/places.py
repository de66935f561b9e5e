"""Where in an event a rule finds a value: a field of the event, or a path into its raw record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timeline.model.event import FIELD_BY_NAME, Event
from timeline.model.yaml_reading import Value
from timeline.query.lexer import field_at
from timeline.query.raw import scalar_text, walk_path


@dataclass(frozen=True, slots=True)
class Place:
    """A field's name, or (`path` not None) a path into the raw record."""

    name: str
    path: tuple[str, ...] | None

    def values(self, event: Event, raw: Mapping[str, Any]) -> Iterator[object]:
        """All values there that are not null."""
        if self.path is not None:
            yield from walk_path(raw, self.path)
        elif (value := getattr(event, self.name)) is not None:
            yield value

    def whole(self, event: Event, raw: Mapping[str, Any]) -> object:
        """The value there as it is, an array as a list; None where there is nothing."""
        if self.path is None:
            return getattr(event, self.name)
        value: object = raw
        for name in self.path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def text(self, event: Event, raw: Mapping[str, Any]) -> str | None:
        """The first value there that is a text or number, as text."""
        return next((text for value in self.values(event, raw) if (text := scalar_text(value))), None)


def read_place(value: Value) -> Place:
    """Read a place. CaseFileError, naming the fields that exist, when it is none."""
    text = value.text()
    if text == "raw":
        return Place("raw", ())
    found = field_at(f"{text}:")
    if found is not None and found[1] == len(text) + 1:
        name = found[0]
        if name.path is not None:
            return Place(text, name.path)
        if name.field.name in FIELD_BY_NAME:
            return Place(name.field.name, None)
    raise value.error(f"names no field: {text}", f"raw.<path>, or one of {', '.join(FIELD_BY_NAME)}")
