"""Authentication logs: which program a line is of, who, from where, with which key, and when."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import ssh_auth
from tests.parsers.agreeing import outcome
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


def test_the_colon_behind_an_address_is_not_of_it() -> None:
    assert said("Received disconnect from 203.0.113.4: 11: Bye Bye [preauth]")["src_ip"] == "203.0.113.4"
    assert said("Received disconnect from 2001:db8::: 11: Bye Bye")["src_ip"] == "2001:db8::"


PAM = "logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.4"
KEY = "SHA256:abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
MESSAGES = [
    "Failed password for invalid user admin from 203.0.113.4 port 40122 ssh2",
    "Failed none for root from 2001:db8::7 port 40122 ssh2",
    "Invalid user admin from 203.0.113.4 port 40122",
    "Invalid user admin from 203.0.113.4",
    "Connection closed by 203.0.113.4 port 40122 [preauth]",
    "Connection reset by authenticating user root 203.0.113.4 port 40122 [preauth]",
    "Disconnected from invalid user admin 2001:db8::7 port 40122 [preauth]",
    "Disconnected from user dana 198.51.100.9 port 50122",
    "Disconnected from 198.51.100.9 port 50122",
    "Received disconnect from 203.0.113.4 port 1:11: Bye Bye [preauth]",
    "Received disconnect from 203.0.113.4: 11: disconnected by user",
    "Accepted password for dana from bastion.example.com port 1 ssh2",
    f"Accepted publickey for dana from 198.51.100.9 port 50122 ssh2: ED25519 {KEY}",
    f"pam_unix(sshd:auth): authentication failure; {PAM}  user=root",
    f"pam_unix(sshd:auth): authentication failure; {PAM}",
    f"PAM 2 more authentication failures; {PAM}  user=root",
    "pam_unix(sshd:session): session closed for user dana",
    "dana : TTY=pts/0 ; PWD=/home/dana ; USER=root ; COMMAND=/usr/bin/id",
]
HEADS = [
    "Mar 30 22:36:48 bastion sshd[4411]:",
    "Mar  2 22:36:48 bastion sudo:",
    "<38>Mar 30 22:36:48 bastion sshd[4411]:",
    "2026-03-30T22:36:48.123456+02:00 bastion sshd-session[4411]:",
    "2026-03-30T22:36:48.123456+05:30 bastion CRON[1]:",
]
TOKENS = [
    "", "-", ":", "a:", "from", "for", "user", "invalid", "by", "Failed", "x y", "cafe", "::ffff:192.0.2.7", "2001:db8::", "1.2.3",
    "999.1.1.1", "01.2.3.4", "user=dana", "ssh2:", "COMMAND=", "sshd[1]:", "/usr/sbin/sshd[1]:", "sshd:x:", "Feb 29 22:36:48", "30",
    "ab:", "60", "23:59:59", "24:00:00", "02:30:00", "a" * 70, "\u00e9", "\udcff", "\0", "\t", "[preauth]", "Disconnected from",
]  # fmt: skip


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A line with a few words in place of others, or between them."""
    words = f"{draw(st.sampled_from(HEADS))} {draw(st.sampled_from(MESSAGES))}".split(" ")
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words) - 1))
        word = draw(st.one_of(st.sampled_from(TOKENS), st.text(max_size=4)))
        words[place : place + draw(st.integers(0, 1))] = [word]
    return " ".join(words).replace("\n", " ").encode("utf-8", "surrogateescape" if draw(st.booleans()) else "replace")


contexts = st.builds(
    DecodeContext,
    zone=st.sampled_from([None, "Europe/Berlin", "+05:30"]),
    year=st.sampled_from([None, 2024]),
    evidence_mtime_us=st.sampled_from([None, MAY_US, 1_774_910_208_000_000, 1_774_910_209_000_000]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=8), contexts)
def test_columns_and_single_lines_agree(found: list[bytes], context: DecodeContext) -> None:
    chunk = Chunk(b"\n".join(found), offset=77, first_record=5, context=context)
    assert outcome(ssh_auth.decode(chunk)) == outcome(ssh_auth.decode_singly(chunk))


def test_usual_lines_are_read_as_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    chunk = Chunk("\n".join(f"{HEADS[0]} {message}" for message in MESSAGES).encode(), context=DecodeContext(year=2026))
    expected = outcome(ssh_auth.decode_singly(chunk))
    monkeypatch.setattr(ssh_auth, "decode_lines", None)
    assert outcome(ssh_auth.decode(chunk)) == expected
    assert len(expected["events"]) == len(MESSAGES)


@pytest.mark.parametrize("newest_us", [1_774_910_208_000_000, 1_774_910_207_999_999, 1_774_910_160_000_000])
def test_the_year_is_inferred_alike_within_the_newest_minute(newest_us: int) -> None:
    text = "".join(f"Mar 30 22:36:{second:02} h sshd[1]: x\n" for second in range(60))
    chunk = Chunk(text.encode(), context=DecodeContext(evidence_mtime_us=newest_us))
    assert outcome(ssh_auth.decode(chunk)) == outcome(ssh_auth.decode_singly(chunk))
