"""Changed paths of long histories: in blocks by two processes, and one by one where a block is not as it should be."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence.git.builder import Repo, read
from timeline.evidence.git import lanes
from timeline.evidence.git.lanes import sections_of

_META = b":100644 100644 %b %b M" % (b"1" * 40, b"2" * 40)
_OIDS = tuple(bytes([digit]) * 40 for digit in b"abcdef")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "app")
    made.git("fast-import", "--quiet", stdin="".join(_history(30)).encode())
    return made


def _history(commits: int) -> Iterator[str]:
    for number in range(commits):
        text = f"{number}\n"
        yield f"commit refs/heads/main\ncommitter A <a@example.com> {1000 + number} +0000\ndata 1\nx\n"
        yield f"M 644 inline file{number % 7}\ndata {len(text)}\n{text}\n"


def _loose(repo: Repo, spec: str) -> Path:
    """The loose object of that name; all objects are made loose for it."""
    for pack in (repo.folder / "objects" / "pack").glob("*.pack"):
        aside = pack.rename(repo.path / pack.name)
        for other in pack.parent.glob(f"{pack.stem}.*"):
            other.unlink()
        repo.git("unpack-objects", "-q", stdin=aside.read_bytes())
    oid = repo.git("rev-parse", spec)
    return repo.folder / "objects" / oid[:2] / oid[2:]


def test_two_processes_give_a_long_history_in_order(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(repo.path)
    monkeypatch.setattr(lanes, "LANE_BLOCK", 3)
    assert read(repo.path).stream == whole.stream
    names = [item.second.split(b"\0")[1] for item in whole.of("commit")]
    assert names == [b"file%d" % (number % 7) for number in range(30)]


def test_commits_asked_for_one_by_one_give_the_same_stream(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(repo.path)
    monkeypatch.setattr(lanes, "LANE_BLOCK", 3)
    monkeypatch.setattr(lanes, "MAX_BLOCK_BYTES", -1)
    assert read(repo.path).stream == whole.stream


def test_a_missing_tree_costs_only_the_commits_that_need_it(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LANE_BLOCK", 3)
    _loose(repo, "main~15^{tree}").unlink()
    commits = read(repo.path).of("commit")
    unknown = [number for number, item in enumerate(commits) if "paths_unknown" in item.flags]
    assert unknown == [14, 15]
    assert [len(item.second.split(b"\0")) for item in commits] == [1 if n in unknown else 3 for n in range(30)]


def test_a_damaged_tree_costs_only_the_commits_that_need_it(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LANE_BLOCK", 3)
    damaged = _loose(repo, "main~15^{tree}")
    damaged.chmod(0o644)
    damaged.write_bytes(b"no zlib stream")
    commits = read(repo.path).of("commit")
    assert [number for number, item in enumerate(commits) if not item.second] == [14, 15]


def test_a_file_named_like_the_next_commit_is_a_path(repo: Repo) -> None:
    named = [*repo.git("rev-list", "-2", "main~1").split(), "z"]  # whichever of them follows, by its id
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"x")
    tree = repo.git("mktree", stdin="".join(f"100644 blob {blob}\t{name}\n" for name in named).encode())
    author = b"author A <a@example.com> 999 +0000\ncommitter A <a@example.com> 1028 +0000\n\nx\n"
    made = repo.raw_commit(b"tree %b\n%b" % (tree.encode(), author))
    paths = {oid: item.second.split(b"\0")[1::2] for oid, item in read(repo.path).named("commit").items()}
    assert sorted(paths.pop(made)) == sorted(name.encode() for name in named)
    assert {len(others) for others in paths.values()} == {1}


_path = st.one_of(st.binary(max_size=50).map(lambda raw: raw.replace(b"\0", b"")), st.sampled_from([*_OIDS, _META]))
_sections = st.lists(st.lists(_path, max_size=4), min_size=len(_OIDS), max_size=len(_OIDS))


@given(_sections)
def test_any_paths_are_given_to_the_commit_that_has_them(paths: list[list[bytes]]) -> None:
    wanted = [b"".join(b"%b\0%b\0" % (_META, path) for path in section) for section in paths]
    raw = b"".join(b"%b\0%b" % pair for pair in zip(_OIDS, wanted, strict=True))
    assert sections_of(raw, _OIDS) == wanted


@given(_sections, st.integers(0, len(_OIDS) - 1))
def test_output_that_lacks_a_commit_is_not_taken(paths: list[list[bytes]], lacking: int) -> None:
    raw = b"".join(
        b"%b\0%b" % (oid, b"".join(b"%b\0%b\0" % (_META, path) for path in section))
        for number, (oid, section) in enumerate(zip(_OIDS, paths, strict=True))
        if number != lacking
    )
    assert sections_of(raw, _OIDS) is None
