"""Archive members: named, placed, read in one pass; damage and tricks are problems, never surprises."""

import bz2
import gzip
import hashlib
import io
import lzma
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.evidence.archive_support import tar_of, zip_of
from timeline.evidence import archives
from timeline.evidence.containers import open_many, open_stream
from timeline.evidence.walk import Found, find_sources
from timeline.model.errors import EvidenceError

FILES = [("logs/a.log", b"one\ntwo\n"), ("logs/b.json.gz", gzip.compress(b'{"a":1}\n')), (".hidden", b"h" * 2000)]


def written(tmp_path: Path, data: bytes, name: str = "dump") -> list[Found]:
    path = tmp_path / name
    path.write_bytes(data)
    return list(find_sources([path]))


def contents(founds: list[Found]) -> dict[str, tuple[bytes, str | None]]:
    return {found.name: (stream.read(1 << 20) + stream.read(1), stream.problem) for found, stream in open_many(founds)}


ARCHIVES = {
    "zip": zip_of(FILES),
    "zip stored": zip_of(FILES, zipfile.ZIP_STORED),
    "zip bzip2": zip_of(FILES, zipfile.ZIP_BZIP2),
    "zip in gz": gzip.compress(zip_of(FILES)),
    "pax": tar_of(FILES),
    "gnu": tar_of(FILES, form=tarfile.GNU_FORMAT),
    "ustar": tar_of(FILES, form=tarfile.USTAR_FORMAT),
    "tar.gz": gzip.compress(tar_of(FILES)),
    "tar.bz2": bz2.compress(tar_of(FILES)),
    "tar.xz": lzma.compress(tar_of(FILES)),
    "tar.zst": zstandard.compress(tar_of(FILES)),
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_members_of_every_kind_of_archive(tmp_path: Path, kind: str) -> None:
    founds = written(tmp_path, ARCHIVES[kind])
    assert [found.name for found in founds] == ["dump!/logs/a.log", "dump!/logs/b.json.gz", "dump!/.hidden"]
    assert [found.form for found in founds] == ["member"] * 3
    assert [found.size for found in founds] == [len(text) for _, text in FILES]
    assert all(found.mtime_us is not None for found in founds)
    expected = {
        "dump!/logs/a.log": (b"one\ntwo\n", None),
        "dump!/logs/b.json.gz": (b'{"a":1}\n', None),
        "dump!/.hidden": (b"h" * 2000, None),
    }
    assert contents(founds) == expected
    for found in reversed(founds):
        with open_stream(found) as stream:
            assert (stream.read(1 << 20) + stream.read(1), stream.problem) == expected[found.name]
            received = dict(FILES)[found.name.removeprefix("dump!/")]
            assert stream.file_sha256 == hashlib.sha256(received).hexdigest()


def test_an_archive_inside_an_archive_is_opened_once_more(tmp_path: Path) -> None:
    deepest = zip_of([("c.log", b"c\n")])
    inner = gzip.compress(tar_of([("b.log", b"b\n"), ("deep.zip", deepest)]))
    founds = written(tmp_path, zip_of([("x/inner.tgz", inner), ("a.log", b"a\n"), ("i.zip", deepest)]), "outer.zip")
    assert [(found.name, found.place, found.problem) for found in founds] == [
        ("outer.zip!/x/inner.tgz!/b.log", (0, 0), None),
        ("outer.zip!/x/inner.tgz!/deep.zip", (0, 1), "an archive in an archive in an archive, not read"),
        ("outer.zip!/a.log", (1,), None),
        ("outer.zip!/i.zip!/c.log", (2, 0), None),
    ]
    read = contents(founds)
    assert read["outer.zip!/x/inner.tgz!/b.log"] == (b"b\n", None)
    assert read["outer.zip!/i.zip!/c.log"] == (b"c\n", None)
    with open_stream(founds[3]) as stream:
        assert stream.read(10) == b"c\n"


@pytest.mark.parametrize("name", ["/etc/passwd", "../up.log", "a/../../up.log", "C:/x.log", "a\\..\\b"])
def test_names_that_leave_the_folder(tmp_path: Path, name: str) -> None:
    for data in (tar_of([(name, b"x"), ("ok.log", b"ok")]), zip_of([(name, b"x"), ("ok.log", b"ok")])):
        founds = written(tmp_path, data)
        assert founds[0].problem == "a path that leaves its folder, in an archive: not read"
        assert contents(founds[1:]) == {"dump!/ok.log": (b"ok", None)}


def test_links_and_devices(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            info = tarfile.TarInfo(f"kind{kind.decode()}")
            info.type = kind
            info.linkname = "/etc/passwd"
            archive.addfile(info)
    founds = written(tmp_path, buffer.getvalue())
    assert [found.problem for found in founds] == [
        "symbolic link in an archive, not followed", "hard link in an archive, not followed",
        "device in an archive, not followed", "FIFO in an archive, not followed",
    ]  # fmt: skip
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "l.zip", "w") as made:
        made.writestr(link, "/etc/passwd")
    assert [f.problem for f in find_sources([tmp_path / "l.zip"])] == ["symbolic link in an archive, not followed"]


def test_an_encrypted_member(tmp_path: Path) -> None:
    data = bytearray(zip_of([("a.log", b"secret"), ("b.log", b"open")]))
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, entry + 8, 1)
    founds = written(tmp_path, bytes(data))
    assert [found.problem for found in founds] == ["encrypted zip member", None]
    with pytest.raises(EvidenceError, match="encrypted zip member"):
        open_stream(founds[0])


