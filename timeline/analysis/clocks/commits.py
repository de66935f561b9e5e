"""What is odd in the times of commits. Authors write both of their clocks themselves; a push is the forge's clock."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, Final

from timeline.analysis.facts import Facts
from timeline.model.clocks import Anomaly
from timeline.model.event import Event
from timeline.model.time import DAY_US, HOUR_US, MINUTE_US, SECOND_US, show_span
from timeline.query.parsing import parse
from timeline.query.tree import Node

MOST_COMMITS: Final = 50_000
CUT: Final = "times of the first {most:,} commits were looked at, by time; there are more"
SLACK_US: Final = MINUTE_US  # clocks of machines that are kept differ by less
ZONE_JUMP: Final = 3 * 60  # minutes; summer time is one hour
FEWEST_ROUND: Final = 3
ROUND_SHARE: Final = 5  # at least every fifth commit of somebody, where chance would give one in 3,600

_COMMITS: Final = parse("kind:git.commit action:commit", now_us=0)
_PUSHES: Final = parse(
    '(kind:git.reflog message:"update by push") OR (kind:(github.webhook OR gitlab.webhook) action:push)', now_us=0
)


@dataclass(frozen=True, slots=True)
class _Commit:
    """The clocks of one commit; zones in minutes east of UTC."""

    event: Event
    us: int
    author_us: int | None
    zone: int | None
    parents: tuple[str, ...]


def find_anomalies(facts: Facts, notes: list[str]) -> list[Anomaly]:
    """Everything odd, by time."""
    events = list(islice(facts.matching(_COMMITS), MOST_COMMITS + 1))
    if len(events) > MOST_COMMITS:
        notes.append(CUT.format(most=MOST_COMMITS))
    commits = [
        commit for event in events[:MOST_COMMITS] if (commit := _read(event, facts.raw_fields(event))) is not None
    ]
    by_oid = {commit.event.uid: commit for commit in commits if commit.event.uid is not None}
    by_actor: defaultdict[str, list[_Commit]] = defaultdict(list)
    for commit in commits:
        by_actor[commit.event.actor or "-"].append(commit)
    found = [anomaly for commit in commits for anomaly in _of_commit(commit, by_oid)]
    found += _after_push(facts, _PUSHES, by_oid)
    for actor, own in sorted(by_actor.items()):
        found += _zones(actor, own)
        found += _round(actor, own)
    return sorted(found, key=lambda one: (one.us, one.sort, one.keys))


def _read(event: Event, raw: Mapping[str, Any]) -> _Commit | None:
    author, committer = raw.get("author"), raw.get("committer")
    parents = raw.get("parents")
    if event.timestamp is None or not isinstance(author, Mapping) or not isinstance(committer, Mapping):
        return None
    stated = author.get("time")
    return _Commit(
        event,
        event.timestamp,
        stated * SECOND_US if isinstance(stated, int) else None,
        _minutes(committer.get("zone")),
        tuple(str(oid) for oid in parents) if isinstance(parents, list) else (),
    )


def _minutes(zone: object) -> int | None:
    """`+0530` as minutes."""
    if (
        not isinstance(zone, str)
        or len(zone) != 5
        or zone[0] not in "+-"
        or not zone[1:].isascii()
        or not zone[1:].isdigit()
    ):
        return None
    minutes = int(zone[1:3]) * 60 + int(zone[3:])
    return -minutes if zone[0] == "-" else minutes


def _of_commit(commit: _Commit, by_oid: Mapping[str, _Commit]) -> Iterator[Anomaly]:
    event = commit.event
    if commit.author_us is not None and commit.author_us > commit.us + SLACK_US:
        words = f"the author's clock is {show_span(commit.author_us - commit.us)} after the committer's"
        yield Anomaly("authored after committed", commit.us, event.actor, event.resource, words, (event.key,))
    for oid in commit.parents:
        parent = by_oid.get(oid)
        if parent is not None and commit.us < parent.us - SLACK_US:
            words = f"committed {show_span(parent.us - commit.us)} before its parent {oid[:12]}"
            keys = event.key, parent.event.key
            yield Anomaly("older than its parent", commit.us, event.actor, event.resource, words, keys)


def _after_push(facts: Facts, pushes: Node, by_oid: Mapping[str, _Commit]) -> Iterator[Anomaly]:
    for push in facts.matching(pushes):
        if push.timestamp is None:
            continue
        raw = facts.raw_fields(push)
        tip = next((str(raw[name]) for name in ("after", "new") if raw.get(name)), push.uid or "")
        commit = by_oid.get(tip)
        if commit is not None and commit.us > push.timestamp + SLACK_US:
            words = f"committed {show_span(commit.us - push.timestamp)} after it was pushed"
            keys = commit.event.key, push.key
            event = commit.event
            yield Anomaly("committed after its push", commit.us, event.actor, event.resource, words, keys)


def _zones(actor: str, commits: Sequence[_Commit]) -> Iterator[Anomaly]:
    """Commits of one address within a day whose zones are far apart."""
    placed = [commit for commit in sorted(commits, key=lambda commit: commit.us) if commit.zone is not None]
    for one, other in pairwise(placed):
        apart = abs((other.zone or 0) - (one.zone or 0))
        if apart >= ZONE_JUMP and other.us - one.us < DAY_US:
            words = f"zone {_zone(one.zone or 0)}, and {_zone(other.zone or 0)} {show_span(other.us - one.us)} later"
            keys = one.event.key, other.event.key
            yield Anomaly("zone jumps", other.us, actor, other.event.resource, words, keys)


def _round(actor: str, commits: Sequence[_Commit]) -> Iterator[Anomaly]:
    """Many commits of one address on the full hour: times that somebody or something set."""
    round_ones = [commit for commit in commits if commit.us % HOUR_US == 0]
    if len(round_ones) >= FEWEST_ROUND and len(round_ones) * ROUND_SHARE >= len(commits):
        first = min(round_ones, key=lambda commit: (commit.us, commit.event.key))
        words = f"{len(round_ones):,} of {len(commits):,} commits stand on a full hour"
        keys = tuple(commit.event.key for commit in round_ones[:20])
        yield Anomaly("round times", first.us, actor, first.event.resource, words, keys)


def _zone(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
