"""People out of links.

Names that are the same person's are joined. Keys and sessions are held: whoever is found by going back along `holds`
owns them; where that leads to several people the key is shared, and joins nobody. Addresses never join anybody.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from timeline.model.identity import Identity, Link


class People:
    """Which identities are one person's, and who owned which key or session."""

    def __init__(self, links: Sequence[Link], identities: Iterable[Identity]) -> None:
        self._parent: dict[Identity, Identity] = {}
        self._held_by: defaultdict[Identity, set[Identity]] = defaultdict(set)
        self.held: set[Identity] = set()
        for identity in identities:
            self._add(identity)
        for link in links:
            self._add(link.one)
            self._add(link.other)
            if not link.holds:
                continue
            if link.sort == "holds" or link.one.is_held or link.other.is_held:
                self._hold(link)
            else:
                self._join(link.one, link.other)
        self._owners: dict[Identity, frozenset[Identity]] = {}

    def _add(self, identity: Identity) -> None:
        if identity.is_held:
            self.held.add(identity)
        else:
            self._parent.setdefault(identity, identity)

    def _hold(self, link: Link) -> None:
        if link.other.is_held:
            self._held_by[link.other].add(link.one)
        elif link.one.is_held:
            self._held_by[link.one].add(link.other)

    def _join(self, one: Identity, other: Identity) -> None:
        first, second = sorted((self.head(one), self.head(other)))
        self._parent[second] = first

    def head(self, identity: Identity) -> Identity:
        """The identity that stands for a person: the smallest of them, whatever the order of links."""
        while (parent := self._parent[identity]) != identity:
            self._parent[identity] = parent = self._parent[parent]
            identity = parent
        return identity

    def owners(self, held: Identity) -> frozenset[Identity]:
        """Heads of all who had a key or session; empty when nothing says who."""
        known = self._owners.get(held)
        if (
            known is None
            and len(holders := self._held_by.get(held, ())) == 1
            and not (only := next(iter(holders))).is_held
        ):
            known = self._owners[held] = frozenset((self.head(only),))
        if known is None:
            found: set[Identity] = set()
            seen, ahead = {held}, [held]
            while ahead:
                for holder in self._held_by.get(ahead.pop(), ()):
                    if not holder.is_held:
                        found.add(self.head(holder))
                    elif holder not in seen:
                        seen.add(holder)
                        ahead.append(holder)
            known = self._owners[held] = frozenset(found)
        return known

    def groups(self) -> dict[Identity, list[Identity]]:
        """Head -> all identities of the person and what only that person held, sorted."""
        found: defaultdict[Identity, list[Identity]] = defaultdict(list)
        for identity in self._parent:
            found[self.head(identity)].append(identity)
        for held in self.held:
            owners = self.owners(held)
            if len(owners) == 1:
                found[next(iter(owners))].append(held)
        return {head: sorted(identities) for head, identities in found.items()}
