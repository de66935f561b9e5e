"""Record framing: finding whole records in a byte stream, apart from decoding them."""

import json

from timeline.evidence.framing.framed import CHUNK_BYTES, MAX_RECORD_BYTES, Framed, Framer
from timeline.evidence.framing.json_records import JsonFramer
from timeline.evidence.framing.lines import LineFramer
from timeline.model.parser import Framing

__all__ = ["CHUNK_BYTES", "MAX_RECORD_BYTES", "Framed", "Framer", "make_framer"]


def make_framer(
    framing: Framing,
    state: str | None = None,
    *,
    chunk_bytes: int = CHUNK_BYTES,
    max_record_bytes: int = MAX_RECORD_BYTES,
) -> Framer:
    """A framer at the start of a stream, or, with the `state` of a `Framed`, at its `end`. Sizes in bytes."""
    if framing == "git":
        from timeline.evidence.git.framing import GitFramer

        return GitFramer(state, chunk_bytes)
    start = None if state is None else json.loads(state)
    kinds: dict[Framing, type[JsonFramer | LineFramer]] = {"json": JsonFramer, "lines": LineFramer}
    return kinds[framing](start, chunk_bytes=chunk_bytes, max_record_bytes=max_record_bytes)
