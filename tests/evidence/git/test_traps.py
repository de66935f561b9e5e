"""Everything that a seized repository may hold to mislead or misuse its reader."""

import hashlib
import os
import struct
from pathlib import Path

import pytest

from tests.evidence.git.builder import Repo, read
from timeline.evidence.git import open_repository
from timeline.model.errors import EvidenceError


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "app")


@pytest.fixture
def responders_own(tmp_path: Path) -> Repo:
    other = Repo(tmp_path / "responder")
    other.minutes = 1000
    other.commit("the responder's own work", private="secret\n")
    return other


def _clone(tmp_path: Path, repo: Repo, *options: str) -> Path:
    Repo(tmp_path / "outside").git("clone", "-q", *options, f"file://{repo.path}", str(tmp_path / "clone"))
    return tmp_path / "clone"


def test_alternates_are_not_followed(repo: Repo, responders_own: Repo) -> None:
    mine = repo.commit("mine", a="1\n")
    theirs = responders_own.git("rev-parse", "HEAD")
    (repo.folder / "objects" / "info").mkdir(exist_ok=True)
    (repo.folder / "objects" / "info" / "alternates").write_text(f"{responders_own.folder}/objects\n")
    (repo.folder / "refs" / "heads" / "other").write_text(theirs + "\n")
    assert repo.git("log", "-1", "--format=%s", "other") == "the responder's own work"
    found = read(repo.path)
    assert list(found.named("commit")) == [mine]
    assert found.named("ref")["refs/heads/other"].flags == ("missing",)
    assert found.named("hole")[theirs].flags == ("missing",)
    assert found.named("hole")["-"].flags == ("alternates",)
    assert found.of("alternate")[0].payload.endswith(b"/objects")
    assert b"own work" not in found.stream


