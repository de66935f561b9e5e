"""How a source is to be decoded: what the call says, else case.yaml, else what the file itself tells."""

import json
from dataclasses import dataclass

from timeline.model.case_file import CaseConfig, SourceSettings
from timeline.model.mapping import mapping_of
from timeline.model.parser import DecodeContext

LOG_FORMAT_KIND = "web.access"  # the kind of a source for which somebody gives an Apache or nginx log format


_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False)
_NOTHING_SAID = SourceSettings()


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the ingest call itself says, for every source of the call; None = not said."""

    kind: str | None = None
    tz: str | None = None
    log_format: str | None = None
    mapping: str | None = None
    clock_offset_us: int | None = None
    year: int | None = None
    collector: str | None = None
    method: str | None = None
    acquired: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """The settings that hold for one source. `kind_from` names who chose the kind; None: it is to be detected."""

    kind: str | None
    kind_from: str | None
    context: DecodeContext
    clock_offset_us: int
    collector: str | None
    method: str | None
    acquired: str | None


def settle(
    name: str, mtime_us: int | None, config: CaseConfig, overrides: Overrides, fingerprint_key: bytes = b""
) -> Settled:
    """Merge the three. `fingerprint_key` is the case's, for the decode context."""
    said = config.source_settings(name) if config.sources else _NOTHING_SAID
    log_format = overrides.log_format or said.log_format
    kind = overrides.kind or said.kind or (LOG_FORMAT_KIND if log_format else None)
    origin = "--kind" if overrides.kind else "case.yaml" if said.kind else "the log format" if log_format else None
    mapping = mapping_for(kind, overrides.mapping, said.mapping)
    if mapping is not None:
        by = "--map" if overrides.mapping is not None else "the mapping in case.yaml"
        origin = f"{by}, as {mapping_of(mapping).kind}"
    offset = overrides.clock_offset_us if overrides.clock_offset_us is not None else said.clock_offset_us
    context = DecodeContext(
        source=name,
        zone=overrides.tz or said.tz or zone_of(mapping),
        year=overrides.year or said.year,
        evidence_mtime_us=mtime_us,
        log_format=log_format,
        mapping=mapping,
        options=dict(said.options),
        fingerprint_key=fingerprint_key,
    )
    return Settled(
        kind=kind,
        kind_from=origin,
        context=context,
        clock_offset_us=offset or 0,
        collector=overrides.collector or said.collector,
        method=overrides.method or said.method,
        acquired=overrides.acquired or said.acquired,
    )


def mapping_for(kind: str | None, *mappings: str | None) -> str | None:
    """The first of these mappings that the parser of this kind reads by; None where there is none."""
    return next((text for text in mappings if text is not None and mapping_of(text).parser_kind == kind), None)


def zone_of(mapping: str | None) -> str | None:
    """The zone that a mapping names for times that state none."""
    return None if mapping is None else mapping_of(mapping).zone


def context_to_json(context: DecodeContext) -> str:
    """A decode context as it is stored with its stream. The file's own time is kept only where a year may be missing.

    The key of fingerprints is the case's, which keeps it by itself: settings are shown and logged, the key is not.
    """
    values: dict[str, object] = {
        "source": context.source,
        "zone": context.zone,
        "year": context.year,
        "evidence_mtime_us": context.evidence_mtime_us,
        "log_format": context.log_format,
        "options": dict(context.options),
    }
    if context.mapping is not None:
        values["mapping"] = context.mapping
    return _CANONICAL.encode(values)


def context_from_json(text: str, fingerprint_key: bytes) -> DecodeContext:
    """The decode context of a stored stream, with the key of its case."""
    values = json.loads(text)
    return DecodeContext(
        source=values.get("source", ""),
        zone=values.get("zone"),
        year=values.get("year"),
        evidence_mtime_us=values.get("evidence_mtime_us"),
        log_format=values.get("log_format"),
        mapping=values.get("mapping"),
        options=values.get("options", {}),
        fingerprint_key=fingerprint_key,
    )
