"""All of it: edges, windows, touches."""

from timeline.analysis.exposure.edges import find_edges
from timeline.analysis.exposure.evaluators import EVALUATORS
from timeline.analysis.exposure.touches import find_touches
from timeline.analysis.exposure.windows import find_windows
from timeline.analysis.facts import Facts
from timeline.model.exposure import Edge, Exposures, Thing
from timeline.query.tree import KeyTest
from timeline.rules.exposure_pack import ExposurePack, own_pack


def find_exposures(facts: Facts, pack: ExposurePack | None = None, *, with_touches: bool = True) -> Exposures:
    """Every window of a case by the rules of a pack (None: the one that comes with Leakline), with its touches."""
    pack = pack or own_pack(frozenset(EVALUATORS))
    edges, problems = find_edges(facts, pack)
    span = facts.span()
    if span is None:
        return Exposures((), (), tuple(problems))
    windows = find_windows(edges, pack.things, span, _accounts(facts, edges, pack))
    touches = {}
    if with_touches:
        touches = {window.number: find_touches(facts, window, pack.things[window.thing.kind]) for window in windows}
    return Exposures(tuple(windows), tuple(edges), tuple(problems), touches)


def _accounts(facts: Facts, edges: list[Edge], pack: ExposurePack) -> dict[Thing, str]:
    """The account of each thing that lies in another, by the last edge that states one."""
    inner = {edge.key: edge.thing for edge in edges if pack.things[edge.thing.kind].within is not None}
    if not inner:
        return {}
    found = {}
    for event in facts.matching(KeyTest(tuple(sorted(inner)))):
        if event.account is not None:
            found[inner[event.key]] = event.account
    return found
