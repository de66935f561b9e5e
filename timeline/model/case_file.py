"""case.yaml: what people say about a case, read strictly.

An unknown key, a bad zone or a value of the wrong type is a CaseFileError that names file, line and key, with
what is allowed. `leakline help case-file` describes every key.
"""

import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, Literal, TypeVar, cast

import msgspec

from timeline.model.duration import parse_duration
from timeline.model.errors import UsageError
from timeline.model.mapping import EventMapping, mapping_text
from timeline.model.mapping_file import find_mapping, read_mapping
from timeline.model.time import DAY_US, parse_iso, zone_named
from timeline.model.yaml_reading import NUMBERS, TIMESTAMP, Value, parse_tree, read_tree
from timeline.text import visible

CASE_FILE: Final = "case.yaml"
NetworkRole = Literal["own", "vpn", "ci", "cloud", "scanner", "other"]
NETWORK_ROLES: Final[tuple[NetworkRole, ...]] = ("own", "vpn", "ci", "cloud", "scanner", "other")
MIN_SECRET_LENGTH: Final = 6

T = TypeVar("T")


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `sources:`; None = not said.

    `path` is a glob on the source's name, `acquired` the time as typed, `mapping` the canonical text of a mapping; `kind` is
    then that of the parser which reads by it.
    """

    path: str
    kind: str | None = None
    tz: str | None = None
    year: int | None = None
    log_format: str | None = None
    mapping: str | None = None
    clock_offset_us: int | None = None
    collector: str | None = None
    method: str | None = None
    acquired: str | None = None
    acquired_us: int | None = None
    options: dict[str, str] = {}

    def matches(self, name: str) -> bool:
        """Tell whether the glob matches the whole name or, having no `/`, its last part; `*` matches `/`."""
        if fnmatchcase(name, self.path):
            return True
        return "/" not in self.path and fnmatchcase(name.rpartition("/")[2], self.path)


class SourceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What case.yaml says about one source: matching entries merged, later ones winning; None = not said."""

    kind: str | None = None
    tz: str | None = None
    year: int | None = None
    log_format: str | None = None
    mapping: str | None = None
    clock_offset_us: int | None = None
    collector: str | None = None
    method: str | None = None
    acquired: str | None = None
    acquired_us: int | None = None
    options: dict[str, str] = {}


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody known, and the names under which logs show them."""

    name: str
    identities: tuple[str, ...] = ()
    role: str | None = None


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """A known network; `cidr` are networks or single addresses in canonical text."""

    name: str
    cidr: tuple[str, ...]
    role: NetworkRole = "other"


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """What was said or done outside the logs, and when: microseconds UTC. A bare date is precise to a day."""

    at_us: int
    text: str
    precision_us: int
    until_us: int | None = None


class OwnAsset(msgspec.Struct, frozen=True, kw_only=True):
    """A class of assets of the organisation's own; `match` are globs over names of objects (`s3://corp-weights/*`)."""

    name: str
    title: str | None = None
    match: tuple[str, ...]


class CaseConfig(msgspec.Struct, frozen=True, kw_only=True):
    """case.yaml, or what stands in for it. `zone` is for display; `secrets` are literal texts to redact.

    `status` and `summary` (paragraphs) are the analyst's words in the report.
    """

    name: str
    title: str | None = None
    status: str | None = None
    summary: str | None = None
    zone: str = "UTC"
    analyst: str | None = None
    sources: tuple[Declared, ...] = ()
    people: tuple[Person, ...] = ()
    networks: tuple[Network, ...] = ()
    markers: tuple[Marker, ...] = ()
    secrets: tuple[str, ...] = ()
    assets: tuple[OwnAsset, ...] = ()

    @property
    def display_zone(self) -> tzinfo:
        """`zone` as a tzinfo."""
        return zone_named(self.zone)

    def source_settings(self, name: str) -> SourceSettings:
        """Merge what is said about the source `name`; later entries win, `options` are joined key by key."""
        merged: dict[str, object] = {}
        options: dict[str, str] = {}
        for entry in self.sources:
            if entry.matches(name):
                options |= entry.options
                values = msgspec.structs.asdict(entry)
                merged |= {key: value for key, value in values.items() if value is not None}
        merged.pop("path", None)
        return msgspec.convert(merged | {"options": options}, SourceSettings)


