"""The walk: every source once, in canonical order, nothing skipped in silence, nothing followed out."""

import os
import random
import socket
import subprocess
from pathlib import Path

import pytest

from tests.evidence.archive_support import zip_of
from timeline.evidence.walk import Found, find_sources


def put(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x\n")


def names(*paths: Path, exclude: tuple[Path, ...] = ()) -> list[str]:
    return [found.name for found in find_sources(list(paths), exclude=exclude)]


def problems(*paths: Path) -> dict[str, str | None]:
    return {found.name: found.problem for found in find_sources(list(paths)) if found.problem}


def git(folder: Path, *arguments: str) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, env=clean)


def test_files_are_found_by_name_in_order(tmp_path: Path) -> None:
    put(tmp_path, "b.log", "a/z.log", "a.log", ".hidden", "a/b/.c", "empty/x")
    assert names(tmp_path) == sorted([".hidden", "a.log", "a/b/.c", "a/z.log", "b.log", "empty/x"])
    found = next(iter(find_sources([tmp_path / "a.log"])))
    assert found.name == "a.log"
    assert (found.form, found.size, found.problem) == ("file", 2, None)
    assert found.mtime_us == (tmp_path / "a.log").stat().st_mtime_ns // 1000


def test_order_of_arguments_and_overlaps_change_nothing(tmp_path: Path) -> None:
    put(tmp_path, "e/b.log", "e/a/z.log", "f/b.log", "g.log")
    given = [tmp_path / "e", tmp_path / "e/a", tmp_path / "f", tmp_path / "g.log", tmp_path / "e/../e/b.log"]
    expected = ["e/a/z.log", "e/b.log", "f/b.log", "g.log"]
    for seed in range(6):
        random.Random(seed).shuffle(given)
        assert names(*given) == expected


def test_folders_of_the_same_name_get_their_parents(tmp_path: Path) -> None:
    put(tmp_path, "web1/logs/access.log", "web2/logs/access.log", "other/x.log")
    assert names(tmp_path / "web2/logs", tmp_path / "web1/logs", tmp_path / "other") == [
        "web1/logs/access.log", "web2/logs/access.log", "x.log",
    ]  # fmt: skip


def test_files_of_the_same_name_given_by_themselves(tmp_path: Path) -> None:
    put(tmp_path, "a/x.log", "b/x.log")
    assert names(tmp_path / "a/x.log", tmp_path / "b/x.log") == ["a/x.log", "b/x.log"]


def test_the_case_itself_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "case.yaml", "case.db", "case.db-wal", "evidence/a.log", "case.db.txt")
    mine = tuple(tmp_path / name for name in ("case.yaml", "case.db", "case.db-wal", "case.db-shm"))
    assert names(tmp_path, exclude=mine) == ["case.db.txt", "evidence/a.log"]


def test_links_are_not_followed_inside_but_resolved_when_given(tmp_path: Path) -> None:
    put(tmp_path, "e/a.log", "outside.log")
    (tmp_path / "e/loop").symlink_to(tmp_path / "e")
    (tmp_path / "e/out").symlink_to(tmp_path / "outside.log")
    (tmp_path / "e/gone").symlink_to(tmp_path / "nowhere")
    assert problems(tmp_path / "e") == dict.fromkeys(["gone", "loop", "out"], "symbolic link, not followed")
    (tmp_path / "given").symlink_to(tmp_path / "e")
    assert names(tmp_path / "given") == ["a.log", "gone", "loop", "out"]
    assert names(tmp_path / "given", tmp_path / "e") == ["a.log", "gone", "loop", "out"]


def test_what_is_no_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("sock")
        assert problems(tmp_path) == {"pipe": "FIFO, not read", "sock": "socket, not read"}
    assert problems(tmp_path / "none") == {"none": "no such file or folder"}


def test_unreadable_files_and_folders_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.log", "b.log", "closed/x.log")
    real_scan, real_open = os.scandir, open

    def scan(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return real_scan(path)

    def opened(path: Path, *rest: object, **named: object) -> object:
        if Path(path).name == "b.log":
            raise PermissionError(13, "Permission denied")
        return real_open(path, *rest, **named)  # type: ignore[call-overload]  # passes on what it was given

    monkeypatch.setattr(os, "scandir", scan)
    monkeypatch.setattr("builtins.open", opened)
    denied = "cannot be read: Permission denied"
    assert problems(tmp_path) == {"b.log": denied, "closed": denied}
    assert names(tmp_path) == ["a.log", "b.log", "closed"]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bad\xff.log")).write_bytes(b"x")
    (tmp_path / "bad\\xff.log").write_bytes(b"x")
    found = names(tmp_path)
    assert sorted(found) == ["bad\\xff.log", "bad\\xff.log#2"]


def test_work_trees_bare_repositories_and_submodules(tmp_path: Path) -> None:
    for tree in ("app", "sub", "app/vendor/lib"):
        (tmp_path / tree).mkdir(parents=True)
        git(tmp_path / tree, "init", "-q")
    put(tmp_path, "app/src/main.py", "app/x.log", "plain/a.log")
    git(tmp_path, "init", "-q", "--bare", "mirror.git")
    module = tmp_path / "app/.git/modules/group/tool"
    module.parent.mkdir(parents=True)
    git(tmp_path, "init", "-q", "--bare", str(module))
    found = list(find_sources([tmp_path]))
    assert [(f.name, f.form) for f in found] == [
        ("app/.git", "git"), ("app/.git/modules/group/tool", "git"), ("app/vendor/lib/.git", "git"),
        ("mirror.git", "git"), ("plain/a.log", "file"), ("sub/.git", "git"),
    ]  # fmt: skip
    assert found[0].path == tmp_path / "app/.git"
    assert names(tmp_path / "app") == ["app/.git", "app/.git/modules/group/tool", "app/vendor/lib/.git"]
    assert names(tmp_path / "app/.git") == ["app/.git"]
    assert names(tmp_path / "mirror.git") == ["mirror.git"]


def test_pointers_to_repositories_are_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "e/a.log")
    git(tmp_path, "init", "-q", "outside")
    (tmp_path / "e/tree").mkdir()
    (tmp_path / "e/tree/.git").write_text(f"gitdir: {tmp_path}/outside/.git\n")
    assert problems(tmp_path / "e") == {"tree/.git": "points to a repository elsewhere (gitdir:), not followed"}
    (tmp_path / "e/linked").mkdir()
    (tmp_path / "e/linked/.git").symlink_to(tmp_path / "outside/.git")
    assert problems(tmp_path / "e")["linked/.git"] == "symbolic link, not followed"


def test_a_bundle_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "r.bundle").write_bytes(b"# v2 git bundle\n")
    assert [found.form for found in find_sources([tmp_path])] == ["file"]


def test_members_stand_where_their_archive_stands(tmp_path: Path) -> None:
    put(tmp_path, "a.log", "z.log")
    (tmp_path / "m.log").write_bytes(zip_of([("y", b"1"), ("x", b"2")]))
    found = list(find_sources([tmp_path]))
    assert [f.name for f in found] == ["a.log", "m.log!/y", "m.log!/x", "z.log"]
    expected = Found("m.log!/y", tmp_path / "m.log", "member", "y", 1, 1774910208000000, None, (0,))
    assert found[1] == expected
