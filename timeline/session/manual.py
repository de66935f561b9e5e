"""The manual: topics written by hand, and topics generated from the registries."""

import difflib

from timeline import help as handbook
from timeline.ingest.registry import parsers
from timeline.model.errors import UsageError

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
    """Every format with its reference and a sample record."""
    parts = [
        "# Log formats\n",
        "Detection is explained by `leakline ingest CASE PATH --explain`; `--kind` overrides it.\n",
    ]
    for kind, parser in parsers().items():
        way = "decoded by columns" if parser.COLUMNAR else "decoded by record"
        parts.append(
            f"## {kind}\n\n{parser.TITLE}. Framing `{parser.FRAMING}`, {way}. Events: {', '.join(parser.EMITS)}.\n"
        )
        parts.append(f"Reference: {parser.REFERENCE}\n")
        sample = parser.SAMPLES[0].decode("utf-8", "replace")[:_SAMPLE_CHARACTERS].rstrip()
        parts.append("```\n" + sample + "\n```\n")
    return "\n".join(parts)
