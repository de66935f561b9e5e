"""Members of Azure's records, which exports write as `operationName`, `OperationName`, `operationname` or `operation_name`."""

from typing import Final

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, object_of

_MOST_KEPT: Final = 1_024  # shapes of records
_USUAL: Final = 4_096  # characters of all names of a record; of longer ones nothing is kept


class _PlainNames(dict[tuple[str, ...], tuple[str, ...]]):
    """The names of a record, made plain and backwards, by its names. It starts afresh when full."""

    def __missing__(self, names: tuple[str, ...]) -> tuple[str, ...]:
        found = tuple(name.replace("_", "").lower() for name in reversed(names))
        if sum(map(len, names)) <= _USUAL:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[names] = found
        return found


_PLAIN: Final = _PlainNames()


def plain_names(record: Record) -> Record:
    """The members of a record by their names in lower case without underscores; the first of two counts."""
    # backwards, so that the first of two is put in last
    return dict(zip(_PLAIN[tuple(record)], reversed(record.values()), strict=True))


def word(value: object) -> str | None:
    """A text, or the `value` of `{"value": ..., "localizedValue": ...}`."""
    if isinstance(value, dict):
        value = value.get("value")
    return as_text(value)


def inside(plain: Record, name: str) -> Record:
    """The object at a name of `plain_names`, its own names made plain too; {} where there is none."""
    return plain_names(object_of(plain.get(name)))
