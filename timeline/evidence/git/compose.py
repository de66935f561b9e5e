"""Puts a repository's records in their canonical order: what is around the history first, then tags, then commits."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import compress
from typing import Final

from timeline.evidence.git.bundle import Bundle
from timeline.evidence.git.changes import UNKNOWN, Changes
from timeline.evidence.git.graph import NOWHERE, REFLOG, REFS, Gathered
from timeline.evidence.git.isolate import HEX_DIGITS, Isolated
from timeline.evidence.git.lanes import changes_of
from timeline.evidence.git.objects import MAX_OBJECT, present
from timeline.evidence.git.papers import Papers, Ref, Reflog, reflog_ids
from timeline.evidence.git.records import STREAM, encoded_name, record
from timeline.evidence.git.spool import Spool, spooled

MAX_ALL_PATHS_BYTES: Final = 4 * 1024**3
"""Changed paths of all commits together; commits after that are marked as cut."""
_REACH: Final = {NOWHERE: b"unreachable", REFLOG: b"reflog", REFS: b"reachable"}
_UNKNOWN_REACH: Final = dict.fromkeys(_REACH, b"unknown")
_HEX: Final = frozenset(b"0123456789abcdef")


def compose(name: str, isolated: Isolated, papers: Papers, *, form: str, bundle: Bundle | None) -> Iterator[bytes]:
    """Every record of the stream, from the first to the last."""
    gathered = Gathered()
    with spooled(isolated, gathered.take) as spool:
        found = History(isolated, spool, gathered, papers)
        with found.compared() as changes:
            yield _repository(name, isolated, papers, form=form, bundle=bundle)
            yield from _surroundings(papers)
            yield from found.marks_of_history()
            yield from found.refs()
            yield from found.reflogs()
            yield from found.holes(bundle)
            yield from found.refused_objects()
            yield from found.tags()
            yield from found.commits(changes)
    isolated.checks.settle(isolated.notes)


def _repository(name: str, isolated: Isolated, papers: Papers, *, form: str, bundle: Bundle | None) -> bytes:
    lines = [b"form " + form.encode()]
    if bundle is not None:
        lines.append(b"bundle %d" % bundle.version)
    if papers.config.bare is not None:
        lines.append(b"bare true" if papers.config.bare else b"bare false")
    lines.append(b"refs unreadable" if papers.refs_unreadable else b"refs read")
    left_out = bundle.filter if bundle is not None else papers.config.partial
    if left_out is not None:
        lines.append(b"partial " + left_out.replace(b"\n", b" "))
    flags = [STREAM, isolated.object_format.encode()]
    return record(b"repository", encoded_name(name.encode("utf-8", "surrogateescape")), flags, b"\n".join(lines))


def _surroundings(papers: Papers) -> Iterator[bytes]:
    if papers.config_text is not None:
        yield record(b"config", b"-", (), papers.config_text)
    for remote, settings in sorted(papers.config.remotes().items()):
        text = b"\n".join(key.encode() + b" " + value.replace(b"\n", b" ") for key, value in settings)
        yield record(b"remote", encoded_name(remote), (), text)
    for hook in papers.hooks:
        yield record(b"hook", encoded_name(hook.name), (), b"size %d\nsha256 %b" % (hook.size, hook.sha256.encode()))
    for line in papers.alternates:
        yield record(b"alternate", b"-", (), line)
    for name, text in papers.pointers:
        yield record(b"pointer", encoded_name(name), (), text)


class History:
    """The commits and tags of one repository, with what its refs and logs say of them."""

    def __init__(self, isolated: Isolated, spool: Spool, gathered: Gathered, papers: Papers) -> None:
        self._isolated = isolated
        self._spool = spool
        self._papers = papers
        self._reach = _UNKNOWN_REACH if papers.refs_unreadable else _REACH
        self._tags = sorted(gathered.tags)
        self._tag_reach = {tag.oid: NOWHERE for tag in self._tags}
        self._graph = gathered.graph()
        absent = self._graph.absent
        self._comparable = [bool(tree) and number not in absent for number, tree in enumerate(self._graph.trees)]
        self._forged = gathered.forged
        self._refused = spool.refused | gathered.refused
        for oid in spool.asked:
            if oid not in self._graph.number and oid not in self._tag_reach:
                self._refused.setdefault(oid, b"unreadable")
        if self._refused:
            count = len(self._refused)
            isolated.notes.append(f"refused objects (damaged, too long, or not what they are named): {count}")
        self._mark_reached()
        self._absent = self._absent_targets()

    def _reflog_ids(self) -> set[bytes]:
        zero = b"0" * HEX_DIGITS[self._isolated.object_format]
        pairs = (reflog_ids(line) for log in self._papers.reflogs for line in log.lines)
        return {oid for pair in pairs if pair for oid in pair} - {zero}

    def _mark_reached(self) -> None:
        """What refs reach, then what only reflogs, stale refs and ORIG_HEAD and its like reach; tags lead on."""
        targets = {tag.oid: tag.target for tag in self._tags}
        from_refs = {ref.oid for ref in self._papers.refs if ref.oid and ref.keeps}
        others = {ref.oid for ref in self._papers.refs if ref.oid and not ref.keeps}
        for tips, level in ((from_refs, REFS), (others | self._reflog_ids(), REFLOG)):
            commits = []
            for tip in tips:
                oid: bytes | None = tip
                while oid in targets and self._tag_reach[oid] < level:
                    self._tag_reach[oid] = level
                    oid = targets[oid]
                if oid is not None:
                    commits.append(oid)
            self._graph.mark(commits, level)

    def _absent_targets(self) -> set[bytes]:
        """Ids that refs and reflogs name and that the repository does not hold."""
        named = {ref.oid for ref in self._papers.refs if ref.oid} | self._reflog_ids()
        digits = HEX_DIGITS[self._isolated.object_format]
        open_ids = {oid for oid in named if oid not in self._graph.number and oid not in self._tag_reach}
        return open_ids - present(self._isolated, (oid for oid in open_ids if len(oid) == digits))

    def marks_of_history(self) -> Iterator[bytes]:
        """Shallow borders, grafts and replacements."""
        for oid in self._papers.shallow:
            yield record(b"shallow", _oid_name(oid), ())
        for line in self._papers.grafts:
            yield record(b"graft", _oid_name(line.split()[0]), (), line)
        for replaced, ref in self._papers.replacements():
            yield record(b"replace", encoded_name(replaced), self._missing_flag(ref.oid), ref.target)

    def _missing_flag(self, *oids: bytes | None) -> list[bytes]:
        return [b"missing"] if any(oid in self._absent for oid in oids) else []

    def refs(self) -> Iterator[bytes]:
        """Refs other than replace refs."""
        for ref in self._papers.plain_refs():
            flags = [*self._missing_flag(ref.oid), *_ref_flags(ref)]
            yield record(b"ref", encoded_name(ref.name), flags, ref.target)

    def reflogs(self) -> Iterator[bytes]:
        """One record for each line of each reflog."""
        for log in self._papers.reflogs:
            for line in log.lines:
                yield record(b"reflog", encoded_name(log.name), self._reflog_flags(log, line), line)

    def _reflog_flags(self, log: Reflog, line: bytes) -> list[bytes]:
        ids = reflog_ids(line)
        if ids is None:
            return []
        moves = log.name.startswith(b"refs/") and log.name != b"refs/stash"
        forced = moves and ids[0] != ids[1] and self._graph.is_ancestor(*ids) is False
        return ([b"forced"] if forced else []) + self._missing_flag(*ids)

    def holes(self, bundle: Bundle | None) -> Iterator[bytes]:
        """What is known to be missing, and why."""
        if self._papers.refs_unreadable:
            yield record(b"hole", b"-", [b"refs"], b"the refs are kept in a reftable, which was not read")
        for line in self._papers.alternates:
            yield record(b"hole", b"-", [b"alternates"], line)
        partial = bundle.filter if bundle is not None else self._papers.config.partial
        if partial is not None:
            yield record(b"hole", b"-", [b"promised"], partial)
        needed = dict(bundle.prerequisites) if bundle is not None else {}
        absent = self._graph.holes()
        for oid, comment in sorted(needed.items()):
            yield record(b"hole", _oid_name(oid), [b"prerequisite"], b"\n".join(sorted(absent.get(oid, []))) or comment)
        cut = frozenset(self._papers.shallow)
        for oid, children in sorted(absent.items()):
            if oid not in needed:
                why = b"shallow" if cut.issuperset(children) else b"missing"
                yield record(b"hole", oid, [why], b"\n".join(sorted(children)))
        for oid in sorted(self._absent - absent.keys() - needed.keys()):
            yield record(b"hole", _oid_name(oid), [b"missing"], b"")

    def refused_objects(self) -> Iterator[bytes]:
        """Commits and tags that could not be read, or are not what their names say."""
        for oid, why in sorted(self._refused.items()):
            start, size = self._forged.get(oid, (0, 0))
            text = self._spool.body(start, min(size, MAX_OBJECT))
            yield record(b"refused", oid, [why], text)

    def tags(self) -> Iterator[bytes]:
        """Tag objects, by id."""
        for tag in self._tags:
            flags = [self._reach[self._tag_reach[tag.oid]]]
            yield record(b"tag", tag.oid, flags, self._spool.body(tag.start, tag.size))

    def compared(self) -> AbstractContextManager[Iterator[Changes]]:
        """The changed paths of those commits that can have some, in order; git is at work on them meanwhile."""
        graph = self._graph
        there = self._comparable
        return changes_of(self._isolated, list(compress(graph.oids, there)), list(compress(graph.trees, there)))

    def commits(self, changes: Iterator[Changes]) -> Iterator[bytes]:
        """Commits with their changed paths, by committer time."""
        graph, body = self._graph, self._spool.body
        written = 0
        for oid, reach, start, size, there in zip(
            graph.oids, graph.reach, graph.starts, graph.sizes, self._comparable, strict=True
        ):
            paths, cut, unknown = next(changes) if there else UNKNOWN
            written += len(paths)
            if written > MAX_ALL_PATHS_BYTES:
                paths, cut = b"", True
            flags = self._reach[reach]
            if cut:
                flags += b",paths_cut"
            elif unknown:
                flags += b",paths_unknown"
            yield b"commit %b %b %d %d\n%b%b\n" % (oid, flags, size, len(paths), body(start, size), paths)


def _ref_flags(ref: Ref) -> list[bytes]:
    return [flag for flag, there in ((b"stale", ref.stale), (b"malformed", ref.malformed)) if there]


def _oid_name(text: bytes) -> bytes:
    """An id as a record's name; text that is no id is encoded like any name."""
    return text if text and _HEX.issuperset(text) else encoded_name(text)
