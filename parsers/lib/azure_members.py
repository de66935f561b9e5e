"""Members of Azure's records, which exports write as `operationName`, `OperationName`, `operationname` or `operation_name`."""

from functools import lru_cache
from typing import Final

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, object_of

_USUAL: Final = 64  # characters; longer names are not kept


def plain_names(record: Record) -> Record:
    """The members of a record by their names in lower case without underscores; the first of two counts."""
    # backwards, so that the first of two is put in last
    return {_plain(name) if len(name) <= _USUAL else _squeezed(name): value for name, value in reversed(record.items())}


def _squeezed(name: str) -> str:
    return name.replace("_", "").lower()


_plain = lru_cache(maxsize=4096)(_squeezed)


def word(value: object) -> str | None:
    """A text, or the `value` of `{"value": ..., "localizedValue": ...}`."""
    if isinstance(value, dict):
        value = value.get("value")
    return as_text(value)


def inside(plain: Record, name: str) -> Record:
    """The object at a name of `plain_names`, its own names made plain too; {} where there is none."""
    return plain_names(object_of(plain.get(name)))
