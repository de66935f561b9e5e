"""Processes are started from whatever program uses the library."""

import sys
from io import StringIO
from types import ModuleType

import pytest

from timeline.store.spawning import hidden_main


class Screen(StringIO):
    """What a program that draws on the terminal puts in place of standard error."""

    def fileno(self) -> int:
        return -1


@pytest.mark.parametrize("shown", [Screen(), StringIO(), None])
def test_a_stream_without_descriptor_is_not_handed_on(shown: StringIO | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", shown)
    main = sys.modules["__main__"]
    with hidden_main():
        assert sys.stderr is sys.__stderr__
        assert type(sys.modules["__main__"]) is ModuleType
    assert id(sys.stderr) == id(shown)
    assert sys.modules["__main__"] is main
