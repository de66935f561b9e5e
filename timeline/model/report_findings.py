"""What analyses found of a case, as a report tells it."""

from dataclasses import dataclass
from typing import Final

from timeline.model.clocks import Clocks
from timeline.model.hypotheses import Hypothesis
from timeline.model.identity import Actors
from timeline.model.measures import Measure
from timeline.model.noise import NO_NOISE, Noise
from timeline.model.radius import Radius
from timeline.model.secrets import Secret
from timeline.model.signals import Signal


@dataclass(frozen=True, slots=True)
class ReportFindings:
    """All of it; empty where nothing was found."""

    hypotheses: tuple[Hypothesis, ...]
    actors: Actors
    secrets: tuple[Secret, ...]
    radius: Radius
    clocks: Clocks
    tampering: tuple[Signal, ...]
    measures: tuple[Measure, ...] = ()
    noise: Noise = NO_NOISE


NO_FINDINGS: Final = ReportFindings((), Actors(()), (), Radius((), (), (), 0, (), None), Clocks((), (), (), ()), ())
