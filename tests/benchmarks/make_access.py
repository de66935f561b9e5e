"""A seeded access log in the combined format, made by columns: some seconds for a million lines would be too slow.

    198.18.4.210 - - [01/Mar/2026:00:00:07 +0000] "GET /packages/17/file-1472.tgz?v=2 HTTP/1.1" 200 48113 "-" "Mozilla/..."

Four lines a second, nearly in order: like a real server's log, which is written when a request ends, some lines are
late. The first lines of a longer log of the same shape are those of a shorter one.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

BEGIN: Final = datetime(2026, 3, 1, tzinfo=UTC)
LINES_A_SECOND: Final = 4
BATCH_LINES: Final = 250_000
POPULAR: Final = 1_000  # resources that are asked for again and again, also in a log of distinct ones
_SCRAMBLE: Final = 2_654_435_761  # a prime: times it, modulo a smaller number, is a permutation
_DAYS: Final = 400
_AGENTS: Final = tuple(
    f"Mozilla/5.0 (X11; Linux x86_64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0" for n in range(90, 136)
)


@dataclass(frozen=True, slots=True)
class AccessShape:
    """What a log is like.

    `addresses` and `resources` bound the distinct values. Resources are drawn with a skew, most lines asking for few
    of them; with `distinct_share` that share of the lines takes the resources in turn instead, so that each one is
    new until `resources` are through.
    """

    lines: int
    addresses: int = 4_000
    resources: int = 1_900
    distinct_share: float = 0.0
    seed: int = 1

    @property
    def seconds(self) -> int:
        """From the first line to the last."""
        return self.lines // LINES_A_SECOND


def narrow(lines: int) -> AccessShape:
    """About 6,000 distinct values in all."""
    return AccessShape(lines)


def wide(lines: int) -> AccessShape:
    """Up to 5 M distinct values: nine resources in ten are new."""
    return AccessShape(lines, addresses=60_000, resources=5_000_000, distinct_share=0.9)


def unique(lines: int) -> AccessShape:
    """Every resource is new."""
    return AccessShape(lines, addresses=60_000, resources=max(1, lines), distinct_share=1.0)


def address(number: int) -> str:
    """The client of that number, from the block that is reserved for benchmarks (131,072 of them)."""
    return f"198.{18 + (number >> 16 & 1)}.{number >> 8 & 255}.{number & 255}"


def resource(number: int) -> str:
    """The request target of that number."""
    return f"/packages/{number % 97}/file-{number}.tgz?v={number % 7}"


def write_access_log(path: Path, shape: AccessShape) -> None:
    """Write the log."""
    tables = _Tables(shape)
    with path.open("wb") as file:
        for begin in range(0, shape.lines, BATCH_LINES):
            file.write(_text(shape, tables, begin, min(BATCH_LINES, shape.lines - begin)))


class _Tables:
    """Texts that lines choose from."""

    def __init__(self, shape: AccessShape) -> None:
        self.addresses = pa.array([address(number) for number in range(shape.addresses)])
        self.resources = pa.array([resource(number) for number in range(min(shape.resources, 100_000))])
        self.days = pa.array([f"{BEGIN + timedelta(days=day):%d/%b/%Y}" for day in range(_DAYS)])
        self.times = pa.array([f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400)])
        self.agents = pa.array(_AGENTS)
        self.late = pa.array([0] * 97 + [1, 2, 5])
        self.users = pa.array(["-"] * 96 + ["deploy", "mirror", "ci", "kim"])
        self.requests = pa.array(['"GET '] * 95 + ['"HEAD '] * 3 + ['"POST '] * 2)
        self.protocols = pa.array([' HTTP/1.1" '] * 3 + [' HTTP/2.0" '] * 2)
        self.status = pa.array(["200"] * 86 + ["304"] * 5 + ["404"] * 5 + ["206"] * 2 + ["403"] + ["500"])
        self.referers = pa.array(['"-"'] * 4 + [f'"https://www.example.com/page-{n}"' for n in range(4)])


def _text(shape: AccessShape, tables: _Tables, begin: int, rows: int) -> pa.Buffer:
    """Lines [begin, begin + rows); `begin` is a multiple of BATCH_LINES."""
    dice = random.Random(f"{shape.seed}/{begin}/{BATCH_LINES}")
    number = pa.array(range(begin, begin + rows), pa.int64())
    second = pc.max_element_wise(pc.subtract(pc.divide(number, LINES_A_SECOND), _pick(dice, rows, tables.late)), 0)
    status = _pick(dice, rows, tables.status)
    size = _below(dice, rows, 90_000, skew=2)
    lines = pc.binary_join_element_wise(
        tables.addresses.take(_below(dice, rows, shape.addresses, skew=2)), " - ", _pick(dice, rows, tables.users), " [",
        tables.days.take(pc.divide(second, 86_400)), ":", tables.times.take(_modulo(second, 86_400)), " +0000] ",
        _pick(dice, rows, tables.requests), _resources(shape, tables, dice, number), _pick(dice, rows, tables.protocols),
        status, " ", pc.if_else(pc.equal(status, "304"), "-", pc.add(size, 200).cast(pa.string())), " ",
        _pick(dice, rows, tables.referers), ' "', _pick(dice, rows, tables.agents), '"\n', "",
    )  # fmt: skip
    _, offsets, data = lines.buffers()
    return data.slice(0, memoryview(offsets).cast("i")[rows])


def _resources(shape: AccessShape, tables: _Tables, dice: random.Random, number: pa.Array) -> pa.Array:
    rows = len(number)
    if not shape.distinct_share:
        return tables.resources.take(_below(dice, rows, shape.resources, skew=3))
    new = _modulo(pc.multiply(number, _SCRAMBLE), shape.resources)
    popular = _below(dice, rows, min(POPULAR, shape.resources), skew=3)
    chosen = pc.if_else(pc.less(_draws(dice, rows), shape.distinct_share), new, popular)
    return pc.binary_join_element_wise(
        "/packages/", _modulo(chosen, 97).cast(pa.string()), "/file-", chosen.cast(pa.string()), ".tgz?v=",
        _modulo(chosen, 7).cast(pa.string()), "",
    )  # fmt: skip


def _draws(dice: random.Random, rows: int) -> pa.Array:
    """Numbers in [0, 1)."""
    bits = pa.Array.from_buffers(pa.uint32(), rows, [None, pa.py_buffer(dice.randbytes(4 * rows))])
    return pc.divide(bits.cast(pa.float64()), 2.0**32)


def _below(dice: random.Random, rows: int, bound: int, *, skew: int) -> pa.Array:
    """Whole numbers in [0, bound), the small ones more often."""
    return pc.floor(pc.multiply(pc.power(_draws(dice, rows), skew), bound)).cast(pa.int64())


def _pick(dice: random.Random, rows: int, table: pa.Array) -> pa.Array:
    return table.take(_below(dice, rows, len(table), skew=1))


def _modulo(numbers: pa.Array, by: int) -> pa.Array:
    return pc.subtract(numbers, pc.multiply(pc.divide(numbers, by), by))
