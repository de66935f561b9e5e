"""Secrets that their surroundings give away: `password=`, `"clientSecret": "..."`, `Authorization: Bearer ...`.

The name of the key decides; values that say "no value", placeholders and ARNs stay, and so do names that only
sound like secrets (`hashed_token`, `nextToken`, `clientRequestToken`).
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from timeline.report.redact_rules import CLOSE, OPEN, Found, Rule

_KEYS: Final = (
    ("aws-secret-key", r"secret[_-]?access[_-]?key"),
    ("session-token", r"(?:session|security)[_-]?token"),
    ("account-key", r"(?:account|shared[_-]?access)[_-]?key"),
    ("api-key", r"api[_-]?key"),
    ("private-key", r"private[_-]?key"),
    ("password", r"pass(?:word|wd|phrase)|pwd|(?<![A-Za-z])pass(?==|>|[\"'][ \t]{0,8}:)"),
    (
        "secret",
        r"secret(?:[_-]?(?:key(?:[_-]?base)?|string|value))?|(?:encryption|signing|master)[_-]?key|_auth",
    ),
    ("token", r"token"),
)
_NEEDLES: Final = {
    "aws-secret-key": ("secret",),
    "session-token": ("token",),
    "account-key": ("key",),
    "api-key": ("api",),
    "private-key": ("private",),
    "password": ("pass", "pwd"),
    "secret": ("secret", "encryption", "signing", "master", "_auth"),
    "token": ("token",),
}
_QUOTED: Final = rf'"((?:[^"\\\r\n{OPEN}{CLOSE}]|\\.)++)|\'((?:[^\'\\\r\n{OPEN}{CLOSE}]|\\.)++)'
_BARE: Final = rf"([^\s\"'\\,;&<>|`(\[{{{OPEN}{CLOSE}][^\s\"'\\,;&<>|`{OPEN}{CLOSE}]*+)"
_SEPARATOR: Final = r"[\"']?[ \t]{0,8}(?:=>|:=|[:=]|(?<=[A-Za-z])>)[ \t]{0,8}"

_NO_SECRET: Final = re.compile(
    r"(?i:null|none|nil|true|false|undefined|hidden_due_to_security_reasons|id:[0-9]+"
    r"|\[?(?:redacted|filtered|masked|hidden|removed|scrubbed)\]?|[-*.x]+|\$\{.*\}?|\{\{.*|<[\w .-]*>?|arn:.*)"
)
_OTHER_TOKENS: Final = re.compile(
    r"(?:hashed|next|prev|previous|page|continuation|client|request|idempotency|retry|resume|cursor|start)[_-]?$",
    re.IGNORECASE,
)
# the beginning of a name in a path, or behind the colon of a place
_IN_PLACE: Final = re.compile(r"[/:][\w.-]{0,64}$")
_MOST_LINE_DIGITS: Final = 6
# `arn:aws:secretsmanager:eu-west-1:111122223333:secret:name`, also with wildcards and placeholders
_IN_ARN: Final = re.compile(r"arn:[^\s\"'\\=?&]{1,100}:$")


def _assignments(kind: str, key: str) -> Rule:
    compiled = re.compile(rf"(?i:{key}){_SEPARATOR}(?:{_QUOTED}|{_BARE})")

    def find(text: str) -> Iterator[Found]:
        for match in compiled.finditer(text):
            start, end = match.span(match.lastindex or 0)
            if match.lastindex == 3:
                end = start + len(text[start:end].rstrip(")]}"))
            before = text[max(0, match.start() - 120) : match.start()]
            if end > start and not _is_harmless(kind, before, text[start:end]) and not _is_line(before, text, start, end):
                yield start, end

    return Rule(kind, _NEEDLES[kind], find, contextual=True)


def _is_line(before: str, text: str, start: int, end: int) -> bool:
    """Whether this is the line in `src/token:12`, or in gitleaks' `39406e42:src/a.py:generic-api-key:12`."""
    glued = text[start - 1] == ":" and text[start - 2 : start - 1].isalnum()
    return glued and end - start <= _MOST_LINE_DIGITS and text[start:end].isdecimal() and _IN_PLACE.search(before) is not None


