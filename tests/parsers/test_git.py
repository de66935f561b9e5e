from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import git
from parsers.lib.git_objects import encoding_of, read_ident, read_reflog, subject_of
from timeline.model.event import EVENT_SCHEMA
from timeline.model.parser import Chunk, DecodeContext, Decoded, Sample

OID = "9" * 40
TREE = b"4b825dc642cb6eb9a060e54bf8d69288fbee4904"
FIRST = b"repository corp/app leakline-git-1,sha1 11"


def _record(kind: str, name: str, flags: str, *payloads: bytes) -> bytes:
    sizes = " ".join(str(len(payload)) for payload in payloads)
    return f"{kind} {name} {flags} {sizes}\n".encode() + b"".join(payloads)


def _chunk(*records: bytes, header: bytes = FIRST) -> Chunk:
    spans = []
    data = b""
    for record in records:
        spans.append((len(data), len(record)))
        data += record + b"\n"
    return Chunk(data, 1000, 5, spans, header, DecodeContext(source="app/.git"))


def _events(*records: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = git.decode(_chunk(*records)).events.to_pylist()
    return [{name: value for name, value in event.items() if value is not None} for event in found]


def _commit(
    author: bytes = b"Dana <dana@example.com> 1774908400 +0200",
    committer: bytes = b"Bot <bot@example.com> 1774908400 +0000",
    *,
    message: bytes = b"subject\n\nbody\n",
    extra: bytes = b"",
    flags: str = "reachable",
    paths: bytes = b"",
) -> bytes:
    raw = b"tree %b\nauthor %b\ncommitter %b\n%b\n%b" % (TREE, author, committer, extra, message)
    return _record("commit", OID, flags, raw, paths)


def _whole(stream: bytes) -> Chunk:
    records = []
    position = 0
    while position < len(stream):
        end = stream.index(b"\n", position)
        size = sum(int(word) for word in stream[position:end].split(b" ")[3:])
        records.append((position, end + 1 + size - position))
        position = end + 2 + size
    return Chunk(stream, spans=records)


@pytest.mark.parametrize("sample", git.SAMPLES)
def test_samples_are_recognised_and_decoded(sample: bytes) -> None:
    assert git.sniff(Sample(sample, "app")).confidence == 100
    decoded = git.decode(_whole(sample))
    assert decoded.events.schema == EVENT_SCHEMA
    assert set(decoded.events["kind"].to_pylist()) <= set(git.EMITS)
    resources = {resource.split(" ")[0] for resource in decoded.events["resource"].to_pylist()}
    assert len(resources) == 1
    assert not decoded.warnings


@pytest.mark.parametrize("data", [b"", b"# v2 git bundle\n", b"tree 0\n", b"{}", b"repository x y 1\n"])
def test_other_sources_are_left_to_others(data: bytes) -> None:
    assert git.sniff(Sample(data)).confidence == 0


def test_a_commit_states_its_committer_and_its_author() -> None:
    record = _commit(committer=b"Release Bot <bot@example.com> 1774910204 +0000")
    by_committer, by_author = _events(record)
    shared = {
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "offset": 1000,
        "length": len(record),
        "kind": "git.commit",
        "action": "commit",
        "outcome": "success",
        "resource": "corp/app",
        "message": "subject",
        "content": by_author["content"],
    }
    assert by_committer == shared | {
        "timestamp": 1774910204_000_000,
        "timestamp_desc": "commit",
        "actor": "bot@example.com",
        "uid": OID,
    }
    assert by_author == shared | {
        "timestamp": 1774908400_000_000,
        "timestamp_desc": "author",
        "actor": "dana@example.com",
        "uid": f"{OID}#author",
    }


def test_one_clock_gives_one_event() -> None:
    assert [event["timestamp_desc"] for event in _events(_commit())] == ["commit"]


def test_the_content_of_a_commit_does_not_depend_on_where_it_was_found() -> None:
    here = git.decode(_chunk(_commit(flags="reachable"))).events["content"]
    there = git.decode(_chunk(_commit(flags="unreachable,paths_unknown"), header=FIRST.replace(b"corp", b"else")))
    assert here.equals(there.events["content"])


@pytest.mark.parametrize("time", [b"-1", b"999999999999999", b"9" * 40, b"soon", b"", b"1e9"])
def test_an_absurd_time_leaves_the_event_undated_and_warns(time: bytes) -> None:
    decoded = git.decode(_chunk(_commit(committer=b"Bot <bot@example.com> " + time + b" +0000")))
    by_committer, by_author = decoded.events.to_pylist()
    assert by_committer["timestamp"] is None
    assert by_committer["timestamp_basis"] is None
    assert by_committer["actor"] == "bot@example.com"
    assert by_author["timestamp"] == 1774908400_000_000
    assert list(decoded.warnings) == [(5, "the committer time cannot be read: the event is undated")]
    assert not decoded.rejects


def test_an_author_without_time_gives_an_undated_event() -> None:
    decoded = git.decode(_chunk(_commit(author=b"Dana <dana@example.com>")))
    assert decoded.events["actor"].to_pylist() == ["bot@example.com", "dana@example.com"]
    assert decoded.events["timestamp"].to_pylist() == [1774908400_000_000, None]


def test_a_commit_without_any_known_header_is_still_an_event() -> None:
    decoded = git.decode(_chunk(_record("commit", OID, "unreachable", b"garbage", b"")))
    assert decoded.events["uid"].to_pylist() == [OID, f"{OID}#author"]
    assert decoded.events["timestamp"].null_count == 2
    assert len(decoded.warnings) == 2


def test_stated_encodings_and_bad_bytes() -> None:
    latin = _commit(b"J\xf6rg <j\xf6rg@example.com> 1 +0000", message=b"gr\xfc\xdfe\n", extra=b"encoding ISO-8859-1\n")
    assert [event["message"] for event in _events(latin)] == ["grüße", "grüße"]
    assert _events(latin)[1]["actor"] == "jörg@example.com"
    unknown = _commit(message=b"caf\xe9\n", extra=b"encoding zlib_codec\n")
    assert _events(unknown)[0]["message"] == "caf\ufffd"
    for name in (b"idna", b"unicode_escape", b"hex", b"rot13", b"punycode", b"utf_7x", b"\xff"):
        assert encoding_of(name) == "utf-8"


def test_a_signature_is_not_taken_for_the_message() -> None:
    extra = b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n"
    record = _commit(extra=extra)
    assert _events(record)[0]["message"] == "subject"
    fields = git.fields(record, b"", DecodeContext())
    assert fields["gpgsig"] is True
    assert fields["message"] == "subject\n\nbody\n"


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        (b"one\n", b"one"),
        (b"\n\none\ntwo\n\nthree", b"one two"),
        (b"", b""),
        (b"one\n \nthree\n", b"one"),
        (b"no line end", b"no line end"),
        (b"crlf\r\n\r\nbody\r\n", b"crlf"),
    ],
)
def test_subjects_are_those_that_git_shows(message: bytes, subject: bytes) -> None:
    assert subject_of(message) == subject


