"""Text in UTF-16, as Windows tools write it, read as UTF-8: a layer like compression, recognised by its byte order mark.

What cannot be read (half a surrogate pair, an odd byte at the end) becomes U+FFFD; the file's own hash is that of its bytes.
"""

import codecs
from typing import Final

from timeline.evidence.reading import Reader

LAYER: Final = "utf-16"
_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32: Final = codecs.BOM_UTF32_LE  # begins like the mark of UTF-16


def is_utf16(head: bytes) -> bool:
    """Whether text in UTF-16 begins so (four bytes or more, unless there are no more)."""
    return head[:2] in _MARKS and head[:4] != _UTF32


class FromUtf16:
    """The text of a reader in UTF-16, as UTF-8 without mark."""

    def __init__(self, below: Reader) -> None:
        self._below = below
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._ready = b""
        self._ended = False

    @property
    def problem(self) -> str | None:
        """That of the reader below."""
        return self._below.problem

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`."""
        while not self._ready and not self._ended:
            data = self._below.read(max(2, size))
            self._ended = not data
            self._ready = self._decoder.decode(data, final=not data).encode("utf-8", "replace")
        given, self._ready = self._ready[:size], self._ready[size:]
        return given

    def close(self) -> None:
        """Close the reader below."""
        self._below.close()
