"""A draft of a mapping for a file."""

from dataclasses import dataclass
from pathlib import Path

from timeline.evidence.containers import open_stream
from timeline.evidence.walk import find_sources
from timeline.ingest.detect import detect
from timeline.ingest.drafting.draft import draft_mapping
from timeline.ingest.feeds import first_bytes
from timeline.model.errors import UsageError
from timeline.model.parser import Sample

SAMPLE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Draft:
    """The mapping as YAML; `known_as` is the kind by which the file is read without one, None where there is none."""

    text: str
    known_as: str | None


def draft_for(path: Path) -> Draft:
    """Draft a mapping from the beginning of a file, compressed or not; of an archive or folder from its first file."""
    if not path.exists():
        raise UsageError("there is no such file", where=path)
    for found in find_sources([path]):
        if found.problem is not None or found.form == "git":
            continue
        with open_stream(found) as stream:
            head = first_bytes(stream, SAMPLE_BYTES)
            name = stream.inner_name
        sample = Sample(head, name, whole=len(head) < SAMPLE_BYTES)
        return Draft(draft_mapping(sample), detect(sample).kind)
    raise UsageError("holds no file that can be read", where=path)
