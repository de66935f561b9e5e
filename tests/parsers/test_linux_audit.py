"""Linux's audit log: lines of one number are one event; who, what, from where, how it ended; hex is read, secrets stay out."""

import importlib
from typing import Any, cast

import pytest

from tests.parsers.registry import Event
from timeline.model.parser import Chunk, DecodeContext, Decoded, Parser, Sample

PARSER: Any = cast("Parser", importlib.import_module("parsers.linux_audit"))
STAMP = "msg=audit(1774910208.123:77)"


def decode(text: str | bytes) -> Decoded:
    decoded: Decoded = PARSER.decode(Chunk(text.encode() if isinstance(text, str) else text))
    return decoded


def one(*lines: str) -> Event:
    (event,) = decode("\n".join(lines)).events.to_pylist()
    return Event(event)


def test_a_command_is_one_event_of_all_its_lines() -> None:
    event = one(
        f'type=SYSCALL {STAMP}: success=yes exit=0 auid=1000 uid=0 ses=3 exe="/usr/bin/tar"\x1dSYSCALL=execve AUID="dana"',
        f'type=EXECVE {STAMP}: argc=3 a0="tar" a1[0]=637A a1[1]=66 a2="x y"',
        f'type=PATH {STAMP}: item=0 name="/usr/bin/tar"',
    )
    assert (event["timestamp"], event["timestamp_precision"]) == (1774910208123000, 1000)
    assert (event["action"], event["actor"], event["session"]) == ("EXECVE", "dana", "3")
    assert (event["resource"], event["outcome"]) == ("/usr/bin/tar", "success")
    assert (event["message"], event["uid"]) == ("tar czf 'x y'", "1774910208.123:77")


def test_lines_apart_or_of_other_numbers_are_other_events() -> None:
    first, second = f"type=CWD {STAMP}: cwd=/", "type=CWD msg=audit(1774910208.123:78): cwd=/"
    assert len(decode("\n".join((first, first, second, first))).events) == 3


@pytest.mark.parametrize(
    ("line", "action", "actor", "address", "outcome", "resource"),
    [
        ("USER_LOGIN|auid=4294967295 ses=4294967295 msg='op=login acct=\"dana\" addr=198.51.100.9 res=failed'",
         "USER_LOGIN", "dana", "198.51.100.9", "failure", None),
        ("USER_LOGIN|auid=1000 msg='op=login id=1000 exe=\"/usr/sbin/sshd\" addr=? res=success'",
         "USER_LOGIN", "1000", None, "success", "/usr/sbin/sshd"),
        ("USER_CMD|auid=1000 msg='cwd=\"/\" cmd=6964202D75 res=success'", "USER_CMD", "1000", None, "success", "id"),
        ("ADD_USER|auid=1000 msg='op=add-user acct=\"mallory\" res=success'", "ADD_USER", "1000", None, "success", "mallory"),
        ("AVC|avc:  denied  { read } for  pid=7 comm=\"cat\" name=\"x\"", "AVC", None, None, "denied", None),
        ("USER_AVC|pid=1 auid=1000 msg='avc:  denied  { stop } for auid=1000'", "USER_AVC", "1000", None, "denied", None),
        ("SYSCALL|success=no exit=-13 auid=1000 exe=\"/bin/cat\"", "SYSCALL", "1000", None, "denied", "/bin/cat"),
        ("SYSCALL|success=no exit=-2 auid=1000 exe=\"/bin/cat\"", "SYSCALL", "1000", None, "failure", "/bin/cat"),
        ("CONFIG_CHANGE|op=remove_rule auid=1000 res=1", "CONFIG_CHANGE", "1000", None, "success", None),
        ("USER_AUTH|uid=0 auid=unset msg='acct=6D addr=bastion res=success'", "USER_AUTH", "m", None, "success", None),
    ],
)  # fmt: skip
def test_fields(
    line: str, action: str, actor: str | None, address: str | None, outcome: str, resource: str | None
) -> None:
    kind, _, body = line.partition("|")
    event = one(f"type={kind} {STAMP}: {body}")
    assert (event["action"], event["actor"], event["src_ip"], event["outcome"], event["resource"]) == (
        action, actor, address, outcome, resource
    )  # fmt: skip


def test_a_file_is_named_with_its_directory() -> None:
    call = f"type=SYSCALL {STAMP}: success=yes auid=1000"
    event = one(call, f'type=CWD {STAMP}: cwd="/etc"', f'type=PATH {STAMP}: item=0 name="shadow"')
    assert event["resource"] == "/etc/shadow"


def test_typed_secrets_are_withheld() -> None:
    record = (
        f'type=EXECVE {STAMP}: argc=4 a0="curl" a1="-u" a2="dana:not-a-word" a3="https://x.example.com"\n'
        f"type=TTY {STAMP}: data=6E6F742D612D776F7264"
    )
    event = one(record)
    assert event["message"] == "curl -u dana:[withheld] https://x.example.com"
    shown = PARSER.fields(record.encode(), b"", DecodeContext())
    assert "not-a-word" not in str(shown)
    kept = PARSER.unprintable(record.encode(), b"", DecodeContext())
    assert kept == ("not-a-word", b"not-a-word".hex().upper())


def test_what_is_no_record() -> None:
    decoded = decode(f"----\ntype=CWD {STAMP}: cwd=/\nhello\n\ntype=CWD msg=audit(x): \n")
    assert [refusal.reason for refusal in decoded.rejects] == [PARSER.NOT_A_RECORD, PARSER.NOT_A_RECORD]
    assert [refusal.record for refusal in decoded.ignored] == [1, 4]
    assert len(decoded.events) == 1


@pytest.mark.parametrize(
    ("data", "is_own"),
    [
        (f"type=CWD {STAMP}: cwd=/\n", True),
        (f"node=a type=CWD {STAMP}: cwd=/\n", True),
        ("Mar 30 22:36:48 bastion sshd[1]: Accepted password for dana from 198.51.100.9 port 1 ssh2\n", False),
        ("type=CWD msg=audit of something\n", False),
    ],
)
def test_sniff(data: str, is_own: bool) -> None:
    assert (PARSER.sniff(Sample(data.encode())).confidence >= 50) is is_own
