"""What framing gives: chunks of whole records, with everything needed to go on after each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from timeline.model.parser import Refusal

CHUNK_BYTES: Final = 4 * 1024 * 1024
MAX_RECORD_BYTES: Final = 16 * 1024 * 1024
BOM: Final = b"\xef\xbb\xbf"

LONG_RECORD: Final = "record longer than 16 MiB"
CUT_OFF: Final = "cut off: JSON ends before the record does"
BROKEN: Final = "broken JSON: brackets do not match"
NOT_JSON: Final = "not JSON"
OPEN_QUOTE: Final = "a quoted field is never closed"
LONG_DOCUMENT: Final = "document longer than 256 MiB"
BLANK_LINE: Final = "blank line"


@dataclass(frozen=True, slots=True)
class Framed:
    """Whole records of a stream, to become a `model.parser.Chunk`, and what framing itself did not let through.

    `data` starts at byte `offset` of the decompressed stream and holds `records` records, of which the first has the
    1-based ordinal `first_record`; `spans` and `header` are those of `Chunk`. Under "whole", `records` is 0: the parser
    counts. `refused` are records that are not in `data` and not in `records` (too long, cut JSON): rejects. `ignored`
    are such that hold nothing (blank lines between CSV rows). Where all was refused, `data` is empty and `records` 0.
    `make_framer(framing, state)` fed from byte `end` on gives the rest of the records.
    """

    data: bytes
    offset: int
    first_record: int
    spans: tuple[tuple[int, int], ...] | None
    header: bytes
    records: int
    refused: tuple[Refusal, ...]
    state: str
    end: int
    ignored: tuple[Refusal, ...] = ()


class Framer(Protocol):
    """A push parser: blocks of any size in, chunks of whole records out. Memory is bounded by chunk and record size."""

    def feed(self, block: bytes) -> Iterator[Framed]:
        """Take the next bytes of the stream; give the chunks that are now complete."""
        ...

    def finish(self) -> Iterator[Framed]:
        """Give what is left, once the stream has ended.

        A last line without line end comes in a chunk of its own, so that a source that grows can be taken up before it.
        """
        ...
