"""Histories of shells: which lines are one command, when it was typed, by whom, and that typed secrets stay out."""

import importlib
from typing import Any, cast

import pytest

from parsers.lib.command_secrets import secrets_in, without_typed_secrets
from timeline.model.parser import Chunk, DecodeContext, Decoded, Parser, Sample

PARSER: Any = cast("Parser", importlib.import_module("parsers.shell_history"))
SECOND_US = 1_000_000


def decode(text: str | bytes, source: str = "") -> Decoded:
    data = text.encode() if isinstance(text, str) else text
    decoded: Decoded = PARSER.decode(Chunk(data, context=DecodeContext(source=source)))
    return decoded


def said(text: str | bytes) -> list[tuple[int | None, str]]:
    return [
        (None if event["timestamp"] is None else event["timestamp"] // SECOND_US, event["message"])
        for event in decode(text).events.to_pylist()
    ]


def test_bash_takes_all_lines_up_to_the_next_time() -> None:
    assert said("id\nls -l\n#1774910208\nfor f in *; do\n  cat $f\ndone\n#1774910215\nexit\n") == [
        (None, "id"),
        (None, "ls -l"),
        (1774910208, "for f in *; do\n  cat $f\ndone"),
        (1774910215, "exit"),
    ]


def test_zsh_goes_on_behind_a_backslash() -> None:
    assert said(": 1774910208:0;docker run \\\n  --rm x\n: 1774910209:7;echo \\\\\n: 1774910210:0;id\n") == [
        (1774910208, "docker run \\\n  --rm x"),
        (1774910209, "echo \\\\"),
        (1774910210, "id"),
    ]


def test_zsh_writes_some_bytes_in_its_own_way() -> None:
    assert said(b": 1774910208:0;echo \xc3\x83\xa5\n") == [(1774910208, "echo \u00c5")]


def test_fish() -> None:
    assert said("- cmd: echo a\\nb \\\\ c\n  when: 1774910208\n  paths:\n    - a\n- cmd: id\n") == [
        (1774910208, "echo a\nb \\ c"),
        (None, "id"),
    ]


def test_a_time_without_a_command_is_ignored() -> None:
    decoded = decode("#1774910208\n#1774910209\nid\n\n")
    assert [refusal.reason for refusal in decoded.ignored] == [PARSER.NO_COMMAND]
    assert decoded.records == 2
    assert len(decoded.events) == 1


def test_a_comment_that_was_typed_is_a_command() -> None:
    assert said("# 1774910208\n#x\n") == [(None, "# 1774910208"), (None, "#x")]


def test_program_and_place() -> None:
    (event,) = decode("#1774910208\nA=1 sudo -E tar czf x y\n").events.to_pylist()
    assert (event["action"], event["resource"], event["outcome"]) == ("command", "tar", "unknown")
    assert (event["offset"], event["length"], event["record"]) == (0, len("#1774910208\nA=1 sudo -E tar czf x y"), 1)


@pytest.mark.parametrize(
    ("source", "user"),
    [
        ("bastion/home/dana/.bash_history", "dana"),
        ("/Users/kim/.local/share/fish/fish_history", "kim"),
        ("host/root/.bash_history", "root"),
        ("/home/analyst/evidence/bash_history", None),
        ("bash_history", None),
    ],
)
def test_the_user_is_the_one_of_the_path(source: str, user: str | None) -> None:
    assert decode("id\n", source).events.to_pylist()[0]["actor"] == user


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("mysql -u root -pnot-a-word db", "mysql -u root -p[withheld] db"),
        ("export API_TOKEN='not a token'", "export API_TOKEN=[withheld]"),
        ("export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"),
        ("curl -u dana:not-a-word https://x.example.com", "curl -u dana:[withheld] https://x.example.com"),
        ("git clone https://dana:not-a-word@git.example.com/x", "git clone https://dana:[withheld]@git.example.com/x"),
        ('curl -H "Authorization: Bearer not.a.token"', 'curl -H "Authorization: Bearer [withheld]"'),
        ("az login --password not-a-word --tenant x", "az login --password [withheld] --tenant x"),
        ("deploy --token $TOKEN", "deploy --token $TOKEN"),
        ("scp dana@203.0.113.9:x .", "scp dana@203.0.113.9:x ."),
        ("cd /srv/secrets && ls", "cd /srv/secrets && ls"),
    ],
)
def test_typed_secrets_are_withheld(command: str, shown: str) -> None:
    assert without_typed_secrets(command) == shown
    (event,) = decode(f"#1774910208\n{command}\n").events.to_pylist()
    assert event["message"] == shown
    record = f"#1774910208\n{command}".encode()
    assert PARSER.fields(record, b"", DecodeContext())["command"] == shown
    assert PARSER.unprintable(record, b"", DecodeContext()) == tuple(secrets_in(command))
    assert bool(secrets_in(command)) == ("[withheld]" in shown)


@pytest.mark.parametrize(
    ("data", "name", "is_own"),
    [
        (b"ls\nid\n", "home/dana/.bash_history", True),
        (b"ls\nid\n", "notes.txt", False),
        (b"{}\n", "home/dana/.bash_history", False),
        (b"#!/bin/sh\n# 1774910208\nls\n", "run.sh", False),
        (b"- cmd: build\n  name: x\n", "ci.yml", False),
        (b"#1774910208\nls\n", "x", True),
        (b": 1774910208:0;ls\n", "x", True),
        (b"- cmd: ls\n  when: 1774910208\n", "x", True),
    ],
)
def test_sniff(data: bytes, name: str, is_own: bool) -> None:
    assert (PARSER.sniff(Sample(data, name)).confidence >= 50) is is_own
