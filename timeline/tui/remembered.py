"""What the timeline screen remembers from one session to the next, as the case keeps it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from timeline.tui.columns import Choice, read_choices
from timeline.tui.messages import Place
from timeline.tui.widgets.event_table import TIMES, Times
from timeline.tui.widgets.histogram import BY

NAME: Final = "view"
_LONGEST: Final = 20_000  # letters of a query
_LONGEST_NAME: Final = 200
_MOST_QUERIES: Final = 500
_MOST_MARKS: Final = 62  # letters and digits


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query with a name."""

    name: str
    query: str


def read_queries(value: object) -> tuple[SavedQuery, ...]:
    """Saved queries as they are kept ([[name, query], ...]); what is none is left out, and a name counts once."""
    found: dict[str, SavedQuery] = {}
    for item in value if isinstance(value, list) else ():
        if isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item):
            name, query = item
            if name and len(name) <= _LONGEST_NAME and len(query) <= _LONGEST:
                found.setdefault(name, SavedQuery(name, query))
    return tuple(found.values())[:_MOST_QUERIES]


@dataclass(frozen=True, slots=True)
class Remembered:
    """Filter, place, columns, zoom and the like. `reference` times begin anew: the event that they count from is not kept."""

    query: str = ""
    place: Place | None = None
    columns: tuple[Choice, ...] = ()
    stack_by: str = BY[0]
    times: Times = TIMES[0]
    zone: str = ""
    zoom_us: tuple[int, int] | None = None
    marks: Mapping[str, Place] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As `read_remembered` reads it."""
        return {
            "query": self.query,
            "place": _place_json(self.place),
            "columns": [[choice.id, choice.width] for choice in self.columns],
            "stack_by": self.stack_by,
            "times": self.times,
            "zone": self.zone,
            "zoom_us": self.zoom_us and list(self.zoom_us),
            "marks": {letter: _place_json(place) for letter, place in sorted(self.marks.items())},
        }


def _place_json(place: Place | None) -> list[str | int | None] | None:
    return None if place is None else [place.key, place.us]


def read_remembered(value: object) -> Remembered:
    """What was kept; whatever is not as it should be (the case may be somebody else's) is as in a new session."""
    kept = value if isinstance(value, Mapping) else {}
    query, zone, zoom, marks = (kept.get(name) for name in ("query", "zone", "zoom_us", "marks"))
    places = {
        letter: place
        for letter, item in (marks.items() if isinstance(marks, Mapping) else ())
        if isinstance(letter, str) and len(letter) == 1 and (place := _read_place(item)) is not None
    }
    times = kept.get("times")
    return Remembered(
        query if isinstance(query, str) and len(query) <= _LONGEST else "",
        _read_place(kept.get("place")),
        read_choices(kept.get("columns")),
        kept["stack_by"] if kept.get("stack_by") in BY else BY[0],
        next((one for one in TIMES if one == times and one != "reference"), TIMES[0]),
        zone if isinstance(zone, str) else "",
        (zoom[0], zoom[1]) if _is_span(zoom) else None,  # type: ignore[index]  # checked
        dict(list(places.items())[:_MOST_MARKS]),
    )


def _read_place(value: object) -> Place | None:
    if not (isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)):
        return None
    return Place(value[0], value[1] if isinstance(value[1], int) else None)


def _is_span(value: object) -> bool:
    return (
        isinstance(value, list) and len(value) == 2 and all(isinstance(us, int) for us in value) and value[0] < value[1]
    )


def read_drafts(value: object) -> dict[str, str]:
    """Texts that were begun and not sent, by what they are about; whatever else a case holds there is none."""
    if not isinstance(value, dict):
        return {}
    return {key: text for key, text in value.items() if isinstance(key, str) and isinstance(text, str)}
