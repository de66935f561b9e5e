"""What evidence must hold for a query's raw conditions to be fulfilled, so that it can be sought in whole frames."""

import re
from typing import Final

from timeline.query.matching import wildcard_regex
from timeline.query.tree import And, Node, Or, RawTest
from timeline.store.raw_letters import exact_letter, folded_letter
from timeline.store.raw_pieces import RawNeedle, any_needle, one, rarest
from timeline.store.raw_regex import regex_elements

_LEAST_BITS: Final = 5.0  # less is in every other record


def needle_of(node: Node) -> RawNeedle | None:
    """What a record that fulfils the node must hold; None when nothing that is rare enough is known.

    A record that holds it need not fulfil the node: that is for `evaluate` to tell.
    """
    needle = _needle(node)
    return needle if needle is not None and needle.bits >= _LEAST_BITS else None


def is_whole(test: RawTest, needle: RawNeedle) -> bool:
    """Whether, in text that is all ASCII, a record that holds the needle fulfils the test it was made for."""
    return test.op == "contains" and test.value.isascii() and len(needle.pieces[0]) == len(test.value)


def _needle(node: Node) -> RawNeedle | None:
    match node:
        case RawTest(path=None):
            return _of_test(node)
        case And(nodes):
            known = [needle for needle in map(_needle, nodes) if needle]
            return max(known, key=lambda needle: needle.bits, default=None)
        case Or(nodes):
            return any_needle([_needle(part) for part in nodes])
        case _:
            return None


def _of_test(test: RawTest) -> RawNeedle | None:
    flags = re.IGNORECASE if test.ignore_case else 0
    match test.op:
        case "contains" | "exact" | "prefix" if test.ignore_case:
            return rarest(one(folded_letter(char)) for char in test.value.casefold())
        case "contains" | "exact" | "prefix":
            return rarest(one(exact_letter(char)) for char in test.value)
        case "wildcard":
            return rarest(regex_elements(wildcard_regex(test.value, test.ignore_case).pattern, flags | re.DOTALL))
        case "regex":
            return rarest(regex_elements(test.value, flags))
        case _:
            return None
