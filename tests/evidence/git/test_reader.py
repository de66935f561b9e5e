import hashlib
import os
import shutil
import stat
import threading
from pathlib import Path

import pytest

from tests.evidence.git.builder import START, Repo, read
from timeline.evidence.git import open_repository
from timeline.evidence.git.reader import repository_name
from timeline.model.errors import Cancelled, EvidenceError


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "app")


def test_every_commit_is_there_byte_for_byte_with_its_paths(repo: Repo) -> None:
    first = repo.commit("first", a="1\n", sub__b="2\n")
    second = repo.commit("second", a="3\n")
    commits = read(repo.path).of("commit")
    assert [item.name for item in commits] == [first, second]
    for item in commits:
        assert hashlib.sha1(b"commit %d\0%b" % (len(item.payload), item.payload)).hexdigest() == item.name
        assert item.flags == ("reachable",)
    blob = repo.git("rev-parse", f"{second}:a")
    old = repo.git("rev-parse", f"{first}:a")
    assert commits[1].second == f":100644 100644 {old} {blob} M\0a\0".encode()
    assert commits[0].second.split(b"\0")[1::2] == [b"a", b"sub/b"]


def test_a_merge_shows_what_neither_parent_has(repo: Repo) -> None:
    repo.commit("base", a="1\n", b="1\n")
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit("topic", b="2\n")
    repo.git("checkout", "-q", "main")
    repo.commit("main", a="2\n")
    repo.git("merge", "-q", "--no-commit", "topic")
    evil = repo.commit("evil merge", a="slipped in\n")
    changed = read(repo.path).named("commit")[evil].second
    assert changed.startswith(b"::100644 100644 100644 ")
    assert changed.split(b"\0")[1::2] == [b"a"]


def test_names_with_line_feeds_and_bad_utf8_stay_exact(repo: Repo) -> None:
    odd = b"line\nfeed \xff name"
    Path(os.fsdecode(os.fsencode(repo.path) + b"/" + odd)).write_text("x")
    oid = repo.commit("odd")
    assert read(repo.path).named("commit")[oid].second.split(b"\0")[1] == odd


def test_the_same_content_gives_the_same_bytes_however_it_is_packed(repo: Repo, tmp_path: Path) -> None:
    for number in range(12):
        repo.commit(f"change {number}", a=f"{number}\n")
    repo.git("tag", "-a", "v1", "-m", "one")
    repo.git("branch", "side", "HEAD~3")
    loose = read(repo.path).stream
    shutil.copytree(repo.path, tmp_path / "elsewhere" / "app", symlinks=True)
    repo.git("repack", "-adq")
    repo.git("prune-packed", "-q")
    repo.git("pack-refs", "--all")
    packed = read(repo.path)
    assert packed.problem is None
    assert packed.stream == loose
    assert read(tmp_path / "elsewhere" / "app").stream == loose


def test_reading_leaves_the_evidence_untouched(repo: Repo) -> None:
    for number in range(4):
        repo.commit(f"change {number}", a=f"{number}\n")
    repo.git("repack", "-adq")
    repo.commit("loose", a="loose\n")
    pack = next((repo.folder / "objects" / "pack").glob("*.pack"))
    pack.with_suffix(".idx").unlink()
    before = _state(repo.path)
    assert len(read(repo.path).of("commit")) == 5
    assert _state(repo.path) == before


def _state(path: Path) -> list[tuple[str, int, int, int, int]]:
    found = []
    for place in sorted(path.rglob("*")):
        info = place.lstat()
        found.append((str(place), info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns))
    return found


def test_unreachable_and_reflog_only_commits_are_told_apart(repo: Repo) -> None:
    repo.commit("base", a="1\n")
    dropped = repo.commit("dropped", a="secret\n")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    kept = repo.commit("kept", a="2\n")
    found = read(repo.path).named("commit")
    assert found[dropped].flags == ("reflog",)
    assert found[kept].flags == ("reachable",)
    repo.git("reflog", "expire", "--expire=now", "--all")
    (repo.folder / "ORIG_HEAD").unlink()
    assert read(repo.path).named("commit")[dropped].flags == ("unreachable",)


