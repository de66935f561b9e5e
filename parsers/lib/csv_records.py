"""Records that are rows of a CSV file: each becomes an object by the names of the header.

Reference: RFC 4180, with any of , ; | and tab between the fields.
"""

import csv
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from parsers.lib.json_reading import NUL_BYTES, UTF8_REPLACED, Loaded
from parsers.lib.records import RecordFormat, decode_records, fields_of
from timeline.model.parser import Chunk, Decoded

NOT_A_ROW: Final = "not a CSV row"
NO_HEADER: Final = "there is no header to name its fields"
HEADER_AGAIN: Final = "header"
FEW_FIELDS: Final = "the row has fewer fields than the header"
MORE_FIELDS: Final = "the row has more fields than the header"
EXTRA: Final = "extra"
_SEPARATORS: Final = ",;|\t"
_LONGEST_FIELD: Final = 1 << 28  # framing lets no longer record through; the csv module refuses 128 KiB by itself

csv.field_size_limit(_LONGEST_FIELD)


class CsvHeader:
    """The header of a CSV file. Empty names and names that come twice get their place: `#3`."""

    def __init__(self, header: bytes) -> None:
        text = header.decode("utf-8-sig", "replace").strip("\r\n")
        outside = "".join(text.split('"')[::2])
        self.separator = max(_SEPARATORS, key=outside.count)
        self._raw = header
        self.names: list[str] = []
        for place, name in enumerate(_row(text, self.separator) or [], 1):
            plain = name.strip()
            self.names.append(f"#{place}" if not plain or plain in self.names else plain)

    def load(self, raw: bytes) -> Loaded:
        """A row as an object of texts, what is beyond the header as a list under `extra`."""
        if b"\0" in raw:
            return Loaded(None, NUL_BYTES)
        if not self.names:
            return Loaded(None, NO_HEADER)
        if raw == self._raw:
            return Loaded(None, HEADER_AGAIN, is_ignored=True)
        try:
            text, warning = raw.decode("utf-8"), None
        except UnicodeDecodeError:
            text, warning = raw.decode("utf-8", "replace"), UTF8_REPLACED
        values = _row(text, self.separator)
        if values is None:
            return Loaded(None, NOT_A_ROW)
        found: dict[str, Any] = dict(zip(self.names, values, strict=False))
        if len(values) > len(self.names):
            found[EXTRA] = values[len(self.names) :]
            warning = warning or MORE_FIELDS
        elif len(values) < len(self.names):
            warning = warning or FEW_FIELDS
        return Loaded(found, None, warning)


def _row(text: str, separator: str) -> list[str] | None:
    """The fields of one row; None when it is none, or more than one."""
    if '"' not in text and "\n" not in text and "\r" not in text and f"{separator} " not in text:
        return text.split(separator) if text else None
    try:
        rows = list(csv.reader([text], delimiter=separator, skipinitialspace=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


@lru_cache(maxsize=16)
def csv_header(header: bytes) -> CsvHeader:
    """The header, read once."""
    return CsvHeader(header)


def decode_csv(chunk: Chunk, form: RecordFormat) -> Decoded:
    """The events of a chunk of CSV rows. Every row is accounted for; never raises."""
    return decode_records(chunk, form, csv_header(chunk.header).load)


def csv_fields(raw: bytes, header: bytes, form: RecordFormat) -> Mapping[str, Any]:
    """All fields of one row by name; {} if it cannot be read."""
    return fields_of(raw, form, csv_header(header).load)
