"""Cells of the CSV that Leakline itself writes, as they were before they were made inert for spreadsheets."""

from parsers.lib.json_reading import Record
from timeline.text import plain_cell


def as_it_was(record: Record) -> Record:
    """The row without the apostrophes that an export puts before formulas."""
    return {name: plain_cell(value) if isinstance(value, str) else value for name, value in record.items()}
