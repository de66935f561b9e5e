"""Small archives of our own making, sound and otherwise."""

import io
import tarfile
import zipfile
from collections.abc import Sequence


def tar_of(files: Sequence[tuple[str, bytes]], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=form) as archive:  # type: ignore[call-overload]  # mode is a str
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.mtime = 1_774_900_000
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def zip_of(files: Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 30, 22, 36, 48)), data, method)
    return buffer.getvalue()
