"""A mapping: which fields of somebody's records feed which fields of the event, as a decoder gets it.

People write it as YAML (`timeline.model.mapping_file`); it travels in the decode context, and is recorded with its
source, as one canonical JSON text, so that a later decode gives the same events.
"""

from typing import Final, Literal

import msgspec

from timeline.model.event import FIELDS, OUTCOMES
from timeline.model.field_path import FieldPath

MappedFormat = Literal["json", "csv", "w3c"]
MAPPED_FORMATS: Final[tuple[MappedFormat, ...]] = ("json", "csv", "w3c")
_NOT_MAPPED: Final = frozenset(
    {"timestamp", "timestamp_precision", "timestamp_basis", "record", "offset", "length", "kind"}
)
MAPPED_FIELDS: Final = tuple(field.name for field in FIELDS if field.name not in _NOT_MAPPED)
TIME_FORMATS: Final = ("iso", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns", "yearless")
# what people and programs write for the outcomes
_SUCCESS: Final = "ok succeeded successful allow allowed accept accepted grant granted permit permitted pass passed true"
_DENIED: Final = "deny forbidden block blocked reject rejected refused unauthorized drop dropped access_denied accessdenied"
_FAILURE: Final = "fail failed error false timeout aborted exception"
OUTCOME_WORDS: Final = {
    **{word: word for word in OUTCOMES},
    **dict.fromkeys([*_SUCCESS.split(), "complete", "completed"], "success"),
    **dict.fromkeys(_DENIED.split(), "denied"),
    **dict.fromkeys(_FAILURE.split(), "failure"),
}
Decoding = Literal["percent", "plus"]
DECODINGS: Final[tuple[Decoding, ...]] = ("percent", "plus")


class Origin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a value comes from: one of `path`, `template` (texts and paths in turn) and `constant`.

    Then, in this order: `decode` undoes an escaping; `word` takes the n-th of the words; `values` translates, `other` what
    is not in it; `proxies` is how many proxies of one's own append to a list of addresses; `fingerprint` hides a secret, by
    `timeline.model.fingerprint`.
    """

    path: FieldPath | None = None
    template: tuple[str | FieldPath, ...] = ()
    constant: str | None = None
    decode: Decoding | None = None
    word: int | None = None
    values: dict[str, str] = {}
    other: str | None = None
    proxies: int | None = None
    fingerprint: bool = False


class TimeRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A time: the first of `origins` that has a text which one of `formats` reads; `desc` says which clock it is.

    Formats are TIME_FORMATS and patterns of `strptime`.
    """

    origins: tuple[Origin, ...]
    formats: tuple[str, ...] = ("iso",)
    desc: str = "event"


class Condition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The value at a path, as text, is one of `values`."""

    path: FieldPath
    values: tuple[str, ...]


class EventMapping(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A whole mapping.

    `times` are tried in order; of a field's origins the first that has a value counts. Records for which not all of
    `when` holds are ignored. `zone` is that of times which state none, unless the call or case.yaml names another.
    """

    format: MappedFormat
    kind: str
    times: tuple[TimeRule, ...]
    fields: dict[str, tuple[Origin, ...]] = {}
    when: tuple[Condition, ...] = ()
    zone: str | None = None
    title: str | None = None

    @property
    def parser_kind(self) -> str:
        """The kind of the parser that decodes by this mapping."""
        return f"mapped.{self.format}"


def mapping_text(mapping: EventMapping) -> str:
    """Write the canonical text of a mapping."""
    return msgspec.json.encode(mapping, order="sorted").decode()


def mapping_of(text: str) -> EventMapping:
    """Read a mapping from its text. msgspec.DecodeError when it is none."""
    return msgspec.json.decode(text, type=EventMapping)