def test_a_long_subject_is_shortened_in_the_event_only() -> None:
    record = _commit(message=b"x" * 100_000)
    assert len(_events(record)[0]["message"]) == 4096
    assert len(git.fields(record, b"", DecodeContext())["message"]) == 100_000


@pytest.mark.parametrize(
    ("line", "name", "email", "seconds", "zone"),
    [
        (b"A B <a@example.com> 5 +0130", b"A B", b"a@example.com", 5, b"+0130"),
        (b"<a@example.com> 5 +0000", b"", b"a@example.com", 5, b"+0000"),
        (b"A <> 5 +0000", b"A", b"", 5, b"+0000"),
        (b"A <a@example.com>> 5 -1200", b"A", b"a@example.com", 5, b"-1200"),
        (b"A <a <b@example.com> 5 +0000", b"A", b"a <b@example.com", 5, b"+0000"),
        (b"A a@example.com 5 +0000", b"A a@example.com 5 +0000", b"", None, b""),
        (b"A <a@example.com> 5", b"A", b"a@example.com", 5, b""),
        (b"", b"", b"", None, b""),
    ],
)
def test_idents_are_read_as_far_as_they_go(
    line: bytes, name: bytes, email: bytes, seconds: int | None, zone: bytes
) -> None:
    ident = read_ident(line)
    assert (ident.name, ident.email, ident.seconds, ident.zone) == (name, email, seconds, zone)


