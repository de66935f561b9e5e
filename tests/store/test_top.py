"""The most frequent values are the same however little of each segment is looked at."""

from collections import Counter

import pytest

from timeline.model.event import Event
from timeline.session.case import Case
from timeline.store import top

FIELDS = ("actor", "resource", "src_ip", "message", "uid", "kind", "session")


def naive(events: list[Event], field: str, limit: int) -> list[tuple[str | None, int]]:
    counts = Counter(getattr(event, field) for event in events)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))[:limit]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("limit", [0, 1, 3, 20, 1_000])
@pytest.mark.parametrize("look", [1, 2, 1_000])
def test_however_little_is_looked_at_first(
    whole: Case, parts: Case, events: list[Event], monkeypatch: pytest.MonkeyPatch, field: str, limit: int, look: int
) -> None:
    monkeypatch.setattr(top, "_FIRST_LOOK", look)
    wanted = naive(events, field, limit)
    assert whole.facet(field, limit=limit) == wanted
    assert parts.facet(field, limit=limit) == wanted


@pytest.mark.parametrize("field", FIELDS)
def test_by_passing_over_all_values(
    parts: Case, events: list[Event], monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    monkeypatch.setattr(top, "_MOST_TEXTS", 0)
    monkeypatch.setattr(top, "_BLOCK", 2)
    assert parts.facet(field, limit=7) == naive(events, field, 7)


@pytest.mark.parametrize("query", ["actor:alice", "status:>=400", "nothing-of-this-kind", "-kind:web.access"])
def test_under_a_filter(parts: Case, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    monkeypatch.setattr(top, "_FIRST_LOOK", 1)
    with parts.find(query) as matches:
        found = list(matches.events())
    assert parts.facet("resource", query, limit=5) == naive(found, "resource", 5)
