"""One line of Artifactory's access log or of the platform's audit trail taken apart, by the names of JFrog's fluentd.

The path may hold ` for `, and what is after the last one is who asked: `dana/198.51.100.9`, `client : dana / 198.51.100.9`,
either with a full stop or the type of the credentials in brackets behind it.
"""

import re
from typing import Final

from parsers.lib.json_reading import Record
from parsers.lib.splitting import Pattern, Shape

_TIME: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}[.,][0-9]{3,9}(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_RESPONSE: Final = r"\[(?P<action_response>(?:ACCEPTED|DENIED|FAILED) [A-Z_ ]+)\]"
_ACCESS_LINE: Final = re.compile(
    rf"(?P<log_timestamp>{_TIME}) (?:\[(?P<trace_id>[^\[\]]*)\] )?{_RESPONSE}(?: (?P<rest>.*))?", re.DOTALL
)
_AUDIT_TIME: Final = re.compile(_TIME)
_AUDIT_NAMES: Final = (
    "log_timestamp", "trace_id", "user_ip", "user", "logged_principal", "entity_name", "event_type", "event",
    "data_changed",
)  # fmt: skip
_FOR: Final = " for "
_CLIENT: Final = "client : "
_HEAD: Final = rf"^(?P<log_timestamp>{_TIME}) \[[^\[\]]*\] {_RESPONSE}"
_END: Final = r" +for client : (?P<username>[^ /\[]+) / (?P<ip>[0-9A-Fa-f:]+|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)\.?$"
CLEAN: Final = (Shape(((Pattern(f"{_HEAD} +(?P<repo_path>[^ ]+){_END}"), Pattern(_HEAD + _END)),)),)


def split_access_line(line: str) -> Record | None:
    """The parts of one line; None when it is none of the two."""
    match = _ACCESS_LINE.fullmatch(line)
    if match is not None:
        return _accessed(match)
    columns = line.split("|", len(_AUDIT_NAMES) - 1)
    if len(columns) < len(_AUDIT_NAMES) or not _AUDIT_TIME.fullmatch(columns[0]):
        return None
    kind, event = columns[6], columns[7]
    if len(kind) > 2 or not kind.isalpha() or not (event.isascii() and event.isalpha() and event.isupper()):
        return None
    return dict(zip(_AUDIT_NAMES, columns, strict=True))


def _accessed(match: re.Match[str]) -> Record:
    found: Record = {name: value for name, value in match.groupdict().items() if value is not None and name != "rest"}
    path, separator, client = f" {match['rest'] or ''}".rpartition(_FOR)
    if not separator:
        path, client = client, ""
    found["repo_path"] = path.strip(" ")
    client, bracket, kind = client.removeprefix(_CLIENT).partition(" [")
    if bracket:
        found["type"] = kind.removesuffix("]")
    user, slash, address = client.strip(" ").removesuffix(".").rpartition("/")
    found["username"], found["ip"] = (user.strip(" "), address.strip(" ")) if slash else (client.strip(" "), "")
    return found
