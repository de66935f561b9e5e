from hypothesis import given
from hypothesis import strategies as st

from timeline.evidence.git.config import Setting, read_config, read_settings


def test_sections_subsections_quotes_comments_and_continuations() -> None:
    text = rb"""
; a comment
[core]
    bare = false # and why
    Editor = "vi \"x\" # not a comment"
[remote "a \"b\" \\c"] url = https://example.com/x  ; tail
    fetch = one \
two
[old.Style]
    flag
not a line
= neither
"""
    assert read_settings(text) == [
        Setting("core", None, "bare", b"false"),
        Setting("core", None, "editor", b'vi "x" # not a comment'),
        Setting("remote", b'a "b" \\c', "url", b"https://example.com/x"),
        Setting("remote", b'a "b" \\c', "fetch", b"one two"),
        Setting("old", b"style", "flag", b"true"),
    ]


def test_what_matters_for_reading_objects() -> None:
    config = read_config(b"[extensions]\nobjectFormat=SHA256\nrefStorage=reftable\n[core]\nbare\n")
    assert (config.object_format, config.ref_storage) == ("sha256", b"reftable")
    assert (config.bare, config.partial) == (True, None)
    assert read_config(b"[extensions]\npartialClone = origin\n").partial == b""
    filtered = read_config(b'[remote "o"]\npromisor = true\npartialclonefilter = tree:0\n')
    assert filtered.partial == b"tree:0"
    assert filtered.remotes() == {b"o": [("promisor", b"true"), ("partialclonefilter", b"tree:0")]}
    assert read_config(b"[extensions]\nobjectformat = md6\n").unknown_format == b"md6"


@given(st.binary(max_size=200))
def test_any_bytes_are_read(text: bytes) -> None:
    read_config(b"[a]\nb = " + text)
    read_config(text)
