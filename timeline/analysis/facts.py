"""What analyses ask of a case. The session offers it; tests make it of lists."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from timeline.model.event import Event
from timeline.model.groups import Group
from timeline.model.source import SourceInfo
from timeline.query.tree import Node, TextTest, any_of

ACTING: Final = any_of([TextTest("actor", "present"), TextTest("credential", "present")])
"""Events that say who acts: those of access logs that only know addresses are left out early, and never make a result old."""


class Facts(Protocol):
    """Events of one state of a case. Methods may raise Cancelled."""

    def matching(self, node: Node) -> Iterator[Event]:
        """Events that fulfil a query, in canonical order."""
        ...

    def raw_fields(self, event: Event) -> Mapping[str, Any]:
        """All fields of an event's record, nested as in the record; {} when it cannot be read."""
        ...

    def groups(
        self,
        fields: Sequence[str],
        node: Node,
        *,
        derive: Mapping[str, Callable[[str], str | None]] | None = None,
        bin_us: int | None = None,
        keyed: bool = True,
        valued: Collection[str] = (),
        kept: str | None = None,
    ) -> list[Group]:
        """Events that fulfil a query, grouped by these fields, by what `derive` makes of values, times by `bin_us`.

        Without `keyed` the groups have no keys of events and no stated order, and come sooner. Events without a value of a
        field of `valued` are left out, early. `kept` names groups that may be kept, to which those of later events are
        added: `derive` then rests on nothing but rules and case.yaml.
        """
        ...

    def sources(self) -> Sequence[SourceInfo]:
        """All sources, by path."""
        ...

    def span(self) -> tuple[int, int] | None:
        """(first, last) time of dated events, microseconds UTC; None without any."""
        ...
