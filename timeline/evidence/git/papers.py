"""What a repository keeps in plain files: configuration, refs, reflogs, hooks, shallow, grafts. Read, never obeyed."""

import hashlib
import re
from dataclasses import dataclass, field
from os import fsencode
from typing import Final

from timeline.evidence.git.config import Config, read_config
from timeline.evidence.git.folder import Folder

MAX_REFLOG: Final = 256 * 1024 * 1024
MAX_HOOK: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 64
"""How deep folders of refs are followed."""

_OID: Final = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PSEUDO: Final = re.compile(r"(?:[A-Z][A-Z_]*_)?HEAD")
_REFLOG: Final = re.compile(rb"([0-9a-f]{40}(?:[0-9a-f]{24})?) ([0-9a-f]{40}(?:[0-9a-f]{24})?) ")
_REPLACE: Final = b"refs/replace/"
_POINTERS: Final = ("commondir", "gitdir")


@dataclass(frozen=True, slots=True)
class Ref:
    """One ref as written. `target` is an id, `ref: NAME`, or what stands there instead (then `malformed`)."""

    name: bytes
    target: bytes
    stale: bool = False
    malformed: bool = False

    @property
    def oid(self) -> bytes | None:
        """The object id that the target begins with; None for a symbolic ref."""
        match = _OID.match(self.target)
        return match[0] if match else None

    @property
    def keeps(self) -> bool:
        """Whether git would keep what it names: HEAD and everything under refs/, but not ORIG_HEAD and its like."""
        return not self.stale and (b"refs/" in self.name or self.name.rpartition(b"/")[2] == b"HEAD")


@dataclass(frozen=True, slots=True)
class Reflog:
    """The lines of one ref's log, oldest first, without line ends."""

    name: bytes
    lines: tuple[bytes, ...]


def reflog_ids(line: bytes) -> tuple[bytes, bytes] | None:
    """(old, new) object ids of a reflog line; None where it is no such line."""
    match = _REFLOG.match(line)
    return (match[1], match[2]) if match else None


@dataclass(frozen=True, slots=True)
class Hook:
    """An installed hook: never run, only named. `size` in bytes and `sha256` in hex are of its first 16 MiB."""

    name: bytes
    size: int
    sha256: str


@dataclass(slots=True)
class Papers:
    """Everything that was found; each list sorted by name, lines in file order."""

    config: Config
    config_text: bytes | None = None
    hooks: list[Hook] = field(default_factory=list)
    alternates: list[bytes] = field(default_factory=list)
    pointers: list[tuple[bytes, bytes]] = field(default_factory=list)
    shallow: list[bytes] = field(default_factory=list)
    grafts: list[bytes] = field(default_factory=list)
    refs: list[Ref] = field(default_factory=list)
    reflogs: list[Reflog] = field(default_factory=list)
    refs_unreadable: bool = False

    def replacements(self) -> list[tuple[bytes, Ref]]:
        """(id of the replaced object, the ref) of each replace ref."""
        return [(r.name.removeprefix(_REPLACE), r) for r in self.refs if r.name.startswith(_REPLACE)]

    def plain_refs(self) -> list[Ref]:
        """All other refs."""
        return [r for r in self.refs if not r.name.startswith(_REPLACE)]


def read_papers(top: Folder) -> Papers:
    """Read the plain files of a repository folder."""
    text = top.read("config")
    papers = Papers(read_config(text or b""), text)
    papers.hooks = _hooks(top)
    with top.within("objects", "info") as info:
        if info is not None:
            papers.alternates = _lines(info.read("alternates")) + _lines(info.read("http-alternates"))
    with top.within("info") as info:
        if info is not None:
            papers.grafts = sorted(line for line in _lines(info.read("grafts")) if not line.startswith(b"#"))
    papers.shallow = sorted(set(_lines(top.read("shallow"))))
    papers.pointers = [(name.encode(), text) for name in _POINTERS if (text := top.read(name)) is not None]
    papers.refs_unreadable = papers.config.ref_storage == b"reftable" or ("reftable", "folder") in top.entries()
    if papers.refs_unreadable:
        top.note("reftable", "refs and reflogs are in it, and it was not read: which commits refs reach is unknown")
    else:
        papers.refs, papers.reflogs = _refs_and_logs(top)
    return papers


def _lines(text: bytes | None) -> list[bytes]:
    return [line.strip() for line in (text or b"").split(b"\n") if line.strip()]


