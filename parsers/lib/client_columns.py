"""Columns of client addresses as logs write them, made plain as `parsers.lib.addresses` does it for one."""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.addresses import client_address
from parsers.lib.columns import per_distinct

_V4: Final = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
_PORT: Final = ":[0-9]{1,5}"
_V4_WITH_PORT: Final = f"^{_V4}{_PORT}$"
_PLAIN: Final = "^[0-9A-Fa-f.:]+$"
_V6_WITH_PORT: Final = rf"^\[[0-9A-Fa-f.:]+\]{_PORT}$"
_NOTHING: Final = pa.array(["-", ""], pa.utf8())
_NO_TEXT: Final = pa.scalar(None, pa.utf8())


def client_addresses(texts: pa.Array) -> pa.Array:
    """What `client_address` makes of each text of printable ASCII."""
    if not len(texts):
        return texts
    texts = pc.if_else(pc.is_in(texts, _NOTHING), _NO_TEXT, texts)
    with_port = _matches(texts, _V4_WITH_PORT)
    found = _before(texts if with_port.true_count == len(texts) else pc.if_else(with_port, texts, _NO_TEXT), ":")
    left = pc.if_else(with_port, _NO_TEXT, texts)
    plain = _matches(left, _PLAIN)
    found = pc.coalesce(found, pc.if_else(plain, left, _NO_TEXT))
    left = pc.if_else(plain, _NO_TEXT, left)
    if left.null_count == len(left):
        return found
    v6 = pc.if_else(_matches(left, _V6_WITH_PORT), left, _NO_TEXT)
    found = pc.coalesce(found, pc.utf8_slice_codeunits(_before(v6, "]"), 1))
    return pc.coalesce(found, per_distinct(pc.if_else(pc.is_valid(v6), _NO_TEXT, left), client_address, pa.utf8()))


def _matches(texts: pa.Array, expression: str) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(texts, expression), False)


def _before(texts: pa.Array, mark: str) -> pa.Array:
    return pc.list_element(pc.split_pattern(texts, mark, max_splits=1), 0)
