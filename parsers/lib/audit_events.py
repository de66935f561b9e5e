"""What the records of one event of Linux's audit log say together: who did what to what, from where, and how it ended."""

import ipaddress
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parsers.lib.audit_record import AuditRecord, arguments
from parsers.lib.command_secrets import without_typed_secrets
from parsers.lib.json_values import as_text
from parsers.lib.webhooks import WITHHELD
from timeline.model.event import EventValues

_NOBODY: Final = frozenset({"4294967295", "-1", "unset"})
_DONE: Final = {
    "yes": "success",
    "success": "success",
    "1": "success",
    "no": "failure",
    "failed": "failure",
    "0": "failure",
}
_REFUSED: Final = frozenset({"-1", "-13", "EPERM", "EACCES"})
_LONGEST: Final = 8_192  # characters of a command that are shown
_COMMANDS: Final = frozenset({"USER_CMD", "PROCTITLE", "EXECVE"})
KEYSTROKES: Final = frozenset({"TTY", "USER_TTY"})
_ACCOUNTS: Final = (
    "ADD_USER",
    "DEL_USER",
    "ADD_GROUP",
    "DEL_GROUP",
    "USER_MGMT",
    "GRP_MGMT",
    "USER_CHAUTHTOK",
    "ACCT_LOCK",
)
_DENIALS: Final = frozenset({"AVC", "USER_AVC", "SELINUX_ERR"})


def values_of_records(records: Sequence[AuditRecord], shown: Mapping[str, Any]) -> EventValues:
    """The event's values but for its time. `shown` are the records' `fields_of_records`."""
    by_type: dict[str, AuditRecord] = {}
    for record in records:
        by_type.setdefault(record.type, record)
    main = by_type.get("EXECVE") or records[0]
    return {
        "timestamp_desc": "event",
        "action": _action(main),
        "outcome": _outcome(records),
        "actor": as_text(_actor(records)),
        "session": as_text(_first(records, "ses", _NOBODY)),
        "src_ip": next(
            (found for record in records if (found := _address(record.values.get("addr"))) is not None), None
        ),
        "resource": as_text(_resource(main, by_type)),
        "uid": f"{main.time}:{main.serial}",
        "message": as_text(_message(main, by_type, shown)),
    }


def fields_of_records(records: Sequence[AuditRecord]) -> dict[str, Any]:
    """All fields by the type of their record; of several of one type a list."""
    found: dict[str, Any] = {"node": records[0].node, "time": records[0].time, "serial": records[0].serial}
    for record in records:
        values: dict[str, Any] = {**_shown(record), **record.names}
        if record.type == "EXECVE":
            values["command"] = _command(record)
        if record.type not in found:
            found[record.type] = values
        elif isinstance(found[record.type], list):
            found[record.type].append(values)
        else:
            found[record.type] = [found[record.type], values]
    return found


def _shown(record: AuditRecord) -> dict[str, str]:
    if record.type in KEYSTROKES:
        return {name: WITHHELD if name == "data" else value for name, value in record.values.items()}
    if record.type not in _COMMANDS:
        return dict(record.values)
    if record.type != "EXECVE":
        shown = dict(record.values)
        shown.update({name: without_typed_secrets(shown[name]) for name in ("cmd", "proctitle") if name in shown})
        return shown
    return {name: value for name, value in record.values.items() if name[:1] != "a" or name == "argc"}


def _action(main: AuditRecord) -> str:
    return as_text(main.names.get("SYSCALL")) or main.type if main.type == "SYSCALL" else main.type


def _outcome(records: Sequence[AuditRecord]) -> str:
    """`denied` where the kernel refused it for want of a right, or a policy did."""
    for record in records:
        if record.type in _DENIALS:
            verdict = record.value("avc") or record.value("apparmor") or ""
            return {"denied": "denied", "granted": "success", "allowed": "success"}.get(verdict.lower(), "unknown")
        said = record.value("success") or record.value("res") or record.value("result")
        if said is not None:
            outcome = _DONE.get(said.lower(), "unknown")
            return "denied" if outcome == "failure" and record.value("exit") in _REFUSED else outcome
    return "unknown"


def _actor(records: Sequence[AuditRecord]) -> str | None:
    """Who logged in; where nobody did, whom the record is about, or whom the program runs as."""
    for record in records:
        auid = record.value("auid")
        if auid is not None and auid not in _NOBODY:
            return record.names.get("AUID") or (record.value("acct") if record.type == "USER_LOGIN" else None) or auid
    for record in records:
        if record.type.startswith("USER_") and (account := record.value("acct") or record.value("id")) is not None:
            return account
    for record in records:
        uid = record.value("uid")
        if uid is not None and uid not in _NOBODY:
            return record.names.get("UID") or uid
    return None


def _resource(main: AuditRecord, by_type: dict[str, AuditRecord]) -> str | None:
    """The program of a command; whom an account's change is about; the file; else the program that says it."""
    if main.type == "USER_CMD":
        return without_typed_secrets(main.value("cmd") or "").partition(" ")[0] or None
    if main.type.startswith(_ACCOUNTS):
        return main.value("acct") or main.names.get("ID") or main.value("id")
    call, path = by_type.get("SYSCALL"), by_type.get("PATH")
    if main.type != "EXECVE" and path is not None and (name := path.value("name")) is not None:
        cwd = by_type["CWD"].value("cwd") if "CWD" in by_type else None
        return name if name.startswith("/") or cwd is None else f"{cwd.rstrip('/')}/{name}"
    holder = call if call is not None else main
    return holder.value("exe") or main.value("a0") or main.value("terminal") or main.value("unit")


def _message(main: AuditRecord, by_type: dict[str, AuditRecord], shown: Mapping[str, Any]) -> str | None:
    if main.type == "EXECVE":
        said = shown["EXECVE"]
        return str((said[0] if isinstance(said, list) else said)["command"])
    if main.type == "USER_CMD":
        return without_typed_secrets(main.value("cmd") or "")[:_LONGEST]
    title = by_type["PROCTITLE"].value("proctitle") if "PROCTITLE" in by_type else None
    said = main.value("op") if title is None else without_typed_secrets(title)[:_LONGEST]
    key = main.value("key")
    return ", ".join(part for part in (said, None if key is None else f"key {key}") if part) or None


def _command(record: AuditRecord) -> str:
    return without_typed_secrets(" ".join(map(shlex.quote, arguments(record))))[:_LONGEST]


def _first(records: Sequence[AuditRecord], name: str, besides: frozenset[str]) -> str | None:
    found = (record.value(name) for record in records)
    return next((value for value in found if value is not None and value not in besides), None)


def _address(value: str | None) -> str | None:
    """An address; None for a name."""
    if value is None or value == "?":
        return None
    plain = value.removeprefix("::ffff:")
    try:
        ipaddress.ip_address(plain)
    except ValueError:
        return None
    return plain
