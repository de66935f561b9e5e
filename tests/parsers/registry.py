"""The parser registry as the project declares it, and a way to run a parser over bytes as the pipeline would."""

import importlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any, cast

from timeline.evidence.framing import CHUNK_BYTES, make_framer
from timeline.model.parser import Chunk, Decoded, Parser

PROJECT = Path(__file__).resolve().parents[2]
Event = dict[str, Any]


@cache
def registry() -> Mapping[str, str]:
    """KIND -> module name."""
    with (PROJECT / "pyproject.toml").open("rb") as file:
        table = tomllib.load(file)["project"]["entry-points"]["leakline.parsers"]
    return cast("Mapping[str, str]", table)


def load(kind: str) -> Parser:
    """The parser of a kind."""
    return cast("Parser", importlib.import_module(registry()[kind]))


@dataclass(frozen=True)
class Run:
    """What a parser made of a stream: (chunk, decoded) of every chunk, and what framing itself refused."""

    chunks: tuple[tuple[Chunk, Decoded], ...]
    framing_refused: tuple[tuple[int, str], ...]

    @property
    def events(self) -> list[Event]:
        return [event for _, decoded in self.chunks for event in decoded.events.to_pylist()]

    @property
    def refused(self) -> list[tuple[int, int, int, str]]:
        found = [r for _, decoded in self.chunks for r in (*decoded.rejects, *decoded.ignored)]
        return sorted((r.record, r.offset, r.length, r.reason) for r in found)

    @property
    def warnings(self) -> list[tuple[int, str]]:
        return sorted(warning for _, decoded in self.chunks for warning in decoded.warnings)


def run(parser: Parser, data: bytes, blocks: Sequence[int] = (1 << 20,), chunk_bytes: int = CHUNK_BYTES) -> Run:
    """Frame `data`, fed in blocks of these sizes over and over, and decode every chunk."""
    found = []
    refused: list[tuple[int, str]] = []
    for chunk, framing_refused in _chunks(parser, data, blocks, chunk_bytes):
        refused.extend(framing_refused)
        if chunk.data or chunk.spans:
            found.append((chunk, parser.decode(chunk)))
    return Run(tuple(found), tuple(refused))


def _chunks(
    parser: Parser, data: bytes, blocks: Sequence[int], chunk_bytes: int
) -> Iterator[tuple[Chunk, list[tuple[int, str]]]]:
    framer = make_framer(parser.FRAMING, chunk_bytes=chunk_bytes)
    for block in (*_blocks(data, blocks), None):
        for framed in framer.finish() if block is None else framer.feed(block):
            chunk = Chunk(framed.data, framed.offset, framed.first_record, framed.spans, framed.header)
            yield chunk, [(refusal.record, refusal.reason) for refusal in framed.refused]


def _blocks(data: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    position = 0
    for size in cycle(sizes):
        if position >= len(data):
            return
        yield data[position : position + size]
        position += size