def test_a_time_that_no_integer_column_holds_is_shown_as_text() -> None:
    fields = git.fields(_commit(author=b"A <a@example.com> " + b"9" * 25 + b" +0000"), b"", DecodeContext())
    assert fields["author"]["time"] == "9" * 25
    assert fields["committer"]["time"] == 1774908400


def test_fields_of_a_commit() -> None:
    paths = b":100644 000000 %b %b D\0gone\0::100644 100644 100755 %b %b %b MM\0run\n.sh\0" % (
        b"1" * 40, b"0" * 40, b"1" * 40, b"2" * 40, b"3" * 40,
    )  # fmt: skip
    extra = b"HG:rename yes\n"
    fields = git.fields(_commit(paths=paths, extra=extra, flags="reflog,paths_cut"), b"", DecodeContext())
    assert fields["oid"] == OID
    assert fields["author"] == {"name": "Dana", "email": "dana@example.com", "time": 1774908400, "zone": "+0200"}
    assert fields["parents"] == []
    assert fields["headers"] == {"HG:rename": "yes"}
    assert (fields["reachable"], fields["reached_from"], fields["paths_cut"]) == (False, "reflog", True)
    assert fields["paths"][0] == {
        "status": "D", "path": "gone", "old_mode": "100644", "new_mode": "000000", "old": "1" * 40, "new": "0" * 40,
    }  # fmt: skip
    assert fields["paths"][1]["path"] == "run\n.sh"
    assert fields["paths"][1]["old"] == ["1" * 40, "2" * 40]


def test_a_tag() -> None:
    raw = b"object %b\ntype commit\ntag v1\ntagger Bot <bot@example.com> 1774910300 +0000\n\nFirst\n" % OID.encode()
    (event,) = _events(_record("tag", "7" * 40, "reachable", raw))
    assert (event["kind"], event["action"], event["timestamp_desc"]) == ("git.tag", "tag", "tag")
    assert (event["resource"], event["uid"]) == ("corp/app refs/tags/v1", "7" * 40)
    assert (event["timestamp"], event["actor"], event["message"]) == (1774910300_000_000, "bot@example.com", "First")
    assert event["record"] == 5
    assert git.fields(_record("tag", "7" * 40, "unknown", raw), b"", DecodeContext())["reachable"] is None


def test_refs_are_undated() -> None:
    plain, head, stale, odd = _events(
        _record("ref", "refs/heads/a%20b", "-", OID.encode()),
        _record("ref", "HEAD", "-", b"ref: refs/heads/main"),
        _record("ref", "refs/heads/main", "missing,stale", OID.encode()),
        _record("ref", "refs/heads/odd", "malformed", b"\xffjunk"),
    )
    assert plain["resource"] == "corp/app refs/heads/a b"
    assert (plain["kind"], plain["action"], plain["uid"]) == ("git.ref", "ref", OID)
    assert "timestamp" not in plain
    assert head["message"] == "ref: refs/heads/main"
    assert "content" not in head
    assert stale["message"] == "missing stale"
    assert odd["message"] == "\ufffdjunk"


