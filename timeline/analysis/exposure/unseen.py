"""Which time of each window of exposure no log of a case would show reads in."""

from collections.abc import Mapping
from dataclasses import replace

from timeline.analysis.coverage.reads import unseen
from timeline.analysis.exposure.evaluators import EVALUATORS
from timeline.model.coverage import Coverage, Interval
from timeline.model.exposure import Exposures
from timeline.model.time import show_us
from timeline.rules.exposure_pack import own_pack
from timeline.rules.patterns import filled


def unseen_reads(found: Exposures, coverage: Coverage) -> Mapping[int, tuple[Interval, ...]]:
    """Holes by the number of the window; without a number where there are none, or where nothing is known of such a thing."""
    kinds = own_pack(frozenset(EVALUATORS)).things
    holes: dict[int, tuple[Interval, ...]] = {}
    for window in found.windows:
        kind = kinds[window.thing.kind]
        named = kind.named(window.thing.name)
        if kind.asked is not None and named is not None and window.opened_us < window.closed_us:
            own = unseen(coverage, filled(kind.asked, named), (window.opened_us, window.closed_us))
            if own:
                holes[window.number] = own
    return holes


def noted_unseen(found: Exposures, coverage: Coverage) -> Exposures:
    """The windows with a note for each hole, times in UTC."""
    holes = unseen_reads(found, coverage)
    return replace(
        found,
        windows=tuple(
            replace(window, notes=(*window.notes, *map(_words, holes.get(window.number, ()))))
            for window in found.windows
        ),
    )


def _words(hole: Interval) -> str:
    start, end = (show_us(us, precision_us=1_000_000).removesuffix("+00:00") for us in (hole.start_us, hole.end_us))
    vantage = f"{hole.vantage.name} {hole.vantage.scope}"
    return f"not answerable: who read it from {start} to {end} ({vantage}: {hole.why})"
