"""Spans of time, [start, end) in microseconds UTC, and what is to be done with lists of them."""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def merged(spans: Iterable[Span], gap: int = 0) -> list[Span]:
    """The spans in order, joined where they overlap, touch, or are at most `gap` apart; empty ones left out."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1] + gap:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(span: Span, taken: Sequence[Span]) -> list[Span]:
    """What is left of a span after these, which are in order and apart, are taken out."""
    found: list[Span] = []
    start, end = span
    for low, high in taken:
        if high <= start or low >= end:
            continue
        if low > start:
            found.append((start, low))
        start = max(start, high)
    if start < end:
        found.append((start, end))
    return found


def common(one: Span, other: Span) -> Span | None:
    """Where two spans overlap; None where they do not."""
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None