@pytest.mark.parametrize(
    ("message", "flags", "action", "desc"),
    [
        ("commit: add key", "-", "commit", "reflog"),
        ("commit (amend): add key", "forced", "commit", "reflog"),
        ("update by push", "-", "push", "push"),
        ("update by push", "forced", "forced-update", "push"),
        ("push", "-", "push", "push"),
        ("fetch origin: forced-update", "forced", "forced-update", "reflog"),
        ("pull --rebase origin main: Fast-forward", "-", "pull", "reflog"),
        ("checkout: moving from main to topic", "-", "checkout", "reflog"),
        ("reset: moving to HEAD~1", "forced", "reset", "reflog"),
        ("rebase (finish): returning to refs/heads/main", "forced", "rebase", "reflog"),
        ("clone: from https://git.example.com/corp/app.git", "-", "clone", "reflog"),
        ("initial pull", "-", "pull", "reflog"),
        ("WIP on main: 0123456 subject", "-", "stash", "reflog"),
        ("", "-", "update", "reflog"),
        ("", "forced", "forced-update", "reflog"),
        ("\u202eodd", "-", "update", "reflog"),
    ],
)
def test_reflog_lines(message: str, flags: str, action: str, desc: str) -> None:
    line = f"{'8' * 40} {OID} Dana <dana@example.com> 1774908400 +0200\t{message}".encode()
    (event,) = _events(_record("reflog", "refs/heads/main", flags, line))
    assert (event["kind"], event["action"], event["timestamp_desc"]) == ("git.reflog", action, desc)
    assert (event["actor"], event["uid"], event["resource"]) == ("dana@example.com", OID, "corp/app refs/heads/main")
    assert event["timestamp"] == 1774908400_000_000
    assert event["outcome"] == "success"


def test_created_and_deleted_refs_in_reflogs() -> None:
    zero = "0" * 40
    created = read_reflog(f"{zero} {OID} A <a@example.com> 1 +0000".encode())
    deleted = read_reflog(f"{OID} {zero} A <a@example.com> 1 +0000\tpush".encode())
    assert created is not None
    assert deleted is not None
    assert (created.action(forced=False, stash=False), created.named) == ("create", OID)
    assert (deleted.action(forced=False, stash=False), deleted.named) == ("delete", OID)


def test_reflog_lines_that_name_one_object_differ_in_content() -> None:
    records = [
        _record("reflog", name, "-", f"{'8' * 40} {OID} A <a@example.com> {time} +0000\tcommit: x".encode())
        for name, time in (("HEAD", 1), ("refs/heads/main", 1), ("HEAD", 2))
    ]
    assert len({event["content"] for event in _events(*records)}) == 3
    damaged = git.decode(_chunk(_record("reflog", "HEAD", "-", b"\0\0\0")))
    assert [refusal.reason for refusal in damaged.rejects] == ["the reflog line cannot be read"]


def test_facts_about_the_repository() -> None:
    events = _events(
        _record("remote", "origin", "-", b"url https://bot:token@git.example.com/app.git\nfetch +refs/*:refs/*"),
        _record("hook", "post-commit", "-", b"size 3\nsha256 00"),
        _record("hole", OID, "prerequisite", b"abc\ndef"),
        _record("hole", "-", "promised", b"blob:none"),
        _record("shallow", OID, "-", b""),
        _record("graft", OID, "-", OID.encode()),
        _record("replace", OID, "-", b"8" * 40),
        _record("config", "-", "-", b"[core]\n"),
        _record("alternate", "-", "-", b"/srv/git/objects"),
        _record("pointer", "commondir", "-", b"../..\n"),
    )
    assert {event["kind"] for event in events} == {"git.repository"}
    assert [event["action"] for event in events] == [
        "remote", "hook", "hole", "hole", "shallow", "graft", "replace", "config", "alternate", "pointer",
    ]  # fmt: skip
    assert events[0]["message"] == "https://git.example.com/app.git"
    assert events[0]["resource"] == "corp/app remote origin"
    assert events[1]["resource"] == "corp/app hooks/post-commit"
    assert (events[2]["uid"], events[2]["message"]) == (OID, "prerequisite: abc def")
    assert "uid" not in events[3]
    assert events[6]["message"] == f"by {'8' * 40}"
    assert all(("uid" in event) == ("content" in event) for event in events)
    assert not any("timestamp" in event for event in events)


