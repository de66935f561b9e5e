"""Repeatable chance: only `random.random()`, whose sequence Python promises to keep for one seed."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A seeded source of choices; each maker has its own, so that one part can change without the others."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  (invented evidence, no secret)

    def below(self, limit: int) -> int:
        """Give a whole number from 0 to limit - 1."""
        return int(self._random.random() * limit)

    def between(self, low: int, high: int) -> int:
        """Give a whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def pick(self, values: Sequence[T]) -> T:
        """Give one of the values."""
        return values[self.below(len(values))]

    def chance(self, share: float) -> bool:
        """Say yes in `share` of all cases."""
        return self._random.random() < share

    def early(self, low: int, high: int) -> int:
        """Give a whole number from low to high, small ones far more often (the cube of an even chance)."""
        return low + int(self._random.random() ** 3 * (high - low + 1))

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """Give the values in another order."""
        left = list(values)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]

    def hexadecimal(self, digits: int) -> str:
        """Give a text of hexadecimal digits."""
        return "".join(self.pick("0123456789abcdef") for _ in range(digits))

    def letters(self, length: int, alphabet: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") -> str:
        """Give a text of letters and digits."""
        return "".join(self.pick(alphabet) for _ in range(length))

    def uuid(self) -> str:
        """Give a version 4 UUID."""
        tail = f"4{self.hexadecimal(3)}-{self.pick('89ab')}{self.hexadecimal(3)}"
        return f"{self.hexadecimal(8)}-{self.hexadecimal(4)}-{tail}-{self.hexadecimal(12)}"
