"""What the framing tests share: feeding in blocks, collecting records, taking up again."""

from collections.abc import Iterator, Sequence

from timeline.evidence.framing import Framed, make_framer
from timeline.model.parser import Chunk, Framing

Record = tuple[int, int, bytes]
Refused = tuple[int, int, int, str]


def frame(
    framing: Framing,
    stream: bytes,
    *,
    block: int = 1 << 20,
    chunk: int = 1 << 22,
    limit: int = 1 << 24,
    state: str | None = None,
) -> list[Framed]:
    framer = make_framer(framing, state, chunk_bytes=chunk, max_record_bytes=limit)
    found: list[Framed] = []
    for start in range(0, len(stream), block):
        found.extend(framer.feed(stream[start : start + block]))
    found.extend(framer.finish())
    return found


def records(chunks: Sequence[Framed]) -> list[Record]:
    return list(_records(chunks))


def _records(chunks: Sequence[Framed]) -> Iterator[Record]:
    for framed in chunks:
        if not framed.records:
            continue
        chunk = Chunk(framed.data, framed.offset, framed.first_record, framed.spans, framed.header)
        given = list(chunk.records())
        assert len(given) == framed.records
        yield from given


def refused(chunks: Sequence[Framed]) -> list[Refused]:
    return [(r.record, r.offset, r.length, r.reason) for framed in chunks for r in framed.refused]


def headers(chunks: Sequence[Framed]) -> list[tuple[int, bytes]]:
    """The header of every record that is not a directive itself."""
    return [(number, framed.header) for framed in chunks for number, _, text in records([framed]) if text[:1] != b"#"]


def everything(chunks: Sequence[Framed]) -> tuple[object, ...]:
    ignored = [(r.record, r.offset, r.length, r.reason) for framed in chunks for r in framed.ignored]
    return records(chunks), refused(chunks), ignored, headers(chunks)


def resumed(framing: Framing, stream: bytes, *, chunk: int, limit: int = 1 << 24) -> Iterator[tuple[object, object]]:
    """For each place where one may stop: (all there is, what came before it plus what a new framer gives after it)."""
    whole = frame(framing, stream, chunk=chunk, limit=limit)
    expected = everything(whole)
    for count, framed in enumerate(whole, 1):
        rest = frame(framing, stream[framed.end :], chunk=chunk, limit=limit, state=framed.state)
        yield expected, everything([*whole[:count], *rest])