def _is_harmless(kind: str, before: str, value: str) -> bool:
    if _NO_SECRET.fullmatch(value):
        return True
    if kind == "password" and value.startswith("/"):  # `PWD=/root` of a sudo line is a folder
        return True
    if before.endswith(":") and _IN_ARN.search(before):
        return True
    return kind == "token" and _OTHER_TOKENS.search(before[-16:]) is not None




_AUTHORIZATION: Final = re.compile(
    r"(?i:authorization)[\"']?[ \t]{0,8}[:=][ \t]{0,8}[\"']?"
    r"(?:(?i:basic|bearer|token|apikey|digest|negotiate|bot)[ \t+]{1,8})?+"
    rf"([^\s\"'\\,;&<>|`({{\[{OPEN}{CLOSE}]++)"
)
_BEARER: Final = re.compile(r"(?i:bearer)[ +]([A-Za-z0-9._~+/=-]{16,}+)")
_OPTION: Final = re.compile(
    r"--?(?i:[a-z-]{0,24}(?:password|passwd|token|secret|api-key|apikey|secret-key))[ \t]{1,4}"
    rf"(?!--)([^\s\"'`|;&<>{OPEN}{CLOSE}]++)"
)
_KEY_PAIR: Final = re.compile(
    r"(?:AKIA|ASIA)[A-Z0-9]{16}[\s,:;\"'|]{1,4}((?=[A-Fa-f0-9]{0,39}[G-Zg-z/+])[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])"
)
_DEFINED: Final = re.compile(
    r"define\(\s{0,8}[\"'][A-Z0-9_]{0,40}(?:PASS(?:WORD)?|KEY|SALT|SECRET|TOKEN)[\"']\s{0,8},\s{0,20}"
    rf"(?:\"([^\"\r\n{OPEN}{CLOSE}]++)|'([^'\r\n{OPEN}{CLOSE}]++))"
)
_SPACED: Final = re.compile(
    r"(?:(?<![A-Za-z])login[ \t]{1,8}(?!or[ \t]|and[ \t])\S{1,200}[ \t]{1,8}password[ \t]{1,8}"
    rf"([^\s{OPEN}{CLOSE}]++)"
    rf"|(?i:password|passwd)[ \t]{{1,8}}\"([^\"\r\n{OPEN}{CLOSE}]++)\")"
)
_DOCKER_AUTH: Final = re.compile(r"\"auth\"[ \t]{0,8}:[ \t]{0,8}\"([A-Za-z0-9+/=_-]{8,}+)\"")
_APP_KEY: Final = re.compile(r"(?i:app_key)[ \t]{0,8}=[ \t]{0,8}(base64:[A-Za-z0-9+/=]{16,}+)")


def _groups(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Found]]:
    def find(text: str) -> Iterator[Found]:
        for match in pattern.finditer(text):
            yield match.span(match.lastindex or 0)

    return find


def _authorizations(text: str) -> Iterator[Found]:
    for match in _AUTHORIZATION.finditer(text):
        # AWS4-HMAC-SHA256 names the key id; its secret part is `Signature=`, which has a rule of its own
        if not match[1].startswith("AWS4-") and not _NO_SECRET.fullmatch(match[1]):
            yield match.span(1)


def _bearers(text: str) -> Iterator[Found]:
    for match in _BEARER.finditer(text):
        if any(char.isdigit() for char in match[1]):
            yield match.span(1)


def _options(text: str) -> Iterator[Found]:
    for match in _OPTION.finditer(text):
        if not _NO_SECRET.fullmatch(match[1]):
            yield match.span(1)


CONTEXT_RULES: Final[tuple[Rule, ...]] = (
    Rule("aws-secret-key", ("akia", "asia"), _groups(_KEY_PAIR), contextual=True),
    Rule("secret", ("define(",), _groups(_DEFINED), contextual=True),
    Rule("password", ("passw",), _groups(_SPACED), contextual=True),
    Rule("registry-auth", ('"auth"',), _groups(_DOCKER_AUTH), contextual=True),
    Rule("secret", ("app_key",), _groups(_APP_KEY), contextual=True),
    Rule("authorization", ("authorization",), _authorizations, contextual=True),
    Rule("authorization", ("bearer",), _bearers, contextual=True),
    Rule("cli-option", ("passw", "token", "secret", "key"), _options, contextual=True),
    *(_assignments(kind, key) for kind, key in _KEYS),
)
