"""Stars, tags, comments, severities, reasons: from what a person says of events to the operations that the store keeps."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from timeline.model.errors import UsageError
from timeline.model.event import SEVERITIES, Event
from timeline.store import annotations
from timeline.store.annotations import Operation

if TYPE_CHECKING:
    from timeline.session.case import Case

_KEYS_AT_ONCE = 200


class Said(TypedDict, total=False):
    """What is said of events; what is absent or None changes nothing.

    `star` False takes the star away, `severity` "none" and `why` "" what was said of these.
    """

    star: bool | None
    tags: Sequence[str]
    untag: Sequence[str]
    comment: str | None
    severity: str | None
    why: str | None


def annotate(case: "Case", keys: Sequence[str], said: Said) -> int:
    """Say something of events, as one undoable step; how many it changed. UsageError for an unknown key."""
    _check(said)
    missing = set(keys)
    operations: list[Operation] = []
    offsets = _clock_offsets(case)
    for event in _events_of(case, sorted(missing)):
        missing.discard(event.key)
        operations += _operations(event, offsets, said)
    if missing:
        raise UsageError("no such event in this case", where=min(missing), hint="nothing was annotated")
    return _record(case, operations)


def annotate_matches(case: "Case", query: str, said: Said) -> int:
    """The same for every match of a query."""
    _check(said)
    offsets = _clock_offsets(case)
    with case.find(query) as matches:
        operations = [op for event in matches.events() for op in _operations(event, offsets, said)]
    return _record(case, operations)


def tags(case: "Case") -> list[tuple[str, int]]:
    """Every tag with the number of events that have it, most frequent first."""
    with case.reading() as reader:
        counts = Counter(tag for item in annotations.annotated(reader).values() for tag in item.marks.tags)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _check(said: Said) -> None:
    severity = said.get("severity")
    if severity is not None and severity not in {*SEVERITIES, "none"}:
        raise UsageError("no such severity", where=severity, hint=f"one of {', '.join(SEVERITIES)}, none")


def _events_of(case: "Case", keys: Sequence[str]) -> Iterator[Event]:
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        with case.find(" OR ".join(f'key:"{key}"' for key in keys[start : start + _KEYS_AT_ONCE])) as matches:
            yield from matches.events()


def _clock_offsets(case: "Case") -> dict[str, int]:
    with case.reading() as reader:
        return {stream.path: stream.clock_offset_us for stream in reader.streams.values()}


def _operations(event: Event, clock_offsets: Mapping[str, int], said: Said) -> Iterator[Operation]:
    """What has to be recorded so that the event has these marks. The hint is the time that its record states."""
    hint = None if event.timestamp is None else event.timestamp - clock_offsets.get(event.source, 0)
    star, comment = said.get("star"), said.get("comment")
    if star is not None and star != event.starred:
        yield Operation(event.key, hint, "star" if star else "unstar")
    for tag in dict.fromkeys(tag.strip() for tag in said.get("tags", ())):
        if tag and tag not in event.tags:
            yield Operation(event.key, hint, "tag", tag)
    for tag in dict.fromkeys(tag.strip() for tag in said.get("untag", ())):
        if tag in event.tags:
            yield Operation(event.key, hint, "untag", tag)
    if comment and comment.strip():
        yield Operation(event.key, hint, "comment", comment.strip())
    severity, why = said.get("severity"), said.get("why")
    if severity is not None and severity != (event.severity or "none"):
        yield Operation(event.key, hint, "severity", None if severity == "none" else severity)
    if why is not None and why.strip() != (event.why or ""):
        yield Operation(event.key, hint, "why", why.strip() or None)


def _record(case: "Case", operations: Sequence[Operation]) -> int:
    if operations:
        annotations.record(case.path, operations, analyst=case.analyst, at_us=case.now_us())
    return len({operation.key for operation in operations})
