"""Turns a Git repository or bundle into the record stream that is stored as evidence."""

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self

from timeline.evidence.framing.framed import CHUNK_BYTES, Framed
from timeline.evidence.git.blobs import Blobs, tip_blobs
from timeline.evidence.git.bundle import Bundle, HashingReader, Readable, read_bundle_header
from timeline.evidence.git.compose import compose
from timeline.evidence.git.config import Config
from timeline.evidence.git.folder import Folder
from timeline.evidence.git.framing import Chunker
from timeline.evidence.git.isolate import HEX_DIGITS, Isolated, ObjectFormat, scratch_folder
from timeline.evidence.git.papers import Papers, read_papers
from timeline.model.errors import Cancelled, EvidenceError

MAX_NOTES: Final = 5
MAX_NAME: Final = 4096


class GitStream:
    """The records of one repository. A context manager: leaving it deletes the temporary folder.

    `problem` is None, or says in one line what could not be read; it is final after the last record. `file_sha256` is
    of the bundle file; None for folders. `notes` are all the problems, one line each.
    """

    def __init__(
        self, name: str, isolated: Isolated, papers: Papers, *, form: str, bundle: Bundle | None, stack: ExitStack
    ) -> None:
        self.name = name
        self.file_sha256: str | None = None
        self._isolated = isolated
        self._papers = papers
        self._form = form
        self._bundle = bundle
        self._stack = stack

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Delete the temporary folder."""
        self._stack.close()

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be read, or was passed over."""
        return tuple(dict.fromkeys(self._isolated.notes))

    @property
    def problem(self) -> str | None:
        """The notes in one line; None where there are none."""
        notes = self.notes
        if not notes:
            return None
        more = f"; and {len(notes) - MAX_NOTES} more" if len(notes) > MAX_NOTES else ""
        return "; ".join(notes[:MAX_NOTES]) + more

    def records(self) -> Iterator[bytes]:
        """Every record as its bytes, line feed included, in canonical order. Raises Cancelled."""
        return compose(self.name, self._isolated, self._papers, form=self._form, bundle=self._bundle)

    def blobs(self) -> Blobs:
        """The contents of its files, of every commit and of none."""
        return Blobs(self._isolated)

    def tip_blobs(self) -> set[bytes]:
        """Ids of the blobs that its branches, tags and HEAD show."""
        return tip_blobs(self._isolated, (ref.oid for ref in self._papers.plain_refs() if ref.oid is not None))

    def frames(self, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Framed]:
        """The records in chunks that tile the stream: their `data`, one after the other, is the stream."""
        chunker = Chunker(chunk_bytes)
        for whole in self.records():
            framed = chunker.add(whole)
            if framed is not None:
                yield framed
        if not chunker.empty:
            yield chunker.flush()


def open_repository(path: Path, *, name: str, cancel: threading.Event | None = None) -> GitStream:
    """Read the repository at `path`: a work tree with a `.git` folder, or a bare repository or `.git` folder itself.

    Events call it by `name` without its ending (see `repository_name`). EvidenceError where there is no repository, or
    where its objects lie elsewhere.
    """
    top = _repository_folder(path)
    with ExitStack() as stack:
        scratch = stack.enter_context(scratch_folder())
        notes: list[str] = []
        try:
            folder = stack.enter_context(Folder.opened(top, notes))
        except OSError as error:
            raise EvidenceError(f"the repository cannot be opened: {error.strerror}", where=path) from error
        papers = read_papers(folder)
        isolated = Isolated(scratch, _object_format(folder, papers.config, path), cancel)
        isolated.notes = notes
        with folder.within("objects") as objects:
            if objects is not None:
                isolated.take_objects(objects)
                stack.callback(isolated.checks.stop)
                isolated.checks.start()
            else:
                notes.append("objects: there is no such folder; only refs and logs were read")
        return GitStream(repository_name(name), isolated, papers, form="folder", bundle=None, stack=stack.pop_all())


def repository_name(name: str) -> str:
    """What events call a repository that was ingested as `name`: `app/.git`, `app.git`, `app.bundle` are all `app`."""
    for ending in ("/.git", ".git", ".bundle"):
        if name.endswith(ending) and name != ending:
            return name.removesuffix(ending)[:MAX_NAME]
    return name[:MAX_NAME]


def _repository_folder(path: Path) -> Path:
    inner = path / ".git"
    if inner.is_symlink():
        raise EvidenceError("its .git is a symbolic link, which is not followed", where=path)
    if inner.is_dir():
        return inner
    if inner.exists():
        raise EvidenceError(
            "its .git is a file that points to another folder, which is not followed",
            where=path, hint="ingest that folder itself",
        )  # fmt: skip
    if (path / "HEAD").exists() or (path / "HEAD").is_symlink() or (path / "objects").is_dir():
        return path
    raise EvidenceError("not a Git repository", where=path)


def _object_format(folder: Folder, config: Config, where: Path) -> ObjectFormat:
    """What the object names show; else what the configuration says (it may be missing, or lie)."""
    with folder.within("objects") as objects:
        if objects is not None and (seen := _seen_format(objects)):
            if config.object_format not in {None, seen}:
                folder.note("config", f"states {config.object_format} objects, but they are {seen}")
            return seen
    if config.unknown_format is not None:
        raise EvidenceError("its object format is not known to this version", where=where)
    return config.object_format or "sha1"


def _seen_format(objects: Folder) -> ObjectFormat | None:
    by_length: dict[int, ObjectFormat] = {HEX_DIGITS["sha1"]: "sha1", HEX_DIGITS["sha256"]: "sha256"}
    with objects.within("pack") as packs:
        for name, _ in packs.entries() if packs is not None else ():
            if match := re.fullmatch(r"pack-([0-9a-f]+)\.pack", name):
                return by_length.get(len(match[1]))
    for prefix, form in objects.entries():
        if form == "folder" and re.fullmatch(r"[0-9a-f]{2}", prefix):
            with objects.within(prefix) as loose:
                for name, _ in loose.entries() if loose is not None else ():
                    if re.fullmatch(r"[0-9a-f]+", name) and len(name) + 2 in by_length:
                        return by_length[len(name) + 2]
    return None


def open_bundle(source: Path | Readable, *, name: str, cancel: threading.Event | None = None) -> GitStream:
    """Read a bundle, from its path or from a stream of its bytes (which is read to its end).

    A bundle that is cut short gives what its pack still holds. EvidenceError where it is no bundle.
    """
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                return open_bundle(file, name=name, cancel=cancel)
        except OSError as error:
            raise EvidenceError(f"the bundle cannot be read: {error.strerror}", where=source) from error
    reader = HashingReader(source)
    bundle = read_bundle_header(reader, name)
    if bundle.object_format not in {b"sha1", b"sha256"}:
        raise EvidenceError("its object format is not known to this version", where=name)
    with ExitStack() as stack:
        scratch = stack.enter_context(scratch_folder())
        isolated = Isolated(scratch, "sha256" if bundle.object_format == b"sha256" else "sha1", cancel)
        pack = scratch / "bundle.pack"
        reader.copy_rest(pack, lambda: _check(cancel))
        isolated.take_pack(pack)
        if bundle.odd_lines:
            isolated.notes.append(f"{bundle.odd_lines} lines of the bundle's header are not understood")
        papers = Papers(Config(()), refs=bundle.refs)
        stream = GitStream(repository_name(name), isolated, papers, form="bundle", bundle=bundle, stack=stack.pop_all())
        stream.file_sha256 = reader.drain()
        return stream


def _check(cancel: threading.Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled("stopped while reading a Git bundle")
