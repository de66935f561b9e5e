"""Records that are lines of text, one by one: for formats too rare or too loose to be read as columns."""

from collections.abc import Callable, Mapping
from typing import Any

from parsers.lib.json_reading import NUL_BYTES, UTF8_REPLACED, Loaded, Record
from parsers.lib.records import Ignored, RecordFormat, decode_records, fields_of
from timeline.model.parser import Chunk, Decoded

SplitLine = Callable[[str], Record | Ignored | str]
"""Makes the fields of one line, without its line end; or says that it is none of the format, and why (a fixed sentence)."""


def decode_lines(chunk: Chunk, form: RecordFormat, split: SplitLine) -> Decoded:
    """The events of a chunk of lines. Every line is accounted for; never raises. Blank lines are ignored."""
    return decode_records(chunk, form, lambda raw: _load(raw, split))


def line_fields(raw: bytes, form: RecordFormat, split: SplitLine) -> Mapping[str, Any]:
    """All fields of one line by name; {} if it is none of the format."""
    return fields_of(raw, form, lambda line: _load(line, split))


def _load(raw: bytes, split: SplitLine) -> Loaded:
    if b"\0" in raw:
        return Loaded(None, NUL_BYTES)
    warning = None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text, warning = raw.decode("utf-8", "replace"), UTF8_REPLACED
    if not text.strip():
        return Loaded(None)
    found = split(text)
    if isinstance(found, Ignored):
        return Loaded(None, found.reason, is_ignored=True)
    if isinstance(found, str):
        return Loaded(None, found)
    return Loaded(found, None, warning)