def test_what_the_reader_refused_is_a_reject() -> None:
    decoded = git.decode(
        _chunk(
            _record("refused", OID, "unreadable", b""),
            _record("refused", OID, "forged", b"x"),
            _record("refused", OID, "long", b""),
            _record("later", OID, "-", b""),
            b"not a record",
            _commit() + b"longer than it says",
        )
    )
    assert decoded.events.num_rows == 0
    assert [(refusal.record, refusal.reason) for refusal in decoded.rejects] == [
        (5, "the object is damaged and cannot be read"),
        (6, "the object does not hash to its name"),
        (7, "the object is longer than any honest commit or tag"),
        (8, "a Git record of a type that this version does not know"),
        (9, "not a record of a Git stream"),
        (10, "not a record of a Git stream"),
    ]


def test_the_name_comes_from_the_header_else_from_the_source() -> None:
    named = git.decode(_chunk(_commit(), header=b"repository a%2Fb%20c leakline-git-1,sha1 0"))
    assert named.events["resource"].to_pylist() == ["a/b c"]
    assert git.decode(_chunk(_commit(), header=b"")).events["resource"].to_pylist() == ["app"]


def _cuts(stream: bytes) -> Iterator[tuple[Chunk, Chunk]]:
    whole = _whole(stream)
    assert whole.spans is not None
    header = stream[: stream.index(b"\n")]
    for count in range(1, len(whole.spans)):
        cut = whole.spans[count][0]
        rest = [(start - cut, length) for start, length in whole.spans[count:]]
        yield (
            Chunk(stream[:cut], 0, 1, whole.spans[:count], header),
            Chunk(stream[cut:], cut, count + 1, rest, header),
        )


def test_any_chunk_boundary_gives_the_same_events() -> None:
    stream = git.SAMPLES[0]
    expected = git.decode(_whole(stream)).events.to_pylist()
    for left, right in _cuts(stream):
        assert git.decode(left).events.to_pylist() + git.decode(right).events.to_pylist() == expected


def _accounted(decoded: Decoded, chunk: Chunk) -> bool:
    offsets = set(decoded.events["offset"].to_pylist()) | {refusal.offset for refusal in decoded.rejects}
    return offsets == {offset for _, offset, _ in chunk.records()}


_KINDS = ["commit", "tag", "ref", "reflog", "hole", "remote", "repository", "replace", "graft", "refused", "zzz"]


@given(
    st.lists(
        st.tuples(st.sampled_from(_KINDS), st.sampled_from([OID, "-", "a%ff"]), st.binary(max_size=120)), min_size=1
    )
)
def test_no_payload_raises_or_is_lost(rows: list[tuple[str, str, bytes]]) -> None:
    records = [_record(kind, name, "-", payload) for kind, name, payload in rows]
    chunk = _chunk(*records)
    decoded = git.decode(chunk)
    assert decoded.records == len(rows)
    assert _accounted(decoded, chunk)
    for record in records:
        assert git.fields(record, b"", DecodeContext())["record"]


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    chunk = Chunk(data, spans=[(0, len(data))])
    assert _accounted(git.decode(chunk), chunk)
    git.fields(data, b"", DecodeContext())
    git.sniff(Sample(data))


def test_content_is_a_hash_of_the_commit_itself() -> None:
    record = _commit()
    raw = record[record.index(b"\n") + 1 :]
    expected = int.from_bytes(blake2b(raw, digest_size=8).digest(), "big", signed=True)
    assert _events(record)[0]["content"] == expected
