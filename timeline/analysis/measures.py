"""What the findings of a case call for."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from timeline.analysis.coverage.find import EXPIRED, NOT_TOLD
from timeline.model.coverage import Coverage
from timeline.model.exposure import Exposures, Window
from timeline.model.hypotheses import Hypothesis
from timeline.model.measures import Measure
from timeline.model.secrets import Secret
from timeline.model.signals import Signal
from timeline.rules.measure_pack import MeasureRule, own_measure_pack

MOST_KEYS: Final = 5
_ID_DIGITS: Final = 8
_PACKAGES: Final = frozenset({"npm.version", "pypi.release"})
_STORAGE: Final = frozenset({"s3.bucket", "s3.object", "gcs.bucket", "azure.container"})
_READS: Final = frozenset({"cloudtrail.data", "gcp.data"})
_LONG_LIVED: Final = "AKIA"  # how AWS begins the ids of keys that do not expire
_HISTORY: Final = frozenset({"forced-update", "forced-push", "protection-overridden"})
_EXPIRED_BEGINS: Final = EXPIRED.partition("{")[0]
_EXPIRED_ENDS: Final = EXPIRED.rpartition("}")[2]


@dataclass(frozen=True, slots=True)
class Findings:
    """What measures rest on."""

    secrets: Sequence[Secret]
    exposures: Exposures
    hypotheses: Sequence[Hypothesis]
    tampering: Sequence[Signal]
    coverage: Coverage


Opened = tuple[str, str, tuple[str, ...]]
"""(target, why, keys of events)."""


def _named(secret: Secret) -> str:
    ending = f" ending in {secret.last_four}" if secret.last_four else ""
    return f"{', '.join(secret.types) or 'secret'}{ending} ({secret.fingerprint})"


def _secret_lives(found: Findings) -> Iterator[Opened]:
    for secret in found.secrets:
        if secret.lives:
            uses = secret.used("between")
            why = "found, and no event here revokes it" + (f"; {uses:,} uses since it was open" if uses else "")
            yield _named(secret), why, tuple(step.key for step in secret.steps)


def _secret_committed(found: Findings) -> Iterator[Opened]:
    committed = [secret for secret in found.secrets if any(step.what == "committed" for step in secret.steps)]
    for name in sorted({name for secret in committed for name in secret.repositories}):
        own = [secret for secret in committed if name in secret.repositories]
        keys = tuple(step.key for secret in own for step in secret.steps if step.what == "committed")
        yield name, f"{len(own):,} secrets in its commits", keys


def _long_lived_key(found: Findings) -> Iterator[Opened]:
    for secret in found.secrets:
        for name in secret.ids:
            if name.startswith(_LONG_LIVED) and secret.uses:
                yield name, "a key without an end was found outside and is in use", (secret.uses[-1].last_key,)


def _windows(found: Findings, *, packages: bool) -> Iterator[Window]:
    for window in found.exposures.windows:
        if window.closed_key is None and (window.thing.kind in _PACKAGES) == packages:
            yield window


def _window_open(found: Findings) -> Iterator[Opened]:
    for window in _windows(found, packages=False):
        keys = (window.opened_key,) if window.opened_key is not None else window.also
        yield f"{window.thing.kind} {window.thing.name}", f"{window.name}: open to {window.holder.audience}", keys


def _version_open(found: Findings) -> Iterator[Opened]:
    """Versions that a hypothesis decides on, and that are still there."""
    decided = {word.partition(":")[0] for signal in _deciding(found, "packaging") for word in signal[1]}
    for window in _windows(found, packages=True):
        if window.name in decided:
            keys = (window.opened_key,) if window.opened_key is not None else window.also
            yield window.thing.name, f"{window.name}: it is still published", keys


def _deciding(found: Findings, name: str) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """(title, words, keys) of the deciding signals for a hypothesis."""
    for hypothesis in found.hypotheses:
        if hypothesis.name == name:
            for signal in hypothesis.found:
                if signal.decides and signal.speaks == "for":
                    yield signal.title, signal.words, signal.keys


def _stolen_credential(found: Findings) -> Iterator[Opened]:
    for title, words, keys in _deciding(found, "credential"):
        yield "; ".join(words[:3]) or title, title, keys


def _package_grew(found: Findings) -> Iterator[Opened]:
    for title, words, keys in _deciding(found, "packaging"):
        yield "; ".join(words[:3]) or title, title, keys


def _logging_off(found: Findings) -> Iterator[Opened]:
    for signal in found.tampering:
        if signal.about == "logs":
            for event in signal.events:
                if event.outcome not in {"failure", "denied"}:
                    yield event.resource or signal.name, f"{signal.title}, by {event.actor or '-'}", (event.key,)


def _forced_history(found: Findings) -> Iterator[Opened]:
    for signal in found.tampering:
        if signal.name in _HISTORY and signal.events:
            resources = sorted({event.resource or "-" for event in signal.events})
            yield ", ".join(resources[:5]), signal.title, tuple(event.key for event in signal.events)


def _public_storage(found: Findings) -> Iterator[Opened]:
    windows = [w for w in found.exposures.windows if w.thing.kind in _STORAGE and w.holder.audience != "others"]
    for kind in sorted({window.thing.kind for window in windows}):
        own = [window for window in windows if window.thing.kind == kind]
        names = ", ".join(sorted({window.thing.name for window in own})[:5])
        yield (
            kind,
            f"{names} lay open",
            tuple(w.opened_key or w.closed_key or "" for w in own if w.opened_key or w.closed_key),
        )


def _reads_not_logged(found: Findings) -> Iterator[Opened]:
    for interval in found.coverage.intervals:
        if interval.vantage.name in _READS and interval.state in {"off", "unknown"} and interval.why == NOT_TOLD:
            yield interval.vantage.scope, "nothing tells that reads of it were logged all the time", interval.keys


def _logs_expired(found: Findings) -> Iterator[Opened]:
    for interval in found.coverage.intervals:
        if (
            interval.state == "off"
            and interval.why.startswith(_EXPIRED_BEGINS)
            and interval.why.endswith(_EXPIRED_ENDS)
        ):
            yield f"{interval.vantage.name} {interval.vantage.scope}", interval.why, interval.keys


OPENERS: Final[Mapping[str, Callable[[Findings], Iterable[Opened]]]] = {
    "secret_lives": _secret_lives,
    "secret_committed": _secret_committed,
    "long_lived_key": _long_lived_key,
    "window_open": _window_open,
    "version_open": _version_open,
    "stolen_credential": _stolen_credential,
    "package_grew": _package_grew,
    "logging_off": _logging_off,
    "forced_history": _forced_history,
    "public_storage": _public_storage,
    "reads_not_logged": _reads_not_logged,
    "logs_expired": _logs_expired,
}


def find_measures(found: Findings, pack: Sequence[MeasureRule] | None = None) -> list[Measure]:
    """Every measure that a finding calls for, in the order of the pack: those that contain first."""
    rules = pack or own_measure_pack(frozenset(OPENERS))
    measures: dict[str, Measure] = {}
    for rule in sorted(rules, key=lambda rule: rule.sort):
        for target, why, keys in OPENERS[rule.opened_by](found):
            number = hashlib.sha256(f"{rule.name}\0{target}".encode("utf-8", "surrogatepass")).hexdigest()[:_ID_DIGITS]
            kept = tuple(dict.fromkeys(keys))[:MOST_KEYS]
            measures.setdefault(number, Measure(number, rule.name, rule.title, rule.sort, rule.how, target, why, kept))
    return list(measures.values())
