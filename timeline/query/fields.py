"""The names that a query knows before a colon: the event's own fields and the language's.

Parsing, completion, hints and the language's reference all read this one registry.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from typing import Final, Literal

from timeline.model.event import BASES, FIELDS, OUTCOMES, SEVERITIES, Field
from timeline.model.noise import CLASSES

FieldKind = Literal[
    "text", "address", "int", "bytes", "time", "after", "before", "around",
    "source", "key", "star", "tag", "severity", "comment", "is", "person", "window", "noise", "raw",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class QueryField:
    """A name that may stand before a colon.

    `kind` says how its values are read, `example` a term with it, `values` all values that it can have (empty: any).
    """

    name: str
    kind: FieldKind
    meaning: str
    example: str
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


# names of the Elastic Common Schema for the same thing; those that `model` already has are not repeated
_ECS: Final = {
    "timestamp": ("@timestamp",),
    "outcome": ("event.outcome",),
    "actor": ("user.id",),
    "user_agent": ("user_agent.original",),
    "resource": ("url.original",),
    "account": ("cloud.account.id",),
    "region": ("cloud.region",),
    "bytes_out": ("http.response.body.bytes",),
    "status": ("http.response.status_code",),
    "uid": ("event.id",),
}
_EXAMPLES: Final = {
    "timestamp": "timestamp:2026-03-30",
    "timestamp_desc": "timestamp_desc:author",
    "kind": "kind:git.*",
    "action": "action:s3:Get*",
    "outcome": "outcome:denied",
    "actor": "actor:alice",
    "credential": "credential:AKIAIOSFODNN7EXAMPLE",
    "src_ip": "src_ip:192.0.2.0/24",
    "user_agent": "user_agent:*curl*",
    "resource": "resource:s3://models/*",
    "account": "account:111122223333",
    "region": "region:eu-*",
    "bytes_out": "bytes_out:>10MB",
    "status": "status:4xx",
    "message": "message:*rotate*",
}
_VALUES: Final = {"outcome": OUTCOMES, "timestamp_basis": BASES}
_SIZED: Final = frozenset({"bytes_out", "offset", "length"})
IS_VALUES: Final = ("starred", "tagged", "commented", "key", "dated", "undated")


def _kind(field: Field) -> FieldKind:
    if field.name == "src_ip":
        return "address"
    if field.name in _SIZED:
        return "bytes"
    return field.type


def _of_event(field: Field) -> QueryField:
    example = _EXAMPLES.get(field.name) or f"{field.name}:{'>=1' if field.type == 'int' else '*'}"
    aliases = field.aliases + _ECS.get(field.name, ())
    return QueryField(field.name, _kind(field), field.meaning, example, aliases, _VALUES.get(field.name, ()))


_LANGUAGE: Final = (
    QueryField("after", "after", "at this time or later", 'after:"2026-03-30 22:00"', ("since",)),
    QueryField("before", "before", "earlier than this time", "before:2026-03-31", ("until",)),
    QueryField("around", "around", "within 5 minutes of it, or what you say", "around:2026-03-30T22:36:48Z±10m"),
    QueryField("source", "source", "path of the evidence, as ingested", "source:logs/*.gz"),
    QueryField("key", "key", "public key of the event, as reports cite it", "key:u00f1e2d3c4b5a697"),
    QueryField("is", "is", "what an event is", "is:starred", values=IS_VALUES),
    QueryField("star", "star", "whether an analyst starred it", "star:yes", values=("yes", "no")),
    QueryField("tag", "tag", "a tag that an analyst gave it", "tag:exfiltration", ("tags", "label")),
    QueryField("severity", "severity", "how much an analyst says it weighs", "severity:high", values=SEVERITIES),
    QueryField("comment", "comment", "words in an analyst's comment", 'comment:"asked HR"', ("comments",)),
    QueryField("person", "person", "who has this name or identity (`leakline actors`)", "person:dana@corp.example"),
    QueryField("in", "window", "inside a window that the analysis found", "in:exposure/3"),
    QueryField(
        "noise",
        "noise",
        "labelled as noise: by any rule, a class or one rule",
        "noise:crawler",
        values=("yes", "no", *CLASSES),
    ),
    QueryField("raw", "raw", "the raw record: raw:text, raw:/regex/, raw.path:value", "raw.eventName:GetObject"),
)

QUERY_FIELDS: Final = tuple(map(_of_event, FIELDS)) + _LANGUAGE
FIELD_NAMED: Final = {name: field for field in QUERY_FIELDS for name in (field.name, *field.aliases)}


def close_name(name: str) -> str | None:
    """The known name that looks most like `name`; None when none does."""
    lowered = name.lower()
    if lowered in FIELD_NAMED:
        return lowered
    found = get_close_matches(lowered, FIELD_NAMED, n=5, cutoff=0.75)
    return max(
        found,
        key=lambda known: (SequenceMatcher(None, lowered, known).ratio(), known[:2] == lowered[:2]),
        default=None,
    )