def test_the_callers_git_environment_is_not_passed_on(
    repo: Repo, responders_own: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = repo.commit("mine", a="1\n")
    monkeypatch.setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", f"{responders_own.folder}/objects")
    monkeypatch.setenv("GIT_DIR", str(responders_own.folder))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", f"{responders_own.folder}/objects")
    monkeypatch.setenv("GIT_TRACE", "1")
    assert list(read(repo.path).named("commit")) == [mine]


def test_links_out_of_the_repository_are_not_followed(repo: Repo, responders_own: Repo, tmp_path: Path) -> None:
    mine = repo.commit("mine", a="1\n")
    theirs = responders_own.git("rev-parse", "HEAD")
    loose = Path("objects", theirs[:2])
    (repo.folder / loose).mkdir(exist_ok=True)
    (repo.folder / loose / theirs[2:]).symlink_to(responders_own.folder / loose / theirs[2:])
    responders_own.commit("packed", b="1\n")
    responders_own.git("repack", "-dq")
    pack = next((responders_own.folder / "objects" / "pack").glob("*.pack"))
    (repo.folder / "objects" / "pack" / pack.name).symlink_to(pack)
    (repo.folder / "objects" / "pack" / pack.with_suffix(".idx").name).symlink_to(pack.with_suffix(".idx"))
    outside = tmp_path / "outside.txt"
    outside.write_text(mine + "\n")
    (repo.folder / "refs" / "heads" / "evil").symlink_to(outside)
    (repo.folder / "logs" / "refs" / "heads" / "evil").symlink_to(outside)
    (repo.folder / "shallow").symlink_to(outside)
    found = read(repo.path)
    assert list(found.named("commit")) == [mine]
    assert not found.of("shallow")
    assert "refs/heads/evil" not in found.named("ref")
    assert f"objects/{theirs[:2]}/{theirs[2:]}: symbolic link, not followed" in found.notes
    assert f"objects/pack/{pack.name}: symbolic link, not followed" in found.notes
    assert "refs/heads/evil: symbolic link, not followed" in found.notes
    assert "logs/refs/heads/evil: symbolic link, not followed" in found.notes
    assert "shallow: symbolic link, not followed" in found.notes


def test_linked_folders_are_not_followed(repo: Repo, responders_own: Repo, tmp_path: Path) -> None:
    mine = repo.commit("mine", a="1\n")
    theirs = responders_own.git("rev-parse", "HEAD")
    moved = repo.folder / "objects" / theirs[:2]
    if not moved.exists():
        moved.symlink_to(responders_own.folder / "objects" / theirs[:2])
    (repo.folder / "objects" / "pack").rmdir()
    (repo.folder / "objects" / "pack").symlink_to(responders_own.folder / "objects" / "pack")
    (repo.folder / "refs" / "remotes").symlink_to(responders_own.folder / "refs")
    found = read(repo.path)
    assert list(found.named("commit")) == [mine]
    for place in ("objects/pack", "refs/remotes"):
        assert f"{place}: symbolic link, not followed" in found.notes
    assert found.problem is not None


def test_an_objects_folder_that_is_a_link_gives_no_objects(repo: Repo, responders_own: Repo) -> None:
    repo.commit("mine", a="1\n")
    (repo.folder / "objects").rename(repo.path / "aside")
    (repo.folder / "objects").symlink_to(responders_own.folder / "objects")
    found = read(repo.path)
    assert not found.of("commit")
    assert "objects: symbolic link, not followed" in found.notes


def test_a_pipe_in_place_of_a_file_does_not_block(repo: Repo) -> None:
    repo.commit("mine", a="1\n")
    os.mkfifo(repo.folder / "packed-refs")
    os.mkfifo(repo.folder / "refs" / "heads" / "pipe")
    found = read(repo.path)
    assert "packed-refs: not a regular file, passed over" in found.notes
    assert "refs/heads/pipe: not a regular file, passed over" in found.notes


def test_head_as_a_link_is_read_as_the_symbolic_ref_that_it_is(repo: Repo) -> None:
    repo.commit("mine", a="1\n")
    (repo.folder / "HEAD").unlink()
    (repo.folder / "HEAD").symlink_to("refs/heads/main")
    assert read(repo.path).named("ref")["HEAD"].payload == b"ref: refs/heads/main"


def test_a_forged_commit_graph_changes_nothing(repo: Repo) -> None:
    first, hidden, last = (repo.commit(f"change {n}", a=f"{n}\n") for n in range(3))
    before = read(repo.path).stream
    repo.git("commit-graph", "write", "--reachable")
    graph = repo.folder / "objects" / "info" / "commit-graph"
    graph.chmod(0o644)
    graph.write_bytes(_without_parent(graph.read_bytes(), last, first))
    assert hidden not in repo.git("-c", "core.commitGraph=true", "rev-list", "main")  # the forgery does work on git
    found = read(repo.path)
    assert found.stream == before
    assert found.named("commit")[hidden].flags == ("reachable",)


def _without_parent(graph: bytes, child: str, new_parent: str) -> bytes:
    """The commit-graph file with another first parent for `child`, and its checksum made right again."""
    chunks = {}
    for number in range(graph[6]):
        name, offset = struct.unpack_from(">4sQ", graph, 8 + 12 * number)
        chunks[name] = offset
    oids, data = chunks[b"OIDL"], chunks[b"CDAT"]
    count = (data - oids) // 20
    order = [graph[oids + 20 * n : oids + 20 * (n + 1)].hex() for n in range(count)]
    forged = bytearray(graph[:-20])
    struct.pack_into(">I", forged, data + 36 * order.index(child) + 20, order.index(new_parent))
    return bytes(forged) + hashlib.sha1(forged).digest()


def test_a_broken_multi_pack_index_changes_nothing(repo: Repo) -> None:
    repo.commit("one", a="1\n")
    repo.git("repack", "-adq")
    before = read(repo.path)
    (repo.folder / "objects" / "pack" / "multi-pack-index").write_bytes(b"MIDX\1\1" + bytes(60))
    for extra in (".keep", ".promisor", ".bitmap", ".rev"):
        next((repo.folder / "objects" / "pack").glob("*.pack")).with_suffix(extra).write_bytes(b"junk")
    after = read(repo.path)
    assert (after.stream, after.problem) == (before.stream, None)


def test_the_border_of_a_shallow_clone_is_a_hole(repo: Repo, tmp_path: Path) -> None:
    repo.commit("one", a="1\n")
    beyond = repo.commit("two", a="2\n")
    border = repo.commit("three", a="3\n")
    found = read(_clone(tmp_path, repo, "--depth", "1"))
    assert [item.name for item in found.of("shallow")] == [border]
    assert found.named("hole")[beyond].flags == ("shallow",)
    assert found.named("hole")[beyond].payload == border.encode()
    assert found.named("commit")[border].flags == ("reachable", "paths_unknown")
    assert found.problem is None


@pytest.mark.parametrize("left_out", ["blob:none", "tree:0"])
def test_what_a_partial_clone_left_out_is_a_hole(repo: Repo, tmp_path: Path, left_out: str) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    oids = [repo.commit(f"change {n}", a=f"{n}\n", sub__b=f"{n}\n") for n in range(4)]
    found = read(_clone(tmp_path, repo, f"--filter={left_out}", "--no-checkout"))
    assert found.named("hole")["-"].flags == ("promised",)
    assert found.named("hole")["-"].payload == left_out.encode()
    commits = found.named("commit")
    assert sorted(commits) == sorted(oids)
    unknown = {oid for oid in oids if "paths_unknown" in commits[oid].flags}
    assert unknown == (set() if left_out == "blob:none" else set(oids))


def test_a_sha256_repository_is_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "app", ("-b", "main", "--object-format=sha256"))
    loose = [repo.commit(f"change {n}", a=f"{n}\n") for n in range(3)]
    before = read(repo.path)
    assert before.items[0].flags == ("leakline-git-1", "sha256")
    assert [item.name for item in before.of("commit")] == loose
    assert len(loose[0]) == 64
    assert before.of("commit")[2].second.endswith(b" M\0a\0")
    repo.git("repack", "-adq")
    assert read(repo.path).stream == before.stream


