"""The directives in force for the lines of a W3C extended log, and a line split into the fields that they name.

    #Software: Microsoft Internet Information Services 10.0
    #Date: 2026-03-30 23:17:59
    #Fields: date time cs-method cs-uri-stem sc-status

Reference: https://www.w3.org/TR/WD-logfile.html.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_DIRECTIVE: Final = re.compile(r"#([A-Za-z][A-Za-z-]*):[ \t]*(.*)")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VALUE: Final = re.compile(r'"([^"]*)"(?=[ \t]|$)|([^ \t]+)')


class W3cHeader:
    """What the directives say. `names` are the fields in order, as written; one that comes twice gets its place: `#3`.

    `date` is the day of `#Date`, None where there is none; `directives` has their texts by name in lower case.
    """

    def __init__(self, header: bytes) -> None:
        self.directives: dict[str, str] = {}
        for line in header.decode("utf-8", "replace").splitlines():
            if match := _DIRECTIVE.match(line):
                self.directives[match[1].lower()] = match[2].strip()
        names: list[str] = []
        for place, name in enumerate(self.directives.get("fields", "").split(), 1):
            names.append(f"#{place}" if name in names else name)
        self.names = tuple(names)
        self.places: Mapping[str, int] = {name.lower(): place for place, name in reversed(list(enumerate(names)))}
        day = _DATE.match(self.directives.get("date", ""))
        self.date = None if day is None else day[0]


@lru_cache(maxsize=64)
def w3c_header(header: bytes) -> W3cHeader:
    """The header, read once."""
    return W3cHeader(header)


def split_w3c_line(text: str) -> list[str]:
    """The fields of a line, which blanks or tabs separate; quotes around a whole field are removed."""
    return [quoted or bare for quoted, bare in _VALUE.findall(text)]
