"""What the analyses find in a case, worked out when it is asked for and kept while its events stay the same."""

import difflib
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from timeline.analysis.assets import find_assets
from timeline.analysis.bursts import find_bursts, find_first_seen, network_of
from timeline.analysis.clocks.find import find_clocks
from timeline.analysis.clocks.skew import Seen
from timeline.analysis.coverage.find import find_coverage
from timeline.analysis.coverage.reads import was_read
from timeline.analysis.exposure.evaluators import EVALUATORS
from timeline.analysis.exposure.find import find_exposures
from timeline.analysis.exposure.touches import touched
from timeline.analysis.facts import Facts
from timeline.analysis.hypotheses import FINDINGS, find_hypotheses
from timeline.analysis.identity.find import events_of, find_actors, find_links, persons_of
from timeline.analysis.identity.links import Said
from timeline.analysis.known import Known
from timeline.analysis.leaked_copy import match_copy
from timeline.analysis.measures import Findings as MeasureFindings
from timeline.analysis.measures import find_measures
from timeline.analysis.noise import find_noise, found_classes
from timeline.analysis.radius.find import find_radius
from timeline.analysis.radius.logged import Logged
from timeline.analysis.secrets.find import find_secrets
from timeline.analysis.signals import find_signals
from timeline.model.assets import Asset
from timeline.model.bursts import Burst, FirstSeen
from timeline.model.clocks import Clocks
from timeline.model.coverage import Coverage, ReadAnswer
from timeline.model.errors import UsageError
from timeline.model.exposure import Exposures, Window
from timeline.model.fingerprint import fingerprint
from timeline.model.hypotheses import Hypothesis
from timeline.model.identity import Actor, Actors, Link
from timeline.model.leaked_copy import CopyMatch
from timeline.model.measures import Measure
from timeline.model.noise import Noise
from timeline.model.radius import Radius
from timeline.model.secrets import Secret
from timeline.model.signals import Signal
from timeline.query.parsing import parse
from timeline.query.tree import (
    EVERYTHING,
    And,
    KeyTest,
    Node,
    NoiseTest,
    Not,
    NumberTest,
    Or,
    PersonTest,
    WindowTest,
    all_of,
    any_of,
    negated,
)
from timeline.report.known import Known as Declared
from timeline.rules.asset_pack import with_own
from timeline.rules.exposure_pack import own_pack
from timeline.rules.hypothesis_pack import FILE as HYPOTHESES_FILE
from timeline.rules.hypothesis_pack import HypothesisPack, extended_pack
from timeline.rules.identity_pack import own_identity_pack
from timeline.rules.noise_pack import labelled
from timeline.rules.radius_pack import own_radius_pack
from timeline.session.copies import read_copy
from timeline.session.deciding import HYPOTHESIS, MEASURE, link_verdicts
from timeline.session.facts import CaseFacts
from timeline.session.kept import Kept, collecting_later
from timeline.session.noise_rules import noise_rules, own_noise_rules
from timeline.store.annotations import annotated
from timeline.store.decisions import decisions
from timeline.store.reader import Reader

if TYPE_CHECKING:
    from timeline.session.case import Case

RULES = "rules"  # the folder of a case that holds an analyst's own rules
_BATCH = 1000
OWN_ROLES = frozenset(
    {"own", "vpn", "ci", "cloud", "scanner"}
)  # of networks of case.yaml, where one's own people and machines are


def _names(actor: Actor) -> set[str]:
    return {text.casefold() for identity in actor.identities for text in (identity.name, identity.value)}


