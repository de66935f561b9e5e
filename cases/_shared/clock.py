"""Times of a story: microseconds UTC, as everywhere in Leakline."""

from datetime import UTC, datetime, timedelta
from typing import Final

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def at(text: str) -> int:
    """Give microseconds UTC of an ISO time such as `2026-03-30T22:36:48.424Z`."""
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)


def moment(us: int) -> datetime:
    """Give the UTC datetime of microseconds UTC."""
    return _EPOCH + timedelta(microseconds=us)


def iso(us: int, *, milliseconds: bool = False) -> str:
    """Write microseconds UTC as `2026-03-30T22:36:48Z`, or with three digits more."""
    whole = moment(us).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{us // 1000 % 1000:03d}Z" if milliseconds else f"{whole}Z"
