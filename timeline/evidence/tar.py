"""Tar archives in one pass, without `tarfile`: it takes a damaged header for the end of the archive.

Reference: POSIX.1-2017 pax interchange format, GNU tar manual (long names, base-256 numbers, sparse files).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from timeline.evidence.reading import PartReader, Reader, drain

BLOCK: Final = 512
_MAX_EXTENSION: Final = 1024 * 1024
_MAX_SECONDS: Final = 2**40
_KINDS: Final[dict[bytes, "Kind"]] = {
    b"0": "file", b"\0": "file", b"7": "file", b"1": "hard link", b"2": "symbolic link", b"3": "device",
    b"4": "device", b"5": "folder", b"6": "FIFO", b"S": "sparse file",
}  # fmt: skip

Kind = Literal["file", "hard link", "symbolic link", "device", "folder", "FIFO", "sparse file", "unknown"]


@dataclass(frozen=True, slots=True)
class TarEntry:
    """One member. `reader` gives its `size` bytes until the next entry is asked for; `mtime_us` in microseconds UTC."""

    name: str
    kind: Kind
    size: int
    mtime_us: int | None
    reader: PartReader


def is_tar(head: bytes) -> bool:
    """Whether a header block with a right checksum stands at the beginning."""
    return len(head) >= BLOCK and _checksum_is_right(head[:BLOCK])


def _checksum_is_right(block: bytes) -> bool:
    stated = _number(block[148:156])
    if stated is None or not block.strip(b"\0"):
        return False
    return sum(block[:148]) + 256 + sum(block[156:512]) == stated


def _number(field: bytes) -> int | None:
    if field[:1] in {b"\x80", b"\xff"}:
        return int.from_bytes(field[1:], "big") if field[0] == 0x80 else None
    text = field.split(b"\0")[0].strip(b" ")
    try:
        return int(text, 8) if text else 0
    except ValueError:
        return None


class TarReader:
    """Goes through an archive. `problem` is set when it ended before its end mark, or a header was damaged."""

    def __init__(self, below: Reader) -> None:
        self.problem: str | None = None
        self._below = below
        self._long_name: bytes | None = None
        self._pax: dict[bytes, bytes] = {}

    def entries(self) -> Iterator[TarEntry]:
        """The members, in the archive's order."""
        while (block := self._block()) is not None:
            size = _number(block[124:136])
            if size is None or size < 0:
                self.problem = "damaged tar archive: a header states no size"
                return
            type_flag = block[156:157]
            if type_flag in {b"L", b"K", b"x", b"g"}:
                if not self._extension(type_flag, size):
                    return
                continue
            entry = self._entry(block, type_flag, size)
            yield entry
            drain(entry.reader)
            padding = PartReader(self._below, -entry.size % BLOCK)
            drain(padding)
            if entry.reader.problem or padding.problem:
                self.problem = entry.reader.problem or padding.problem
                return

    def _block(self) -> bytes | None:
        """The next header; None at the end."""
        block = self._read(BLOCK)
        if len(block) < BLOCK:
            self.problem = self._below.problem or "truncated: the tar archive has no end mark"
            return None
        if not block.strip(b"\0"):
            return None
        if not _checksum_is_right(block):
            self.problem = "damaged tar archive: a header's checksum is wrong"
            return None
        return block

    def _read(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size and (data := self._below.read(size - len(parts))):
            parts += data
        return bytes(parts)

    def _extension(self, type_flag: bytes, size: int) -> bool:
        if size > _MAX_EXTENSION:
            self.problem = "damaged tar archive: an extended header is longer than 1 MiB"
            return False
        data = self._read(size + -size % BLOCK)[:size]
        if type_flag == b"L":
            self._long_name = data.rstrip(b"\0")
        elif type_flag == b"x":
            self._pax = _pax_records(data)
        return True

    def _entry(self, block: bytes, type_flag: bytes, size: int) -> TarEntry:
        name = block[:100].split(b"\0")[0]
        prefix = block[345:500].split(b"\0")[0] if block[257:263] == b"ustar\0" else b""
        name = prefix + b"/" + name if prefix else name
        pax, self._pax = self._pax, {}
        name = pax.get(b"path", self._long_name if self._long_name is not None else name)
        self._long_name = None
        stated = pax.get(b"size", b"")
        size = int(stated) if stated.isdigit() and len(stated) < 20 else size
        kind: Kind = _KINDS.get(type_flag, "unknown")
        if any(key.startswith(b"GNU.sparse") for key in pax):
            kind = "sparse file"
        if kind == "file" and name.endswith(b"/"):
            kind = "folder"
        if kind not in {"file", "sparse file", "unknown"}:
            size = 0
        if type_flag == b"S":
            self._skip_sparse_map(block[482:483])
        mtime = _pax_time(pax.get(b"mtime", b""))
        if mtime is None and (seconds := _number(block[136:148])) is not None and seconds < _MAX_SECONDS:
            mtime = seconds * 1_000_000
        reader = PartReader(self._below, size)
        return TarEntry(name.decode("utf-8", "backslashreplace"), kind, size, mtime, reader)

    def _skip_sparse_map(self, more: bytes) -> None:
        while more == b"\1":
            more = self._read(BLOCK)[504:505]


def _pax_records(data: bytes) -> dict[bytes, bytes]:
    records: dict[bytes, bytes] = {}
    while data:
        length_text, _, _ = data.partition(b" ")
        if not length_text.isdigit() or not 0 < len(length_text) < 10 or int(length_text) > len(data):
            break
        length = int(length_text)
        if length <= len(length_text):
            break
        key, _, value = data[len(length_text) + 1 : length - 1].partition(b"=")
        records[key] = value
        data = data[length:]
    return records


def _pax_time(text: bytes) -> int | None:
    seconds, _, fraction = text.partition(b".")
    if not seconds.isdigit() or len(seconds) > 12 or (fraction and not fraction.isdigit()):
        return None
    return int(seconds) * 1_000_000 + int((fraction[:6] or b"0").ljust(6, b"0"))
