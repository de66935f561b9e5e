"""The conditions that a query is made of, each of which can be switched off and on. No widget."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from timeline.query.tree import Node


@dataclass(frozen=True, slots=True)
class Crumb:
    """One condition of the filter; `is_on` whether it is asked."""

    text: str
    is_on: bool = True


def crumbs_of(query: str, off: Sequence[str] = ()) -> list[Crumb]:
    """The conditions that all hold, in their order, then those that were switched off. QueryError when it is no query."""
    from timeline.query import to_text
    from timeline.query.tree import EVERYTHING, And

    tree = _parsed(query)
    nodes = tree.nodes if isinstance(tree, And) else () if tree == EVERYTHING else (tree,)
    texts = [to_text(node) for node in nodes]
    return [*map(Crumb, texts), *(Crumb(text, False) for text in dict.fromkeys(off) if text not in texts)]


def query_of(crumbs: Sequence[Crumb]) -> str:
    """The query of the conditions that are on."""
    from timeline.query import to_text
    from timeline.query.tree import all_of

    on = [_parsed(crumb.text) for crumb in crumbs if crumb.is_on]
    return to_text(all_of(on)) if on else ""


def _parsed(text: str) -> "Node":
    from timeline.query.parsing import parse

    return parse(text, now_us=time.time_ns() // 1000)  # a condition such as `after:-2h` becomes the time that it means
