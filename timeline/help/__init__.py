"""The manual: one Markdown file per topic beside this module, shown by `leakline help` and in the terminal UI.

Topics that are generated from code (formats, keys) are added by `timeline.session.manual`.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

READING_ORDER: Final = (
    "tutorial", "screens", "cases", "case-file", "ingest", "mappings", "git", "query", "exposures", "actors", "secrets",
    "radius", "assets", "coverage", "bursts", "clocks", "tampering", "noise", "hypotheses", "measures", "match", "report",
    "export", "custody", "annotations", "evidence", "automation", "writing-a-parser", "architecture",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: `name` as typed, `title` from its first heading, `text` the whole Markdown."""

    name: str
    title: str
    text: str


def topics() -> list[Topic]:
    """Give every topic, in the order in which a newcomer would read them; those not in that order come last."""
    found = {
        entry.name.removesuffix(".md"): entry.read_text(encoding="utf-8")
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".md")
    }
    places = {name: place for place, name in enumerate(READING_ORDER)}
    names = sorted(found, key=lambda name: (places.get(name, len(places)), name))
    return [Topic(name, _title(name, found[name]), found[name]) for name in names]


def topic(name: str) -> Topic | None:
    """Give the topic of that name; None where there is none."""
    return next((found for found in topics() if found.name == name), None)


def _title(name: str, text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return first.removeprefix("# ").strip() if first.startswith("# ") else name
