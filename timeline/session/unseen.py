"""Which time of each window of exposure no log of the case would show reads in."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from timeline.analysis.coverage.find import find_coverage
from timeline.analysis.coverage.reads import unseen
from timeline.analysis.exposure.evaluators import EVALUATORS
from timeline.model.coverage import Interval
from timeline.model.exposure import Exposures
from timeline.rules.exposure_pack import own_pack
from timeline.rules.patterns import filled
from timeline.session.analysing import CaseFacts

if TYPE_CHECKING:
    from timeline.session.case import Case


def unseen_reads(
    case: "Case", found: Exposures, *, cancel: threading.Event | None = None
) -> Mapping[int, tuple[Interval, ...]]:
    """Holes by the number of the window; without a number where there are none, or where nothing is known of such a thing."""
    kinds = own_pack(frozenset(EVALUATORS)).things
    holes: dict[int, tuple[Interval, ...]] = {}
    if not found.windows:
        return holes
    with case.reading(cancel) as reader:
        coverage = find_coverage(CaseFacts(reader))
    for window in found.windows:
        kind = kinds[window.thing.kind]
        named = kind.named(window.thing.name)
        if kind.asked is not None and named is not None and window.opened_us < window.closed_us:
            span = (window.opened_us, window.closed_us)
            own = unseen(coverage, filled(kind.asked, named), span)
            if own:
                holes[window.number] = own
    return holes
