"""What readers are told about sources, refusals, custody, histograms and runs. Frozen values, no behaviour."""

from dataclasses import dataclass, field
from typing import Literal

AnnotationVerb = Literal["star", "unstar", "tag", "untag", "comment", "severity", "why", "decide"]
"""severity, why: what an event weighs, why it matters; no value takes that back.

decide: of a finding, not of an event; see `timeline.store.decisions`."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """One received file (or repository), with the counts of the stream it holds.

    Times in microseconds UTC; None where there is none. `file_sha256` is of the file as received (None for folders and
    standard input), `stream_sha256` of its decompressed bytes. `same_as` names the source whose stream this file repeats
    or begins; its counts are then that stream's. `state` is complete, partial (interrupted or damaged) or unreadable;
    `problem` says why. records = with_events + duplicates + rejects + ignored.
    """

    number: int
    path: str
    kind: str | None
    parser_version: int | None
    file_sha256: str | None
    file_bytes: int | None
    file_mtime_us: int | None
    stream_sha256: str | None
    stream_bytes: int
    records: int
    with_events: int
    events: int
    duplicates: int
    rejects: int
    ignored: int
    first_us: int | None
    last_us: int | None
    undated: int
    zone: str | None
    year: int | None
    clock_offset_us: int
    collector: str | None
    method: str | None
    acquired: str | None
    detection: tuple[str, ...]
    state: Literal["complete", "partial", "unreadable"]
    problem: str | None
    same_as: str | None
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A stored reject or ignored record."""

    source: str
    record: int
    offset: int
    length: int
    reason: str


@dataclass(frozen=True, slots=True)
class CustodyEntry:
    """One link of the custody chain; `hash` covers all other values and the previous link's hash (hex SHA-256)."""

    number: int
    at_us: int
    analyst: str
    action: str
    detail: str
    hash: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts per bin and series. Bin i covers [start_us + i*width_us, start_us + (i+1)*width_us)."""

    start_us: int
    width_us: int
    series: dict[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What one ingest run did. `already_held` counts sources whose bytes the case had; `extended` those that had grown.

    After `searchable_seconds` everything was committed and could be searched; until `seconds` its rows were listed for other
    programs. `failures` are (path, one-line reason) of sources that could not be read, wholly or from some byte on.
    """

    sources: int = 0
    records: int = 0
    events: int = 0
    duplicates: int = 0
    rejects: int = 0
    ignored: int = 0
    already_held: int = 0
    extended: int = 0
    bytes: int = 0
    seconds: float = 0.0
    searchable_seconds: float = 0.0
    cancelled: bool = False
    failures: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that `verify` looked at: what, how many, and what was wrong (empty: all is well)."""

    name: str
    checked: int
    problems: tuple[str, ...] = ()