_CASE_KEYS: Final = (
    "name", "title", "status", "summary", "zone", "analyst", "sources", "people", "networks", "markers", "secrets", "assets",
)  # fmt: skip
_ENTRY_KEYS: Final = (
    "path", "kind", "tz", "year", "log_format", "mapping", "clock_offset", "collector", "method", "acquired", "options",
)  # fmt: skip


def load_case_file(path: Path) -> CaseConfig:
    """Read case.yaml; a missing `name` is the folder's. CaseFileError with `case.yaml:12` when wrong."""
    return _case(read_tree(path), path.absolute().parent.name or "case", path.absolute().parent)


def parse_case_file(
    content: bytes, *, name: str = "case", file: str = CASE_FILE, folder: Path | None = None
) -> CaseConfig:
    """As `load_case_file`, from bytes; `name` stands in for a missing `name`, mapping files lie under `folder`."""
    return _case(parse_tree(content, file), name, folder or Path())


def _case(root: Value, name: str, folder: Path) -> CaseConfig:
    values = root.mapping(_CASE_KEYS)
    zone = _optional(values, "zone", Value.zone)
    display = zone_named(zone) if zone else UTC
    return CaseConfig(
        name=_optional(values, "name", Value.text) or name,
        title=_optional(values, "title", Value.text),
        status=_optional(values, "status", Value.text),
        summary=_optional(values, "summary", Value.text),
        zone=zone or "UTC",
        analyst=_optional(values, "analyst", Value.text),
        sources=_entries(values, "sources", lambda entry: _source(entry, folder)),
        people=_entries(values, "people", _person),
        networks=_entries(values, "networks", _network),
        markers=_entries(values, "markers", lambda value: _marker(value, display)),
        secrets=_entries(values, "secrets", _secret),
        assets=_entries(values, "assets", _asset),
    )


def _optional(values: Mapping[str, Value], key: str, read: Callable[[Value], T]) -> T | None:
    return read(values[key]) if key in values else None


def _entries(values: Mapping[str, Value], key: str, read: Callable[[Value], T]) -> tuple[T, ...]:
    return tuple(read(item) for item in values[key].items()) if key in values else ()


def _required(values: Mapping[str, Value], key: str, owner: Value) -> Value:
    if key not in values:
        raise owner.error(f"lacks the key `{key}`")
    return values[key]


def _source(entry: Value, folder: Path) -> Declared:
    values = entry.mapping(_ENTRY_KEYS)
    kind = _optional(values, "kind", Value.text)
    mapping = _optional(values, "mapping", lambda value: _mapping(value, folder))
    if mapping is not None:
        for key in ("log_format", "kind"):
            if key in values and kind != mapping.parser_kind:
                raise values[key].error("goes not together with `mapping`", f"which reads {mapping.parser_kind}")
        kind = mapping.parser_kind
    acquired = _optional(values, "acquired", _acquired)
    return Declared(
        path=_required(values, "path", entry).text(),
        kind=kind,
        tz=_optional(values, "tz", Value.zone),
        year=_optional(values, "year", lambda value: value.integer(1970, 2200)),
        log_format=_optional(values, "log_format", Value.text),
        mapping=None if mapping is None else mapping_text(mapping),
        clock_offset_us=_optional(values, "clock_offset", _duration),
        collector=_optional(values, "collector", Value.text),
        method=_optional(values, "method", Value.text),
        acquired=acquired[0] if acquired else None,
        acquired_us=acquired[1] if acquired else None,
        options=_optional(values, "options", _options) or {},
    )


