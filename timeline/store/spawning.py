"""Starting processes from a library: the caller's script is not run again in the child.

`multiprocessing` imports the caller's `__main__` in every spawned process. What runs in ours needs nothing of it, and a
plain script without `if __name__ == "__main__"` would otherwise start itself anew.

It also hands the descriptor of `sys.stderr` to a child of its own. A program that draws on the terminal puts something in
its place whose descriptor is -1, with which no process starts.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TextIO

_one_at_a_time = threading.RLock()


@contextmanager
def hidden_main() -> Iterator[None]:
    """Start processes inside this block; another thread waits for its end before it starts any."""
    with _one_at_a_time:
        main, shown = sys.modules["__main__"], sys.stderr
        sys.modules["__main__"] = ModuleType("__main__")
        if not _has_descriptor(shown):
            sys.stderr = sys.__stderr__
        try:
            yield
        finally:
            sys.modules["__main__"] = main
            if sys.stderr is sys.__stderr__:
                sys.stderr = shown


def _has_descriptor(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.fileno() >= 0
    except (OSError, ValueError, AttributeError):  # none, or closed
        return False
