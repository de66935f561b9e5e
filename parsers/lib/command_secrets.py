"""Secrets that were typed into a command line: values of options, assignments, headers and addresses.

    curl -u dana:... https://host        mysql -p...        export API_TOKEN=...        git clone https://dana:...@host/x.git

What a variable stands for (`$TOKEN`) is no secret, nor is what names one (`AWS_ACCESS_KEY_ID=`). All patterns are bounded.
"""

import re
from typing import Final

from parsers.lib.webhooks import WITHHELD

_NAMES: Final = (
    r"pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key"
    r"|account[_-]?key|private[_-]?key|sas[_-]?key"
)
_VALUE: Final = r"""(?!\$)("[^"$]{1,2000}"|'[^']{1,2000}'|[^\s"'&;|<>]{1,2000})"""
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:{_NAMES})[\"']?[=:][ ]?{_VALUE}",
        rf"--[a-z-]{{0,32}}(?:{_NAMES}) {{1,4}}(?!-){_VALUE}",
        r"\b(?:bearer|basic|x-[a-z-]{0,24}token:) {1,4}(?!\$)([\w.~+/=-]{6,2000})",
        r"://[^\s/@:\"']{0,256}:(?!\$)([^\s/@\"']{1,256})@",
        r"(?:^|\s)(?:-u|--user|--proxy-user)[ =]?[\"']?[^\s:\"'/]{1,256}:(?!\$|//)([^\s\"']{1,512})",
        r"\b(?:mysql|mysqldump|mysqladmin|mariadb)(?: [^\s|;&]{1,128}){0,12}? -p(?!\$)([^\s\"';|&]{1,256})",
        r"\bsshpass -p ?(?!\$)(\"[^\"]{1,256}\"|'[^']{1,256}'|[^\s\"';|&]{1,256})",
        r"\becho (?:-n )?([^\s|;&]{1,256}) ?\| ?(?:sudo -S|docker login|passwd|chpasswd)",
    )
)
_MARKS: Final = re.compile(
    rf"{_NAMES}|bearer|basic|://|-u|--user|--proxy-user|mysql|mariadb|sshpass|sudo -S|docker login|chpasswd",
    re.IGNORECASE,
)
_LONGEST: Final = 1 << 16  # characters that are looked at; what is longer is cut


def secrets_in(command: str) -> list[str]:
    """The secrets in a command line, longest first."""
    if _MARKS.search(command, 0, _LONGEST) is None:
        return []
    found = {match[1].strip("\"'") for pattern in _PATTERNS for match in pattern.finditer(command, 0, _LONGEST)}
    return sorted(found - {"", WITHHELD}, key=lambda secret: (-len(secret), secret))


def without_typed_secrets(command: str) -> str:
    """The command line without the secrets in it, and not longer than what was looked at for them."""
    shown = command[:_LONGEST]
    if _MARKS.search(shown) is None:
        return shown
    for pattern in _PATTERNS:
        shown = pattern.sub(_withhold, shown)
    return shown


def _withhold(match: re.Match[str]) -> str:
    if not match[1].strip("\"'"):
        return match[0]
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    return f"{match[0][:start]}{WITHHELD}{match[0][end:]}"
