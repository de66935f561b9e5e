"""Events counted together because they agree in some fields."""

import msgspec

Value = str | int | None


class Group(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Events that have the same `values` in the fields asked for (None: none).

    `undated` of them have no time. `bytes_out` is what `with_bytes` of the events log as sent, added up, `largest` the most
    of one of them (0: none).
    `first_us` and `last_us` are the times of the first and last dated event, microseconds UTC (None: none is dated); the
    keys those of the first and last in canonical order, in which undated events come last.
    """

    values: tuple[Value, ...]
    events: int
    bytes_out: int
    with_bytes: int
    first_us: int | None
    last_us: int | None
    first_key: str
    last_key: str
    largest: int = 0
    undated: int = 0
