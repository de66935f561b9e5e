"""Columns of events, whatever the number of rows: what comes out is what was put in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.lib.json_columns import UNDATED, Derived, EventColumns
from timeline.model.event import EVENT_SCHEMA, TEXT_FIELDS, EventValues

TEXTS = st.none() | st.sampled_from(["a", "b", "\u00e4", "x" * 40])
NUMBERS = st.none() | st.integers(-(2**31), 2**31 - 1)
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        field.name: TEXTS if field.name in TEXT_FIELDS else NUMBERS for field in EVENT_SCHEMA if field.name != "kind"
    },
)


def told(columns: EventColumns) -> list[dict[str, Any]]:
    batch = columns.batch()
    batch.validate(full=True)
    assert batch.schema == EVENT_SCHEMA
    rows: list[dict[str, Any]] = batch.to_pylist()
    return rows


def whole(event: EventValues) -> dict[str, Any]:
    return {**dict.fromkeys(EVENT_SCHEMA.names), **event, "kind": "k"}


@given(st.lists(EVENTS, max_size=5), st.sampled_from([1, 1, 200]))
def test_events_come_out_as_they_went_in(events: list[EventValues], times: int) -> None:
    columns = EventColumns("k")
    for _ in range(times):
        columns.append_all(events)
    assert told(columns) == [whole(event) for event in events] * times


@pytest.mark.parametrize("rows", [1, 2, 300])
def test_many_and_single_ones_stand_in_order(rows: int) -> None:
    columns = EventColumns("k")
    actions = Derived(columns.texts["action"], lambda key: None if key == "none" else f"s:{key}")
    when = columns.joined["when"]
    undated, dated = when[UNDATED], when[5, 1, "stated"]
    who = columns.joined["who"]["a", None, "s"]
    for number in range(rows):
        columns.extend(
            1,
            {"action": [actions["x"]], "uid": [f"{number}"], "when": [dated], "who": [who], "status": [number]},
        )
        columns.append_all([{"action": "s:x", "actor": "b"}])
        columns.extend(1, {"action": [actions["none"]], "when": [undated], "who": [who]})
    found = told(columns)
    assert found[::3] == [
        whole(
            {
                "action": "s:x", "uid": f"{number}", "timestamp": 5, "timestamp_precision": 1,
                "timestamp_basis": "stated", "actor": "a", "session": "s", "status": number,
            }
        )
        for number in range(rows)
    ]  # fmt: skip
    assert found[1::3] == [whole({"action": "s:x", "actor": "b"})] * rows
    assert found[2::3] == [whole({"actor": "a", "session": "s"})] * rows


@pytest.mark.parametrize("rows", [0, 1, 2, 300])
def test_texts_of_rows_that_did_not_come_are_left_out(rows: int) -> None:
    columns = EventColumns("k")
    assert columns.texts["outcome"]["of no row"] == 0
    assert columns.joined["who"]["of no row", None, None] == 0
    columns.append_all([{"outcome": "success", "actor": "a"}] * rows)
    columns.spoiled = True
    assert told(columns) == [whole({"outcome": "success", "actor": "a"})] * rows
    batch = columns.batch()
    assert batch.column("outcome").dictionary.to_pylist() == ["success"] * (rows > 0)
    assert batch.column("actor").dictionary.to_pylist() == ["a"] * (rows > 0)
