"""Sources that no parser claims: hashed, kept where they are text, and accounted for as one rejected record."""

import hashlib
from collections.abc import Callable

import zstandard

from timeline.ingest.feeds import Feed
from timeline.model.parser import Refusal
from timeline.store.frames import compress
from timeline.store.messages import AddChunk, Message

NOT_RECOGNISED = "format not recognised"
MAX_KEPT_BYTES = 64 << 20


def store_unrecognised(
    feed: Feed, number: int, send: Callable[[Message], None], *, keep: bool, check: Callable[[], None]
) -> tuple[int, str]:
    """Read the source to its end; (length, SHA-256) of its stream.

    Its bytes are stored if `keep`, up to 64 MiB, so that `reparse --kind` needs no second look at the original.
    """
    digest = hashlib.sha256()
    compressor = zstandard.ZstdCompressor(level=3)
    frames: list[tuple[int, int, bytes]] = []
    length = 0
    for block in feed.blocks():
        check()
        digest.update(block)
        if keep and length + len(block) <= MAX_KEPT_BYTES:
            frames += compress(block, length, compressor)
        length += len(block)
    feed.drain()
    whole = keep and length <= MAX_KEPT_BYTES
    send(
        AddChunk(
            number=number,
            events=b"",
            records=1,
            with_events=0,
            rejects=(Refusal(1, 0, min(length, 2**31 - 1), NOT_RECOGNISED),),
            ignored=(),
            warnings=(),
            frames=tuple(frames) if whole else (),
            length=length,
            sha256=digest.hexdigest(),
            resume_offset=0,
            resume_record=1,
            resume_state=None,
        )
    )
    return length, digest.hexdigest()
