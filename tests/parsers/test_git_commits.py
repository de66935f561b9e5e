"""The quick way of reading ordinary commits, against the one that reads any commit."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parsers import git
from timeline.model.parser import Chunk, DecodeContext, Decoded

OID = b"9" * 40
PLAIN = b"Dana <dana@example.com> 1774908400 +0200"
BAD_TAG = b"tag %b reachable 4\nnone" % OID


def _commit(
    author: bytes = PLAIN, committer: bytes = PLAIN, message: bytes = b"subject\n", extra: bytes = b"",
    paths: bytes = b"", flags: bytes = b"reachable", longer: int = 0,
) -> bytes:  # fmt: skip
    raw = b"tree %b\nparent %b\nauthor %b\ncommitter %b\n%b\n%b" % (OID, OID, author, committer, extra, message)
    return b"commit %b %b %d %d\n%b%b" % (OID, flags, len(raw) + longer, len(paths) - longer, raw, paths)


def _decoded(records: list[bytes]) -> Decoded:
    spans, data = [], b""
    for record in records:
        spans.append((len(data), len(record)))
        data += record + b"\n"
    header = b"repository corp/app leakline-git-1,sha1 11"
    return git.decode(Chunk(data, 1000, 5, spans, header, DecodeContext(source="app/.git")))


def _all_of(found: Decoded) -> tuple[Any, ...]:
    return found.events.to_pylist(), found.records, found.rejects, found.ignored, found.warnings


def _slowly(records: list[bytes]) -> Decoded:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(git, "ordinary_commits", lambda _: lambda *_: False)
        return _decoded(records)


_words = st.sampled_from(
    [b"", b"a", b" ", b"\n", b"\n\n", b"\r", b"\t", b"\0", b"\xff", b"\xc3\xa9", b"<", b">", b"<a@example.com>", b"x" * 1100,
     b" 1774908400 +0200", b" 1774908401 -0100", b" 999999999999 +0000", b"committer A <a> 1 +0000\n", b"y" * 5000]
)  # fmt: skip
_text = st.lists(_words, max_size=5).map(b"".join)
_ident = st.one_of(
    st.just(PLAIN),
    st.builds(b"%b<%b> %d %b".__mod__, st.tuples(_text, _text, st.integers(0, 10**12), st.just(b"+0000"))),
    _text,
)
_extra = st.sampled_from([b"", b"encoding koi8-r\n", b"gpgsig -----\n x\n", b"\n"])
_flags = st.sampled_from([b"reachable", b"unreachable,paths_cut", b"-"])
_commits = st.builds(
    _commit, _ident, _ident, _text, _extra, _text, _flags, st.sampled_from([0, 0, 0, 0, 1, -1, -30, -150])
)


@given(st.lists(st.one_of(_commits, st.just(BAD_TAG)), max_size=4))
@example([_commit(message=b"")])
@example([_commit(message=b"no line end", paths=b":1 2 3 4 A\0new\nline\0")])
@example([_commit(message=b" \n\nblank first line")])
@example([_commit(longer=-30, paths=b"x")])
@example([_commit() + b"more than its sizes say"])
@example([_commit(author=b"A <a@example.com> 999999999999 +0000")])
@example([_commit(committer=b"A <a@example.com> 999999999999 +0000")])
@example([_commit(message=b"two\nlines\n\nbody")])
@example([_commit(), _commit(extra=b"gpgsig x\n"), BAD_TAG, _commit()])
def test_both_ways_give_the_same(records: list[bytes]) -> None:
    assert _all_of(_decoded(records)) == _all_of(_slowly(records))


def test_an_ordinary_commit_is_read_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "read_record", lambda _: None)
    found = _decoded([_commit(), _commit(author=b"A <a@example.com> 5 +0000"), _commit(extra=b"mergetag x\n")])
    assert [event["timestamp_desc"] for event in found.events.to_pylist()] == ["commit", "commit", "author"]
    assert [refusal.record for refusal in found.rejects] == [7]


def test_columns_stay_even_where_ordinary_commits_and_others_alternate() -> None:
    found = _decoded([_commit(), BAD_TAG, _commit(extra=b"gpgsig x\n"), _commit()])
    events = found.events.to_pylist()
    assert [event["kind"] for event in events] == ["git.commit", "git.tag", "git.commit", "git.commit"]
    assert [event["record"] for event in events] == [None, 6, None, None]
