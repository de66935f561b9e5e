from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.tui.fake_case import make_event
from timeline.tui.clock import DISPLAY_UTC
from timeline.tui.columns import COLUMNS, cell_text, place, result_text, size_text


@given(st.integers(0, 400))
def test_columns_never_overlap_and_never_leave_the_screen(width: int) -> None:
    placed = place(width)
    assert placed
    for left, right in pairwise(placed):
        assert left.start + left.width + 1 == right.start
    assert placed[-1].start + placed[-1].width <= max(width, 5)


def test_what_is_shown_at_common_widths() -> None:
    assert [placed.column.id for placed in place(118)] == [column.id for column in COLUMNS]
    assert [placed.column.id for placed in place(80)] == ["time", "result", "kind", "who", "did", "what"]
    assert [placed.column.id for placed in place(44)] == ["time", "what"]


def test_cells_say_what_the_record_says() -> None:
    event = make_event(0, actor=None, resource=None, message="rotate keys", bytes_out=0)
    by_id = {column.id: cell_text(event, column, DISPLAY_UTC) for column in COLUMNS}
    assert by_id["who"] == "-"
    assert by_id["what"] == "rotate keys"
    assert by_id["out"] == "0"
    commit = make_event(2, resource="git/corp-cli", message="faster bundles")
    assert cell_text(commit, COLUMNS[5], DISPLAY_UTC) == "git/corp-cli · faster bundles"
    assert by_id["time"] == "00:00:00"


def test_outcome_has_a_letter() -> None:
    letters = {
        outcome: result_text(make_event(0, outcome=outcome, status=403))
        for outcome in ("success", "denied", "failure", "unknown", None)
    }
    assert letters == {"success": "+ 403", "denied": "D 403", "failure": "F 403", "unknown": "? 403", None: "  403"}
    assert result_text(make_event(0, outcome="denied", status=None)) == "D"


@given(st.integers(-(2**63), 2**63 - 1))
def test_sizes_fit_their_column(count: int) -> None:
    assert len(size_text(count)) <= 6 + (count < 0)


def test_sizes_read_well() -> None:
    assert [size_text(count) for count in (0, 812, 59_800_000, 99_960, 999_600)] == [
        "0",
        "812",
        "59.8M",
        "100k",
        "1.0M",
    ]