def _mapping(value: Value, folder: Path) -> EventMapping:
    """The name of one that comes with Leakline, a file beside case.yaml, or the keys themselves."""
    if value.found() == "a group of keys":
        return read_mapping(value)
    try:
        return find_mapping(value.text(), folder)
    except UsageError as error:
        raise value.error(error.what, error.hint) from error


def _person(entry: Value) -> Person:
    values = entry.mapping(("name", "identities", "role"))
    return Person(
        name=_required(values, "name", entry).text(),
        identities=_optional(values, "identities", lambda value: value.texts(also=NUMBERS)) or (),
        role=_optional(values, "role", Value.text),
    )


def _network(entry: Value) -> Network:
    values = entry.mapping(("name", "cidr", "role"))
    role = _optional(values, "role", lambda value: value.choice(NETWORK_ROLES)) or "other"
    return Network(
        name=_required(values, "name", entry).text(),
        cidr=tuple(_cidr(item) for item in _required(values, "cidr", entry).items()),
        role=cast("NetworkRole", role),
    )


def _asset(entry: Value) -> OwnAsset:
    values = entry.mapping(("name", "title", "match"))
    return OwnAsset(
        name=_required(values, "name", entry).text(),
        title=_optional(values, "title", Value.text),
        match=_required(values, "match", entry).texts(),
    )


def _marker(entry: Value, zone: tzinfo) -> Marker:
    values = entry.mapping(("at", "text", "until"))
    at_us, precision_us = _moment(_required(values, "at", entry), zone)
    until = _optional(values, "until", lambda value: _moment(value, zone)[0])
    if until is not None and until < at_us:
        raise values["until"].error("is before `at`")
    text = _required(values, "text", entry).text()
    return Marker(at_us=at_us, text=text, precision_us=precision_us, until_us=until)


def _duration(value: Value) -> int:
    try:
        return parse_duration(value.text(also=NUMBERS))
    except ValueError as error:
        raise value.error(f"is {visible(str(error), 120)}") from None


def _acquired(value: Value) -> tuple[str, int]:
    text = value.text(also=(TIMESTAMP,))
    moment = _iso(text, None)
    if moment is None or not moment[2]:
        raise value.error("must be a time with its offset", "such as 2026-04-02T09:30:00+02:00")
    return text, moment[0]


def _moment(value: Value, zone: tzinfo) -> tuple[int, int]:
    text = value.text(also=(TIMESTAMP,)).strip()
    date_alone = len(text) == len("2026-03-31")
    moment = _iso(f"{text}T00:00" if date_alone else text, zone)
    if moment is None:
        hint = "such as 2026-03-31, 2026-03-31 14:05 or 2026-03-31T14:05:00Z"
        raise value.error(f"is not a time: `{visible(text, 60)}`", hint)
    return moment[0], DAY_US if date_alone else moment[1]


def _iso(text: str, zone: tzinfo | None) -> tuple[int, int, bool] | None:
    try:
        return parse_iso(text, zone)
    except ValueError:  # an offset of more than a day
        return None


def _cidr(value: Value) -> str:
    text = value.text()
    try:
        return str(ipaddress.ip_network(text.strip()))
    except ValueError:
        pass
    try:
        meant = f"did you mean {ipaddress.ip_network(text.strip(), strict=False)}?"
    except ValueError:
        meant = "such as 198.51.100.0/24, 203.0.113.7 or 2001:db8::/32"
    raise value.error(f"is not a network: `{visible(text, 60)}`", meant)


def _options(value: Value) -> dict[str, str]:
    return {key: item.text() for key, item in value.mapping(None).items()}


def _secret(value: Value) -> str:
    text = value.text(also=(*NUMBERS, TIMESTAMP))
    if len(text.strip()) < MIN_SECRET_LENGTH:  # the value itself is never shown
        hint = "redacting it would black out ordinary text"
        raise value.error(f"is shorter than {MIN_SECRET_LENGTH} characters", hint)
    return text
