"""The nearest of some events before or after a row. Blocking: for workers."""

from typing import Final

from timeline.tui.case_like import MatchesLike

_STAR_PAGE: Final = 200  # starred neighbours of one microsecond that are looked through to find the next


def neighbour(matches: MatchesLike, stars: MatchesLike, row: int, near: int, step: int) -> int | None:
    """The row in `matches` of the nearest of `stars` after (before) `row`; `near` is a place in `stars` close to it."""
    if step > 0:
        candidates = stars.page(near, _STAR_PAGE)
    else:
        first = max(0, near + 1 - _STAR_PAGE)
        candidates = stars.page(first, near + 1 - first)[::-1]
    for event in candidates:
        found = matches.offset_of_key(event.key)
        if found is not None and (found - row) * step > 0:
            return found
    return None
