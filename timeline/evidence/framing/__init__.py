"""Record framing: finding whole records in a byte stream, apart from decoding them."""

import json
from collections.abc import Callable
from typing import Final

from timeline.evidence.framing.csv_records import CsvFramer
from timeline.evidence.framing.framed import CHUNK_BYTES, MAX_RECORD_BYTES, Framed, Framer
from timeline.evidence.framing.json_records import JsonFramer
from timeline.evidence.framing.lines import LineFramer
from timeline.evidence.framing.w3c import W3cFramer
from timeline.evidence.framing.whole import WholeFramer
from timeline.model.parser import Framing

__all__ = ["CHUNK_BYTES", "MAX_RECORD_BYTES", "Framed", "Framer", "make_framer"]

_FRAMERS: Final[dict[Framing, Callable[..., Framer]]] = {
    "lines": LineFramer,
    "json": JsonFramer,
    "csv": CsvFramer,
    "w3c": W3cFramer,
}


def make_framer(
    framing: Framing,
    state: str | None = None,
    *,
    chunk_bytes: int = CHUNK_BYTES,
    max_record_bytes: int = MAX_RECORD_BYTES,
) -> Framer:
    """A framer at the start of a stream, or, with the `state` of a `Framed`, at its `end`. Sizes in bytes.

    Under "whole" the limit on a record does not hold; it is that of `whole.MAX_DOCUMENT_BYTES`.
    """
    if framing == "git":
        from timeline.evidence.git.framing import GitFramer  # it needs this package's own parts first

        return GitFramer(state, chunk_bytes)
    start = None if state is None else json.loads(state)
    if framing == "whole":
        return WholeFramer(start)
    return _FRAMERS[framing](start, chunk_bytes=chunk_bytes, max_record_bytes=max_record_bytes)
