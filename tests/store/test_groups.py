"""Events grouped by fields, in one segment and in fifty, against a naive grouping of all events."""

from collections import defaultdict

import pytest

from timeline.model.errors import UsageError
from timeline.model.event import Event
from timeline.model.groups import Group, Value
from timeline.query.compile import compile_query
from timeline.query.tree import EVERYTHING
from timeline.session.case import Case
from timeline.session.records import CaseRecords
from timeline.store.conditions import Condition
from timeline.store.groups import group_events, merged_groups
from timeline.store.reader import Reader


def everything(reader: Reader) -> Condition:
    return Condition(reader, compile_query(EVERYTHING), CaseRecords(reader))


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
        undated = len(own) - len(times)
        keys = own[0].key, own[-1].key
        found[values] = Group(values, len(own), sum(sizes), len(sizes), first, last, *keys, largest, undated)
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


@pytest.mark.parametrize("valued", [("actor",), ("resource",), ("src_ip", "actor")])
def test_events_without_a_value_are_left_out(whole: Case, parts: Case, valued: tuple[str, ...]) -> None:
    fields = ("actor", "src_ip", "resource", "status")
    places = [fields.index(field) for field in valued]
    for case in (whole, parts):
        all_of_them = case.groups(fields)
        expected = [group for group in all_of_them if all(group.values[place] is not None for place in places)]
        assert 0 < len(expected) < len(all_of_them)
        with case.reading() as reader:
            assert group_events(reader, everything(reader), fields, valued=valued) == expected


def test_what_is_derived_may_be_no_value(parts: Case) -> None:
    with parts.reading() as reader:
        derive = {"resource": lambda text: text if text.endswith("tgz") else None}
        found = group_events(reader, everything(reader), ["status", "resource"], derive=derive, valued=["resource"])
    assert found
    assert all(str(group.values[1]).endswith("tgz") for group in found)


@pytest.mark.parametrize("fields", [(), ("actor",), ("status", "src_ip"), ("source", "resource"), ("timestamp",)])
@pytest.mark.parametrize("keyed", [True, False])
def test_groups_of_some_events_and_of_others(parts: Case, fields: tuple[str, ...], *, keyed: bool) -> None:
    with parts.reading() as reader:
        assert len(reader.segments) > 1
        whole = group_events(reader, everything(reader), fields, keyed=keyed)
        for count in range(1, len(reader.segments)):
            some, others = reader.only(reader.segments[:count]), reader.only(reader.segments[count:])
            later, earlier = (group_events(half, everything(half), fields, keyed=keyed) for half in (others, some))
            merged = merged_groups(later, earlier, fields, keyed=keyed)
            assert merged == whole if keyed else set(merged) == set(whole)


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
