"""The manual: topics written by hand, and topics generated from the registries."""

import difflib

from timeline import help as handbook
from timeline.model.errors import UsageError
from timeline.session.formats import formats as known_formats
from timeline.session.formats import mappings

_GENERATED = {"formats": "Log formats that are understood, with samples"}
_SAMPLE_CHARACTERS = 700


def topics() -> list[tuple[str, str]]:
    """(name, title) of every topic, in reading order."""
    return [(topic.name, topic.title) for topic in handbook.topics()] + list(_GENERATED.items())


def text_of(name: str) -> str:
    """A topic's Markdown. UsageError, with the nearest name, for one that is not there."""
    if name == "formats":
        return formats()
    topic = handbook.topic(name)
    if topic is None:
        known = [known for known, _ in topics()]
        near = difflib.get_close_matches(name, known, 1, 0.4)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"there is no topic {name}", hint=f"{hint}`leakline help` lists them")
    return topic.text


def formats() -> str:
    """Every format, group by group, with its reference and a sample record."""
    parts = [
        "# Log formats\n",
        "Detection is explained by `leakline ingest CASE PATH --explain`; `--kind` overrides it.\n",
        "JSON, CSV and W3C logs of any other make are read by a mapping: `leakline help mappings`.\n",
    ]
    group = None
    for one in known_formats():
        if one.group != group:
            group = one.group
            parts.append(f"## {group}\n")
        parts.append(f"### {one.kind}\n\n{one.title}. Recognised: {'; '.join(one.detected)}.\n")
        parts.append(
            f"Framing `{one.framing}`, decoded {one.way}. Events: {one.event_kinds}. Reference: {one.reference}\n"
        )
        parts.append("```\n" + one.samples[0][:_SAMPLE_CHARACTERS].rstrip() + "\n```\n")
    parts += ["## Mappings that come with Leakline\n", "| --map | for | kind |\n|---|---|---|"]
    parts += [f"| {name} | {title} | {kind} |" for name, title, kind in mappings()]
    return "\n".join([*parts, ""])
