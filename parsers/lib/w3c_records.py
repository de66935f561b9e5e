"""Records that are lines of a W3C extended log, one by one: each becomes an object by the names of `#Fields:`.

Where no field is the day (`date`), that of `#Date` is given under this name. Reference: https://www.w3.org/TR/WD-logfile.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_reading import Record
from parsers.lib.line_records import SplitLine, decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat
from parsers.lib.w3c_header import split_w3c_line, w3c_header
from timeline.model.parser import Chunk, Decoded

DIRECTIVE: Final = "header"
NO_FIELDS: Final = "there is no #Fields line to name its fields"
OTHER_COUNT: Final = "the line has not the fields of its header"


def decode_w3c(chunk: Chunk, form: RecordFormat) -> Decoded:
    """The events of a chunk of lines under one header. Every line is accounted for; never raises."""
    return decode_lines(chunk, form, _splitter(chunk.header))


def w3c_fields(raw: bytes, header: bytes, form: RecordFormat) -> Mapping[str, Any]:
    """All fields of one line by name; {} if it is none."""
    return line_fields(raw, form, _splitter(header))


def _splitter(header: bytes) -> SplitLine:
    said = w3c_header(header)
    names = said.names
    day = {} if said.date is None or "date" in said.places else {"date": said.date}

    def split(text: str) -> Record | Ignored | str:
        if text.startswith("#"):
            return Ignored(DIRECTIVE)
        if not names:
            return NO_FIELDS
        values = split_w3c_line(text)
        return {**day, **dict(zip(names, values, strict=True))} if len(values) == len(names) else OTHER_COUNT

    return split
