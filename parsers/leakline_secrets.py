"""Leakline's own scan of a repository for secrets: `leakline secrets CASE --scan`, without the secrets themselves.

    {"leakline_secret": 1, "repository": "git/app", "pattern": "github-token", "title": "GitHub token",
     "fingerprint": "secret-fp:6e3a58c17d20b94f", "sha1_fingerprint": "secret-sha1-fp:0b5c7f9a81d2e346", "sha256": null,
     "last_four": "a1B2", "blob": "9ae9b6...", "line": 3, "column": 9, "path": "deploy.sh", "commit": "39406e42...",
     "committed": 1774910208, "author": "dana@example.com", "at_tip": false}

One record per secret, path and the first commit that has it there; `commit` and what follows is null where no commit of the
case has the blob. `shown` is what stands beside the secret and is none: of a URL with a signature, all but that.
Reference: `leakline help secrets`.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.found_secrets import FOUND, OWN
from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_records import decode_json
from parsers.lib.json_values import count, text
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.fingerprint import is_fingerprint
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "leakline.secrets"
VERSION: Final = 1
TITLE: Final = "Leakline's own scan of a repository for secrets"
REFERENCE: Final = "leakline help secrets"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NAMELESS: Final = "names no secret by its fingerprint"
_MARK: Final = "leakline_secret"
_HEAD_BYTES: Final = 4096
_SAMPLE: Final = (
    b'{"leakline_secret":1,"repository":"git/app","pattern":"github-token","title":"GitHub token",'
    b'"fingerprint":"secret-fp:6e3a58c17d20b94f","sha1_fingerprint":"secret-sha1-fp:0b5c7f9a81d2e346","sha256":null,'
    b'"last_four":"a1B2","blob":"9ae9b6e2ce3d1a2b5f7c8d9e0f1a2b3c4d5e6f70","line":3,"column":9,"path":"deploy.sh",'
    b'"commit":"39406e42cb832f683daa691dd652a8dc36ee8930","committed":1774910208,"author":"dana@example.com",'
    b'"at_tip":false}\n'
    b'{"leakline_secret":1,"repository":"git/app","pattern":"private-key","title":"private key",'
    b'"fingerprint":"secret-fp:0123456789abcdef","sha1_fingerprint":"secret-sha1-fp:fedcba9876543210","sha256":null,'
    b'"last_four":null,"blob":"0a1b2c3d4e5f60718293a4b5c6d7e8f901234567","line":1,"column":1,"path":null,'
    b'"commit":null,"committed":null,"author":null,"at_tip":false}\n'
)
SAMPLES: Final = (_SAMPLE,)


def sniff(sample: Sample) -> Sniff:
    """By the mark of its records."""
    if b'"leakline_secret"' not in sample.data[:_HEAD_BYTES]:
        return NO
    if not any(record.get(_MARK) == 1 and "fingerprint" in record for record in sample.objects):
        return NO
    return Sniff(99, ("its records are those of Leakline's own scan",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the secrets, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The record, and what is known of its secret where findings of every scanner have it."""
    value = load_object(record).value or {}
    known = {name: value.get(name) for name in ("fingerprint", "sha1_fingerprint", "sha256", "last_four", "at_tip")}
    return {**value, OWN: {"type": value.get("title"), "verified": None, **known}}


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    credential = text(record, "fingerprint")
    if record.get(_MARK) != 1 or credential is None or not is_fingerprint(credential):
        return NAMELESS
    path, line, commit = text(record, "path"), count(record, "line"), text(record, "commit")
    place = text(record, "blob") if path is None else path
    ending = text(record, "last_four")
    parts = (
        text(record, "title"),
        None if ending is None else f"ends in {ending}",
        f"in commit {commit}" if commit is not None else "in no commit of this case",
        "still there at a tip" if record.get("at_tip") is True else None,
    )
    values: EventValues = {
        "timestamp_desc": "commit",
        "action": FOUND,
        "outcome": "unknown",
        "actor": text(record, "author"),
        "credential": credential,
        "resource": place if place is None or line is None else f"{place}:{line}",
        "account": text(record, "repository"),
        "message": ", ".join(part for part in parts if part),
    }
    stamp = times.epoch(record.get("committed"), SECOND_US)
    if stamp is not None:
        values.update(stamp.values())
    return values


_FORMAT: Final = RecordFormat(KIND, _read)
