"""What programs of a host say in syslog or in the journal: sshd of logins, sudo of commands, others of anything."""

import ipaddress
import re
from typing import Final

from timeline.model.event import EventValues

SSHD: Final = frozenset({"sshd", "sshd-session", "sshd-auth"})
_WHO: Final = (
    re.compile(
        r"(?:Accepted|Failed) \S{1,64} for (?:(?:invalid|illegal) user )?(?P<user>.{0,256}?) from (?P<from>\S{1,255})",
        re.IGNORECASE,
    ),
    re.compile(r"(?:Invalid|Illegal) user (?P<user>.{0,256}?) from (?P<from>\S{1,255})", re.IGNORECASE),
    re.compile(
        r"(?:Disconnected from|Disconnecting|Connection (?:closed|reset) by)"
        r" (?:(?:invalid|authenticating) user|user)? ?(?P<user>[^ ]{0,256}?) ?(?P<from>[0-9A-Fa-f.:]{3,64}) port \d",
        re.IGNORECASE,
    ),
)
_FROM: Final = re.compile(r"(?:from |by |with |for |user \S{1,64} |rhost=|\()(?P<from>[0-9A-Fa-f.:]{3,64})(?=[ :,)]|$)")
_USER: Final = re.compile(r"(?:[Uu]ser[= ]\"?|for user |by user )(?P<user>[^ \"=(]{1,64})")
_KEY: Final = re.compile(r" ssh2: \S{1,20} (?P<key>(?:SHA256:|MD5:)?[\w+/=:]{20,128})")
_ACTIONS: Final = (
    ("accepted", "accepted", "success"), ("failed", "failed", "failure"), ("invalid user", "invalid_user", "failure"),
    ("illegal user", "invalid_user", "failure"), ("received disconnect", "disconnected", None),
    ("disconnected from", "disconnected", None), ("disconnecting", "disconnected", None),
    ("connection closed by", "disconnected", None), ("connection reset by", "disconnected", None),
)  # fmt: skip
_SUDO: Final = re.compile(r"\s*(?P<user>\S{1,256}) : (?P<what>.*)", re.DOTALL)


def said(program: str, message: str) -> EventValues:
    """What a message says, with the kind of its event: ssh.auth, sudo or syslog."""
    program, message = program.rpartition("/")[2], message.strip()
    values: EventValues = {"timestamp_desc": "event", "message": known(message)}
    if program in SSHD:
        values.update(_sshd(message))
    elif program == "sudo":
        values.update(_sudo(message))
    else:
        values.update({"kind": "syslog", "action": known(program)})
    return values


def _sshd(message: str) -> EventValues:
    lower = message.lower()
    action, outcome = next(
        ((action, outcome) for start, action, outcome in _ACTIONS if lower.startswith(start)), ("other", None)
    )
    who = next((match for pattern in _WHO if (match := pattern.search(message, 0, 2048))), None)
    if who is None:
        named_by = (address_of(found["from"]) for found in _FROM.finditer(message, 0, 2048))
        address = next((found for found in named_by if found is not None), None)
    else:
        address = address_of(who["from"])
    user = who["user"] if who is not None else None
    if not user and (named := _USER.search(message, 0, 2048)):
        user = named["user"]
    key = _KEY.search(message, 0, 2048)
    return {
        "kind": "ssh.auth",
        "action": action,
        "outcome": outcome,
        "actor": known(user),
        "src_ip": address,
        "credential": None if key is None else key["key"],
    }


def _sudo(message: str) -> EventValues:
    match = _SUDO.fullmatch(message)
    if match is None:
        return {"kind": "sudo", "action": "other"}
    command = match["what"].partition("COMMAND=")[2]
    denied = any(
        words in match["what"]
        for words in ("NOT in sudoers", "incorrect password", "command not allowed", "authentication failure")
    )
    return {
        "kind": "sudo",
        "action": "command" if command else "other",
        "actor": known(match["user"]),
        "resource": known(command.strip()),
        "outcome": "denied" if denied else "success" if command else None,
    }


def known(value: str | None) -> str | None:
    """A text that says something, else None."""
    return value if value and value.strip() and value != "-" else None


def address_of(value: str | None) -> str | None:
    """An address, without a colon that the sentence has behind it; None for a name."""
    if value is None:
        return None
    value = value.removeprefix("::ffff:")
    for tried in (value, value.removesuffix(":")):
        try:
            ipaddress.ip_address(tried)
        except ValueError:
            continue
        return tried
    return None
