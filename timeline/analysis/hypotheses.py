"""Hypotheses of a pack against a case: the signals found, those missing, and whether the logs could have shown them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Final

from timeline.analysis.bursts import find_first_seen
from timeline.analysis.exposure.touches import ANONYMOUS, KNOWN
from timeline.analysis.footholds import find_footholds
from timeline.analysis.known import Found, Known
from timeline.analysis.stolen import owner_elsewhere, role_elsewhere
from timeline.model.exposure import Touch, Window
from timeline.model.hypotheses import Absence, Hypothesis, SignalFound, SignalMissing
from timeline.model.time import HOUR_US
from timeline.query.raw import number_of
from timeline.query.tree import TextTest
from timeline.rules.hypothesis_pack import HypothesisPack, HypothesisSignal, own_hypothesis_pack

MOST_KEYS: Final = 20
JUMP: Final = 3  # a version so many times as large as the one before it
_PACKAGES: Final = frozenset({"npm.version", "pypi.release"})
_OF_SECRETS: Final = frozenset(
    {"exposed_key_elsewhere"}
)  # without a scan for secrets nothing tells which keys were exposed
_VERSION: Final = re.compile(r"refs/tags/(?:.*[^0-9a-z])?v?\d+\.\d+\.\d+")
_CUTS: Final = ("trail-off", "detector-off", "gcp-sink", "m365-audit", "github-stream")
_RELEASES: Final = TextTest("action", "exact", "workflows.completed_workflow_run")


def _windows(known: Known, *, packages: bool) -> Iterator[Window]:
    for window in known.exposures.windows:
        if window.holder.audience != "others" and (window.thing.kind in _PACKAGES) == packages:
            yield window


def _edge(window: Window) -> str:
    return window.opened_key or window.closed_key or ""


def _public_window(known: Known) -> Iterator[Found]:
    for window in _windows(known, packages=False):
        yield _edge(window), f"{window.name}: {window.thing.kind} {window.thing.name} open to {window.holder.audience}"


def _public_window_read(known: Known) -> Iterator[Found]:
    for window in _windows(known, packages=False):
        strangers = [
            t for t in known.exposures.touches.get(window.number, ()) if _is_stranger(t, window) and t.events > t.denied
        ]
        if strangers:
            count = sum(touch.events - touch.denied for touch in strangers)
            noise = sum(touch.events - touch.denied for touch in strangers if touch.noise is not None)
            labelled = f", {noise:,} of them labelled as noise" if noise else ""
            shown = next((touch for touch in strangers if touch.noise is None), strangers[0])
            yield shown.first_key, f"{window.name}: {count:,} reads by strangers{labelled}"


def _is_stranger(touch: Touch, window: Window) -> bool:
    """Whoever is anonymous, or first seen in the window; where its beginning is a bound, that says nothing.

    Noise too: what calls itself a crawler has read it all the same.
    """
    who = touch.otherwise or touch.who
    return who == ANONYMOUS or (who != KNOWN and window.opened_key is not None)


def _exposed_key_elsewhere(known: Known) -> Iterator[Found]:
    """Uses of exposed secrets from networks new to their key, from exposure to revocation; one's own networks apart."""
    exposed = {name: secret for secret in known.secrets if secret.exposed_us is not None for name in secret.ids}
    if not exposed:
        return
    for seen in find_first_seen(
        known.facts, TextTest("credential", "in", tuple(sorted(exposed))), network=known.network
    ):
        secret = exposed.get(seen.credential or "")
        if secret is None or seen.field != "network":
            continue
        used = any(
            use.src_ip is not None and known.network(use.src_ip) == seen.value and not known.is_own(use.src_ip)
            for use in secret.uses
            if use.phase == "between" and use.events > use.denied
        )
        if used and (secret.exposed_us or 0) <= seen.first_us < (secret.revoked_us or seen.first_us + 1):
            yield seen.first_key, f"{seen.credential} from {seen.value}: {seen.events:,} events"


def _package_jump_read(known: Known) -> Iterator[Found]:
    """Versions much larger than the one published before them, that somebody read."""
    sizes: dict[str, list[tuple[int, str, float]]] = defaultdict(list)
    for event in known.published:
        dist = known.facts.raw_fields(event).get("dist")
        size = number_of(dist.get("unpackedSize")) if isinstance(dist, Mapping) else None
        if size is not None and event.resource:
            sizes[event.resource.rpartition("@")[0]].append((event.timestamp or 0, event.resource, size))
    jumped = {
        name: f"{size:,.0f} bytes after {before:,.0f}"
        for versions in sizes.values()
        for (_, _, before), (_, name, size) in _pairs(sorted(set(versions)))
        if size >= JUMP * before > 0
    }
    for window in _windows(known, packages=True):
        touches = [touch for touch in known.exposures.touches.get(window.number, ()) if touch.events > touch.denied]
        if window.thing.name in jumped and touches:
            reads = sum(touch.events - touch.denied for touch in touches)
            yield _edge(window), f"{window.name}: {window.thing.name} has {jumped[window.thing.name]}, {reads:,} reads"


def _pairs(values: Sequence[tuple[int, str, float]]) -> Iterator[tuple[tuple[int, str, float], tuple[int, str, float]]]:
    last: dict[str, tuple[int, str, float]] = {}
    for value in values:
        last.setdefault(value[1], value)  # the same version in several snapshots
    distinct = sorted(last.values())
    yield from pairwise(distinct)


def _bursts(known: Known, *, new: bool) -> Iterator[Found]:
    for burst, is_new in known.bursts:
        if is_new is new:
            who = burst.credential or burst.actor or "-"
            yield burst.first_key, f"{burst.title}: {who}, {burst.things:,} things, usual {burst.usual:,}"


