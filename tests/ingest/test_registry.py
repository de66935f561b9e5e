"""Parsers that cannot be used are left out and told; the others go on."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from timeline.ingest import registry

WHOLE = {
    "KIND": "a.log", "VERSION": 1, "TITLE": "t", "REFERENCE": "r", "FRAMING": "lines", "COLUMNAR": False, "EMITS": ("a.log",),
    "SAMPLES": (b"a",), "sniff": None, "decode": None, "fields": None,
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    name: str
    value: str
    module: object

    def load(self) -> object:
        if isinstance(self.module, Exception):
            raise self.module
        return self.module


@pytest.fixture
def fresh() -> Iterator[None]:
    registry._loaded.cache_clear()
    yield
    registry._loaded.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_what_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = {name: value for name, value in WHOLE.items() if name not in {"REFERENCE", "fields"}}
    entries = [
        Entry("a.log", "good", SimpleNamespace(**WHOLE)),
        Entry("a.log", "second", SimpleNamespace(**WHOLE)),
        Entry("b.log", "broken", ValueError("no such table")),
        Entry("c.log", "missing", ModuleNotFoundError("No module named 'c'")),
        Entry("d.log", "poor", SimpleNamespace(**lacking)),
        Entry("e.log", "misnamed", SimpleNamespace(**WHOLE)),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: entries)
    assert list(registry.parsers()) == ["a.log"]
    assert registry.parser_problems() == (
        "second: a second parser claims a.log; it is not used",
        "broken: parser cannot be loaded: ValueError: no such table",
        "missing: parser cannot be loaded: ModuleNotFoundError: No module named 'c'",
        "poor: lacks REFERENCE, fields; it is not used",
        "misnamed: calls itself a.log, but is installed as e.log; it is not used",
    )
