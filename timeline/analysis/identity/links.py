"""Links between identities: those that rules find in events, those that case.yaml declares, and likenesses to be confirmed."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec

from timeline.analysis.facts import Facts
from timeline.analysis.identity.names import filled, item_values
from timeline.model.case_file import Person
from timeline.model.event import Event
from timeline.model.groups import Group
from timeline.model.identity import Confidence, Identity, Link, Sort, Verdict, counts
from timeline.query.write import to_text
from timeline.rules.identity_pack import LinkRule

USES: Final = "used-by"
DECLARED: Final = "case.yaml"
ALIKE: Final = "same-name"
SHORTEST: Final = 3  # letters of a name that says something
_ID_DIGITS: Final = 8


Seen = tuple[bool, int, str]
"""(is not dated, time in microseconds UTC, key of the event): in the order of time, what has none last."""


class Said(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How often records say a link, by a rule's name, and which of them first and last."""

    rule: str
    one: Identity
    other: Identity
    events: int
    first: Seen
    last: Seen


Keep = Callable[[str, Callable[[Facts], list[Said]], Callable[[list[Said], list[Said]], list[Said]]], list[Said]]
"""Gives what records say as it was found before, with what later records say merged in."""


class _Rule(NamedTuple):
    """What all links of a rule have in common."""

    title: str
    sort: Sort
    confidence: Confidence


Ends = tuple[Identity, Identity]


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts in a group of events, and with which key; None where they name none."""

    group: Group
    who: Identity | None
    key: Identity | None


Tie = tuple[Sort, Identity, Identity]
"""A link that counts, without what says so."""


class Links:
    """All that says that identities belong together.

    `shown` is who acts in all events; `verdicts` are those of analysts by id of a link.
    """

    def __init__(
        self,
        facts: Facts,
        shown: Sequence[Acting],
        rules: Sequence[LinkRule],
        people: Sequence[Person] = (),
        verdicts: Mapping[str, Verdict] | None = None,
        keep: Keep | None = None,
    ) -> None:
        self._verdicts = verdicts or {}
        self._rules = {rule.name: _Rule(rule.title, rule.sort, rule.confidence) for rule in rules}
        self._rules[USES] = _Rule("its records name both", "holds", "certain")
        self._said = [*_of_groups(facts, shown, rules), *_of_all_records(facts, rules, keep)]
        known = {acting.who: acting.group.first_key for acting in shown if acting.who is not None}
        for said in self._said:
            known.setdefault(said.one, "")
            known.setdefault(said.other, "")
        self._known = known.keys()
        alike = list(_alike(known, self._verdicts))
        linked = {frozenset((said.one, said.other)) for said in self._said} if alike else set()
        self._few = [
            *_declared(people, known, self._verdicts),
            *(link for link in alike if frozenset((link.one, link.other)) not in linked),
        ]

    def identities(self) -> Iterator[Identity]:
        """All that is linked to something, whether that counts or not, and all who act; some come twice."""
        yield from self._known
        for link in self._few:
            yield from (link.one, link.other)

    def ties(self) -> Iterator[Tie]:
        """Those that count."""
        sorts = {name: rule.sort for name, rule in self._rules.items() if counts("", rule.confidence)}
        for said in self._said:
            verdict = self._verdict(said)
            if counts(verdict, self._rules[said.rule].confidence) if verdict else said.rule in sorts:
                yield sorts.get(said.rule) or self._rules[said.rule].sort, said.one, said.other
        yield from ((link.sort, link.one, link.other) for link in self._few if link.holds)

    def undecided(self) -> int:
        """How many wait for a decision."""
        possible = {name for name, rule in self._rules.items() if rule.confidence == "possible"}
        of_records = sum(said.rule in possible and not self._verdict(said) for said in self._said)
        return of_records + sum(link.confidence == "possible" and not link.verdict for link in self._few)

    def listed(self) -> list[Link]:
        """All of them, by id."""
        found = [self._link(said) for said in self._said]
        return sorted([*found, *self._few], key=lambda link: link.id)

    def _verdict(self, said: Said) -> Verdict:
        return self._verdicts.get(link_id(said.rule, said.one, said.other), "") if self._verdicts else ""

    def _link(self, said: Said) -> Link:
        keys = tuple(dict.fromkeys((said.first[2], said.last[2])))
        number = link_id(said.rule, said.one, said.other)
        rule, verdict = self._rules[said.rule], self._verdicts.get(number, "")
        return Link(
            number, said.rule, rule.title, rule.sort, said.one, said.other, rule.confidence, said.events, keys, verdict
        )  # fmt: skip


def _of_groups(facts: Facts, shown: Sequence[Acting], rules: Iterable[LinkRule]) -> Iterable[Said]:
    """What fields of events say: which key goes with which name, and what rules over fields find."""
    found: dict[tuple[str, Identity, Identity], Said] = {}
    for acting in shown:
        who, key = acting.who, acting.key
        if who is not None and key is not None:
            _add(found, USES, (key, who) if who.is_held else (who, key), acting.group)
    for rule in rules:
        if rule.fields is not None:
            for ends, group in _of_fields(facts, rule, rule.fields):
                _add(found, rule.name, ends, group)
    return found.values()


def _add(found: dict[tuple[str, Identity, Identity], Said], rule: str, ends: Ends, by: Group) -> None:
    if ends[0] == ends[1]:
        return
    name = rule, *ends
    first = by.first_us is None, by.first_us or 0, by.first_key
    last = by.undated > 0, by.last_us or 0, by.last_key
    known = found.get(name)
    said = Said(*name, by.events, first, last)
    found[name] = said if known is None else _together(known, said)


def _of_all_records(facts: Facts, rules: Iterable[LinkRule], keep: Keep | None) -> Iterator[Said]:
    """What rules find that look into records."""
    for same_events in _by_query(rule for rule in rules if rule.fields is None):
        find = partial(_of_records, rules=same_events)
        yield from find(facts) if keep is None else keep(same_events[0].name, find, _merged)


def link_id(rule: str, one: Identity, other: Identity) -> str:
    """A short name of a link that stays the same as long as its rule and ends do."""
    parts = [rule, one.namespace, one.value, other.namespace, other.value]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_ID_DIGITS]


def _by_query(rules: Iterable[LinkRule]) -> list[list[LinkRule]]:
    """Rules that look at the same records together, so that these are read once."""
    found: defaultdict[str, list[LinkRule]] = defaultdict(list)
    for rule in rules:
        found[to_text(rule.query)].append(rule)
    return list(found.values())


def _of_fields(facts: Facts, rule: LinkRule, fields: Sequence[str]) -> Iterator[tuple[Ends, Group]]:
    for group in facts.groups(fields, rule.query):
        pairs = zip(fields, group.values, strict=True)
        texts = {name: value if isinstance(value, str) else None for name, value in pairs}
        for ends in _ends(rule, texts, texts["kind"] or ""):
            yield ends, group


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
        found[name] = said if known is None else _together(known, said)
    return list(found.values())


def _together(one: Said, other: Said) -> Said:
    """One link, said by some events and by others."""
    first, last = min(one.first, other.first), max(one.last, other.last)
    return Said(one.rule, one.one, one.other, one.events + other.events, first, last)


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
