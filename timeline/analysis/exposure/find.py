"""All of it: edges, windows, touches."""

from collections.abc import Sequence

from timeline.analysis.exposure.edges import find_edges
from timeline.analysis.exposure.evaluators import EVALUATORS
from timeline.analysis.exposure.touches import Labelled, find_touches
from timeline.analysis.exposure.windows import Log, find_windows
from timeline.analysis.facts import Facts
from timeline.model.exposure import Edge, Exposures, Thing
from timeline.query.tree import KeyTest, TextTest
from timeline.rules.exposure_pack import ExposurePack, own_pack


def find_exposures(
    facts: Facts, pack: ExposurePack | None = None, *, with_touches: bool = True, noise: Sequence[Labelled] = ()
) -> Exposures:
    """Every window of a case by the rules of a pack (None: the one that comes with Leakline), with its touches.

    `noise` are the classes of noise that the case has events of, with their queries.
    """
    pack = pack or own_pack(frozenset(EVALUATORS))
    edges, problems = find_edges(facts, pack)
    span = facts.span()
    if span is None:
        return Exposures((), (), tuple(problems))
    # what expires later is open still; what was seen when evidence was collected may be later than its last event
    edges = [edge for edge in edges if edge.us <= span[1] or edge.observed]
    windows = find_windows(edges, pack.things, span, _owners(facts, edges, pack), _begins(facts, edges))
    touches = {}
    if with_touches:
        touches = {
            window.number: find_touches(facts, window, pack.things[window.thing.kind], noise) for window in windows
        }
    return Exposures(tuple(windows), tuple(edges), tuple(problems), touches)


def _owners(facts: Facts, edges: list[Edge], pack: ExposurePack) -> dict[Thing, str]:
    """What contains each thing that lies in another: by its name, or the account of the last edge that states one."""
    found = {}
    by_account = {}
    for edge in edges:
        kind = pack.things[edge.thing.kind]
        if kind.owner is not None:
            match = kind.owner.fullmatch(edge.thing.name)
            if match is not None:
                found[edge.thing] = match[1]
        elif kind.within is not None:
            by_account[edge.key] = edge.thing
    if by_account:
        for event in facts.matching(KeyTest(tuple(sorted(by_account)))):
            if event.account is not None:
                found[by_account[event.key]] = event.account
    return found


def _begins(facts: Facts, edges: list[Edge]) -> dict[Log, int]:
    """When the logs begin whose events say who had access before them."""
    kinds = sorted({edge.log[0] for edge in edges if (edge.before or edge.takes) and edge.log[0] is not None})
    if not kinds:
        return {}
    found = {}
    for group in facts.groups(("kind", "account"), TextTest("kind", "in", tuple(kinds))):
        kind, account = (None if value is None else str(value) for value in group.values)
        if group.first_us is not None:
            found[kind, account] = group.first_us
    return found
