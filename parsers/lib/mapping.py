"""A mapping put to work: made once into plain functions from a record to values, which then run for every record.

`timeline.model.mapping` says what a mapping is. Without one, records are read by our own names of fields.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from parsers.lib.access_events import outcome_of
from parsers.lib.json_reading import Record
from parsers.lib.json_values import list_of, object_of
from parsers.lib.mapped_values import Convert, ReadTime, converter, plain_text, time_reader
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues
from timeline.model.field_path import FieldPath, read_field_path
from timeline.model.mapping import MAPPED_FIELDS, EventMapping, MappedFormat, Origin, TimeRule, mapping_of
from timeline.model.parser import DecodeContext

NOT_WANTED: Final = "not among the records that the mapping is for"

Get = Callable[[Record], Any]
Clock = tuple[Get, Sequence[ReadTime], str]
Candidate = tuple[Get, Convert]


def mapped_format(form: MappedFormat, context: DecodeContext) -> RecordFormat:
    """The format that the mapping of a chunk makes; where it has none, by our own names of fields."""
    return _made(form, context.mapping, context.fingerprint_key)


@lru_cache(maxsize=64)
def _made(form: MappedFormat, text: str | None, key: bytes) -> RecordFormat:
    mapping = own_names(form)
    if text is not None:
        try:
            mapping = mapping_of(text)
        except msgspec.DecodeError:  # the text was written by us; a decoder goes on
            mapping = own_names(form)
    return RecordFormat(mapping.kind, _reader(mapping, key))


def own_names(form: MappedFormat) -> EventMapping:
    """The mapping of records whose fields have the names of the event's fields."""
    time = TimeRule(origins=(Origin(path=read_field_path("timestamp")),), formats=("iso", "epoch_us"))
    fields: dict[str, tuple[Origin, ...]] = {name: (Origin(path=read_field_path(name)),) for name in MAPPED_FIELDS}
    return EventMapping(format=form, kind=f"mapped.{form}", times=(time,), fields=fields)


def _reader(mapping: EventMapping, key: bytes) -> Callable[[Record, Times, Warn], EventValues | Ignored]:
    conditions = [(_getter(condition.path), frozenset(condition.values)) for condition in mapping.when]
    clocks = [clock for rule in mapping.times for clock in _clocks(rule)]
    undated_desc = mapping.times[0].desc if mapping.times else "event"
    plans = {
        name: [(_origin_getter(origin), converter(name, origin, key)) for origin in origins]
        for name, origins in mapping.fields.items()
    }
    single = [(name, *candidates[0]) for name, candidates in plans.items() if len(candidates) == 1]
    several = [(name, candidates) for name, candidates in plans.items() if len(candidates) > 1]
    by_status = "outcome" not in mapping.fields

    def read(record: Record, times: Times, warn: Warn) -> EventValues | Ignored:  # noqa: ARG001 - of ReadRecord
        if conditions and not all(plain_text(get(record)) in wanted for get, wanted in conditions):
            return Ignored(NOT_WANTED)
        values: dict[str, Any] = {"timestamp_desc": undated_desc}
        dated = _first_time(clocks, record, times)
        if dated is not None:
            (
                (values["timestamp"], values["timestamp_precision"], values["timestamp_basis"]),
                values["timestamp_desc"],
            ) = dated
        for name, get, convert in single:
            value = get(record)
            if value is not None:
                value = convert(value)
                if value is not None:
                    values[name] = value
        for name, candidates in several:
            value = _first_value(candidates, record)
            if value is not None:
                values[name] = value
        if by_status and "status" in values:
            values["outcome"] = outcome_of(values["status"])
        return values  # type: ignore[return-value]  # names and types are those that `converter` keeps to

    return read


def _clocks(rule: TimeRule) -> list[Clock]:
    readers = [time_reader(form) for form in rule.formats]
    return [(_origin_getter(origin), readers, rule.desc) for origin in rule.origins]


def _first_time(clocks: Sequence[Clock], record: Record, times: Times) -> tuple[Stamp, str] | None:
    for get, readers, desc in clocks:
        value = get(record)
        if value is not None:
            for read_time in readers:
                stamp = read_time(value, times)
                if stamp is not None:
                    return stamp, desc
    return None


def _first_value(candidates: Sequence[Candidate], record: Record) -> Any:
    for get, convert in candidates:
        value = get(record)
        if value is not None:
            value = convert(value)
            if value is not None:
                return value
    return None


def _getter(path: FieldPath) -> Get:
    """The value at a path, also inside of JSON that stands there as a text."""
    steps = path.steps
    if len(steps) == 1 and isinstance(steps[0], str):
        name = steps[0]
        return lambda record: record.get(name)
    return lambda record: _walk(record, path.whole, steps)


def _walk(record: Record, whole: str | None, steps: Sequence[str | int]) -> Any:
    if whole is not None and whole in record:
        return record[whole]
    value: Any = record
    for step in steps:
        if type(step) is str:
            value = (value if type(value) is dict else object_of(value)).get(step)
        elif isinstance(step, int):
            items = list_of(value)
            value = items[step] if -len(items) <= step < len(items) else None
        if value is None:
            return None
    return value


def _origin_getter(origin: Origin) -> Get:
    if origin.path is not None:
        return _getter(origin.path)
    if origin.template:
        return _template(origin.template)
    constant = origin.constant
    return lambda _: constant


def _template(parts: Sequence[str | FieldPath]) -> Get:
    """A text with fields in it; nothing where one of them has nothing."""
    pieces = [part if isinstance(part, str) else _getter(part) for part in parts]

    def fill(record: Record) -> str | None:
        written = []
        for piece in pieces:
            text = piece if isinstance(piece, str) else plain_text(piece(record))
            if text is None:
                return None
            written.append(text)
        return "".join(written)

    return fill