def test_a_truncated_tar_keeps_its_first_members(tmp_path: Path) -> None:
    whole = tar_of([("a.log", b"a" * 600), ("b.log", b"b" * 600), ("c.log", b"c")])
    founds = written(tmp_path, gzip.compress(whole)[:-20])
    assert [found.name for found in founds][:2] == ["dump!/a.log", "dump!/b.log"]
    assert founds[-1].problem is not None
    founds = written(tmp_path, whole[: 512 + 1024 + 512 + 100])
    assert [(found.name, found.problem is None) for found in founds] == [
        ("dump!/a.log", True), ("dump!/b.log", True), ("dump", False),
    ]  # fmt: skip
    read = contents(founds)
    assert read["dump!/a.log"] == (b"a" * 600, None)
    assert read["dump!/b.log"] == (b"b" * 100, "truncated: the archive ends before this member does")


def test_a_damaged_tar_header_ends_the_archive_with_a_problem(tmp_path: Path) -> None:
    data = bytearray(tar_of([("a.log", b"a"), ("b.log", b"b")]))
    data[1024 + 5] ^= 0xFF
    founds = written(tmp_path, bytes(data))
    assert [(found.name, found.problem) for found in founds] == [
        ("dump!/a.log", None), ("dump", "damaged tar archive: a header's checksum is wrong"),
    ]  # fmt: skip


def test_a_damaged_zip(tmp_path: Path) -> None:
    data = zip_of(FILES)
    founds = written(tmp_path, data[:-30])
    assert [found.problem for found in founds] == ["damaged zip archive: its directory cannot be read"]
    text = b"".join(b"line %d of the log\n" % i for i in range(3000))
    broken = bytearray(zip_of([("a.log", text), ("b.log", b"b")]))
    broken[4000:4004] = b"\xff" * 4
    read = contents(written(tmp_path, bytes(broken)))
    assert read["dump!/b.log"] == (b"b", None)
    assert text.startswith(read["dump!/a.log"][0][:2000])
    assert read["dump!/a.log"][1] is not None


def test_the_same_name_twice(tmp_path: Path) -> None:
    founds = written(tmp_path, tar_of([("a.log", b"1"), ("a.log", b"2")]))
    assert contents(founds) == {"dump!/a.log": (b"1", None), "dump!/a.log#2": (b"2", None)}


def test_long_names(tmp_path: Path) -> None:
    name = "deep/" * 60 + "ü.log"
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        founds = written(tmp_path, tar_of([(name, b"x"), ("b", b"y")], form=form))
        assert [found.name for found in founds] == [f"dump!/{name}", "dump!/b"]


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    for data in (tar_of([(f"{i}", b"") for i in range(9)]), zip_of([(f"{i}", b"") for i in range(9)])):
        founds = written(tmp_path, data)
        assert [found.problem is None for found in founds] == [True, True, True, False]
        assert "the rest was not read" in str(founds[-1].problem)


def test_an_archive_that_goes_away(tmp_path: Path) -> None:
    founds = written(tmp_path, tar_of(FILES))
    (tmp_path / "dump").write_bytes(tar_of(FILES[:1]))
    assert contents(founds)["dump!/.hidden"] == (b"", "no longer in its archive")
    (tmp_path / "dump").unlink()
    assert contents(founds)["dump!/.hidden"] == (b"", "cannot be read: No such file or directory")


def test_an_empty_archive_is_said(tmp_path: Path) -> None:
    assert [found.problem for found in written(tmp_path, zip_of([]))] == ["an archive that holds no files"]


@given(st.sampled_from(["zip", "zip bzip2", "pax", "gnu"]), st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_damage_never_raises(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    whole = ARCHIVES[kind]
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    founds = written(tmp_path, bytes(damaged[: data.draw(st.integers(1, len(damaged)))]))
    assert founds
    assert len(list(open_many(founds))) == len(founds)
