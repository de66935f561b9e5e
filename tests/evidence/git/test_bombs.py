"""Trees made to fill the memory or never to end."""

from pathlib import Path

import pytest

from tests.evidence.git.builder import Repo, read
from timeline.evidence.git import changes, isolate, lanes


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "app")
    made.commit("before", a="1\n")
    return made


def _tree(repo: Repo, bottom: str, levels: int, width: int = 10) -> str:
    tree = bottom
    for _ in range(levels):
        tree = repo.git("mktree", stdin="".join(f"040000 tree {tree}\t{n:02}\n" for n in range(width)).encode())
    return tree


def _commit_tree(repo: Repo, tree: str) -> str:
    repo.minutes += 1
    oid = repo.git("commit-tree", tree, "-p", "HEAD", "-m", "bomb")
    repo.git("update-ref", "refs/heads/main", oid)
    return oid


def test_a_tree_of_a_billion_files_is_cut_and_the_commit_stays(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolate, "MEMORY_BYTES", 160 * 1024**2)
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"x")
    files = repo.git("mktree", stdin="".join(f"100644 blob {blob}\t{n:02}\n" for n in range(10)).encode())
    bomb = _commit_tree(repo, _tree(repo, files, 8))
    after = _commit_tree(repo, repo.git("rev-parse", "HEAD~1^{tree}"))
    commits = read(repo.path).named("commit")
    assert commits[bomb].flags == ("reachable", "paths_cut")
    assert commits[bomb].second == b""
    assert after in commits


def test_a_tree_that_is_walked_for_ever_is_given_up(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "QUIET_SECONDS", 0.2)
    monkeypatch.setattr(changes, "QUIET_SECONDS", 0.5)
    bomb = _commit_tree(repo, _tree(repo, repo.git("mktree", stdin=b""), 12))
    commits = read(repo.path).named("commit")
    assert commits[bomb].flags == ("reachable", "paths_cut")


def test_more_paths_than_the_cap_are_cut_at_a_whole_entry(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MAX_PATHS", 3)
    many = repo.commit("many", **{f"file{number}": "x" for number in range(5)})
    last = repo.commit("few", a="2\n")
    commits = read(repo.path).named("commit")
    assert commits[many].flags == ("reachable", "paths_cut")
    assert commits[many].second.split(b"\0")[1::2] == [b"file0", b"file1", b"file2"]
    assert commits[last].flags == ("reachable",)
    assert commits[last].second.endswith(b"\0a\0")


@pytest.mark.parametrize("block_bytes", [1000, 1 << 26], ids=["one by one", "in blocks"])
def test_a_section_longer_than_the_byte_cap_is_read_past(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, block_bytes: int
) -> None:
    monkeypatch.setattr(lanes, "MAX_BLOCK_BYTES", block_bytes)
    monkeypatch.setattr(changes, "MAX_PATHS_BYTES", 3000)
    many = repo.commit("many", **{f"file{number:05}": "x" for number in range(2000)})
    last = repo.commit("few", a="2\n")
    commits = read(repo.path).named("commit")
    assert commits[many].flags == ("reachable", "paths_cut")
    assert 2500 < len(commits[many].second) <= 3000
    assert commits[many].second.endswith(b"\0")
    assert commits[last].second.endswith(b"\0a\0")


def test_a_commit_longer_than_the_cap_is_refused(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timeline.evidence.git.objects.MAX_OBJECT", 100_000)
    long = repo.raw_commit(repo.git("cat-file", "commit", "HEAD").encode() + b"\n" + b"x" * 120_000)
    found = read(repo.path)
    assert found.named("refused")[long].flags == ("long",)
    assert len(found.of("commit")) == 1


def test_objects_that_are_too_long_together_are_refused_from_the_longest_on(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("timeline.evidence.git.objects.LONG", 1000)
    monkeypatch.setattr("timeline.evidence.git.objects.MAX_OBJECTS_BYTES", 10_000)
    base = repo.git("cat-file", "commit", "HEAD").encode() + b"\n"
    longest, shorter = (repo.raw_commit(base + b"x" * size) for size in (9000, 3000))
    found = read(repo.path)
    assert {oid: item.flags for oid, item in found.named("refused").items()} == {longest: ("long",)}
    assert shorter in found.named("commit")


def test_paths_that_are_too_long_together_are_cut(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timeline.evidence.git.compose.MAX_ALL_PATHS_BYTES", 150)
    repo.commit("second", b="1\n")
    assert [item.flags for item in read(repo.path).of("commit")] == [("reachable",), ("reachable", "paths_cut")]


def test_limits_reach_git(tmp_path: Path) -> None:
    isolated = isolate.Isolated(tmp_path, "sha1")
    ended = isolated.git.run(["-c", "alias.limits=!ulimit -v; ulimit -t; env", "limits"])
    lines = ended.output.decode().splitlines()
    assert lines[0] == str(isolate.MEMORY_BYTES // 1024)
    assert lines[1] == "3600"
    names = {line.partition("=")[0] for line in lines[2:]}
    assert not names & {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_TRACE", "GIT_OBJECT_DIRECTORY"}
