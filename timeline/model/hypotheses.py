"""Hypotheses of what happened: what speaks for and against each, and what would decide and is missing. No scores, no ranking."""

from dataclasses import dataclass
from typing import Literal

from timeline.model.decisions import Decision

Speaks = Literal["for", "against"]
Absence = Literal["looked for", "not answerable", "not known"]


@dataclass(frozen=True, slots=True)
class SignalFound:
    """A signal with its events. `keys` are the first of `count` events; `words` what the analysis says of them."""

    name: str
    title: str
    speaks: Speaks
    decides: bool
    count: int
    keys: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignalMissing:
    """A signal without events, and what that says.

    looked for: a log that would have shown it was on at some time (`where` names it). not answerable: no such log was on.
    not known: nothing is known of which log would show it.
    """

    name: str
    title: str
    speaks: Speaks
    decides: bool
    absence: Absence
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One row of the matrix. `decision` is what an analyst said of it, confirmed or refused; None for nothing."""

    name: str
    title: str
    found: tuple[SignalFound, ...]
    missing: tuple[SignalMissing, ...]
    decision: Decision | None = None

    @property
    def words(self) -> str:
        """What can be said, never more than the evidence and its coverage carry."""
        speaks_for = [signal for signal in self.found if signal.speaks == "for"]
        against = [signal for signal in self.found if signal.speaks == "against"]
        deciding = [signal for signal in speaks_for if signal.decides]
        if deciding and not against:
            return "deciding evidence for it, none against"
        if deciding:
            return "deciding evidence for it, and evidence against"
        hidden = any(signal.decides and signal.absence != "looked for" for signal in self.missing)
        if speaks_for:
            said = "evidence for it, none that decides" + (", and evidence against" if against else "")
            return f"{said}; not answerable: no log here would show all of what decides" if hidden else said
        if against:
            return "evidence against it, none for"
        if hidden:
            return "not answerable: no log here would show what decides"
        return "no evidence for it; the logs that would show it were on for some of the time"
