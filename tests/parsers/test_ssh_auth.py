"""Authentication logs: which program a line is of, who, from where, with which key, and when."""

import pytest

from tests.parsers.registry import Event, load
from timeline.model.parser import Chunk, DecodeContext, Sample

MAY_US = 1_777_600_000_000_000  # 2026-05-01


def one(line: str) -> Event:
    chunk = Chunk(line.encode(), context=DecodeContext(evidence_mtime_us=MAY_US))
    event: Event = load("ssh.auth").decode(chunk).events.to_pylist()[0]
    return event


def said(message: str) -> Event:
    return one(f"Mar 30 22:36:48 bastion sshd[1]: {message}")


@pytest.mark.parametrize(
    ("message", "action", "actor", "address", "outcome"),
    [
        ("Accepted password for dana from 198.51.100.9 port 1 ssh2", "accepted", "dana", "198.51.100.9", "success"),
        ("Failed password for invalid user admin from 203.0.113.4 port 1 ssh2", "failed", "admin", "203.0.113.4", "failure"),
        ("Invalid user  from 203.0.113.4", "invalid_user", None, "203.0.113.4", "failure"),
        ("Invalid user a b from 2001:db8::7 port 1", "invalid_user", "a b", "2001:db8::7", "failure"),
        ("Connection closed by authenticating user root 203.0.113.4 port 1 [preauth]", "disconnected", "root", "203.0.113.4", None),
        ("Received disconnect from 203.0.113.4 port 1:11: Bye Bye", "disconnected", None, "203.0.113.4", None),
        ("Disconnected from user dana 198.51.100.9 port 1", "disconnected", "dana", "198.51.100.9", None),
        ("Server listening on 0.0.0.0 port 22.", "other", None, None, None),
        ("User root from 203.0.113.4 not allowed", "other", "root", "203.0.113.4", None),
        ("Accepted password for dana from bastion.example.com port 1 ssh2", "accepted", "dana", None, "success"),
        ("Magic value check failed (4289475) on handshake from 203.0.113.4 port 1", "other", None, "203.0.113.4", None),
        ("refused connect from example.com (::ffff:203.0.113.4)", "other", None, "203.0.113.4", None),
    ],
)  # fmt: skip
def test_sshd(message: str, action: str, actor: str | None, address: str | None, outcome: str | None) -> None:
    event = said(message)
    assert (event["kind"], event["action"], event["actor"], event["src_ip"], event["outcome"]) == (
        "ssh.auth", action, actor, address, outcome,
    )  # fmt: skip
    assert event["message"] == message


def test_the_fingerprint_of_a_key_is_the_credential() -> None:
    event = said("Accepted publickey for dana from 198.51.100.9 port 1 ssh2: RSA SHA256:abcdefghijklmnopqrstuv")
    assert event["credential"] == "SHA256:abcdefghijklmnopqrstuv"


def test_sudo_and_other_programs() -> None:
    sudo = one("Mar 30 22:36:48 h sudo:   dana : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/id -u")
    assert [sudo[name] for name in ("kind", "action", "actor", "resource", "outcome")] == [
        "sudo", "command", "dana", "/usr/bin/id -u", "success",
    ]  # fmt: skip
    assert one("Mar 30 22:36:48 h sudo: eve : user NOT in sudoers ; COMMAND=/bin/sh")["outcome"] == "denied"
    cron = one("Mar 30 22:36:48 h CRON[5]: pam_unix(cron:session): session opened")
    assert (cron["kind"], cron["action"], cron["message"]) == (
        "syslog",
        "CRON",
        "pam_unix(cron:session): session opened",
    )


@pytest.mark.parametrize(
    ("line", "us", "basis"),
    [
        ("Mar 30 22:36:48 h sshd[1]: x", 1_774_910_208_000_000, "year_inferred"),
        ("Dec 31 00:00:00 h sshd[1]: x", 1_767_139_200_000_000, "year_inferred"),
        ("<38>1 2026-03-30T22:36:48Z h sshd 1 - - x", 1_774_910_208_000_000, "stated"),
        ("2026-03-31T00:36:48.5+02:00 h sshd[1]: x", 1_774_910_208_500_000, "stated"),
    ],
)
def test_times(line: str, us: int, basis: str) -> None:
    event = one(line)
    assert (event["timestamp"], event["timestamp_basis"]) == (us, basis)


@pytest.mark.parametrize(
    "data", [b"Mar 30 22:36:48 h cron[1]: x\n", b"sshd is a program\n", b'{"program": "sshd"}', b""]
)
def test_look_alikes_are_left_alone(data: bytes) -> None:
    assert load("ssh.auth").sniff(Sample(data)).confidence == 0


def test_what_is_no_syslog_line_is_refused() -> None:
    (refusal,) = load("ssh.auth").decode(Chunk(b"sshd says hello")).rejects
    assert refusal.reason == "the line is not a syslog record"