def _above_baseline(known: Known, *, usual: bool) -> Iterator[Found]:
    for raised in known.raised:
        if raised.usual_place == usual:
            yield raised.first_key, raised.words


def _logging_cut_by_reader(known: Known) -> Iterator[Found]:
    """Logging cut by somebody who read more than ever before."""
    readers = {raised.actor for raised in known.raised}
    for signal in known.signals:
        if signal.name in _CUTS:
            for event in signal.events:
                if event.actor is None or event.outcome in {"failure", "denied"}:
                    continue
                if (who := known.person(event.actor)) in readers:
                    yield event.key, f"{signal.title}: {event.actor}" + (f", who is {who}" if who != event.actor else "")


def _footholds(known: Known, *, doubted: bool) -> Iterator[Found]:
    for foothold in find_footholds(known.facts, known.first_seen, known.network):
        if bool(foothold.doubts) == doubted:
            yield foothold.made[0][1], foothold.words


def _signals(known: Known, *names: str) -> Iterator[Found]:
    for signal in known.signals:
        if signal.name in names:
            for event in signal.events:
                if event.outcome not in {"failure", "denied"}:
                    yield event.key, f"{signal.title}: {event.actor or '-'}"


def _moved(known: Known, *, versions: bool) -> Iterator[Found]:
    """Refs that were moved by force, each move once for each log that shows it: tags of versions, or all others.

    A version's tag stays where it is; a tag such as `v1` or `nightly` goes along with every release.
    """
    for signal in known.signals:
        if signal.name in {"forced-update", "forced-push"}:
            for event in signal.events:
                if (_VERSION.search(event.resource or "") is not None) == versions:
                    yield event.key, f"{event.resource}: {(event.before or '-')[:12]} to {(event.after or '-')[:12]}"


def _publish_without_release(known: Known) -> Iterator[Found]:
    """Publishes that no completed workflow run precedes within the hour, in the time that such runs are logged."""
    runs = [event.timestamp for event in known.facts.matching(_RELEASES) if event.timestamp is not None]
    for event in known.published:
        us = event.timestamp or 0
        if runs and min(runs) <= us <= max(runs) + HOUR_US and not any(us - HOUR_US <= run <= us for run in runs):
            yield event.key, f"{event.resource}: no release job in the hour before"


FINDINGS: Final[Mapping[str, Callable[[Known], Iterable[Found]]]] = {
    "public_window": _public_window,
    "public_window_read": _public_window_read,
    "package_jump_read": _package_jump_read,
    "burst_new_network": lambda known: _bursts(known, new=True),
    "burst_known_network": lambda known: _bursts(known, new=False),
    "foothold_doubted": lambda known: _footholds(known, doubted=True),
    "foothold": lambda known: _footholds(known, doubted=False),
    "logging_cut": lambda known: _signals(known, *_CUTS),
    "logging_cut_by_reader": _logging_cut_by_reader,
    "above_baseline_usual_place": lambda known: _above_baseline(known, usual=True),
    "above_baseline_new_place": lambda known: _above_baseline(known, usual=False),
    "owner_elsewhere": owner_elsewhere,
    "role_elsewhere": role_elsewhere,
    "exposed_key_elsewhere": _exposed_key_elsewhere,
    "forced_history": lambda known: _moved(known, versions=False),
    "forced_tags": lambda known: _moved(known, versions=True),
    "protection_overridden": lambda known: _signals(known, "protection-overridden"),
    "publish_without_release": _publish_without_release,
}


def find_hypotheses(known: Known, pack: HypothesisPack | None = None) -> list[Hypothesis]:
    """The matrix, in the order of the pack (None: the one that comes with Leakline)."""
    pack = pack or own_hypothesis_pack(frozenset(FINDINGS))
    found: defaultdict[str, list[SignalFound]] = defaultdict(list)
    missing: defaultdict[str, list[SignalMissing]] = defaultdict(list)
    for signal in pack.signals:
        count, events = _events(known, signal)
        if count:
            keys, words = tuple(key for key, _ in events), tuple(word for _, word in events if word)
            found[signal.hypothesis].append(
                SignalFound(signal.name, signal.title, signal.speaks, signal.decides, count, keys, words)
            )
        else:
            absence, where = _absence(known, signal)
            missing[signal.hypothesis].append(
                SignalMissing(signal.name, signal.title, signal.speaks, signal.decides, absence, where)
            )
    return [
        Hypothesis(name, title, tuple(found[name]), tuple(missing[name])) for name, title in pack.hypotheses.items()
    ]


def _events(known: Known, signal: HypothesisSignal) -> tuple[int, list[Found]]:
    if signal.query is not None:
        counted = known.facts.groups((), signal.query)
        if not counted:
            return 0, []
        return counted[0].events, [(event.key, "") for event in islice(known.facts.matching(signal.query), MOST_KEYS)]
    found = list(FINDINGS[signal.finding or ""](known))
    return len(found), found[:MOST_KEYS]


def _absence(known: Known, signal: HypothesisSignal) -> tuple[Absence, tuple[str, ...]]:
    if not signal.vantages or (signal.finding in _OF_SECRETS and not known.secrets):
        return "not known", ()
    on = sorted({
        f"{interval.vantage.name} {interval.vantage.scope}"
        for interval in known.coverage.intervals
        if interval.vantage.name in signal.vantages and interval.state in {"on", "partial"}
    })  # fmt: skip
    return ("looked for", tuple(on)) if on else ("not answerable", signal.vantages)
