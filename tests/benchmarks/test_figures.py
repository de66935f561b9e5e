"""Medians, percentiles, ratios, and who runs when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.figures import Measured, in_turns, mib, milliseconds, percentile, ratio, seconds
from tests.benchmarks.processes import Run


def run_of(took: float, memory: int = 0) -> Run:
    return Run(took, 2 * memory, memory, "")


def test_a_median_is_of_seconds_and_a_peak_of_all_runs() -> None:
    measured = Measured((run_of(3.0, 7), run_of(1.0, 9), run_of(1.5, 8)))
    assert (measured.seconds, measured.sum_bytes, measured.largest_bytes) == (1.5, 18, 9)
    assert measured.cells()[:2] == ("1.50", "1.00 to 3.00")


def test_commands_take_turns() -> None:
    order: list[str] = []

    def command(name: str) -> Run:
        order.append(name)
        return run_of(float(len(order)))

    found = in_turns(3, {"a": lambda: command("a"), "b": lambda: command("b")})
    assert order == ["a", "b"] * 3
    assert (found["a"].seconds, found["b"].seconds) == (3.0, 4.0)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values)


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 95)


@pytest.mark.parametrize(
    ("value", "beside", "text"),
    [(1.0, 2.0, "0.50 x"), (25.0, 2.0, "12.5 x"), (2_468.0, 2.0, "1,234 x"), (1.0, 0.0, "-")],
)
def test_ratios_have_the_places_that_they_deserve(value: float, beside: float, text: str) -> None:
    assert ratio(value, beside) == text


def test_units() -> None:
    assert (seconds(0.0123), seconds(12.345)) == ("0.012", "12.35")
    assert (milliseconds(0.00456), milliseconds(1.2345)) == ("4.6 ms", "1,234 ms")
    assert (mib(3 * 1024 * 1024), mib(0)) == ("3 MiB", "-")
