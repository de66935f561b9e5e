"""Parsers that cannot be used are left out and told; the others go on."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

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
    kept = registry._entries, registry._loaded, registry.parsers
    for one in kept:
        one.cache_clear()
    yield
    for one in kept:
        one.cache_clear()


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


@pytest.mark.usefixtures("fresh")
def test_one_parser_is_loaded_without_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unasked(Entry):
        def load(self) -> object:
            raise AssertionError(self.name)

    mine: Any = SimpleNamespace(**WHOLE)
    monkeypatch.setattr(registry, "entry_points", lambda group: [Entry("a.log", "a", mine), Unasked("b.log", "b", None)])
    assert registry.parser_of("a.log") is mine
    assert registry.parser_named("a.log") is mine
    assert registry.parser_of("z.log") is None
