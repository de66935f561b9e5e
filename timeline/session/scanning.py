"""Our own scan of Git history for secrets: every file of every commit, and of none.

The secrets themselves never leave this module: what is ingested, as a source of its own, has their fingerprints. Our own
patterns are few and rarely err (`timeline.rules.secret_patterns`); Kingfisher, where it is installed, knows hundreds.
"""

import base64
import hashlib
import json
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from timeline.evidence.git import open_bundle, open_repository
from timeline.evidence.git.reader import GitStream, repository_name
from timeline.evidence.kingfisher import Caught, Kingfisher, find_kingfisher
from timeline.evidence.walk import Found, find_sources
from timeline.ingest.settings import Overrides
from timeline.model.errors import EvidenceError, UsageError
from timeline.model.event import Event
from timeline.model.fingerprint import fingerprint, last_four, sha1_fingerprint
from timeline.query.tree import TextTest, all_of
from timeline.rules.secret_patterns import Hit, find_hits, own_secret_patterns
from timeline.session.facts import CaseFacts
from timeline.session.ingesting import run_founds, wanted_paths
from timeline.text import storable

if TYPE_CHECKING:
    from timeline.session.case import Case

KIND: Final = "leakline.secrets"
METHOD: Final = "leakline secrets --scan"
_BUNDLE: Final = b"# v"
Engine = Literal["auto", "own", "kingfisher"]
Tell = Callable[[str, int, int], None]
"""Is told (repository, files scanned, files in all)."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """One repository: files and bytes looked at, files too large to be, secrets found (distinct), and problems in words."""

    repository: str
    source: str
    files: int
    read_bytes: int
    too_large: int
    secrets: int
    with_kingfisher: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class _Known:
    """One secret in one blob, as it may be written down."""

    blob: str
    line: int
    column: int
    pattern: str
    title: str
    fingerprint: str
    sha1_fingerprint: str
    sha256: str | None
    last_four: str | None
    shown: str | None = None


def scan(
    case: "Case", paths: Sequence[Path], *, engine: Engine = "auto", cancel: threading.Event | None = None,
    tell: Tell | None = None,
) -> list[Scanned]:  # fmt: skip
    """Scan repositories and bundles at these paths (none: the evidence of the case), and ingest what is found.

    `engine` own: our patterns alone. kingfisher: that, too. auto: that, too, where it is installed. What an earlier scan of
    the same repository found is replaced. UsageError where there is no repository, or no Kingfisher.
    """
    program = None if engine == "own" else find_kingfisher()
    if engine == "kingfisher" and program is None:
        raise UsageError("Kingfisher is not installed", where="--engine", hint="`pip install 'leakline[secrets]'`")
    founds = [
        found for found in find_sources(wanted_paths(case.paths, paths), exclude=case.paths.own_files) if _is_git(found)
    ]
    if not founds:
        raise UsageError("there is no Git repository or bundle", hint="name one: `leakline secrets CASE --scan PATH`")
    return [_scan_one(case, found, program, cancel, tell) for found in founds]


def _is_git(found: Found) -> bool:
    if found.form == "git":
        return True
    if found.form != "file" or found.problem is not None:
        return False
    try:
        with found.path.open("rb") as file:
            head = file.read(20)
    except OSError:
        return False
    return head.startswith(_BUNDLE) and b" git bundle" in head


def _scan_one(
    case: "Case", found: Found, program: str | None, cancel: threading.Event | None, tell: Tell | None
) -> Scanned:
    name = repository_name(found.name)
    source = f"(scan) {name}.secrets.jsonl"
    key = case.redaction_key()
    with _opened(found, cancel) as stream, ExitStack() as stack:
        kingfisher = None if program is None else stack.enter_context(Kingfisher(program, cancel))
        blobs = stream.blobs()
        hits: list[_Known] = []
        for oid, body in blobs:
            blob = oid.decode("ascii")
            hits += [_known(hit, blob, key) for hit in find_hits(body, own_secret_patterns())]
            if kingfisher is not None:
                hits += [_caught(caught, key) for caught in kingfisher.add(blob, body)]
            if tell is not None and blobs.count % 200 == 0:
                tell(name, blobs.count, blobs.total)
        if kingfisher is not None:
            hits += [_caught(caught, key) for caught in kingfisher.scan()]
        tips = {oid.decode("ascii") for oid in stream.tip_blobs()} if hits else set()
        problem = stream.problem if not blobs.damaged else "git could not read some of its files"
    hits = list({(hit.fingerprint, hit.blob, hit.line): hit for hit in reversed(hits)}.values())  # our own name counts
    places = _places(case, name, {hit.blob for hit in hits}, cancel)
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in _records(name, hits, places, tips)]
    _replace(case, source, storable("".join(lines)).encode())
    secrets = len({hit.fingerprint for hit in hits})
    return Scanned(name, source, blobs.count, blobs.read_bytes, blobs.too_large, secrets, program is not None, problem)


def _opened(found: Found, cancel: threading.Event | None) -> GitStream:
    if found.form == "git":
        return open_repository(found.path, name=found.name, cancel=cancel)
    return open_bundle(found.path, name=found.name, cancel=cancel)


def _known(hit: Hit, blob: str, key: bytes) -> _Known:
    place = blob, hit.line, hit.column, hit.pattern.name, hit.pattern.title
    known = _printed(key, hit.secret, place, hashed=hit.pattern.hashed == "sha256")
    return known if hit.shown is None else replace(known, shown=hit.shown.decode("utf-8", "replace"))


def _caught(caught: Caught, key: bytes) -> _Known:
    place = caught.blob, caught.line, caught.column, caught.rule, caught.title
    return _printed(key, caught.secret.encode("utf-8", "surrogatepass"), place, hashed="github" in caught.rule)


def _printed(key: bytes, secret: bytes, place: tuple[str, int, int, str, str], *, hashed: bool) -> _Known:
    """What may be written down of a secret at (blob, line, column, rule, title)."""
    digest = base64.b64encode(hashlib.sha256(secret).digest()).decode("ascii") if hashed else None
    ending = last_four(secret.decode("utf-8", "replace"))
    return _Known(*place, fingerprint(key, secret), sha1_fingerprint(key, secret), digest, ending)


def _places(
    case: "Case", repository: str, blobs: set[str], cancel: threading.Event | None
) -> Mapping[str, list[tuple[str, Event]]]:
    """Blob -> (path, first commit of the case that puts it there)."""
    found: defaultdict[str, dict[str, Event]] = defaultdict(dict)
    if not blobs:
        return found  # type: ignore[return-value]  # empty
    node = all_of([
        TextTest("kind", "exact", "git.commit"), TextTest("action", "exact", "commit"), TextTest("resource", "exact", repository)
    ])  # fmt: skip
    with case.reading(cancel) as reader:
        facts = CaseFacts(reader)
        for event in facts.matching(node):
            for path, new in _changed(facts.raw_fields(event)):
                if new in blobs:
                    found[new].setdefault(path, event)
    return {blob: sorted(paths.items()) for blob, paths in found.items()}


def _changed(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    paths = raw.get("paths")
    for change in paths if isinstance(paths, list) else ():
        if isinstance(change, Mapping):
            yield str(change.get("path")), str(change.get("new"))


def _records(
    repository: str, hits: Sequence[_Known], places: Mapping[str, list[tuple[str, Event]]], tips: set[str]
) -> Iterator[dict[str, object]]:
    for hit in sorted(hits, key=lambda hit: (hit.fingerprint, hit.blob, hit.line, hit.column)):
        common = {
            "leakline_secret": 1, "repository": repository, "pattern": hit.pattern, "title": hit.title,
            "fingerprint": hit.fingerprint, "sha1_fingerprint": hit.sha1_fingerprint, "sha256": hit.sha256,
            "last_four": hit.last_four, "blob": hit.blob, "line": hit.line, "column": hit.column,
            "shown": hit.shown,
        }  # fmt: skip
        at_tip = hit.blob in tips
        found = places.get(hit.blob)
        if not found:
            yield {**common, "path": None, "commit": None, "committed": None, "author": None, "at_tip": at_tip}
        for path, event in found or ():
            committed = None if event.timestamp is None else event.timestamp // 1_000_000
            yield {
                **common, "path": path, "commit": event.uid, "committed": committed, "author": event.actor, "at_tip": at_tip,
            }  # fmt: skip


def _replace(case: "Case", source: str, content: bytes) -> None:
    if any(info.path == source for info in case.sources()):
        case.remove(source)
    if not content:
        return
    with tempfile.TemporaryDirectory(prefix="leakline-") as folder:
        path = Path(folder) / "secrets.jsonl"
        path.write_bytes(content)
        found = Found(name=source, path=path, form="file", size=len(content))
        overrides = Overrides(kind=KIND, collector=case.analyst, method=METHOD)
        summary = run_founds(case, [found], overrides, {"jobs": 1}, None, None)
    if summary.failures:
        raise EvidenceError(summary.failures[0][1], where=source)
