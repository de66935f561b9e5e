"""Starting processes from a library: the caller's script is not run again in the child.

`multiprocessing` imports the caller's `__main__` in every spawned process. What runs in ours needs nothing of it, and a
plain script without `if __name__ == "__main__"` would otherwise start itself anew.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_one_at_a_time = threading.RLock()


@contextmanager
def hidden_main() -> Iterator[None]:
    """Start processes inside this block; another thread waits for its end before it starts any."""
    with _one_at_a_time:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
