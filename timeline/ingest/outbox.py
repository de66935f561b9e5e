"""What goes to the writer, in order, a few large writes to its pipe instead of many small ones."""

import time
from collections.abc import Callable

from timeline.store.messages import AddChunk, AddGroup, Batch, Message

MAX_MESSAGES = 256
MAX_BYTES = 1 << 20
MAX_SECONDS = 0.2


class Outbox:
    """Holds messages until there are many, or large ones, or the first has waited; `send` gets the rest at `flush`."""

    def __init__(self, send: Callable[[Message], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._send = send
        self._clock = clock
        self._held: list[Message] = []
        self._bytes = 0
        self._since = 0.0

    def put(self, message: Message) -> None:
        """Take a message."""
        if not self._held:
            self._since = self._clock()
        self._held.append(message)
        self._bytes += carried_bytes(message)
        if len(self._held) >= MAX_MESSAGES or self._bytes >= MAX_BYTES or self._clock() - self._since >= MAX_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Send what is held."""
        held, self._held, self._bytes = self._held, [], 0
        if len(held) == 1:
            self._send(held[0])
        elif held:
            self._send(Batch(tuple(held)))


def carried_bytes(message: Message) -> int:
    """About how many bytes of records and evidence a message carries."""
    if isinstance(message, AddChunk):
        return len(message.events) + sum(len(frame[2]) for frame in message.frames)
    if isinstance(message, AddGroup):
        return len(message.events) + sum(carried_bytes(chunk) for chunk in message.chunks)
    return 0
