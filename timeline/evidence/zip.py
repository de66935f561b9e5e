"""Zip archives: the directory by `zipfile`, the members by our own layers, which give what is left of damaged ones.

Reference: PKWARE APPNOTE.TXT 6.3.10; Info-ZIP's extended timestamp (extra field 0x5455).
"""

import stat
import struct
import zipfile
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from isal import isal_zlib

from timeline.evidence.layers import CODECS, DEFLATE, Codec, Layer
from timeline.evidence.reading import FileReader, NoReader, Reader
from timeline.model.errors import EvidenceError

_BY_NAME: Final = {codec.name: codec for codec in CODECS}
_METHODS: Final[dict[int, Codec | None]] = {
    0: None,
    8: DEFLATE,
    12: _BY_NAME["bz2"],
    93: _BY_NAME["zst"],
    95: _BY_NAME["xz"],
}
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
_ENCRYPTED: Final = 0x1
_MISPLACED: Final = "damaged zip archive: the member is not where the directory says"


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One member of the directory. `kind` is file, folder, or what else it is.

    `size` in bytes; `mtime_us` in microseconds, as if its local time were UTC unless the archive states UTC.
    """

    name: str
    kind: str
    size: int
    mtime_us: int | None
    problem: str | None
    path: Path
    info: zipfile.ZipInfo

    def open(self) -> Reader:
        """The member's bytes; a reader with a problem when there are none."""
        if self.problem:
            return NoReader(self.problem)
        method = self.info.compress_type
        if method not in _METHODS:
            return NoReader(f"compressed by zip method {method}, which is not supported")
        start = self.info.header_offset
        try:
            file = FileReader(self.path, start, _LOCAL_HEADER.size)
        except (EvidenceError, ValueError, OverflowError):
            return NoReader(_MISPLACED)
        head = file.read(_LOCAL_HEADER.size)
        if len(head) < _LOCAL_HEADER.size or not head.startswith(b"PK\x03\x04"):
            file.close()
            return NoReader(_MISPLACED)
        _, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(head)
        file.move(start + _LOCAL_HEADER.size + name_bytes + extra_bytes, self.info.compress_size)
        codec = _METHODS[method]
        return _Checked(Layer(file, codec, single=True) if codec else file, self.info.CRC, self.info.file_size)


class _Checked:
    """Compares length and CRC-32 with what the directory states, once the end is reached."""

    def __init__(self, below: Reader, crc: int, size: int) -> None:
        self.problem: str | None = None
        self._below = below
        self._stated = (crc, size)
        self._crc = 0
        self._size = 0

    def read(self, size: int) -> bytes:
        data = self._below.read(size)
        self._crc = isal_zlib.crc32(data, self._crc)
        self._size += len(data)
        if not data:
            self.problem = self._below.problem
            if self.problem is None and (self._crc, self._size) != self._stated:
                self.problem = "the member's checksum does not match the zip directory"
        return data

    def close(self) -> None:
        self._below.close()


def zip_entries(path: Path) -> Iterator[ZipEntry]:
    """The members in the directory's order. EvidenceError when the directory cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        hint = "what is whole can often be got with `zip -FF`"
        raise EvidenceError("damaged zip archive: its directory cannot be read", where=path, hint=hint) from error
    for info in infos:
        yield _entry(path, info)


def _entry(path: Path, info: zipfile.ZipInfo) -> ZipEntry:
    mode = info.external_attr >> 16
    kind = "file"
    if info.is_dir():
        kind = "folder"
    elif stat.S_ISLNK(mode):
        kind = "symbolic link"
    elif stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        kind = "device"
    problem = "encrypted zip member" if info.flag_bits & _ENCRYPTED else None
    name = info.filename.encode("utf-8", "backslashreplace").decode("utf-8")
    return ZipEntry(name, kind, info.file_size, _mtime_us(info), problem, path, info)


def _mtime_us(info: zipfile.ZipInfo) -> int | None:
    extra = info.extra
    while len(extra) >= 4:
        tag, size = struct.unpack_from("<HH", extra)
        if tag == 0x5455 and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return int(struct.unpack_from("<i", extra, 5)[0]) * 1_000_000
        extra = extra[4 + size :]
    year, month, day, hour, minute, second = info.date_time
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60):
        return None
    return timegm((year, month, day, hour, minute, second)) * 1_000_000
