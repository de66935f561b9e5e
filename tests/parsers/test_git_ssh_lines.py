"""Git over SSH in lines: Gitolite and old gitlab-shell; what each line says, and what is neither."""

from typing import Any

import pytest

from parsers import git_ssh_gitolite, git_ssh_lines
from timeline.model.parser import Chunk, Sample

GITOLITE = "2026-03-30.22:36:48\t4411\t"
SHELL = "I, [2026-03-30T22:36:48.424113 #4411]  INFO -- : "
GITALY = (
    'gitlab-shell: executing git command <gitaly-receive-pack unix:/g.socket {"repository":{"relative_path":"ml/w.git"},'
    '"gl_id":"key-2","gl_username":"dana"}> for user with id user-4.'
)


def one(parser: Any, line: str) -> dict[str, Any]:
    (event,) = parser.decode(Chunk(line.encode())).events.to_pylist()
    found: dict[str, Any] = event
    return found


@pytest.mark.parametrize(
    ("rest", "action", "actor", "resource", "address", "outcome"),
    [
        ("ssh\tARGV=dana\tSOC=git-upload-pack 'ml/w'\tFROM=198.51.100.9", "git-upload-pack", "dana", "ml/w", "198.51.100.9", None),
        ("ssh\tARGV=dana\tSOC=git-receive-pack '/ml/w.git'\tFROM=2001:db8::7", "git-receive-pack", "dana", "ml/w",
         "2001:db8::7", None),
        ("ssh\tARGV=dana\tSOC=info\tFROM=198.51.100.9", "info", "dana", None, "198.51.100.9", None),
        ("ssh\tARGV=dana\tSOC=\tFROM=198.51.100.9", "ssh", "dana", None, "198.51.100.9", None),
        ("pre_git\tml/w\tdana\tR\tany\trefs/.*", "pre_git", "dana", "ml/w", None, "success"),
        ("pre_git\tml/w\teve\tW\tany\tW any ml/w eve DENIED by fallthru", "pre_git", "eve", "ml/w", None, "denied"),
        ("update\tml/w\tdana\tW\trefs/heads/main\t1f2e\t5b6a\trefs/.*", "update", "dana", "ml/w", None, "success"),
        ("die\tW any ml/w eve DENIED by fallthru", "die", "eve", "ml/w", None, "denied"),
        ("die\tinvalid repo name", "die", None, None, None, "failure"),
        ("END", "END", None, None, None, None),
        ("-", None, None, None, None, None),
    ],
)  # fmt: skip
def test_gitolite(
    rest: str, action: str | None, actor: str | None, resource: str | None, address: str | None, outcome: str | None
) -> None:
    event = one(git_ssh_gitolite, GITOLITE + rest)
    assert (event["kind"], event["session"], event["timestamp"]) == ("git.ssh", "4411", 1_774_910_208_000_000)
    names = ("action", "actor", "resource", "src_ip", "outcome")
    assert [event[name] for name in names] == [action, actor, resource, address, outcome]


@pytest.mark.parametrize(
    ("message", "action", "actor", "credential", "resource", "outcome"),
    [
        (
            "gitlab-shell: executing git command <git-upload-pack /srv/repositories/ml/w.git> for user with key key-7.",
            "git-upload-pack", None, "key-7", "ml/w", None,
        ),
        (
            "gitlab-shell: executing git command <git-upload-pack /srv/repositories/ml/w.git> for dana.",
            "git-upload-pack", "dana", None, "ml/w", None,
        ),
        (
            GITALY,
            "git-receive-pack", "dana", None, "ml/w", None,
        ),
        (
            "gitlab-shell: Access denied for git command <git-upload-pack 'ml/w.git'> by user with key key-6.",
            "git-upload-pack", None, "key-6", "ml/w", "denied",
        ),
        ("POST http://127.0.0.1:8080/api/v3/internal/allowed 0.03", "POST", None, None, "http://127.0.0.1:8080/api/v3/internal/allowed",
         None),
        ('Adding key key-17 => "ssh-rsa AAAA"', "add_key", None, "key-17", None, None),
        ("something else", None, None, None, None, None),
    ],
)  # fmt: skip
def test_old_gitlab_shell(
    message: str,
    action: str | None,
    actor: str | None,
    credential: str | None,
    resource: str | None,
    outcome: str | None,
) -> None:
    event = one(git_ssh_lines, SHELL + message)
    assert (event["kind"], event["message"], event["timestamp"]) == ("git.ssh", message, 1_774_910_208_424_113)
    names = ("action", "actor", "credential", "resource", "outcome")
    assert [event[name] for name in names] == [action, actor, credential, resource, outcome]


def test_what_is_neither() -> None:
    for parser, other in ((git_ssh_gitolite, git_ssh_lines), (git_ssh_lines, git_ssh_gitolite)):
        assert parser.sniff(Sample(parser.SAMPLES[0])).confidence >= 95
        assert not parser.sniff(Sample(other.SAMPLES[0])).confidence
        assert [found.reason for found in parser.decode(Chunk(b"hello\n")).rejects]
    assert not git_ssh_lines.sniff(Sample(SHELL.encode() + b"Started GET /\n")).confidence
    assert not git_ssh_gitolite.sniff(Sample(b"2026-03-30 22:36:48\t4411\tssh\n")).confidence
