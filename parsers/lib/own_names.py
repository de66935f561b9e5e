"""Records that name their fields as Leakline does: how the parsers that read by a mapping know them without one."""

from collections.abc import Collection
from typing import Final

from timeline.model.event import TEXT_FIELDS
from timeline.model.parser import NO, Sniff

MARK: Final = b"timestamp_desc"
_NEEDED: Final = frozenset({"timestamp", "timestamp_desc"})
_ENOUGH: Final = 2
_TELLING: Final = frozenset(TEXT_FIELDS) - {"timestamp_desc", "timestamp_basis", "kind", "message", "session"}
# Timesketch and Plaso have the same two names; a `key` is that of our own exports
_OF_OTHERS: Final = frozenset({"message", "datetime", "data_type", "key"})


def sniff_names(names: Collection[str]) -> Sniff:
    """By the names of a header or of a first record."""
    found = set(names)
    if not found >= _NEEDED or found & _OF_OTHERS or len(found & _TELLING) < _ENOUGH:
        return NO
    return Sniff(85, ("its fields have the names of the event's fields",))
