"""People out of links.

Names that are the same person's are joined. Keys and sessions are held: whoever is found by going back along `holds`
owns them; where that leads to several people the key is shared, and joins nobody. Addresses never join anybody.
"""

from collections import defaultdict
from collections.abc import Iterable

from timeline.analysis.identity.links import Tie
from timeline.model.identity import HELD, Identity


class People:
    """Which identities are one person's, and who owned which key or session."""

    def __init__(self, ties: Iterable[Tie], identities: Iterable[Identity]) -> None:
        self._held_by: defaultdict[Identity, set[Identity]] = defaultdict(set)
        self.held: set[Identity] = set()
        own: set[Identity] = set()
        for identity in identities:
            (self.held if identity.namespace in HELD else own).add(identity)
        self._owners: dict[Identity, frozenset[Identity]] = {}
        joined = []
        for sort, one, other in ties:
            if other.namespace in HELD:
                self._held_by[other].add(one)
                (self.held if one.namespace in HELD else own).add(one)
            elif one.namespace in HELD:
                self._held_by[one].add(other)
                own.add(other)
            else:
                own |= {one, other}
                if sort == "same":
                    joined.append((one, other))
        self.held |= self._held_by.keys()
        self._parent = {identity: identity for identity in own}
        for pair in joined:
            self._join(*pair)

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

    def owner(self, held: Identity) -> Identity | None:
        """The head of the only one who had a key or session; None where there are several or none."""
        holders = self._held_by.get(held)
        if holders is None:
            return None
        if len(holders) == 1:
            (only,) = holders
            if only.namespace not in HELD:
                return self.head(only)
        owners = self.owners(held)
        return next(iter(owners)) if len(owners) == 1 else None

    def groups(self) -> dict[Identity, list[Identity]]:
        """Head -> all identities of the person and what only that person held, sorted."""
        found: defaultdict[Identity, list[Identity]] = defaultdict(list)
        for identity in self._parent:
            found[self.head(identity)].append(identity)
        for held in self.held:
            owner = self.owner(held)
            if owner is not None:
                found[owner].append(held)
        return {head: sorted(identities) for head, identities in found.items()}
