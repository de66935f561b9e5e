"""An empty repository of our own, into which only the objects of a seized one go.

Packs and loose objects are reached by symbolic links that we make ourselves, after looking that each is a regular file:
a hard link would change the link count and change time of the evidence, and a copy would double the disk. Nothing else
of the seized repository is there for git to find: no configuration, hooks, attributes, `info/`, alternates, grafts,
shallow or commit-graph file, no multi-pack-index, `.keep`, `.promisor` or `.bitmap`.

Two repositories, since git refreshes the time stamps of objects that it is asked to write and already has: it only ever
reads in the one that holds the links, and writes (indexes, salvaged objects) in the other, which holds none.
"""

import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from timeline.evidence.git.checksums import PackChecks, digest_of
from timeline.evidence.git.folder import Folder
from timeline.evidence.git.run import Launcher, complaint, find_git

ObjectFormat = Literal["sha1", "sha256"]
HEX_DIGITS: Final = {"sha1": 40, "sha256": 64}
MEMORY_BYTES: Final = 2 * 1024**3

_PACK: Final = re.compile(r"pack-[0-9a-f]{40,64}\.pack")
_INDEX_HEAD: Final = b"\xfftOc\0\0\0\2"
_FAN_OUT: Final = re.compile(r"[0-9a-f]{2}")
# Windows onto packs are kept small, so that the limit on address space need not grow with the packs.
_CONFIG: Final = """\
[core]
\trepositoryformatversion = {version}
\tbare = true
\tcommitGraph = false
\tmultiPackIndex = false
\tfsmonitor = false
\thooksPath = /dev/null
\tattributesFile = /dev/null
\tpackedGitWindowSize = 32m
\tpackedGitLimit = 256m
\tdeltaBaseCacheLimit = 256m
[pack]
\tthreads = 2
\twriteReverseIndex = false
[index]
\tthreads = 1
[gc]
\tauto = 0
{extension}"""


class Isolated:
    """A bare repository of ours in `scratch`, with `git` to run on it. `notes` says what went wrong on the way in."""

    def __init__(self, scratch: Path, object_format: ObjectFormat, cancel: threading.Event | None = None) -> None:
        self.scratch = scratch
        self.object_format: ObjectFormat = object_format
        self.notes: list[str] = []
        self.checks = PackChecks(object_format, cancel)
        self._links = scratch / "repository" / "objects"
        self._written = scratch / "written" / "objects"
        self._cancel = cancel
        self._index_bytes = 0
        self._indexed = 0
        self._lay_out()

    @property
    def git(self) -> Launcher:
        """Starts git to read, with a memory limit in proportion to the pack indexes, which git maps whole."""
        return self._launcher(self._links, MEMORY_BYTES + 2 * self._index_bytes)

    def _launcher(self, objects: Path, memory_bytes: int) -> Launcher:
        return Launcher(find_git(), objects.parent, self.scratch / "home", memory_bytes, self._cancel)

    def _lay_out(self) -> None:
        (self.scratch / "home").mkdir()
        new = self.object_format == "sha256"
        extension = "[extensions]\n\tobjectFormat = sha256\n" if new else ""
        for objects in (self._links, self._written):
            (objects / "pack").mkdir(parents=True)
            (objects.parent / "refs").mkdir()
            (objects.parent / "HEAD").write_text("ref: refs/heads/none\n")
            (objects.parent / "config").write_text(_CONFIG.format(version=int(new), extension=extension))
        (self._links / "info").mkdir()
        (self._links / "info" / "alternates").write_text(f"{self._written}\n")

    def take_objects(self, objects: Folder) -> None:
        """Link in the packs and loose objects of a seized `objects` folder."""
        for name, form in objects.entries():
            if not _FAN_OUT.fullmatch(name):
                continue
            if form != "folder":
                objects.note(name, "symbolic link, not followed" if form == "link" else "not a folder, passed over")
                continue
            with objects.within(name) as loose:
                if loose is not None:
                    self._take_loose(name, loose)
        with objects.within("pack") as packs:
            if packs is not None:
                self._take_packs(packs)

    def _take_loose(self, prefix: str, loose: Folder) -> None:
        rest = re.compile(rf"[0-9a-f]{{{HEX_DIGITS[self.object_format] - 2}}}")
        entries = loose.entries()
        wanted = [name for name, form in entries if form == "file" and rest.fullmatch(name)]
        for name, form in entries:
            if form != "file" and rest.fullmatch(name):
                loose.note(name, "symbolic link, not followed" if form == "link" else "not a file, passed over")
        folder = loose.path.absolute()
        if len(wanted) == len(entries):
            (self._links / prefix).symlink_to(folder, target_is_directory=True)
            return
        (self._links / prefix).mkdir()
        for name in wanted:
            (self._links / prefix / name).symlink_to(folder / name)

    def _take_packs(self, packs: Folder) -> None:
        forms = dict(packs.entries())
        folder = packs.path.absolute()
        for name, form in sorted(forms.items()):
            if not _PACK.fullmatch(name):
                continue
            if form != "file":
                packs.note(name, "symbolic link, not followed" if form == "link" else "not a file, passed over")
                continue
            index = f"{name[:-5]}.idx"
            if forms.get(index) == "file" and self._usable(folder / name, folder / index):
                (self._links / "pack" / name).symlink_to(folder / name)
                (self._links / "pack" / index).symlink_to(folder / index)
                self._index_bytes += (folder / index).stat().st_size
                self.checks.add(len(packs.notes), packs.place_of(name), folder / name)
            else:
                self.notes.append(f"{packs.place_of(name)}: without a usable index; a new one was built")
                self.take_pack(folder / name)

    def _usable(self, pack: Path, index: Path) -> bool:
        """Whether this is an undamaged version 2 index that names this pack."""
        digest = HEX_DIGITS[self.object_format] // 2
        try:
            with index.open("rb") as idx, pack.open("rb") as packed:
                if idx.read(8) != _INDEX_HEAD:
                    return False
                body = idx.seek(-digest, os.SEEK_END)
                idx.seek(-2 * digest, os.SEEK_END)
                packed.seek(-digest, os.SEEK_END)
                if idx.read(digest) != packed.read(digest):
                    return False
                return digest_of(idx, body, self.object_format) == idx.read(digest)
        except OSError:
            return False

    def take_pack(self, pack: Path) -> None:
        """Index a pack file that has no index; what a damaged or thin one still gives is unpacked object by object."""
        self._indexed += 1
        ours = self._written / "pack" / f"pack-{self._indexed:0{HEX_DIGITS[self.object_format]}x}.pack"
        index = ours.with_suffix(".idx")
        ours.symlink_to(pack.absolute())
        git = self._launcher(self._written, MEMORY_BYTES + pack.stat().st_size)
        ended = git.run(["index-pack", "-o", str(index), str(ours)])
        if ended.code == 0:
            self._index_bytes += index.stat().st_size
            return
        ours.unlink()
        index.unlink(missing_ok=True)
        with pack.open("rb") as stream:
            salvaged = git.run(["unpack-objects", "-r", "-q"], stdin=stream)
        if salvaged.code != 0:
            why = complaint(salvaged.errors)
            self.notes.append(f"a pack is damaged or cut short, objects in it are missing: {why}")


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder for us alone, deleted at the end."""
    scratch = Path(tempfile.mkdtemp(prefix="leakline-git-"))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
