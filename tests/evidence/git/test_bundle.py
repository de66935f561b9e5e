import hashlib
import io
from pathlib import Path

import pytest

from tests.evidence.git.builder import Repo, read
from timeline.evidence.git import open_bundle
from timeline.model.errors import EvidenceError


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "app")
    for number in range(4):
        made.commit(f"change {number}", a=f"{number}\n" * 20)
    made.git("tag", "-a", "v1", "-m", "first")
    return made


def _bundle(repo: Repo, *arguments: str) -> Path:
    path = repo.path.parent / "app.bundle"
    options = [argument for argument in arguments if argument.startswith("--version")]
    repo.git("bundle", "create", "-q", *options, str(path), *(a for a in arguments if a not in options))
    return path


def test_a_bundle_holds_the_same_commits_as_its_repository(repo: Repo) -> None:
    path = _bundle(repo, "--all")
    found = read(path)
    assert found.problem is None
    assert found.file_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.items[0].payload == b"form bundle\nbundle 2\nrefs read"
    assert found.of("commit") == read(repo.path).of("commit")
    assert found.of("tag") == read(repo.path).of("tag")
    assert found.named("ref")["refs/heads/main"].payload == repo.git("rev-parse", "main").encode()


def test_a_bundle_can_come_as_a_stream_of_bytes(repo: Repo) -> None:
    path = _bundle(repo, "--all")
    with open_bundle(io.BytesIO(path.read_bytes()), name="corp/app") as stream:
        data = b"".join(framed.data for framed in stream.frames())
        assert stream.file_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert data == read(path).stream


def test_prerequisites_are_holes_and_the_rest_is_salvaged(repo: Repo) -> None:
    path = _bundle(repo, "main~2..main")
    found = read(path)
    needed = repo.git("rev-parse", "main~2")
    first = repo.git("rev-parse", "main~1")
    assert found.named("hole")[needed].flags == ("prerequisite",)
    assert found.named("hole")[needed].payload == first.encode()
    commits = found.named("commit")
    assert set(commits) == {first, repo.git("rev-parse", "main")}
    assert commits[first].flags == ("reachable", "paths_unknown")


def test_a_version_3_bundle_with_a_filter_states_what_was_left_out(repo: Repo) -> None:
    path = _bundle(repo, "--version=3", "--filter=blob:none", "--all")
    found = read(path)
    assert found.named("hole")["-"].flags == ("promised",)
    assert found.named("hole")["-"].payload == b"blob:none"
    assert len(found.of("commit")) == 4
    assert found.of("commit")[3].second.endswith(b" M\0a\0")


def test_a_sha256_bundle_is_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "app", ("-b", "main", "--object-format=sha256"))
    oid = repo.commit("one", a="1\n")
    found = read(_bundle(repo, "--version=3", "--all"))
    assert list(found.named("commit")) == [oid]
    assert found.items[0].flags == ("leakline-git-1", "sha256")


def test_a_bundle_that_is_cut_short_gives_what_it_holds_and_says_so(repo: Repo) -> None:
    for number in range(30):
        repo.commit(f"more {number}", **{f"file{number}": str(number) * 90})
    path = _bundle(repo, "--all")
    path.write_bytes(path.read_bytes()[:-1500])
    found = read(path)
    assert found.of("commit")
    assert found.problem is not None
    assert "cut short" in found.problem
    assert "/" not in found.problem.partition("missing:")[2]


@pytest.mark.parametrize(
    "data", [b"", b"# v9 git bundle\n\n", b"# v2 git bundle\n" + b"0" * 40 + b" refs/heads/main\n", b"\0" * 5000]
)
def test_what_is_no_bundle_is_an_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.bundle").write_bytes(data)
    with pytest.raises(EvidenceError):
        open_bundle(tmp_path / "x.bundle", name="x")
    with pytest.raises(EvidenceError):
        open_bundle(tmp_path / "none.bundle", name="x")


def test_garbage_behind_a_good_header_is_a_problem_not_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.bundle"
    path.write_bytes(b"# v2 git bundle\n" + b"1" * 40 + b" refs/heads/main\nodd line\n\nPACKgarbage")
    found = read(path)
    assert found.problem is not None
    assert found.named("ref")["refs/heads/main"].flags == ("missing",)
    assert "1 lines of the bundle's header" in found.problem
