"""One line of Artifactory's request.log taken apart, by the names of its documentation; and what a clean line is.

Since version 7 (and in every service of the platform) a line has eleven columns, in request-out.log ten; before, ten
others. URLs and user agents may hold the separator, so the numbers between them tell where the URL ends.
"""

import re
from typing import Final

from parsers.lib.json_reading import Record

NAMES: Final = (
    "time", "trace_id", "remote_address", "username", "method", "url", "status", "request_bytes", "response_bytes",
    "duration", "user_agent",
)  # fmt: skip
_BEFORE: Final = r"(?P<time>[^|]{19,40})\|(?P<trace_id>[^|]*)\|(?P<remote_address>[^|]*)\|(?P<username>[^|]*)\|"
_LINE: Final = re.compile(
    _BEFORE + r"(?P<method>[A-Za-z]*)\|(?P<url>.*?)\|(?P<status>[0-9]{0,3}|-1)\|(?P<request_bytes>-?[0-9]{0,18})"
    r"\|(?P<response_bytes>-?[0-9]{0,18})\|(?P<duration>-?[0-9]{0,18}(?:\.[0-9]{0,9})?)(?:\|(?P<user_agent>.*))?",
    re.DOTALL,
)
_OLD_LINE: Final = re.compile(
    r"(?P<time>[0-9]{14})\|(?P<duration>[0-9]{1,18})\|(?P<type>[A-Z]+)\|(?P<remote_address>[^|]*)\|(?P<username>[^|]*)\|"
    r"(?P<method>[A-Z]*)\|(?P<url>.*)\|(?P<protocol>[^|]*)\|(?P<status>[0-9]{0,3}|-1)\|(?P<size>-?[0-9]{0,18})",
    re.DOTALL,
)
# what each column of a line of eleven has to match so that the line is clean; None: anything
CLEAN: Final = (
    "^[^|]{19,40}$", None, None, None, "^[A-Za-z]*$", None, "^(?:[0-9]{0,3}|-1)$", "^-?[0-9]{0,18}$",
    "^-?[0-9]{0,18}$", r"^-?[0-9]{0,18}(?:\.[0-9]{0,9})?$", None,
)  # fmt: skip


def split_request_line(line: str) -> Record | None:
    """The columns of one line as logged; None when it is no such line."""
    match = _LINE.fullmatch(line)
    if match is None:
        return _split_old_line(line)
    return {name: value for name, value in match.groupdict().items() if value is not None}


def _split_old_line(line: str) -> Record | None:
    match = _OLD_LINE.fullmatch(line)
    if match is None:
        return None
    found: Record = match.groupdict()
    # the size is of what was sent up or down, as the method tells
    found["response_bytes" if found["method"] in {"GET", "HEAD"} else "request_bytes"] = found.pop("size")
    return found
