"""Detection without ingest: what each source is, and why."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from timeline.evidence.containers import open_stream
from timeline.evidence.walk import Found, find_sources
from timeline.ingest.detect import detect
from timeline.ingest.feeds import BUNDLE_MAGIC, HEAD_BYTES, first_bytes
from timeline.model.errors import EvidenceError
from timeline.model.parser import Sample
from timeline.session.ingesting import STANDARD_INPUT, standard_input


@dataclass(frozen=True, slots=True)
class Explained:
    """One source's verdict; `kind` is None where there is none."""

    path: str
    kind: str | None
    confidence: int
    reasons: tuple[str, ...]


def explain(paths: Sequence[Path], *, exclude: Collection[Path] = ()) -> Iterator[Explained]:
    """The verdict on every source under these paths; `exclude` are files of the case itself."""
    on_disk = [path for path in paths if path != STANDARD_INPUT]
    with standard_input(read=len(on_disk) < len(paths)) as received:
        yield from _verdicts([*received, *find_sources(on_disk, exclude=exclude)])


def _verdicts(founds: Iterable[Found]) -> Iterator[Explained]:
    for found in founds:
        if found.problem is not None:
            yield Explained(found.name, None, 0, (found.problem,))
            continue
        if found.form == "git":
            yield Explained(found.name, "git", 100, ("git 100: a Git repository",))
            continue
        try:
            with open_stream(found) as stream:
                head = first_bytes(stream, HEAD_BYTES)
                name = stream.inner_name
        except EvidenceError as error:
            yield Explained(found.name, None, 0, (error.what,))
            continue
        if head.startswith(BUNDLE_MAGIC):
            yield Explained(found.name, "git", 100, ("git 100: a Git bundle",))
            continue
        verdict = detect(Sample(head, name, whole=len(head) < HEAD_BYTES))
        yield Explained(found.name, verdict.kind, verdict.confidence, verdict.reasons)
