"""The journal of a host: the same meaning as in lines, its own clocks, and messages that are bytes."""

from typing import Any

import pytest

from tests.parsers.one_record import confidence, decode_record, event_of, reasons
from tests.parsers.registry import load

JOURNAL = load("ssh.auth.journal")
ENTRY: dict[str, Any] = {
    "__REALTIME_TIMESTAMP": "1774910208424010",
    "_HOSTNAME": "bastion",
    "SYSLOG_IDENTIFIER": "sshd-session",
    "MESSAGE": "Accepted publickey for dana from 198.51.100.9 port 1 ssh2: ED25519 SHA256:abcdefghijklmnopqrstuv",
}


def test_a_login() -> None:
    event = event_of(JOURNAL, ENTRY)
    names = ("kind", "action", "outcome", "actor", "src_ip", "credential", "resource", "timestamp", "timestamp_basis")
    assert [event[name] for name in names] == [
        "ssh.auth", "accepted", "success", "dana", "198.51.100.9", "SHA256:abcdefghijklmnopqrstuv", "bastion",
        1_774_910_208_424_010, "stated",
    ]  # fmt: skip


def test_the_clock_of_the_program_comes_first() -> None:
    assert (
        event_of(JOURNAL, {**ENTRY, "_SOURCE_REALTIME_TIMESTAMP": "1774910208424000"})["timestamp"]
        == 1_774_910_208_424_000
    )


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ({"MESSAGE": list(b"Invalid user a\xff")}, "ssh.auth", "Invalid user a\ufffd"),
        ({"MESSAGE": None}, "ssh.auth", None),
        ({"MESSAGE": ["one", "two"], "SYSLOG_IDENTIFIER": None, "_COMM": "cron"}, "syslog", "one"),
        ({"SYSLOG_IDENTIFIER": "sudo", "MESSAGE": "dana : x"}, "sudo", "dana : x"),
    ],
)
def test_messages(values: dict[str, Any], kind: str, message: str | None) -> None:
    event = event_of(JOURNAL, {**ENTRY, **values})
    assert (event["kind"], event["message"]) == (kind, message)


def test_what_is_no_entry() -> None:
    assert reasons(decode_record(JOURNAL, {"a": 1})) == ["the object is not an entry of a journal"]
    assert confidence(JOURNAL, {"message": "sshd", "timestamp": 1}) == 0