def test_a_configuration_that_lies_about_the_object_format_is_not_believed(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "app", ("-b", "main", "--object-format=sha256"))
    oid = repo.commit("one", a="1\n")
    config = repo.folder / "config"
    config.write_text(config.read_text().replace("sha256", "sha1"))
    found = read(repo.path)
    assert list(found.named("commit")) == [oid]
    assert found.problem == "config: states sha1 objects, but they are sha256"
    config.unlink()
    assert list(read(repo.path).named("commit")) == [oid]


def test_an_unknown_object_format_is_refused_loudly(repo: Repo) -> None:
    (repo.folder / "config").write_text("[core]\nrepositoryformatversion = 1\n[extensions]\nobjectFormat = md6\n")
    with pytest.raises(EvidenceError, match="object format is not known"):
        open_repository(repo.path, name="x")


def test_a_damaged_reftable_is_stated_and_the_objects_are_read(repo: Repo) -> None:
    oid = repo.commit("one", a="1\n")
    (repo.folder / "reftable").mkdir()
    (repo.folder / "reftable" / "tables.list").write_text("0x000000000001-0x000000000001-abcdef01.ref\n")
    (repo.folder / "config").write_text(
        "[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable\n"
    )
    found = read(repo.path)
    assert found.problem is not None
    assert "reftable" in found.problem
    assert found.named("hole")["-"].flags == ("refs",)
    assert found.named("commit")[oid].flags == ("unknown",)
    assert not found.of("ref")


def test_replace_refs_are_records_and_change_nothing(repo: Repo) -> None:
    real = repo.commit("the real one", a="secret\n")
    fake = repo.raw_commit(repo.git("cat-file", "commit", real).replace("the real one", "nothing").encode() + b"\n")
    repo.git("replace", real, fake)
    assert repo.git("log", "--format=%s") == "nothing"
    found = read(repo.path)
    assert found.named("replace")[real].payload == fake.encode()
    assert b"the real one" in found.named("commit")[real].payload
    assert f"refs/replace/{real}" not in found.named("ref")


def test_grafts_are_records_and_change_nothing(repo: Repo) -> None:
    first, hidden, last = (repo.commit(f"change {n}", a=f"{n}\n") for n in range(3))
    (repo.folder / "info").mkdir(exist_ok=True)
    (repo.folder / "info" / "grafts").write_text(f"{last} {first}\n")
    assert hidden not in repo.git("rev-list", "main")
    found = read(repo.path)
    assert found.named("graft")[last].payload == f"{last} {first}".encode()
    assert found.named("commit")[hidden].flags == ("reachable",)


