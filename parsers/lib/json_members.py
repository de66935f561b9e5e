"""The members of a JSON object with the bytes that stand for them in the document.

Nothing is copied or searched for by its text: msgspec gives each value as a view into the document, and where the view
lies in memory says where the value stands.
"""

from typing import Any, Final, NamedTuple

import msgspec
import pyarrow as pa

from parsers.lib.json_reading import DAMAGE, load_object

_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ELEMENTS: Final = msgspec.json.Decoder(list[msgspec.Raw])


class Member(NamedTuple):
    """A value: its bytes, and where in the document its key begins, and where it begins and ends itself."""

    raw: memoryview
    key_start: int
    start: int
    end: int

    def value(self) -> Any:
        """What it says, read as leniently as records are; None where it cannot be read."""
        raw = bytes(self.raw)
        if raw[:1] == b"{":
            return load_object(raw).value
        try:
            return msgspec.json.decode(raw)
        except DAMAGE:
            return None


class JsonDocument:
    """A JSON text that is held in memory while its members are asked for."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._address = pa.py_buffer(text).address

    def members(self, of: Member | None = None) -> dict[str, Member]:
        """The members of the document, or of a value in it; {} where that is no object. Of a key twice, the last.

        Raises one of DAMAGE where it is no JSON.
        """
        raw = self.text if of is None else of.raw
        if bytes(raw[:1]) != b"{":
            return {}
        return {key: self._member(value, keyed=True) for key, value in _MEMBERS.decode(raw).items()}

    def elements(self, of: Member | None = None) -> list[Member]:
        """The elements of the document, or of a value in it, which is an array. Raises one of DAMAGE where it is no such JSON."""
        return [self._member(value, keyed=False) for value in _ELEMENTS.decode(self.text if of is None else of.raw)]

    def _member(self, raw: msgspec.Raw, *, keyed: bool) -> Member:
        view = memoryview(raw)
        start = pa.py_buffer(view).address - self._address
        return Member(view, self._key_start(start) if keyed else start, start, start + len(view))

    def _key_start(self, value_start: int) -> int:
        """Backwards over the colon and the key: its opening quote is the next one that no backslash escapes."""
        closing = self.text.rindex(b'"', 0, value_start)
        opening = closing
        while True:
            opening = self.text.rindex(b'"', 0, opening)
            head = self.text[max(0, opening - 64) : opening]
            backslashes = len(head) - len(head.rstrip(b"\\"))
            if backslashes == 64:  # a hostile key; once is enough
                backslashes = opening - len(self.text[:opening].rstrip(b"\\"))
            if backslashes % 2 == 0:
                return opening
