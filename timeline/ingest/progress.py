"""What an ingest run tells while it works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """A state of the run. Bytes are of decompressed streams; `total_bytes` is an estimate from file sizes.

    `durable_events` are committed: other readers of the case see them. `segments_to_list`: of how many segments other programs
    do not see the rows yet, once everything is read (else 0).
    """

    path: str
    kind: str | None
    sources_done: int
    sources_total: int
    bytes_done: int
    received_bytes: int
    total_bytes: int
    events: int
    durable_events: int
    segments_to_list: int = 0