def _hooks(top: Folder) -> list[Hook]:
    with top.within("hooks") as folder:
        if folder is None:
            return []
        found = []
        for name, _ in folder.entries():
            if not name.endswith(".sample") and (text := folder.read(name, MAX_HOOK)) is not None:
                found.append(Hook(fsencode(name), len(text), hashlib.sha256(text).hexdigest()))
        return found


def _refs_and_logs(top: Folder) -> tuple[list[Ref], list[Reflog]]:
    refs: dict[bytes, Ref] = {}
    logs: list[Reflog] = []
    _read_tree(top, b"", refs, logs)
    with top.within("worktrees") as worktrees:
        for name, form in worktrees.entries() if worktrees is not None else ():
            if form == "folder" and worktrees is not None:
                with worktrees.within(name) as worktree:
                    if worktree is not None:
                        _read_tree(worktree, b"worktrees/" + fsencode(name) + b"/", refs, logs)
    stale = []
    for packed in _packed(top.read("packed-refs", MAX_REFLOG)):
        loose = refs.setdefault(packed.name, packed)
        if loose.target != packed.target:
            stale.append(Ref(packed.name, packed.target, stale=True, malformed=packed.malformed))
    everything = sorted([*refs.values(), *stale], key=lambda ref: (ref.name, ref.stale, ref.target))
    return everything, sorted(logs, key=lambda log: log.name)


def _read_tree(folder: Folder, prefix: bytes, refs: dict[bytes, Ref], logs: list[Reflog]) -> None:
    """HEAD and its like, `refs/` and `logs/` of a repository or worktree folder; `prefix` goes before their names."""
    for name, form in folder.entries():
        if _PSEUDO.fullmatch(name) and form in {"file", "link"}:
            _read_ref(folder, name, prefix + name.encode(), refs)
    with folder.within("refs") as loose:
        if loose is not None:
            _walk_refs(loose, prefix + b"refs/", refs, 0)
    with folder.within("logs") as logged:
        if logged is not None:
            _walk_logs(logged, prefix, logs, 0)


def _walk_refs(folder: Folder, prefix: bytes, refs: dict[bytes, Ref], depth: int) -> None:
    for name, form in folder.entries():
        full = prefix + fsencode(name)
        if form == "folder" and depth < MAX_DEPTH:
            with folder.within(name) as below:
                if below is not None:
                    _walk_refs(below, full + b"/", refs, depth + 1)
        elif form == "folder":
            folder.note(name, "nested too deep, passed over")
        elif not name.endswith(".lock"):
            _read_ref(folder, name, full, refs)


def _read_ref(folder: Folder, name: str, full: bytes, refs: dict[bytes, Ref]) -> None:
    if (link := folder.link(name)) is not None and link.startswith("refs/"):
        refs[full] = Ref(full, b"ref: " + fsencode(link))  # the oldest form of a symbolic ref: read, not followed
        return
    text = folder.read(name)
    if text is None:
        return
    if name == "FETCH_HEAD":
        for number, line in enumerate(_lines(text)):
            refs[full + b"@%d" % number if number else full] = Ref(full, line, malformed=_OID.match(line) is None)
        return
    target = text.strip()
    good = target.startswith(b"ref: ") or _OID.fullmatch(target) is not None
    refs[full] = Ref(full, target[:4096], malformed=not good)


def _packed(text: bytes | None) -> list[Ref]:
    found = []
    for line in _lines(text):
        if line[:1] in {b"#", b"^"}:
            continue
        oid, _, name = line.partition(b" ")
        good = _OID.fullmatch(oid) is not None and bool(name)
        found.append(Ref(name, oid) if good else Ref(b"packed-refs", line[:4096], malformed=True))
    return found


def _walk_logs(folder: Folder, prefix: bytes, logs: list[Reflog], depth: int) -> None:
    for name, form in folder.entries():
        full = prefix + fsencode(name)
        if form == "folder":
            with folder.within(name) as below:
                if below is not None and depth < MAX_DEPTH:
                    _walk_logs(below, full + b"/", logs, depth + 1)
        elif not name.endswith(".lock") and (text := folder.read(name, MAX_REFLOG)) is not None:
            lines = text.split(b"\n")
            if not lines[-1]:
                lines.pop()
            logs.append(Reflog(full, tuple(lines)))
