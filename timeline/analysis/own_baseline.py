"""Reads far above a person's own baseline: weeks with several times what the busiest week before had."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from timeline.analysis.facts import Facts
from timeline.model.time import DAY_US
from timeline.query.tree import Node, NumberTest, TextTest, all_of
from timeline.rules.radius_pack import own_radius_pack

WEEK_US: Final = 7 * DAY_US
LEAST: Final = 50  # reads of a week
TIMES: Final = 3  # as many as in the busiest week before
FEWEST_WEEKS: Final = 4  # before, in which the person read anything
_MANY_PEOPLE: Final = frozenset({"web", "registries", "gcs.usage", "gitlab-clones"})  # logs whose actors are no persons


@dataclass(frozen=True, slots=True)
class Raised:
    """Weeks next to each other, [start_us, end_us) in microseconds UTC, in which somebody read more than ever before.

    `actor` is the person where that is known. `read` is the title of how it was logged; `most_before` the reads of the
    busiest week before. `usual_place`: all of it from networks and with agents that the actor had before.
    """

    actor: str
    read: str
    start_us: int
    end_us: int
    reads: int
    most_before: int
    usual_place: bool
    first_key: str

    @property
    def words(self) -> str:
        """In one line."""
        weeks = (self.end_us - self.start_us) // WEEK_US
        return f"{self.actor}: {self.reads:,} reads in {weeks} weeks, at most {self.most_before:,} a week before ({self.read})"


def find_raised(
    facts: Facts, network: Callable[[str], str | None], person: Callable[[str], str] = lambda actor: actor
) -> list[Raised]:
    """Everybody's, by time; each log for itself, so that a log that was switched on later raises nothing.

    `person` names whose an actor is: somebody with two logins has one baseline.
    """
    found = [
        raised
        for rule in own_radius_pack().reads
        if rule.name not in _MANY_PEOPLE
        for raised in _of_query(facts, rule.query, rule.title, network, person)
    ]
    return sorted(found, key=lambda raised: (raised.start_us, raised.actor, raised.read))


def _of_query(
    facts: Facts, query: Node, title: str, network: Callable[[str], str | None], person: Callable[[str], str]
) -> Iterator[Raised]:
    by_actor: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    names: defaultdict[str, set[str]] = defaultdict(set)
    for group in facts.groups(("actor", "timestamp"), query, bin_us=DAY_US, keyed=False):
        actor, begin = group.values
        if isinstance(actor, str) and isinstance(begin, int) and not _is_machine(actor):
            who = person(actor)
            by_actor[who][begin] += group.events
            names[who].add(actor)
    if not by_actor:
        return
    end = max(begin for days in by_actor.values() for begin in days) + DAY_US
    for actor, days in by_actor.items():
        weeks: defaultdict[int, int] = defaultdict(int)
        for begin, count in days.items():
            weeks[(end - begin - 1) // WEEK_US] += count  # 0 is the last one
        for first, last, most in _spans(weeks):
            span = end - (first + 1) * WEEK_US, end - last * WEEK_US
            whose = TextTest("actor", "in", tuple(sorted(names[actor])))
            node = all_of([query, whose, NumberTest("timestamp", span[0], span[1] - 1)])
            (whole,) = facts.groups((), node)
            usual = _same_place(facts, node, all_of([whose, NumberTest("timestamp", None, span[0] - 1)]), network)
            yield Raised(actor, title, *span, whole.events, most, usual, whole.first_key)


def _spans(weeks: dict[int, int]) -> Iterator[tuple[int, int, int]]:
    """(first week, last week, most of a week before), oldest first; weeks are counted back from the last."""
    before: list[int] = []
    span: tuple[int, int] | None = None
    for week in range(max(weeks), -1, -1):
        count = weeks.get(week, 0)
        if len(before) >= FEWEST_WEEKS and count >= max(LEAST, TIMES * max(before)):
            span = (span[0] if span else week, week)
            continue
        if span is not None:
            yield *span, max(before)
            span = None
        if count:
            before.append(count)
    if span is not None:
        yield *span, max(before)


def _same_place(facts: Facts, node: Node, before: Node, network: Callable[[str], str | None]) -> bool:
    for field, derive in (("src_ip", network), ("user_agent", _program)):
        now, usual = (
            {group.values[0] for group in facts.groups((field,), one, derive={field: derive}, keyed=False)} - {None}
            for one in (node, before)
        )
        if not now <= usual:
            return False
    return True


def _program(agent: str) -> str:
    """A user agent without its versions: programs are updated."""
    return agent.strip("[]").partition("/")[0]


def _is_machine(actor: str) -> bool:
    name = actor.rpartition("/")[2]
    return actor.endswith("[bot]") or (":assumed-role/" in actor and name.startswith("i-"))
