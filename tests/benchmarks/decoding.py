"""How fast each parser decodes, in this process, on one core: its own samples over and over, framed as in an ingest.

The records of JSON samples are short, so each is given further members until it is as long as providers' records are.
"""

import json
import time
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Final

from tests.benchmarks.figures import MIB
from tests.benchmarks.goals import Found
from tests.benchmarks.tables import Table
from tests.benchmarks.workbench import Result, Workbench
from timeline.evidence.framing import make_framer
from timeline.ingest.registry import parsers
from timeline.model.parser import Chunk, Parser

RECORDS: Final = 20_000
RECORD_BYTES: Final = 1_300
_LINES: Final = frozenset({"lines", "w3c"})
_COLUMNS: Final = ("kind", "columnar", "record", "us a record", "records/s", "MB/s")


def measure(bench: Workbench) -> Result:
    """Time every parser that reads records of their own; the slowest of each sort is judged."""
    rates = {}
    for kind, parser in parsers().items():
        if parser.FRAMING not in {"git", "whole"}:
            rates[kind] = _Rate(parser, stream_of(parser), bench.rounds)
    rows = [rate.cells(kind) for kind, rate in sorted(rates.items(), key=lambda item: item[1].seconds, reverse=True)]
    note = f"JSON records are filled up to {RECORD_BYTES} bytes. Processor time, the best of {bench.rounds}."
    table = Table("Decoding on one core", _COLUMNS, tuple(rows), (note,))
    found = []
    as_json = {kind: rate.megabytes_a_second for kind, rate in rates.items() if rate.framing == "json"}
    as_lines = {kind: rate.records_a_second / 1000 for kind, rate in rates.items() if rate.framing in _LINES}
    for key, by_kind in (("decode.json", as_json), ("decode.lines", as_lines)):
        slowest = min(by_kind, key=by_kind.__getitem__)
        found.append(Found(key, by_kind[slowest], of=f"the slowest, {slowest}"))
    return Result((table,), tuple(found))


class _Rate:
    """How long a parser takes for a stream."""

    def __init__(self, parser: Parser, stream: bytes, rounds: int) -> None:
        chunks = list(chunks_of(parser, stream))
        self.framing = parser.FRAMING
        self._columnar = "yes" if parser.COLUMNAR else "no"
        self._bytes = sum(len(chunk.data) for chunk in chunks)
        self.seconds, self._records = min(_once(parser, chunks) for _ in range(rounds))

    @property
    def records_a_second(self) -> float:
        return self._records / self.seconds

    @property
    def megabytes_a_second(self) -> float:
        return self._bytes / 1e6 / self.seconds

    def cells(self, kind: str) -> tuple[str, ...]:
        return (
            kind,
            self._columnar,
            f"{self._bytes / self._records:,.0f} bytes",
            f"{self.seconds / self._records * 1e6:.1f}",
            f"{self.records_a_second:,.0f}",
            f"{self.megabytes_a_second:,.0f}",
        )


def _once(parser: Parser, chunks: list[Chunk]) -> tuple[float, int]:
    started = time.process_time()
    records = sum(parser.decode(chunk).records for chunk in chunks)
    return max(time.process_time() - started, 1e-9), records


def chunks_of(parser: Parser, stream: bytes) -> Iterator[Chunk]:
    """The stream as ingest would cut it."""
    framer = make_framer(parser.FRAMING, chunk_bytes=4 * MIB)
    for framed in (*framer.feed(stream), *framer.finish()):
        if framed.data or framed.spans:
            yield Chunk(framed.data, framed.offset, framed.first_record, framed.spans, framed.header)


def stream_of(parser: Parser, records: int = RECORDS) -> bytes:
    """So many records of the parser's samples, one after the other; of CSV and W3C those of the first sample."""
    samples = parser.SAMPLES if parser.FRAMING in {"json", "lines"} else parser.SAMPLES[:1]
    found = [
        (chunk.header, raw)
        for sample in samples
        for chunk in chunks_of(parser, sample)
        for _, _, raw in chunk.records()
    ]
    raws = [raw for _, raw in found if raw.strip()]
    if parser.FRAMING == "json":
        raws = [_filled(raw) for raw in raws]
    header = found[0][0]
    parts = [header] if header else []
    return b"\n".join([*parts, *islice(cycle(raws), records)]) + b"\n"


def _filled(raw: bytes) -> bytes:
    """A record with further members, some nested, until it is RECORD_BYTES long."""
    try:
        value = json.loads(raw)
    except ValueError:
        return raw
    more: dict[str, object] = {}
    if not isinstance(value, dict):
        return raw
    while len(raw) < RECORD_BYTES:
        place = len(more)
        more[f"member{place}"] = {"name": f"value-{place}", "count": place, "labels": ["one", "two"]}
        raw = json.dumps({**value, "further": more}).encode()
    return raw