def test_a_forced_update_is_marked_in_the_log_of_the_ref(repo: Repo, tmp_path: Path) -> None:
    server = Repo(tmp_path / "server.git", ("--bare", "-b", "main"))
    server.git("config", "core.logAllRefUpdates", "true")
    repo.git("remote", "add", "origin", str(server.path))
    repo.commit("base", a="1\n")
    repo.git("push", "-q", "origin", "main")
    leaked = repo.commit("leaked", a="key\n")
    repo.git("push", "-q", "origin", "main")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    clean = repo.commit("clean", a="2\n")
    repo.git("push", "-q", "--force", "origin", "main")
    on_server = [item for item in read(server.path).of("reflog") if item.name == "refs/heads/main"]
    assert [item.flags for item in on_server] == [(), (), ("forced",)]
    assert on_server[2].payload.startswith(f"{leaked} {clean} ".encode())
    assert on_server[2].payload.endswith(b"\tpush")
    pushed = [item for item in read(repo.path).of("reflog") if item.name == "refs/remotes/origin/main"]
    assert [item.flags for item in pushed] == [(), (), ("forced",)]
    assert pushed[2].payload.endswith(b"\tupdate by push")
    assert read(server.path).named("commit")[leaked].flags == ("reflog",)


def test_refs_tags_stash_and_head(repo: Repo) -> None:
    oid = repo.commit("base", a="1\n")
    repo.git("tag", "light")
    repo.git("tag", "-a", "v1", "-m", "first")
    (repo.path / "a").write_text("not yet\n")
    repo.git("stash")
    found = read(repo.path)
    refs = found.named("ref")
    assert refs["HEAD"].payload == b"ref: refs/heads/main"
    assert refs["refs/tags/light"].payload == oid.encode()
    tag = repo.git("rev-parse", "v1")
    assert found.named("tag")[tag].flags == ("reachable",)
    assert b"tag v1" in found.named("tag")[tag].payload
    assert refs["refs/tags/v1"].payload == tag.encode()
    stash = repo.git("rev-parse", "stash")
    assert refs["refs/stash"].payload == stash.encode()
    assert found.named("commit")[stash].flags == ("reachable",)
    assert [item.flags for item in found.of("reflog") if item.name == "refs/stash"] == [()]


def test_a_packed_ref_that_a_loose_one_overrides_is_kept_as_stale(repo: Repo) -> None:
    first = repo.commit("one", a="1\n")
    repo.git("pack-refs", "--all")
    second = repo.commit("two", a="2\n")
    refs = [item for item in read(repo.path).of("ref") if item.name == "refs/heads/main"]
    found = [(item.payload.decode(), item.flags) for item in refs]
    assert found == [(second, ()), (first, ("stale",))]


def test_remotes_and_hooks_are_listed_and_samples_are_not(repo: Repo) -> None:
    repo.commit("base", a="1\n")
    repo.git("remote", "add", "origin", "https://git.example.com/corp/app.git")
    hooks = repo.folder / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "post-commit").write_text("#!/bin/sh\ntrue\n")
    (hooks / "pre-push.sample").write_text("#!/bin/sh\n")
    found = read(repo.path)
    assert b"url https://git.example.com/corp/app.git" in found.named("remote")["origin"].payload
    digest = hashlib.sha256(b"#!/bin/sh\ntrue\n").hexdigest()
    assert [(item.name, item.payload) for item in found.of("hook")] == [
        ("post-commit", f"size 15\nsha256 {digest}".encode())
    ]


def test_a_damaged_object_is_refused_and_the_rest_is_read(repo: Repo) -> None:
    repo.commit("one", a="1\n")
    bad = repo.commit("two", a="2\n")
    last = repo.commit("three", a="3\n")
    file = repo.folder / "objects" / bad[:2] / bad[2:]
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    file.write_bytes(b"garbage")
    found = read(repo.path)
    assert found.named("refused")[bad].flags == ("unreadable",)
    assert found.named("commit")[last].flags == ("reachable", "paths_unknown")
    assert found.named("hole")[bad].payload == last.encode()


