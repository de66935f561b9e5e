"""Everybody who acts in a case, with what is theirs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

from timeline.analysis.facts import ACTING, Facts
from timeline.analysis.identity.graph import People
from timeline.analysis.identity.links import Acting, Keep, Links
from timeline.analysis.identity.names import identity_of
from timeline.model.case_file import Person
from timeline.model.groups import Group
from timeline.model.identity import Actor, Actors, ActorSort, Identity, Link, Pair, Verdict
from timeline.query.tree import Node, TextTest, all_of, any_of, negated
from timeline.rules.identity_pack import IdentityPack, own_identity_pack

_ORDER: Final = {
    name: place for place, name in enumerate(("person", "email", "github", "gitlab", "aws", "session", "key"))
}
AUTOMATION: Final = "automation"
"""The role, in case.yaml, of somebody who is no person."""
_LATE: Final = 2**63


def find_actors(
    facts: Facts,
    *,
    people: Sequence[Person] = (),
    verdicts: Mapping[str, Verdict] | None = None,
    pack: IdentityPack | None = None,
    keep: Keep | None = None,
) -> Actors:
    """Everybody. `people` are those of case.yaml, `verdicts` what analysts said of links, by id."""
    pack = pack or own_identity_pack()
    shown = _all_shown(facts, pack)
    links = Links(facts, shown, pack.links, people, verdicts, keep)
    keys = (acting.key for acting in shown if acting.key is not None)
    graph = People(links.ties(), chain(links.identities(), keys))
    members = graph.groups()
    by_one: defaultdict[Identity, list[Group]] = defaultdict(list)
    for acting in shown:
        one = _whose(graph, acting)
        if one is not None:
            by_one[one].append(acting.group)
    heads = {head: _name(identities) for head, identities in members.items()}
    programs = frozenset(person.name for person in people if person.role == AUTOMATION)
    found = [_actor(heads[head], _sort(pack, programs, ids), ids, by_one[head], ()) for head, ids in members.items()]
    for held in graph.held:
        if graph.owner(held) is None:
            owners = graph.owners(held)
            names = tuple(sorted(heads[owner] for owner in owners))
            found.append(_actor(held.name, "shared" if owners else "unknown", [held], by_one[held], names))
    ordered = sorted(found, key=lambda one: (-one.events, _LATE if one.first_us is None else one.first_us, one.name))
    return Actors(tuple(ordered), links.undecided())


def find_links(
    facts: Facts,
    *,
    people: Sequence[Person] = (),
    verdicts: Mapping[str, Verdict] | None = None,
    pack: IdentityPack | None = None,
    keep: Keep | None = None,
) -> list[Link]:
    """All links between identities, by id. Arguments as of `find_actors`."""
    pack = pack or own_identity_pack()
    return Links(facts, _all_shown(facts, pack), pack.links, people, verdicts, keep).listed()


def _all_shown(facts: Facts, pack: IdentityPack) -> list[Acting]:
    """Who acts in the events of the case, and with which keys."""
    groups = facts.groups(("kind", "actor", "credential"), ACTING, kept="identities")
    return [_shown(group) for group in groups if group.values[0] not in pack.reports]


def _shown(group: Group) -> Acting:
    kind, actor, credential = group.values
    who = identity_of(str(kind), actor) if isinstance(actor, str) else None
    return Acting(group, who, Identity("key", credential) if isinstance(credential, str) else None)


def _whose(graph: People, acting: Acting) -> Identity | None:
    """Whom events are attributed to: the one owner of their credential or session, else what acts in them."""
    for identity in (acting.key, acting.who):
        if identity is None:
            continue
        if not identity.is_held:
            return graph.head(identity)
        owner = graph.owner(identity)
        if owner is not None:
            return owner
    return acting.who if acting.key is None else acting.key


def _actor(
    name: str, sort: ActorSort, identities: Sequence[Identity], groups: Sequence[Group], owners: tuple[str, ...]
) -> Actor:
    firsts = [(g.first_us, g.first_key) for g in groups if g.first_us is not None]
    lasts = [(g.last_us, g.last_key) for g in groups if g.last_us is not None]
    first_us, first_key = min(firsts) if firsts else (None, groups[0].first_key if groups else None)
    last_us, last_key = max(lasts) if lasts else (None, groups[-1].last_key if groups else None)
    return Actor(
        name,
        sort,
        tuple(identities),
        sum(group.events for group in groups),
        sum(group.bytes_out for group in groups),
        sum(group.with_bytes for group in groups),
        first_us,
        last_us,
        first_key,
        last_key,
        owners,
        tuple(_pair(group) for group in groups),
    )


def _pair(group: Group) -> Pair:
    kind, actor, credential = group.values
    return str(kind), actor if isinstance(actor, str) else None, credential if isinstance(credential, str) else None


def _name(identities: Iterable[Identity]) -> str:
    """What a person is called: as case.yaml does, else by an address, else by a login."""
    first = min(identities, key=lambda one: (_ORDER.get(one.namespace, 3), len(one.value), one.value))
    return first.name


def _sort(pack: IdentityPack, programs: frozenset[str], identities: Iterable[Identity]) -> ActorSort:
    own = [identity for identity in identities if not identity.is_held]
    declared = {identity.value for identity in own if identity.namespace == "person"}
    is_machine = declared <= programs if declared else all(pack.is_machine(identity.name) for identity in own)
    return "machine" if is_machine else "person"


def persons_of(actors: Actors) -> dict[str, str]:
    """Actor, as events write it -> the name of the one whom all its events are attributed to; others are left out."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for actor in actors.actors:
        for _, name, _ in actor.pairs:
            if name is not None:
                found[name].add(actor.name)
    return {name: next(iter(owners)) for name, owners in found.items() if len(owners) == 1}


def events_of(actor: Actor) -> Node:
    """The query of an actor's events."""
    by_rest: defaultdict[tuple[str, str | None], set[str]] = defaultdict(set)
    for kind, who, credential in actor.pairs:
        by_rest[kind, credential].add(who or "")
    by_names: defaultdict[tuple[str, frozenset[str]], set[str | None]] = defaultdict(set)
    for (kind, credential), names in by_rest.items():
        by_names[kind, frozenset(names)].add(credential)
    parts = [
        all_of([TextTest("kind", "exact", kind), _among("actor", names), _among("credential", credentials)])
        for (kind, names), credentials in sorted(by_names.items(), key=lambda item: (item[0][0], sorted(item[0][1])))
    ]
    return any_of(parts)


def _among(field: str, values: Iterable[str | None]) -> Node:
    """One of these values; None and "" stand for none at all."""
    texts = tuple(sorted({value for value in values if value}))
    absent = any(not value for value in values)
    parts: list[Node] = [TextTest(field, "in", texts)] if texts else []
    if absent:
        parts.append(negated(TextTest(field, "present")))
    return any_of(parts)
