"""Members of Azure's records, which exports write as `operationName`, `OperationName`, `operationname` or `operation_name`."""

from typing import Any

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, object_of


def plain_names(record: Record) -> Record:
    """The members of a record by their names in lower case without underscores; the first of two counts."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        found.setdefault(name.replace("_", "").lower() if "_" in name or not name.islower() else name, value)
    return found


def word(value: object) -> str | None:
    """A text, or the `value` of `{"value": ..., "localizedValue": ...}`."""
    if isinstance(value, dict):
        value = value.get("value")
    return as_text(value)


def inside(plain: Record, name: str) -> Record:
    """The object at a name of `plain_names`, its own names made plain too; {} where there is none."""
    return plain_names(object_of(plain.get(name)))