@pytest.mark.parametrize("number", [0, 2, 5])
def test_a_commit_whose_content_ends_git_is_refused_and_the_rest_is_read(repo: Repo, number: int) -> None:
    oids = [repo.commit(f"change {n}", a=f"{n}\n") for n in range(6)]
    file = repo.folder / "objects" / oids[number][:2] / oids[number][2:]
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    file.write_bytes(file.read_bytes()[:-4] + b"\0\0\0\0")  # the checksum at the end of the zlib stream
    found = read(repo.path)
    assert {oid: item.flags for oid, item in found.named("refused").items()} == {oids[number]: ("unreadable",)}
    assert set(found.named("commit")) == set(oids) - {oids[number]}
    assert "refused objects" in (found.problem or "")


def test_an_object_that_does_not_hash_to_its_name_is_refused(repo: Repo) -> None:
    real = repo.commit("one", a="1\n")
    other = repo.commit("two", a="2\n")
    wrong = "0123456789" * 4
    (repo.folder / "objects" / wrong[:2]).mkdir(exist_ok=True)
    shutil.copy(repo.folder / "objects" / other[:2] / other[2:], repo.folder / "objects" / wrong[:2] / wrong[2:])
    found = read(repo.path)
    assert found.named("refused")[wrong].flags == ("forged",)
    assert set(found.named("commit")) == {real, other}


def test_commits_are_ordered_by_committer_time_and_absurd_times_stay(repo: Repo) -> None:
    repo.commit("base", a="1\n")
    tree = repo.git("rev-parse", "HEAD^{tree}").encode()
    shape = b"tree %b\nauthor A <a@example.com> %b\ncommitter A <a@example.com> %b\n\nodd\n"
    odd = [
        repo.raw_commit(shape % (tree, when, when))
        for when in (b"99999999999999999 +0000", b"-5 +0000", b"soon", b"1 +0000")
    ]
    commits = [item.name for item in read(repo.path).of("commit")]
    assert set(odd) < set(commits)
    assert commits[-1] == odd[0]
    assert commits.index(odd[3]) == 2  # two without a readable time before it


def test_a_missing_repository_and_a_pointer_to_another_are_refused(repo: Repo, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="not a Git repository"):
        open_repository(tmp_path, name="x")
    pointer = tmp_path / "linked"
    pointer.mkdir()
    (pointer / ".git").write_text(f"gitdir: {repo.folder}\n")
    with pytest.raises(EvidenceError, match="not followed"):
        open_repository(pointer, name="x")
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / ".git").symlink_to(repo.folder)
    with pytest.raises(EvidenceError, match="symbolic link"):
        open_repository(tmp_path / "link", name="x")


def test_cancel_ends_the_reading_and_nothing_stays_behind(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    repo.commit("one", a="1\n")
    cancel = threading.Event()
    with open_repository(repo.path, name="x", cancel=cancel) as stream:
        cancel.set()
        with pytest.raises(Cancelled):
            list(stream.frames())
    assert list(scratch.iterdir()) == []
    assert (repo.folder / "objects").is_dir()


def test_an_empty_repository_gives_its_first_records(repo: Repo) -> None:
    found = read(repo.path, "corp/app with space")
    assert found.problem is None
    assert found.items[0].name == "corp/app%20with%20space"
    assert found.items[0].flags == ("leakline-git-1", "sha1")
    assert not found.of("commit")


def test_worktree_heads_are_read_from_inside_the_repository(repo: Repo, tmp_path: Path) -> None:
    repo.commit("base", a="1\n")
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "second"))
    second = Repo(tmp_path / "second", ())
    second.minutes = 5
    oid = second.commit("in the second tree", a="2\n")
    found = read(repo.path)
    assert found.named("ref")["worktrees/second/HEAD"].payload == oid.encode()
    assert any(item.name == "worktrees/second/HEAD" for item in found.of("reflog"))
    assert found.named("commit")[oid].flags == ("reachable",)
    assert str(START).encode() not in found.items[0].payload


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("corp/app/.git", "corp/app"),
        ("mirrors/app.git", "mirrors/app"),
        ("app.bundle", "app"),
        ("app/.git/modules/lib", "app/.git/modules/lib"),
        (".git", ".git"),
        ("app", "app"),
    ],
)
def test_events_call_a_repository_by_its_name(name: str, shown: str) -> None:
    assert repository_name(name) == shown


def test_git_that_is_not_installed_is_said_plainly(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("one", a="1\n")
    monkeypatch.setenv("PATH", "/nowhere:relative")
    with open_repository(repo.path, name="x") as stream, pytest.raises(EvidenceError, match="git is not installed"):
        list(stream.frames())
