"""Tables as Markdown; goals that are reached, missed, smaller than asked for, or not measured."""

import pytest
from markdown_it import MarkdownIt

from tests.benchmarks.goals import GOALS, Found, Goal, amount, goal_table
from tests.benchmarks.tables import Table


def row_of(table: Table, key: str) -> tuple[str, ...]:
    return table.rows[[goal.key for goal in GOALS].index(key)]


def test_a_table_is_markdown_and_can_be_read_as_it_is() -> None:
    text = Table("Speed", ("run", "s"), (("leakline", "1.00"), ("a | b\nc", "2")), ("A note.",)).markdown()
    assert text == (
        "### Speed\n\n| run      | s    |\n|----------|------|\n| leakline | 1.00 |\n| a \\| b c | 2    |\n\nA note.\n"
    )
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert "<td>a | b c</td>" in html
    assert "<p>A note.</p>" in html


def test_a_goal_has_two_sides() -> None:
    speed, time = Goal("a", "a", "at least", 20, "x"), Goal("b", "b", "at most", 0.15, "s")
    assert (speed.is_reached(20), speed.is_reached(19.9)) == (True, False)
    assert (time.is_reached(0.15), time.is_reached(0.16)) == (True, False)


def test_only_a_goal_that_was_measured_at_its_size_is_judged() -> None:
    table = goal_table([
        Found("git", 1.2), Found("searchable", 0.5), Found("indexed", 0.7, "not at 1 M lines"),
    ])  # fmt: skip
    assert row_of(table, "git")[1:] == ("at most 1.50 x", "1.20 x", "yes")
    assert row_of(table, "searchable")[2:] == ("0.50 x", "no")
    assert row_of(table, "indexed")[2:] == ("0.70 x (not at 1 M lines)", "-")
    assert row_of(table, "raw")[2:] == ("not measured", "-")


def test_a_goal_that_is_measured_on_several_data_has_a_row_for_each() -> None:
    table = goal_table([Found("indexed", 0.7, of="narrow"), Found("indexed", 0.3, of="wide")])
    rows = [row for row in table.rows if row[0].startswith("access log to fully indexed")]
    assert [row[0].rpartition(" ")[2] for row in rows] == ["(narrow)", "(wide)"]
    assert [row[3] for row in rows] == ["yes", "no"]
    assert len(table.rows) == len(GOALS) + 1


def test_a_found_figure_without_a_goal_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such goal: speed"):
        goal_table([Found("speed", 1.0)])


def test_amounts_carry_their_unit() -> None:
    assert [amount(0.15, "s"), amount(1.5, "x"), amount(1_500, "files/s")] == ["150 ms", "1.50 x", "1,500 files/s"]
