"""The hand-over bundle: report, selected events, their records with commitments, manifest, and what checks it all."""

import base64
import gzip
import hashlib
import hmac
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from timeline import __version__
from timeline.model.errors import StorageError, UsageError
from timeline.model.event import Event
from timeline.model.source import SourceInfo
from timeline.model.time import show_us
from timeline.report.atomic import atomic_text, write_text
from timeline.report.merkle import Tree, leaf
from timeline.report.redact import Redactor
from timeline.report.written_check import no_secret_in
from timeline.session.exporting import redactor_of
from timeline.session.reporting import KEY_EVENTS

if TYPE_CHECKING:
    from timeline.session.case import Case

FORMAT: Final = "leakline bundle"
FORMAT_VERSION: Final = 1
ARCHIVE_SUFFIXES: Final = (".tar.gz", ".tgz")
_SALT: Final = b"leakline bundle salt\x00"
_READ_ME: Final = """\
This folder was handed over from a case of Leakline.

report.html, report.md, report.svg   the report; the HTML file needs nothing else
events.jsonl, events.csv             the selected events
records.jsonl                        the raw record of each event; redacted where it holds a secret
manifest.json                        the evidence that the events come from, the query, the root of the commitments
SHA256SUMS, verify.py                check it: sha256sum -c SHA256SUMS; python3 verify.py

Each record has a commitment, a salted hash, and all of them have one root (manifest.json, merkle_root). For a record that is
whole here anybody can make the hash again. For a redacted one only the hash is here, without its salt, so that nobody can find
out the secret by trying. Who holds the case can reveal that record later (`leakline bundle CASE --reveal EVENT`): then
`python3 verify.py --reveal FILE` shows whether it is the record that was committed to.

What this proves: that a record which is shown or revealed is the one that the maker of this bundle had when the root was
made. Note the root and the custody head apart from this folder. What it does not prove: that the evidence was complete or
true when it was collected.
"""


@dataclass(frozen=True, slots=True)
class BundleSummary:
    """What was written: events, how many of their records are redacted, and the root of the commitments, in hex."""

    events: int
    redacted: int
    root: str


def write_bundle(case: "Case", target: Path, *, query: str | None = None) -> BundleSummary:
    """Write a bundle of the events of a query (None: the key events) into a new folder, or a .tar.gz.

    UsageError when the folder is there and not empty, or nothing matches; LeaklineError when a secret is still in a file.
    """
    archive = target.name.endswith(ARCHIVE_SUFFIXES)
    if not archive and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError("is there already", where=target, hint="name a new folder, or a .tar.gz")
    try:
        target.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".leakline-", dir=target.absolute().parent) as made:
            folder = Path(made) / "bundle"
            folder.mkdir()
            summary = _fill(case, folder, KEY_EVENTS if query is None else query)
            if archive:
                _pack(folder, target)
            else:
                folder.chmod(0o700)
                if target.exists():
                    target.rmdir()
                folder.rename(target)
    except OSError as error:
        raise StorageError(f"cannot be written: {error.strerror or error}", where=target) from error
    return summary


def reveal(case: "Case", key: str) -> dict[str, str]:
    """What shows which record a commitment is to: the event, the salt, the record. UsageError for an unknown event."""
    raw = case.raw(key)
    salt = _salt(case.redaction_key(), key)
    return {"event": key, "salt": salt.hex(), "record_base64": base64.b64encode(raw).decode("ascii")}


def _salt(key: bytes, event: str) -> bytes:
    """The salt of a record: known to who holds the case, and the same each time."""
    return hmac.new(key, _SALT + event.encode(), hashlib.sha256).digest()[:16]


