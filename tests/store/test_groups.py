"""Events grouped by fields, in one segment and in fifty, against a naive grouping of all events."""

from collections import defaultdict

import pytest

from timeline.model.errors import UsageError
from timeline.model.event import Event
from timeline.model.groups import Group, Value
from timeline.session.case import Case
from timeline.store.conditions import Condition
from timeline.store.groups import group_events


def naive(events: list[Event], fields: tuple[str, ...]) -> dict[tuple[Value, ...], Group]:
    by_values: defaultdict[tuple[Value, ...], list[Event]] = defaultdict(list)
    for event in events:
        by_values[tuple(getattr(event, field) for field in fields)].append(event)
    found = {}
    for values, own in by_values.items():
        sizes = [event.bytes_out for event in own if event.bytes_out is not None and event.bytes_out >= 0]
        times = [event.timestamp for event in own if event.timestamp is not None]
        first, last = (min(times), max(times)) if times else (None, None)
        largest = max(sizes, default=0)
        found[values] = Group(values, len(own), sum(sizes), len(sizes), first, last, own[0].key, own[-1].key, largest)
    return found


@pytest.mark.parametrize(
    "fields",
    [
        (),
        ("actor",),
        ("source",),
        ("status",),
        ("actor", "src_ip", "resource"),
        ("timestamp",),
        ("kind", "uid", "message", "bytes_out"),
    ],
)
@pytest.mark.parametrize("query", ["", "status:404 -actor:alice", "actor:nobody"])
def test_groups(whole: Case, parts: Case, events: list[Event], fields: tuple[str, ...], query: str) -> None:
    with whole.find(query) as matches:
        keys = set(matches.keys())
    expected = naive([event for event in events if event.key in keys], fields)
    for case in (whole, parts):
        found = case.groups(fields, query)
        assert {group.values: group for group in found} == expected
        assert len(found) == len(expected)


def test_groups_are_in_the_order_of_their_values(whole: Case, parts: Case) -> None:
    found = whole.groups(["actor", "status"])
    assert found == parts.groups(["actor", "status"])
    assert found[0].values == (None, None)
    assert [g.values[1] for g in found if g.values[0] == "alice"] == [None, 200, 301, 403, 404, 500]


def test_groups_by_what_is_derived(whole: Case, parts: Case, events: list[Event]) -> None:
    def kind_of(resource: str) -> str | None:
        return resource.partition("/")[0] or None

    for case in (whole, parts):
        with case.reading() as reader:
            condition = Condition(reader, case.plan(""), None)  # type: ignore[arg-type]  # no raw condition
            found = group_events(reader, condition, ["resource", "status"], derive={"resource": kind_of})
        counts = {group.values: group.events for group in found}
        expected: defaultdict[tuple[Value, ...], int] = defaultdict(int)
        for event in events:
            expected[None if event.resource is None else kind_of(event.resource), event.status] += 1
        assert counts == expected


def test_groups_by_interval(whole: Case, parts: Case, events: list[Event]) -> None:
    width = 7_000_000
    for case in (whole, parts):
        with case.reading() as reader:
            condition = Condition(reader, case.plan(""), None)  # type: ignore[arg-type]  # no raw condition
            found = group_events(reader, condition, ["timestamp", "actor"], bin_us=width)
        expected: defaultdict[tuple[Value, ...], int] = defaultdict(int)
        for event in events:
            begin = None if event.timestamp is None else event.timestamp // width * width
            expected[begin, event.actor] += 1
        assert {group.values: group.events for group in found} == expected


def test_a_field_that_is_none(whole: Case) -> None:
    with pytest.raises(UsageError, match="no field colour"):
        whole.groups(["colour"])


def test_too_many_groups(parts: Case) -> None:
    with parts.reading() as reader, pytest.raises(UsageError, match="more than 5 groups"):
        group_events(reader, Condition(reader, parts.plan(""), None), ["uid"], most=5)  # type: ignore[arg-type]  # no raw condition
