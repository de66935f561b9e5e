"""Links between identities: those that rules find in events, those that case.yaml declares, and likenesses to be confirmed."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from timeline.analysis.facts import Facts
from timeline.analysis.identity.names import filled, item_values
from timeline.model.case_file import Person
from timeline.model.event import Event
from timeline.model.groups import Group
from timeline.model.identity import Confidence, Identity, Link, Sort, Verdict
from timeline.query.write import to_text
from timeline.rules.identity_pack import LinkRule

USES: Final = "used-by"
DECLARED: Final = "case.yaml"
ALIKE: Final = "same-name"
SHORTEST: Final = 3  # letters of a name that says something
_ID_DIGITS: Final = 8


@dataclass(slots=True)
class _Said:
    """How often a link is said, and by which events first and last."""

    rule: str
    title: str
    sort: Sort
    confidence: Confidence
    events: int
    first_key: str
    last_key: str


Ends = tuple[Identity, Identity]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts in a group of events, and with which key; None where they name none."""

    group: Group
    who: Identity | None
    key: Identity | None


def find_links(
    facts: Facts,
    shown: Sequence[Acting],
    rules: Iterable[LinkRule],
    people: Sequence[Person],
    verdicts: Mapping[str, Verdict],
) -> list[Link]:
    """All links, by id. `shown` is who acts in all events; `verdicts` are those of analysts by id."""
    said: dict[tuple[str, Ends], _Said] = {}
    for acting in shown:
        who, key = acting.who, acting.key
        if who is not None and key is not None:
            ends = (key, who) if who.is_held else (who, key)
            _say(said, ends, USES, "its records name both", "holds", "certain", acting.group)
    for same_events in _by_query(rules):
        for rule, ends, group in _of_rules(facts, same_events):
            _say(said, ends, rule.name, rule.title, rule.sort, rule.confidence, group)
    known = {acting.who: acting.group.first_key for acting in shown if acting.who is not None}
    known |= {end: "" for _, ends in said for end in ends if end not in known}
    found = [_link(ends, one, verdicts) for (_, ends), one in said.items()]
    found += _declared(people, known, verdicts)
    linked = {frozenset(ends) for _, ends in said}
    found += [link for link in _alike(known, verdicts) if frozenset((link.one, link.other)) not in linked]
    return sorted(found, key=lambda link: link.id)


def _say(
    said: dict[tuple[str, Ends], _Said], ends: Ends, rule: str, title: str, sort: Sort, confidence: Confidence, by: Group
) -> None:  # fmt: skip
    if ends[0] == ends[1]:
        return
    one = said.get((rule, ends))
    if one is None:
        said[rule, ends] = _Said(rule, title, sort, confidence, by.events, by.first_key, by.last_key)
    else:
        one.events += by.events
        one.last_key = by.last_key


def _link(ends: Ends, said: _Said, verdicts: Mapping[str, Verdict]) -> Link:
    keys = tuple(key for key in dict.fromkeys((said.first_key, said.last_key)) if key)
    number = link_id(said.rule, *ends)
    verdict = verdicts.get(number, "")
    return Link(number, said.rule, said.title, said.sort, *ends, said.confidence, said.events, keys, verdict)


def link_id(rule: str, one: Identity, other: Identity) -> str:
    """A short name of a link that stays the same as long as its rule and ends do."""
    parts = [rule, one.namespace, one.value, other.namespace, other.value]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_ID_DIGITS]


def _by_query(rules: Iterable[LinkRule]) -> list[list[LinkRule]]:
    """Rules that look at the same records together, so that these are read once."""
    found: defaultdict[object, list[LinkRule]] = defaultdict(list)
    for rule in rules:
        found[to_text(rule.query) if rule.fields is None else rule.name].append(rule)
    return list(found.values())


def _of_rules(facts: Facts, rules: Sequence[LinkRule]) -> Iterator[tuple[LinkRule, Ends, Group]]:
    fields = rules[0].fields
    if fields is not None:
        for group in facts.groups(fields, rules[0].query):
            pairs = zip(fields, group.values, strict=True)
            texts = {name: value if isinstance(value, str) else None for name, value in pairs}
            for ends in _ends(rules[0], texts, texts["kind"] or ""):
                yield rules[0], ends, group
        return
    places = {hole: place for rule in rules for hole, place in rule.places.items()}
    for event in facts.matching(rules[0].query):
        raw = facts.raw_fields(event)
        texts = {hole: place.text(event, raw) for hole, place in places.items()}
        group = Group((), 1, 0, 0, event.timestamp, event.timestamp, event.key, event.key)
        for rule in rules:
            for more in _items(rule, event, raw):
                for ends in _ends(rule, {**texts, **more} if more else texts, event.kind):
                    yield rule, ends, group


def _items(rule: LinkRule, event: Event, raw: Mapping[str, Any]) -> Iterator[Mapping[str, str | None]]:
    if rule.each is None:
        yield {}
        return
    listed = rule.each.whole(event, raw)
    if isinstance(listed, list):
        for item in listed:
            yield item_values(item, rule.one.items | rule.other.items)


def _ends(rule: LinkRule, texts: Mapping[str, str | None], kind: str) -> Iterator[Ends]:
    named = texts
    for place, regex in rule.where:
        match = regex.search(texts.get(place.name) or "")
        if match is None:
            return
        named = {**named, **match.groupdict()}
    one, other = filled(rule.one, named, kind), filled(rule.other, named, kind)
    if one is not None and other is not None:
        yield one, other


def _declared(
    people: Sequence[Person], known: Mapping[Identity, str], verdicts: Mapping[str, Verdict]
) -> Iterator[Link]:
    """What case.yaml says: each identity of a person that the logs show, in whatever namespace."""
    by_value: defaultdict[str, list[Identity]] = defaultdict(list)
    for identity in known if people else ():
        by_value[identity.value.casefold()].append(identity)
    for person in people:
        me = Identity("person", person.name)
        for identity in sorted({i for text in person.identities for i in by_value[text.casefold()]}):
            number = link_id(DECLARED, me, identity)
            sort: Sort = "holds" if identity.is_held else "same"
            verdict = verdicts.get(number, "")
            yield Link(number, DECLARED, "case.yaml says so", sort, me, identity, "certain", 0, (), verdict)


def _alike(known: Mapping[Identity, str], verdicts: Mapping[str, Verdict]) -> Iterator[Link]:
    """Logins that are called as an e-mail address begins, where only one address does."""
    begins: defaultdict[str, list[Identity]] = defaultdict(list)
    for identity in known:
        if identity.namespace == "email":
            begins[_bare(identity.value.partition("@")[0])].append(identity)
    for identity in sorted(known) if begins else ():
        if identity.is_held:
            continue
        name = _bare(identity.value.rpartition("/")[2] if identity.namespace == "aws" else identity.value)
        mails = begins.get(name, [])
        if identity.namespace in {"email", "person"} or len(name) < SHORTEST or len(mails) != 1:
            continue
        number = link_id(ALIKE, mails[0], identity)
        keys = tuple(key for key in (known[mails[0]], known[identity]) if key)
        title = "the login is called as the address begins"
        verdict = verdicts.get(number, "")
        yield Link(number, ALIKE, title, "same", mails[0], identity, "possible", 0, keys, verdict)


def _bare(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold())
