"""Which rows are chosen."""

from timeline.tui.chosen import Selection


def test_a_run_goes_either_way() -> None:
    assert Selection(run=(3, 5)).rows == Selection(run=(5, 3)).rows == range(3, 6)
    assert not Selection().rows
    assert Selection(run=(0, 0))
    assert not Selection()


def test_what_is_chosen() -> None:
    chosen = Selection(frozenset({"a"}), (2, 1))
    assert [chosen.has(row, key) for row, key in ((0, "a"), (0, "b"), (1, "b"), (2, None), (3, None))] == [
        True, False, True, True, False,
    ]  # fmt: skip
    assert chosen.words() == "2 rows and 1 event"
    assert chosen.toggled("a") == Selection(run=(2, 1))
    assert chosen.toggled("b").words() == "2 rows and 2 events"


def test_rows_that_stand_further_down() -> None:
    assert Selection(run=(2, 4)).shifted(3) == Selection(run=(5, 7))
    assert Selection(frozenset({"a"})).shifted(3) == Selection(frozenset({"a"}))
