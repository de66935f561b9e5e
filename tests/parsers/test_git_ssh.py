"""Git over SSH: which command on which repository, by whom and with which key."""

from tests.parsers.one_record import confidence, decode_record, event_of, reasons
from tests.parsers.registry import load

GIT = load("git.ssh")
CLONE = {
    "command": "git-upload-pack",
    "gl_project_path": "ml/w",
    "gl_key_id": 7,
    "level": "info",
    "msg": "executing git command",
    "time": "2026-03-30T22:36:48Z",
    "user_id": "user-4",
    "username": "dana",
    "remote_ip": "198.51.100.9",
}


def test_a_clone() -> None:
    event = event_of(GIT, CLONE)
    names = ("action", "actor", "credential", "src_ip", "resource", "timestamp", "message")
    assert [event[name] for name in names] == [
        "git-upload-pack", "dana", "key-7", "198.51.100.9", "ml/w", 1_774_910_208_000_000, "executing git command",
    ]  # fmt: skip


def test_a_request_to_the_api_and_an_error() -> None:
    asked = event_of(
        GIT, {"msg": "Finished HTTP request", "method": "POST", "status": 401, "url": "http://127.0.0.1/api"}
    )
    assert (asked["action"], asked["status"], asked["outcome"], asked["resource"]) == (
        "POST",
        401,
        "denied",
        "http://127.0.0.1/api",
    )
    assert event_of(GIT, {**CLONE, "level": "error"})["outcome"] == "failure"
    assert event_of(GIT, {**CLONE, "username": ""})["actor"] == "user-4"


def test_what_is_of_something_else() -> None:
    assert reasons(decode_record(GIT, {"a": 1})) == ["the object has no text and no command"]
    assert confidence(GIT, {"command": "git-upload-pack"}, {"command": "ls", "msg": "x", "user_id": 1}) == 0


def test_the_end_of_a_connection() -> None:
    event = event_of(GIT, {"msg": "access: finish", "remote_addr": "198.51.100.9:49922", "written_bytes": 4096})
    assert (event["src_ip"], event["bytes_out"]) == ("198.51.100.9", 4096)
