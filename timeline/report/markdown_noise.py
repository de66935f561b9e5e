"""Noise, in Markdown: what scanners, canaries, health checks and the like made, by rule, with the events that say so."""

from typing import Final

from timeline.model.noise import NoiseLabel
from timeline.model.time import show_us
from timeline.report.markdown_pieces import plural, table
from timeline.report.model import ReportModel
from timeline.text import code_span, markdown

_LABELS: Final = 50
_NAMES: Final = 3


def noise(model: ReportModel) -> list[str]:
    """The section "Noise"; nothing where no event is."""
    found = model.findings.noise
    if not found.labels:
        return []
    classes = ", ".join(f"{label} {events:,}" for label, events in found.classes.items())
    lines = [
        "## Noise",
        "",
        (
            f"{plural(found.events, 'event')} of {found.of:,} are labelled as noise: {classes}. Nothing is left out for that: every"
            " section of this report sees them. `says it is` rests on what the sender says of itself, and anybody can say that."
        ),
        "",
    ]
    header = ("Class", "Rule", "What", "Events", "Actors, addresses", "First", "Last")
    lines += table(header, [_row(label) for label in found.labels[:_LABELS]], numbers=(3,))
    left = len(found.labels) - _LABELS
    return [*lines, f"{plural(left, 'more rule')} left out of this report.", ""] if left > 0 else lines


def _row(label: NoiseLabel) -> list[str]:
    names = [*label.actors[:_NAMES], *label.addresses[:_NAMES]]
    more = label.actor_count + label.address_count - len(names)
    shown = ", ".join(code_span(name, 60) for name in names) + (f" and {more:,} more" if more else "")
    return [
        label.label, code_span(label.rule, 80), f"{label.basis} {markdown(label.title)}", f"{label.events:,}", shown or "-",
        _edge(label.first_us, label.first_key), _edge(label.last_us, label.last_key),
    ]  # fmt: skip


def _edge(us: int | None, key: str) -> str:
    when = "undated" if us is None else show_us(us, precision_us=1_000_000).removesuffix("+00:00")
    return f"{when} ({code_span(key, 40)})"
