from tests.tui.fake_case import make_event
from timeline.tui.widgets.page_cache import PAGE_ROWS, PageCache

FULL = [make_event(number) for number in range(PAGE_ROWS)]


def test_a_full_page_promises_one_more_row() -> None:
    cache = PageCache()
    cache.put(0, FULL)
    assert (cache.total, cache.counted) == (PAGE_ROWS + 1, False)
    assert cache.row(5) is FULL[5]
    assert cache.row(PAGE_ROWS) is None
    assert cache.missing([PAGE_ROWS]) == [1]


def test_a_short_page_ends_the_view() -> None:
    cache = PageCache()
    cache.put(0, FULL)
    cache.put(1, FULL[:3])
    assert (cache.total, cache.counted) == (PAGE_ROWS + 3, True)


def test_a_count_is_not_changed_by_pages() -> None:
    cache = PageCache()
    cache.set_total(1000)
    cache.put(4, FULL)
    assert cache.total == 1000


def test_missing_pages_in_the_order_of_the_rows() -> None:
    cache = PageCache()
    cache.set_total(100_000)
    cache.put(3, FULL)
    assert cache.missing([5 * PAGE_ROWS, 3 * PAGE_ROWS, 2 * PAGE_ROWS, 100_000, -1]) == [5, 2]


def test_expired_pages_are_shown_and_asked_for_again() -> None:
    cache = PageCache()
    cache.put(0, FULL)
    cache.expire()
    assert cache.row(0) is FULL[0]
    assert cache.missing([0]) == [0]


def test_memory_is_bounded() -> None:
    cache = PageCache()
    cache.set_total(PAGE_ROWS * 1000)
    for number in range(1000):
        cache.put(number, FULL)
    kept = [number for number in range(1000) if cache.row(number * PAGE_ROWS) is not None]
    assert len(kept) < 50
    assert kept[-1] == 999
