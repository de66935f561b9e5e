"""Mappings as people write them, in YAML, read strictly: what is wrong is named with its file, line and field.

`leakline help mappings` describes every key.
"""

import re
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeVar, cast

from timeline.model.errors import UsageError
from timeline.model.event import OUTCOMES
from timeline.model.field_path import FieldPath, read_field_path
from timeline.model.mapping import (
    DECODINGS,
    MAPPED_FIELDS,
    MAPPED_FORMATS,
    TIME_FORMATS,
    Condition,
    Decoding,
    EventMapping,
    MappedFormat,
    Origin,
    TimeRule,
)
from timeline.model.yaml_reading import NUMBERS, TIMESTAMP, Value, parse_tree, read_tree
from timeline.text import visible

T = TypeVar("T")

_KEYS: Final = ("format", "kind", "title", "zone", "when", "time", "fields")
_TIME_KEYS: Final = ("field", "format", "desc")
_ORIGIN_KEYS: Final = ("field", "template", "constant", "decode", "word", "values", "other", "proxies", "fingerprint")
_BOOL: Final = "tag:yaml.org,2002:bool"
_SCALARS: Final = (*NUMBERS, TIMESTAMP, _BOOL)
_KIND: Final = re.compile(r"[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9_-]+)*")
_STATEMENT: Final = "analyst.statement"  # never evidence
_MOST: Final = 64  # alternatives, parts of a template, formats
_QUOTED_NAME: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)
_DIRECTIVES: Final = frozenset("YymdbBaAHIMSfpz%")
_SECRETS: Final = frozenset({"credential", "session", "actor"})
_PATH_HINT: Final = 'such as user.name, items[0].id or headers."x-real.ip"'


def shipped_mappings() -> dict[str, EventMapping]:
    """The mappings that come with Leakline, by name."""
    entries = sorted((files("timeline.model") / "mappings").iterdir(), key=lambda entry: entry.name)
    found = {entry.name.removesuffix(".yaml"): entry for entry in entries if entry.name.endswith(".yaml")}
    return {name: parse_mapping(entry.read_bytes(), entry.name) for name, entry in found.items()}


def find_mapping(name: str, folder: Path) -> EventMapping:
    """The mapping of that name which comes with Leakline, or that of a file under `folder`.

    UsageError, with the names that exist, where there is neither; CaseFileError when the file is wrong.
    """
    path = folder / name
    if path.is_file():
        return load_mapping(path)
    shipped = shipped_mappings()
    if name not in shipped:
        hint = f"a file, or one of {', '.join(shipped)}; `leakline help mappings` describes them"
        raise UsageError(f"there is no mapping `{visible(name, 80)}`", where="--map", hint=hint)
    return shipped[name]


def load_mapping(path: Path) -> EventMapping:
    """Read a mapping file. CaseFileError with `file:line` and the key when it is wrong."""
    return read_mapping(read_tree(path))


def parse_mapping(content: bytes, file: str = "mapping.yaml") -> EventMapping:
    """As `load_mapping`, from bytes."""
    return read_mapping(parse_tree(content, file))


def read_mapping(root: Value) -> EventMapping:
    """As `load_mapping`, from a group of keys."""
    values = root.mapping(_KEYS)
    for key in ("format", "kind", "time"):
        if key not in values:
            raise root.error(f"lacks the key `{key}`", "`leakline help mappings` describes every key")
    fields = values["fields"].mapping(MAPPED_FIELDS) if "fields" in values else {}
    return EventMapping(
        format=cast("MappedFormat", values["format"].choice(MAPPED_FORMATS)),
        kind=_kind(values["kind"]),
        title=values["title"].text() if "title" in values else None,
        zone=values["zone"].zone() if "zone" in values else None,
        when=_conditions(values["when"]) if "when" in values else (),
        times=_alternatives(values["time"], _time),
        fields={name: _alternatives(value, partial(_origin, field=name)) for name, value in fields.items()},
    )


def _alternatives(value: Value, read: Callable[[Value], T]) -> tuple[T, ...]:
    if value.found() != "a list":
        return (read(value),)
    return tuple(read(item) for item in _some(value))


def _some(value: Value) -> list[Value]:
    items = value.items()
    if not items:
        raise value.error("must not be empty")
    if len(items) > _MOST:
        raise value.error(f"has more than {_MOST} entries")
    return items


def _kind(value: Value) -> str:
    text = value.text()
    if len(text) > 60 or _KIND.fullmatch(text) is None:
        raise value.error(f"is no name of a kind: `{visible(text, 60)}`", "lower case and dots, such as envoy.access")
    if text == _STATEMENT:
        raise value.error("is the kind of the analyst's own statements, which are never evidence")
    return text


def _conditions(value: Value) -> tuple[Condition, ...]:
    found = []
    for name, wanted in value.mapping(None).items():
        try:
            path = read_field_path(name)
        except ValueError as error:
            raise wanted.error(f"does not follow a path to a field: {error}", _PATH_HINT) from None
        found.append(Condition(path=path, values=_alternatives(wanted, _plain)))
    return tuple(found)


def _plain(value: Value) -> str:
    text = value.text(also=_SCALARS)
    return text.lower() if value.node.tag == _BOOL else text