class CaseFindings:
    """The findings of one case. May be asked by any thread."""

    def __init__(self, case: "Case") -> None:
        self._case = case
        self._declared = Declared(case.config)
        self._kept = Kept(case)
        self._owners: tuple[Actors, dict[tuple[str | None, str | None], str]] | None = None

    def exposures(self, *, with_touches: bool = True, cancel: threading.Event | None = None) -> Exposures:
        """Every window in which something was open, with who touched it then."""
        with self._case.reading(cancel) as reader:
            if not with_touches:
                return self._kept.get(reader, "windows", Exposures, partial(find_exposures, with_touches=False))
            noise = found_classes(self.noise(cancel=cancel), noise_rules(self._case))
            return self._kept.get(
                reader, "exposures", Exposures, partial(find_exposures, noise=noise),
                also=own_noise_rules(self._case), after=("noise",),
            )  # fmt: skip

    def keep(self) -> None:
        """Write what was found into the case, if it can be written now."""
        self._kept.write()

    def actors(self, *, cancel: threading.Event | None = None) -> Actors:
        """Everybody who acts, with their identities, and why these belong together."""
        with self._case.reading(cancel) as reader:
            verdicts, how, after = self._identities(reader)
            return self._kept.get(reader, "actors", Actors, partial(find_actors, **how), also=verdicts, after=after)

    def links(self, *, cancel: threading.Event | None = None) -> list[Link]:
        """Why identities belong together, by id."""
        with self._case.reading(cancel) as reader:
            verdicts, how, after = self._identities(reader)
            return self._kept.get(reader, "links", list[Link], partial(find_links, **how), also=verdicts, after=after)

    def _identities(self, reader: Reader) -> tuple[object, dict[str, Any], list[str]]:
        """(what analysts decided, how identities are found, results that this builds on)."""
        verdicts = link_verdicts(reader)
        how = {
            "people": self._case.config.people,
            "verdicts": verdicts,
            "keep": lambda name, *how: self._kept.grown(reader, f"links {name}", list[Said], *how),
        }
        names = [f"links {rule.name}" for rule in own_identity_pack().links if rule.fields is None]
        return sorted(verdicts.items()), how, names

    def by_person(
        self, query: str, *, limit: int, cancel: threading.Event | None = None
    ) -> list[tuple[str | None, int]]:
        """The people whom the matches of a query are attributed to, with how many, most first; None for nobody."""
        owners = {pair: actor.name for actor in self.actors(cancel=cancel).actors for pair in actor.pairs}
        counts: Counter[str | None] = Counter()
        for group in self._case.groups(("kind", "actor", "credential"), query, cancel=cancel):
            kind, name, credential = (value if isinstance(value, str) else None for value in group.values)
            counts[owners.get((kind or "", name, credential))] += group.events
        return sorted(counts.items(), key=lambda item: (-item[1], item[0] is not None, item[0] or ""))[:limit]

    def actor(self, name: str) -> Actor:
        """Who has this name or identity. UsageError when nobody has, or several do."""
        wanted = name.casefold()
        actors = self.actors().actors
        found = [one for one in actors if wanted in {one.name.casefold(), *_names(one)}]
        exact = [one for one in found if one.name.casefold() == wanted]
        found = exact if len(exact) == 1 else found
        if not found:
            near = difflib.get_close_matches(name, [one.name for one in actors], 3, 0.5)
            hint = f"did you mean {', '.join(near)}?" if near else "`leakline actors` lists everybody"
            raise UsageError(f"nobody in this case is {name}", hint=hint)
        if len(found) > 1:
            names = ", ".join(one.name for one in found[:5])
            raise UsageError(f"{name} is several", hint=f"one of {names}")
        return found[0]

    def radius(
        self,
        *,
        window: str | None = None,
        query: str = "",
        start_us: int | None = None,
        end_us: int | None = None,
        cancel: threading.Event | None = None,
    ) -> Radius:
        """What was taken: by reads in a window (`exposure/3`), by events of a query, from `start_us` to `end_us`."""
        actors = self.actors(cancel=cancel)
        owners = self._owners_in(actors)
        scope = self.resolved(parse(query, now_us=self._case.now_us()))
        if (start_us, end_us) != (None, None):
            scope = all_of([scope, NumberTest("timestamp", start_us, end_us)])
        span = None
        if window is not None:
            found = self.window(window)
            reads = touched(found, own_pack(frozenset(EVALUATORS)).things[found.thing.kind])
            if reads is None:
                raise UsageError("nothing is known of how reads of such a thing are logged", where=found.thing.kind)
            scope, span = all_of([scope, reads]), (found.opened_us, found.closed_us)
        elif start_us is not None and end_us is not None:
            span = start_us, end_us
        with self._case.reading(cancel) as reader, collecting_later():
            find = partial(find_radius, scope=scope, whose=lambda *pair: owners.get(pair), span=span)
            if scope != EVERYTHING:
                return find(CaseFacts(reader))
            names = [f"radius {rule.name}" for rule in own_radius_pack().reads]
            return self._kept.get(
                reader, "radius", Radius,
                partial(find, keep=lambda name, logged: self._kept.get(reader, f"radius {name}", Logged | None, logged)),
                also=sorted(link_verdicts(reader).items()), after=("actors", *names),
            )  # fmt: skip

    def _owners_in(self, actors: Actors) -> dict[tuple[str | None, str | None], str]:
        """(actor, credential) of events -> whom they are attributed to."""
        if self._owners is None or self._owners[0] is not actors:
            self._owners = actors, {pair[1:]: actor.name for actor in actors.actors for pair in actor.pairs}
        return self._owners[1]

    def assets(self, *, cancel: threading.Event | None = None) -> list[Asset]:
        """What was downloaded, by class."""
        radius, exposures = self.radius(cancel=cancel), self.exposures(with_touches=False, cancel=cancel)
        return find_assets(radius, exposures, with_own(self._case.config.assets))

    def measures(self, *, cancel: threading.Event | None = None) -> list[Measure]:
        """What the findings call for, and what of it is done."""
        found = find_measures(
            MeasureFindings(
                self.secrets(cancel=cancel), self.exposures(with_touches=False, cancel=cancel), self.hypotheses(cancel=cancel),
                self.tampering(cancel=cancel), self.coverage(cancel=cancel),
            )
        )  # fmt: skip
        with self._case.reading(cancel) as reader:
            decided = decisions(reader, MEASURE)
        return [replace(one, decision=decided.get(f"{MEASURE}{one.id}")) for one in found]

    def secrets(self, *, cancel: threading.Event | None = None) -> list[Secret]:
        """The life of every secret that a scanner, or our own scan, found."""
        exposures = self.exposures(with_touches=False, cancel=cancel)
        key = self._case.redaction_key()
        with self._case.reading(cancel) as reader:
            find = partial(find_secrets, exposures=exposures, print_of=lambda text: fingerprint(key, text))
            return self._kept.get(reader, "secrets", list[Secret], find, after=("windows",))

    def clocks(self, *, cancel: threading.Event | None = None) -> Clocks:
        """Oddities of commits' times, how far logs are apart, and what order is not established."""
        with self._case.reading(cancel) as reader:
            starred = sorted(annotated(reader))
            find = partial(
                find_clocks,
                keep=lambda name, also, match: self._kept.get(reader, f"clocks {name}", list[Seen], match, also=also),
            )
            return self._kept.get(reader, "clocks", Clocks, find, also=starred)

    def coverage(self, *, cancel: threading.Event | None = None) -> Coverage:
        """What every vantage point shows of the time of the case."""
        with self._case.reading(cancel) as reader:
            return self._kept.get(reader, "coverage", Coverage, find_coverage)

    def known_coverage(self, *, cancel: threading.Event | None = None) -> Coverage | None:
        """The same, where it was worked out before and still holds; None else."""
        with self._case.reading(cancel) as reader:
            return self._kept.standing(reader, "coverage", Coverage)

    def was_read(
        self,
        resource: str,
        *,
        start_us: int | None = None,
        end_us: int | None = None,
        cancel: threading.Event | None = None,
    ) -> ReadAnswer:
        """Whether a resource was read from `start_us` to `end_us` (None: the ends of the evidence)."""
        with self._case.reading(cancel) as reader:
            coverage = self._kept.get(reader, "coverage", Coverage, find_coverage)
            if coverage.span is None:
                raise UsageError("the case has no dated events", hint="`leakline ingest` reads evidence")
            start = coverage.span[0] if start_us is None else start_us
            end = coverage.span[1] if end_us is None else end_us
            if start >= end:
                raise UsageError("the time ends before it begins", where="--from, --to")
            return was_read(CaseFacts(reader), coverage, resource, (start, end))

    def bursts(self, *, cancel: threading.Event | None = None) -> list[Burst]:
        """Many things read in a short time by one credential."""
        with self._case.reading(cancel) as reader:
            return self._kept.get(reader, "bursts", list[Burst], find_bursts)

    def first_seen(self, *, cancel: threading.Event | None = None) -> list[FirstSeen]:
        """Networks and agents that a credential in use was first seen with; networks of case.yaml by their names."""
        with self._case.reading(cancel) as reader:
            find = partial(find_first_seen, network=self._network)
            return self._kept.get(reader, "first seen", list[FirstSeen], find)

    def _network(self, address: str) -> str | None:
        declared = self._declared.network(address)
        return network_of(address) if declared is None else declared.name

    def _is_own(self, address: str) -> bool:
        declared = self._declared.network(address)
        return declared is not None and declared.role in OWN_ROLES

    def hypotheses(self, *, cancel: threading.Event | None = None) -> list[Hypothesis]:
        """What speaks for and against what may have happened, what is missing, and what an analyst said of it."""
        with self._case.reading(cancel) as reader:
            found = self._kept.get(
                reader, "hypotheses", list[Hypothesis],
                lambda facts: find_hypotheses(self._known(facts, cancel), self._hypothesis_pack()),
                also=(self._own_hypotheses(), own_noise_rules(self._case)), after=None,
            )  # fmt: skip
            decided = decisions(reader, HYPOTHESIS)
        return [replace(one, decision=decided.get(f"{HYPOTHESIS}{one.name}")) for one in found]

    def _own_hypotheses(self) -> str | None:
        """What the analyst added, as it is written; None without a file."""
        path = self._hypothesis_file
        return path.read_text(encoding="utf-8", errors="replace") if path is not None and path.is_file() else None

    @property
    def _hypothesis_file(self) -> Path | None:
        return None if self._case.folder is None else self._case.folder / RULES / HYPOTHESES_FILE

    def _hypothesis_pack(self) -> HypothesisPack | None:
        path = self._hypothesis_file
        return extended_pack(path, frozenset(FINDINGS)) if path is not None and path.is_file() else None

    def _known(self, facts: Facts, cancel: threading.Event | None) -> Known:
        """What the other analyses found, for those that build on them."""
        key = self._case.redaction_key()
        people = persons_of(self.actors(cancel=cancel))
        known = Known(
            facts, self._network, self._is_own, lambda text: fingerprint(key, text), lambda actor: people.get(actor, actor)
        )  # fmt: skip
        known.__dict__ |= {
            "exposures": self.exposures(cancel=cancel),
            "coverage": self.coverage(cancel=cancel),
            "signals": self.tampering(cancel=cancel),
            "secrets": self.secrets(cancel=cancel),
            "first_seen": self.first_seen(cancel=cancel),
            "found_bursts": self.bursts(cancel=cancel),
        }
        return known

    def tampering(self, *, cancel: threading.Event | None = None) -> list[Signal]:
        """Events that change what is logged, or rewrite history."""
        with self._case.reading(cancel) as reader:
            return self._kept.get(reader, "tampering", list[Signal], find_signals)

    def noise(self, *, cancel: threading.Event | None = None) -> Noise:
        """What scanners, canaries, health checks and the like made, by rule and class."""
        with self._case.reading(cancel) as reader:
            find = partial(find_noise, rules=noise_rules(self._case))
            found = self._kept.get(reader, "noise", Noise, find, also=own_noise_rules(self._case))
            return replace(found, of=sum(segment.rows for segment in reader.segments))

    def match_copy(
        self, path: Path, *, cancel: threading.Event | None = None, tell: Callable[[int], None] | None = None
    ) -> CopyMatch:
        """What of the case a leaked copy is; `tell` gets how many of its bytes were read."""
        files = list(read_copy(path, cancel=cancel, tell=tell))
        with self._case.reading(cancel) as reader:
            return match_copy(CaseFacts(reader), files)

    def window(self, name: str) -> Window:
        """A window by its name. UsageError when there is none."""
        windows = self.exposures(with_touches=False).windows
        found = next((window for window in windows if window.name == name), None)
        if found is None:
            hint = "`leakline exposures` lists them" if windows else "nothing in it opens or closes anything"
            raise UsageError(f"this case has no window {name}", hint=hint)
        return found

    def resolved(self, node: Node) -> Node:
        """The query with each window in it spelt out: its edges, and what touched its thing while it was open."""
        match node:
            case WindowTest(name):
                window = self.window(name)
                kinds = own_pack(frozenset(EVALUATORS)).things
                edges = tuple(key for key in (window.opened_key, window.closed_key, *window.also) if key is not None)
                reads = touched(window, kinds[window.thing.kind])
                return any_of([KeyTest(edges), *([] if reads is None else [reads])])
            case PersonTest(name):
                return events_of(self.actor(name))
            case NoiseTest(label):
                return labelled(noise_rules(self._case), label, {one.rule for one in self.noise().labels})
            case And(nodes):
                return all_of(map(self.resolved, nodes))
            case Or(nodes):
                return any_of(map(self.resolved, nodes))
            case Not(part):
                return negated(self.resolved(part))
            case _:
                return node
