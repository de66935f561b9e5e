"""Frozen values with every text in them redacted, but the keys of events and what names things in this case alone."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

from timeline.report.redact import Redactor

T = TypeVar("T")
_KEPT: Final = frozenset({
    "key", "keys", "first_key", "last_key", "opened_key", "closed_key", "exposed_key", "revoked_key", "second_key",
    "fingerprint", "last_four", "id", "rule", "sort", "verdict", "confidence", "what", "phase", "taken", "speaks", "absence",
    "about", "namespace",
})  # fmt: skip


def redacted_value(value: T, redact: Redactor) -> T:
    """The value (a frozen dataclass, or a tuple of such) with its texts redacted, however deep they are."""
    found: T = _redacted(value, redact)
    return found


def _redacted(value: Any, redact: Redactor) -> Any:
    if isinstance(value, str):
        return redact.text(value)
    if isinstance(value, tuple):
        items = [_redacted(item, redact) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: _redacted(getattr(value, field.name), redact)
            for field in fields(value)
            if field.init and field.name not in _KEPT
        }
        return replace(value, **changed)
    return value
