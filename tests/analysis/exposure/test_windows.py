"""Windows from edges: order, layers, blocks, bounds, contradictions."""

from collections.abc import Mapping
from typing import Any

import pytest

from timeline.analysis.exposure.windows import BLOCK_ENDED, NO_ORDER, find_windows
from timeline.model.exposure import OPENED_BEFORE, SEEN_CLOSED, STILL_OPEN, Edge, Holder, Thing, Window
from timeline.rules.exposure_pack import ThingKind

BUCKET, ACCOUNT = Thing("s3.bucket", "models"), Thing("s3.account", "111122223333")
KINDS: Mapping[str, ThingKind] = {
    "s3.bucket": ThingKind("s3.bucket", "bucket", "s3.account", None, ()),
    "s3.account": ThingKind("s3.account", "account", None, None, ()),
}
PUBLIC = frozenset({Holder("everyone")})
SPAN = (0, 1_000)


def edge(us: int, layer: str = "policy", **values: Any) -> Edge:
    given = {"thing": BUCKET, "rule": layer, "key": f"e{us}", "precision_us": 1, "replaces": True, **values}
    return Edge(layer=layer, us=us, **given)


def windows(*edges: Edge) -> list[Window]:
    return find_windows(edges, KINDS, SPAN, {BUCKET: ACCOUNT.name})


def spans(*edges: Edge) -> list[tuple[int, str | None, int, str | None]]:
    return [(w.opened_us, w.opened_key, w.closed_us, w.closed_key) for w in windows(*edges)]


def test_opened_and_closed() -> None:
    assert spans(edge(10, gives=PUBLIC), edge(20)) == [(10, "e10", 20, "e20")]


def test_edges_come_in_any_order() -> None:
    assert spans(edge(20), edge(30, gives=PUBLIC), edge(10, gives=PUBLIC)) == [
        (10, "e10", 20, "e20"),
        (30, "e30", 1_000, None),
    ]


def test_a_window_that_never_closes_ends_with_the_evidence() -> None:
    (window,) = windows(edge(10, gives=PUBLIC))
    assert (window.closed_us, window.closed_key, window.notes) == (1_000, None, (STILL_OPEN,))
    assert window.name == "exposure/1"


def test_what_was_open_before_is_a_bound() -> None:
    (window,) = windows(edge(10, "visibility", before=PUBLIC))
    assert (window.opened_us, window.opened_key, window.closed_us, window.closed_key) == (0, None, 10, "e10")
    assert window.notes == (OPENED_BEFORE,)


def test_what_is_taken_away_was_there() -> None:
    assert spans(edge(10, "permission", replaces=False, takes=PUBLIC)) == [(0, None, 10, "e10")]


def test_what_an_earlier_edge_tells_counts_more_than_what_a_later_one_says_of_before() -> None:
    assert spans(edge(5, "visibility"), edge(10, "visibility", before=PUBLIC)) == []


def test_closing_without_knowing_of_an_opening_is_no_window() -> None:
    assert spans(edge(10)) == []


def test_the_same_again_is_told_not_counted() -> None:
    (window,) = windows(edge(10, gives=PUBLIC), edge(12, gives=PUBLIC), edge(20))
    assert (window.opened_key, window.also, window.closed_key) == ("e10", ("e12",), "e20")


def test_layers_open_by_themselves() -> None:
    found = spans(edge(10, "acl", gives=PUBLIC), edge(20, "policy", gives=PUBLIC), edge(30, "acl"), edge(40, "policy"))
    assert found == [(10, "e10", 40, "e40")]


def test_deleting_the_thing_closes_all_layers() -> None:
    assert spans(edge(10, "acl", gives=PUBLIC), edge(20, "policy", gives=PUBLIC), edge(30, "all")) == [
        (10, "e10", 30, "e30")
    ]


