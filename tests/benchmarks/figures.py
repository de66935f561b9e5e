"""Medians, percentiles and ratios of runs that took turns, and how they are written."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.processes import Run

MIB: Final = 1024 * 1024
NOT_HERE: Final = "absent"


@dataclass(frozen=True, slots=True)
class Measured:
    """The runs of one command."""

    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """Median on the wall."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def sum_bytes(self) -> int:
        """The most that its processes ever held together."""
        return max(run.sum_bytes for run in self.runs)

    @property
    def largest_bytes(self) -> int:
        """The most that any one process ever held."""
        return max(run.largest_bytes for run in self.runs)

    def cells(self) -> tuple[str, str, str, str]:
        """Median, slowest and fastest, memory together, memory of the largest process: for a table."""
        slow, fast = max(run.seconds for run in self.runs), min(run.seconds for run in self.runs)
        return (
            seconds(self.seconds),
            f"{seconds(fast)} to {seconds(slow)}",
            mib(self.sum_bytes),
            mib(self.largest_bytes),
        )


RUN_COLUMNS: Final = ("median s", "range s", "memory, all", "largest process")


def in_turns(rounds: int, commands: Mapping[str, Callable[[], Run]]) -> dict[str, Measured]:
    """Run all commands, then all again, so that what else the machine does falls on each of them."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            found[name].append(command())
    return {name: Measured(tuple(runs)) for name, runs in found.items()}


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least `percent` of them do not exceed (nearest rank). ValueError for none."""
    if not values:
        raise ValueError("no values to take a percentile of")
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def ratio(value: float, beside: float) -> str:
    """`value / beside`, for people: two places below ten, one below a hundred."""
    if not beside:
        return "-"
    quotient = value / beside
    return f"{quotient:.2f} x" if quotient < 10 else f"{quotient:.1f} x" if quotient < 100 else f"{quotient:,.0f} x"


def seconds(value: float) -> str:
    """Seconds with two places, three below a tenth."""
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def milliseconds(value_s: float) -> str:
    """Seconds as milliseconds."""
    return f"{value_s * 1000:.1f} ms" if value_s < 0.01 else f"{value_s * 1000:,.0f} ms"


def mib(size: int) -> str:
    """Bytes as MiB; `-` for none measured."""
    return f"{size / MIB:,.0f} MiB" if size else "-"
