"""What a decoder made of a chunk, in a form in which two ways of reading it can be compared."""

from typing import Any

from timeline.model.parser import Decoded


def outcome(decoded: Decoded) -> dict[str, Any]:
    """Events, refusals and warnings in order."""
    return {
        "events": decoded.events.to_pylist(),
        "records": decoded.records,
        "rejects": list(decoded.rejects),
        "ignored": list(decoded.ignored),
        "warnings": sorted(decoded.warnings),
    }