def _time(value: Value) -> TimeRule:
    if value.found() != "a group of keys":
        return TimeRule(origins=(_text_origin(value),))
    keys = value.mapping(_TIME_KEYS)
    if "field" not in keys:
        raise value.error("lacks the key `field`", 'columns are put together by "{date} {time}"')
    return TimeRule(
        origins=_alternatives(keys["field"], _text_origin),
        formats=_alternatives(keys["format"], _time_format) if "format" in keys else ("iso",),
        desc=keys["desc"].text() if "desc" in keys else "event",
    )


def _time_format(value: Value) -> str:
    text = value.text()
    if text in TIME_FORMATS:
        return text
    if "%" not in text:
        hint = f"{', '.join(TIME_FORMATS)}, or a pattern such as '%d/%b/%Y:%H:%M:%S %z'"
        raise value.error(f"is no format of times: `{visible(text, 60)}`", hint)
    found = _DIRECTIVE.findall(text)
    unknown = next((letter for letter in found if letter not in _DIRECTIVES or not letter), None)
    if unknown is not None:
        hint = f"known: {' '.join(f'%{letter}' for letter in sorted(_DIRECTIVES))}"
        raise value.error(f"has the unknown directive `%{visible(unknown, 4)}`", hint)
    names = [letter for letter in found if letter not in {"%", "a", "A"}]
    if len(names) != len(set(names)):
        raise value.error("has a directive twice")
    if not ({"Y", "y"} & set(found) and {"m", "b", "B"} & set(found) and "d" in found):
        raise value.error("must have year, month and day", "%Y or %y; %m, %b or %B; %d; or the format `yearless`")
    return text


def _origin(value: Value, field: str) -> Origin:
    if value.found() != "a group of keys":
        return _text_origin(value)
    keys = value.mapping(_ORIGIN_KEYS)
    given = [key for key in ("field", "template", "constant") if key in keys]
    if len(given) != 1:
        raise value.error("must have one of the keys `field`, `template` and `constant`")
    source = keys[given[0]]
    if "proxies" in keys and field != "src_ip":
        raise keys["proxies"].error("belongs to `src_ip` alone")
    if "fingerprint" in keys and field not in _SECRETS:
        raise keys["fingerprint"].error(f"belongs to {', '.join(sorted(_SECRETS))}")
    if "other" in keys and "values" not in keys:
        raise keys["other"].error("needs `values`")
    return Origin(
        path=_path(source) if given == ["field"] else None,
        template=_template(source) if given == ["template"] else (),
        constant=_outcome(source, _plain(source), field) if given == ["constant"] else None,
        decode=cast("Decoding", keys["decode"].choice(DECODINGS)) if "decode" in keys else None,
        word=keys["word"].integer(1, 100) if "word" in keys else None,
        values=_values(keys["values"], field) if "values" in keys else {},
        other=_outcome(keys["other"], _plain(keys["other"]), field) if "other" in keys else None,
        proxies=keys["proxies"].integer(1, 20) if "proxies" in keys else None,
        fingerprint="fingerprint" in keys and keys["fingerprint"].boolean(),
    )


def _values(value: Value, field: str) -> dict[str, str]:
    found = {key: _outcome(item, _plain(item), field) for key, item in value.mapping(None).items()}
    if not found:
        raise value.error("must not be empty")
    return found


def _outcome(value: Value, text: str, field: str) -> str:
    """The text, which is one of OUTCOMES where it is to be the outcome."""
    if field == "outcome" and text not in OUTCOMES:
        raise value.error(f"cannot be `{visible(text, 60)}`", f"an outcome is one of {', '.join(OUTCOMES)}")
    return text


def _text_origin(value: Value) -> Origin:
    """A path or, where the text has braces that are in no quoted name, a template."""
    text = value.text(also=NUMBERS)
    is_template = "{" in _QUOTED_NAME.sub("", text) or "}" in _QUOTED_NAME.sub("", text)
    return Origin(template=_template(value)) if is_template else Origin(path=_path(value))


def _path(value: Value) -> FieldPath:
    text = value.text(also=NUMBERS)
    try:
        return read_field_path(text)
    except ValueError as error:
        raise value.error(f"is no path to a field: `{visible(text, 80)}`: {error}", _PATH_HINT) from None


_PART: Final = re.compile(r'\{\{|\}\}|\{((?:"(?:[^"\\]|\\.)*"|[^"{}])*)\}|[{}]|[^{}]+')


def _template(value: Value) -> tuple[str | FieldPath, ...]:
    """`{method} {path}`: texts and paths in turn; `{{` and `}}` are braces."""
    text = value.text()
    parts: list[str | FieldPath] = []
    for match in _PART.finditer(text):
        if match[1] is not None:
            try:
                parts.append(read_field_path(match[1]))
            except ValueError as error:
                what = f"has no path to a field at character {match.start() + 1}: {error}"
                raise value.error(what, _PATH_HINT) from None
            continue
        if match[0] in {"{", "}"}:
            hint = "a field is written {name}; a brace itself {{ or }}"
            raise value.error(f"has a single `{match[0]}` at character {match.start() + 1}", hint)
        literal = {"{{": "{", "}}": "}"}.get(match[0], match[0])
        if parts and isinstance(parts[-1], str):
            literal = f"{parts.pop()}{literal}"
        parts.append(literal)
    if not any(isinstance(part, FieldPath) for part in parts):
        raise value.error("names no field", "write {name} for a field, or `constant` for a text")
    if len(parts) > _MOST:
        raise value.error(f"has more than {_MOST} parts")
    return tuple(parts)
