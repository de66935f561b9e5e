"""Links between identities: those that rules find in events, those that case.yaml declares, and likenesses to be confirmed."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
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


Seen = tuple[bool, int, str]
"""(is not dated, time in microseconds UTC, key of the event): in the order of time, what has none last."""


@dataclass(frozen=True, slots=True)
class Said:
    """How often records say a link, by a rule's name, and which of them first and last."""

    rule: str
    one: Identity
    other: Identity
    events: int
    first: Seen
    last: Seen


Keep = Callable[[str, Callable[[Facts], list[Said]], Callable[[list[Said], list[Said]], list[Said]]], list[Said]]
"""Gives what records say as it was found before, with what later records say merged in."""


@dataclass(slots=True)
class _Said:
    """A link as it is said so far; keys are of the first and last event that says so."""

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
    keep: Keep | None = None,
) -> list[Link]:
    """All links, by id. `shown` is who acts in all events; `verdicts` are those of analysts by id."""
    said: dict[tuple[str, Ends], _Said] = {}
    for acting in shown:
        who, key = acting.who, acting.key
        if who is not None and key is not None:
            ends = (key, who) if who.is_held else (who, key)
            _say(said, ends, USES, "its records name both", "holds", "certain", acting.group)
    for same_events in _by_query(rules):
        if same_events[0].fields is not None:
            for rule, ends, group in _of_fields(facts, same_events[0]):
                _say(said, ends, rule.name, rule.title, rule.sort, rule.confidence, group)
            continue
        by_name = {rule.name: rule for rule in same_events}
        find = partial(_of_records, rules=same_events)
        for one in find(facts) if keep is None else keep(same_events[0].name, find, _merged):
            rule = by_name[one.rule]
            ends = one.one, one.other
            said[rule.name, ends] = _Said(
                rule.name, rule.title, rule.sort, rule.confidence, one.events, one.first[2], one.last[2]
            )
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


def _of_fields(facts: Facts, rule: LinkRule) -> Iterator[tuple[LinkRule, Ends, Group]]:
    fields = rule.fields or ()
    for group in facts.groups(fields, rule.query):
        pairs = zip(fields, group.values, strict=True)
        texts = {name: value if isinstance(value, str) else None for name, value in pairs}
        for ends in _ends(rule, texts, texts["kind"] or ""):
            yield rule, ends, group


def _of_records(facts: Facts, rules: Sequence[LinkRule]) -> list[Said]:
    """What the records say that the rules look at, all of them at the same."""
    places = {hole: place for rule in rules for hole, place in rule.places.items()}
    found: dict[tuple[str, Ends], tuple[int, Seen, Seen]] = {}
    for event in facts.matching(rules[0].query):
        raw = facts.raw_fields(event)
        texts = {hole: place.text(event, raw) for hole, place in places.items()}
        seen = event.timestamp is None, event.timestamp or 0, event.key
        for rule in rules:
            for more in _items(rule, event, raw):
                for ends in _ends(rule, {**texts, **more} if more else texts, event.kind):
                    count, first, last = found.get((rule.name, ends), (0, seen, seen))
                    found[rule.name, ends] = count + 1, min(first, seen), max(last, seen)
    return [
        Said(rule, one, other, count, first, last)
        for (rule, (one, other)), (count, first, last) in found.items()
        if one != other
    ]


def _merged(one: list[Said], other: list[Said]) -> list[Said]:
    """What records say together that say this and that."""
    found = {(said.rule, said.one, said.other): said for said in one}
    for said in other:
        name = said.rule, said.one, said.other
        known = found.get(name)
        if known is None:
            found[name] = said
        else:
            count = known.events + said.events
            found[name] = Said(*name, count, min(known.first, said.first), max(known.last, said.last))
    return list(found.values())


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