def _fill(case: "Case", folder: Path, query: str) -> BundleSummary:
    redactor = redactor_of(case)
    key = case.redaction_key()
    tree = Tree([leaf(_salt(key, event.key), case.raw(event.key)) for event in _events(case, query)])
    redacted = events = 0
    path = folder / "records.jsonl"
    with atomic_text(path, check=no_secret_in(path, "jsonl", redactor)) as out:
        for place, event in enumerate(_events(case, query)):
            record = _record(case, event, redactor)
            record |= {"leaf": place, "commitment": tree.leaf(place), "proof": tree.proof(place)}
            record["salt"] = None if record["redacted"] else _salt(key, event.key).hex()
            redacted += record["redacted"]
            events += 1
            out.write(json.dumps(record, sort_keys=True) + "\n")
    if not events:
        raise UsageError("no event matches", where=query, hint="star or tag what matters, or give --query")
    case.export("jsonl", folder / "events.jsonl", query=query)
    case.export("csv", folder / "events.csv", query=query)
    case.write_report(folder / "report.md")
    case.write_report(folder / "report.html")
    manifest = {
        "format": FORMAT, "format_version": FORMAT_VERSION, "leakline": __version__, "case": redactor.text(case.name),
        "custody_head": case.custody_head(), "query": redactor.text(query), "records": events, "redacted": redacted,
        "merkle_root": tree.root, "sources": [_source(info, redactor) for info in case.sources()],
    }  # fmt: skip
    path = folder / "manifest.json"
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=True) + "\n"
    write_text(path, text, check=no_secret_in(path, "text", redactor))
    write_text(folder / "README.txt", _READ_ME)
    script = files("timeline.report").joinpath("bundle_check.py").read_text(encoding="utf-8")
    write_text(folder / "verify.py", script)
    write_text(folder / "SHA256SUMS", "".join(f"{_sha256(file)}  {file.name}\n" for file in sorted(folder.iterdir())))
    return BundleSummary(events, redacted, tree.root)


def _events(case: "Case", query: str) -> Iterator[Event]:
    with case.find(query) as found:
        yield from found.events()


def _record(case: "Case", event: Event, redactor: Redactor) -> dict[str, Any]:
    """An event's record as it may be shown. What is no UTF-8 text is shown as far as it is, and counts as redacted."""
    raw = case.raw(event.key)
    text = raw.decode("utf-8", "replace")
    shown = redactor.declaring(case.unprintable(event.key)).text(text)
    return {
        "event": event.key, "source": redactor.text(event.source), "stream_sha256": event.stream_sha256,
        "record": event.record, "offset": event.offset, "length": event.length, "text": shown,
        "redacted": shown.encode("utf-8", "surrogatepass") != raw,
    }  # fmt: skip


def _source(info: SourceInfo, redactor: Redactor) -> dict[str, Any]:
    return {
        "name": redactor.text(info.path), "kind": info.kind, "parser_version": info.parser_version,
        "file_sha256": info.file_sha256, "file_bytes": info.file_bytes, "stream_sha256": info.stream_sha256,
        "stream_bytes": info.stream_bytes, "records": info.records, "events": info.events, "rejects": info.rejects,
        "first": None if info.first_us is None else show_us(info.first_us),
        "last": None if info.last_us is None else show_us(info.last_us),
        "clock_offset_us": info.clock_offset_us, "zone": info.zone, "collector": redactor.optional(info.collector),
        "method": redactor.optional(info.method), "acquired": redactor.optional(info.acquired),
    }  # fmt: skip


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(folder: Path, target: Path) -> None:
    """A .tar.gz that tells nothing but the files: no times, no owners."""
    name = target.name
    for suffix in ARCHIVE_SUFFIXES:
        name = name.removesuffix(suffix)
    packed = folder.with_name("packed")
    with packed.open("wb") as out:
        with (
            gzip.GzipFile("", "wb", 9, out, mtime=0) as squeezed,
            tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            for path in sorted(folder.iterdir()):
                entry = tarfile.TarInfo(f"{name}/{path.name}")
                entry.size, entry.mode = path.stat().st_size, 0o644
                with path.open("rb") as file:
                    tar.addfile(entry, file)
        out.flush()
        os.fsync(out.fileno())
    packed.chmod(0o600)
    shutil.move(packed, target)
