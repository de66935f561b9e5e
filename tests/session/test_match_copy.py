"""A leaked copy against a repository that a test makes: versions, merges, packages, archives."""

import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.evidence_files import ingested, put
from timeline.analysis.leaked_copy import NO_COMMITS
from timeline.model.errors import UsageError
from timeline.model.leaked_copy import CopyMatch
from timeline.session.case import Case

Match = Callable[[dict[str, str | bytes]], CopyMatch]
TARBALL = b"a published tarball"


def git(folder: Path, *words: str, hour: int = 0) -> str:
    when = f"2026-03-01T{hour:02d}:00:00Z"
    environment = {
        "PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_DATE": when, "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.com",
    }  # fmt: skip
    ran = subprocess.run(["git", *words], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def commit(folder: Path, hour: int, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name}.txt"
        if text:
            path.write_text(text)
        else:
            path.unlink()
    git(folder, "add", "-A", hour=hour)
    git(folder, "commit", "-q", "-m", f"at {hour}", hour=hour)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("copied")
    work = folder / "evidence" / "repo"
    work.mkdir(parents=True)
    git(work, "init", "-q", "-b", "main")
    commit(work, 1, a="one", b="bee")
    commit(work, 2, a="two")
    git(work, "tag", "v2")
    git(work, "checkout", "-q", "-b", "side", "HEAD~1")
    commit(work, 3, c="sea")
    git(work, "checkout", "-q", "main")
    git(work, "merge", "-q", "--no-ff", "-m", "merged", "side", hour=4)
    commit(work, 5, b="")
    head = git(work, "rev-parse", "HEAD")
    document = {
        "_id": "@corp/cli", "name": "@corp/cli", "dist-tags": {"latest": "1.0.0"},
        "time": {"created": "2026-03-01T05:00:00.000Z", "1.0.0": "2026-03-01T06:00:00.000Z"},
        "versions": {"1.0.0": {"name": "@corp/cli", "version": "1.0.0", "gitHead": head,
                               "dist": {"shasum": hashlib.sha1(TARBALL, usedforsecurity=False).hexdigest()}}},
    }  # fmt: skip
    (folder / "evidence" / "cli.json").write_text(json.dumps(document))
    with ingested(folder / "c.db", folder / "evidence") as case:
        yield case


@pytest.fixture
def match(case: Case, tmp_path: Path) -> Match:
    folders = count()
    return lambda files: case.findings.match_copy(put(tmp_path / str(next(folders)), files))


def hours(found: CopyMatch) -> list[int]:
    return [(version.us or 0) // 3_600_000_000 % 24 for version in found.versions]


def test_one_version(match: Match) -> None:
    found = match({"src/a.txt": "one", "b.txt": "bee"})
    assert (found.known, found.unknown, found.whole) == (("b.txt", "src/a.txt"), (), True)
    assert hours(found) == [1, 3]


def test_what_is_not_known_is_listed(match: Match) -> None:
    found = match({"a.txt": "two", "b.txt": "bee", "more.txt": "new", "none": ""})
    assert (found.files, found.empty, found.unknown) == (4, 1, ("more.txt",))
    assert hours(found) == [2, 4]
    assert "refs/tags/v2" in found.versions[0].names


def test_a_merge_holds_what_both_sides_brought(match: Match) -> None:
    found = match({"a.txt": "two", "b.txt": "bee", "c.txt": "sea"})
    assert (hours(found), found.whole) == ([4], True)


def test_what_was_removed_is_not_held_any_more(match: Match) -> None:
    assert hours(match({"a.txt": "two", "c.txt": "sea"})) == [4, 5]
    assert hours(match({"b.txt": "bee", "c.txt": "sea"})) == [3, 4]


def test_files_that_never_stood_together(match: Match) -> None:
    found = match({"old.txt": "one", "new.txt": "two"})
    assert (found.whole, found.versions[0].matched, len(found.known)) == (False, 1, 2)
    assert (found.earliest_us or 0) // 3_600_000_000 % 24 == 2


def test_a_package_by_its_hash_and_its_commit_by_name(match: Match) -> None:
    found = match({"cli-1.0.0.tgz": TARBALL, "c.txt": "sea", "a.txt": "two"})
    assert [(package.file, package.package) for package in found.packages] == [("cli-1.0.0.tgz", "@corp/cli@1.0.0")]
    assert found.unknown == ()
    assert "@corp/cli@1.0.0" in found.versions[-1].names


def test_members_of_an_archive(case: Case, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "leak.tgz", "w:gz") as archive:
        for name, data in (("x/a.txt", b"two"), ("x/other", b"other")):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    found = case.findings.match_copy(tmp_path / "leak.tgz")
    assert (found.files, len(found.known), found.unknown) == (2, 1, ("leak.tgz!/x/other",))


def test_nothing_to_compare_with(tmp_path: Path) -> None:
    evidence = put(tmp_path / "e", {"a.log": '198.51.100.4 - - [01/Mar/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 5\n'})
    with ingested(tmp_path / "c.db", evidence) as case:
        found = case.findings.match_copy(evidence)
    assert (found.versions, found.notes, found.earliest_us) == ((), (NO_COMMITS,), None)


def test_a_copy_that_is_not_there(case: Case, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        case.findings.match_copy(tmp_path / "nothing")
