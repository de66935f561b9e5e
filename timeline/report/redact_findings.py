"""Findings with every text of evidence in them redacted."""

from dataclasses import replace

from timeline.model.coverage import Coverage, Interval
from timeline.model.exposure import Edge, Exposures, Holder, Thing, Touch, Window
from timeline.report.redact import Redactor


def redacted_exposures(found: Exposures, redact: Redactor) -> Exposures:
    """Windows and touches without secrets; edges are left out, reports have no use for them."""
    edges: tuple[Edge, ...] = ()
    return Exposures(
        tuple(_window(window, redact) for window in found.windows),
        edges,
        tuple(map(redact.text, found.problems)),
        {number: tuple(_touch(touch, redact) for touch in touches) for number, touches in found.touches.items()},
    )


def _window(window: Window, redact: Redactor) -> Window:
    return replace(
        window,
        thing=Thing(window.thing.kind, redact.text(window.thing.name)),
        holder=Holder(window.holder.audience, redact.text(window.holder.who)),
        notes=tuple(map(redact.text, window.notes)),
    )


def _touch(touch: Touch, redact: Redactor) -> Touch:
    return replace(
        touch,
        actor=redact.optional(touch.actor),
        src_ip=redact.optional(touch.src_ip),
        user_agent=redact.optional(touch.user_agent),
    )


def redacted_coverage(found: Coverage, redact: Redactor) -> Coverage:
    """Intervals without secrets."""
    return replace(
        found,
        intervals=tuple(_interval(interval, redact) for interval in found.intervals),
        problems=tuple(map(redact.text, found.problems)),
    )


def _interval(interval: Interval, redact: Redactor) -> Interval:
    vantage = replace(interval.vantage, scope=redact.text(interval.vantage.scope))
    return replace(interval, vantage=vantage, why=redact.text(interval.why))
