"""Commitments to records: salted hashes under one root, as RFC 6962 makes its trees.

leaf = SHA-256(0x00, salt, record); node = SHA-256(0x01, left, right); a last one without a partner goes up as it is.
"""

import hashlib
from collections.abc import Sequence
from typing import Literal

Step = tuple[Literal["left", "right"], str]
"""The side of a partner, and its hash in hex."""


def leaf(salt: bytes, record: bytes) -> bytes:
    """The commitment to a record."""
    return hashlib.sha256(b"\x00" + salt + record).digest()


class Tree:
    """The tree over leaves, in their order. Without leaves its root is the hash of nothing."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            pairs = zip(below[::2], below[1::2], strict=False)
            level = [hashlib.sha256(b"\x01" + one + other).digest() for one, other in pairs]
            self._levels.append(level + below[len(level) * 2 :])

    @property
    def root(self) -> str:
        """In hex."""
        return self._levels[-1][0].hex() if self._levels[-1] else hashlib.sha256(b"").hexdigest()

    def leaf(self, place: int) -> str:
        """The leaf at a place, in hex."""
        return self._levels[0][place].hex()

    def proof(self, place: int) -> list[Step]:
        """The partners on the way from a leaf to the root."""
        steps: list[Step] = []
        for level in self._levels[:-1]:
            partner = place ^ 1
            if partner < len(level):
                steps.append(("left" if partner < place else "right", level[partner].hex()))
            place //= 2
        return steps