def test_nothing_that_the_configuration_names_is_run_or_read(repo: Repo, tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho run >> {marker}\n")
    program.chmod(0o755)
    included = tmp_path / "included"
    included.write_text('[remote "secret"]\n\turl = https://included.example.com/\n')
    for key in ("core.fsmonitor", "core.sshCommand", "diff.external", "core.pager", "core.editor", "gpg.program"):
        repo.git("config", key, str(program))
    repo.git("config", "diff.txt.textconv", str(program))
    repo.git("config", "filter.txt.smudge", str(program))
    repo.git("config", "include.path", str(included))
    repo.git("config", "core.attributesFile", str(included))
    repo.git("config", "extensions.partialClone", "origin")
    repo.git("config", "remote.origin.url", f"ext::{program}")
    (repo.path / ".gitattributes").write_text("* diff=txt filter=txt\n")
    (repo.folder / "info").mkdir(exist_ok=True)
    (repo.folder / "info" / "attributes").write_text("* diff=txt\n")
    oid = repo.commit("one", a="1\n")
    hooks = repo.folder / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        (hooks / name).write_text(program.read_text())
        (hooks / name).chmod(0o755)
    marker.unlink(missing_ok=True)
    found = read(repo.path)
    assert not marker.exists()
    assert list(found.named("commit")) == [oid]
    assert b"included.example.com" not in found.stream
    assert {item.name for item in found.of("hook")} == {"post-checkout", "reference-transaction", "post-index-change"}
    assert f"ext::{program}".encode() in found.named("remote")["origin"].payload


def test_commondir_is_not_followed(repo: Repo, responders_own: Repo) -> None:
    mine = repo.commit("mine", a="1\n")
    (repo.folder / "commondir").write_text(f"{responders_own.folder}\n")
    found = read(repo.path)
    assert list(found.named("commit")) == [mine]
    assert found.named("pointer")["commondir"].payload.endswith(b".git\n")


def test_a_missing_or_foreign_index_is_built_anew(repo: Repo) -> None:
    oids = [repo.commit(f"change {n}", a=f"{n}\n") for n in range(4)]
    repo.git("repack", "-adq")
    index = next((repo.folder / "objects" / "pack").glob("*.idx"))
    before = read(repo.path)
    index.chmod(0o644)
    index.write_bytes(b"\xfftOc\0\0\0\2" + bytes(1100))
    assert read(repo.path).stream == before.stream
    index.unlink()
    after = read(repo.path)
    assert after.stream == before.stream
    assert after.problem is not None
    assert "without a usable index" in after.problem
    assert len(after.of("commit")) == len(oids)


def test_a_pack_that_is_cut_short_gives_what_it_still_holds(repo: Repo) -> None:
    for number in range(6):
        repo.commit(f"change {number}", **{f"file{number}": f"{number}\n" * 50})
    repo.git("repack", "-adq")
    pack = next((repo.folder / "objects" / "pack").glob("*.pack"))
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[: pack.stat().st_size // 2])
    pack.with_suffix(".idx").unlink()
    found = read(repo.path)
    assert found.of("commit")
    assert found.problem is not None
    assert "damaged or cut short" in found.problem


def test_a_pack_with_a_flipped_bit_is_stated(repo: Repo) -> None:
    for number in range(6):
        repo.commit(f"change {number}", a=f"{number}\n" * 50)
    repo.git("repack", "-adq")
    pack = next((repo.folder / "objects" / "pack").glob("*.pack"))
    pack.chmod(0o644)
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 0x55
    pack.write_bytes(data)
    found = read(repo.path)
    assert found.problem is not None
    assert f"objects/pack/{pack.name}: damaged: its checksum is wrong" in found.problem


def test_an_index_with_a_flipped_bit_is_built_anew(repo: Repo) -> None:
    for number in range(6):
        repo.commit(f"change {number}", a=f"{number}\n" * 50)
    repo.git("repack", "-adq")
    before = read(repo.path)
    index = next((repo.folder / "objects" / "pack").glob("*.idx"))
    index.chmod(0o644)
    data = bytearray(index.read_bytes())
    data[900] ^= 0x55
    index.write_bytes(data)
    after = read(repo.path)
    assert after.stream == before.stream
    assert "without a usable index" in (after.problem or "")