def test_a_block_closes_and_its_end_opens_again() -> None:
    block = edge(20, "bucket block", blocks=frozenset({"policy"}))
    found = windows(edge(10, gives=PUBLIC), block, edge(30, "bucket block", blocks=frozenset()), edge(40))
    assert [(w.opened_us, w.closed_us) for w in found] == [(10, 20), (30, 40)]
    assert found[1].notes == (BLOCK_ENDED,)


def test_a_block_of_the_account_holds_for_its_buckets() -> None:
    block = edge(20, "account block", thing=ACCOUNT, blocks=frozenset({"policy", "acl"}))
    assert spans(edge(10, gives=PUBLIC), block) == [(10, "e10", 20, "e20")]


def test_a_block_holds_back_the_public_only() -> None:
    partner = frozenset({Holder("others", "444455556666")})
    block = edge(5, "bucket block", blocks=frozenset({"policy"}))
    assert [w.holder.audience for w in windows(block, edge(10, gives=PUBLIC | partner))] == ["others"]


def test_holders_have_windows_of_their_own() -> None:
    one, two = (frozenset({Holder("others", name)}) for name in ("1", "2"))
    share: dict[str, Any] = {"layer": "permission", "replaces": False}
    found = windows(
        edge(10, **share, gives=one),
        edge(20, **share, gives=two),
        edge(30, **share, takes=one),
        edge(40, **share, takes=two),
    )
    assert [(w.holder.who, w.opened_us, w.closed_us) for w in found] == [("1", 10, 30), ("2", 20, 40)]


def test_edges_within_one_stated_second_have_no_order() -> None:
    found = windows(edge(10, gives=PUBLIC, precision_us=100), edge(50, precision_us=100))
    assert all(NO_ORDER in window.notes for window in found)


@pytest.mark.parametrize("precision", [1, 40])
def test_edges_apart_have_one(precision: int) -> None:
    (window,) = windows(edge(10, gives=PUBLIC, precision_us=precision), edge(50))
    assert NO_ORDER not in window.notes


def test_what_limits_and_what_was_not_understood_is_said() -> None:
    (window,) = windows(edge(10, gives=PUBLIC, limits=("a referer",), problems=("not JSON",)))
    assert window.notes[:2] == ("a referer", "not JSON")


def test_windows_are_numbered_by_opening() -> None:
    other = Thing("s3.bucket", "a")
    found = windows(edge(30, gives=PUBLIC, thing=other), edge(10, gives=PUBLIC))
    assert [(w.number, w.thing.name) for w in found] == [(1, "models"), (2, "a")]


def test_what_was_open_before_is_bound_by_the_log_that_would_show_the_change() -> None:
    log = ("github.audit", "corp")
    edges = [edge(500, "visibility", before=PUBLIC, log=log)]
    (window,) = find_windows(edges, KINDS, SPAN, {}, {log: 300})
    assert (window.opened_us, window.opened_key, window.closed_us) == (300, None, 500)


def test_an_observed_state_is_a_bound_that_cites_its_event() -> None:
    (window,) = windows(edge(10, gives=PUBLIC, observed=True, limits=("so far",)), edge(20, gives=PUBLIC), edge(30))
    assert (window.opened_us, window.opened_key, window.closed_us, window.also) == (10, None, 30, ("e10", "e20"))
    assert window.notes == (OPENED_BEFORE, "so far")


def test_what_was_seen_closed_is_a_bound() -> None:
    opened, still, gone = edge(10, gives=PUBLIC), edge(20, gives=PUBLIC, observed=True), edge(30, observed=True)
    (window,) = windows(opened, still, gone)
    assert (window.opened_us, window.closed_us, window.closed_key, window.also) == (10, 30, "e30", ("e20",))
    assert window.notes[0].startswith(f"{SEEN_CLOSED}; seen open at 1970-01-01 00:00:00")
    (window,) = windows(opened, gone)
    assert window.notes == (SEEN_CLOSED,)
