"""TruffleHog: secrets found in commits, files, buckets, images, chats and more, one JSON object a line.

    {"SourceMetadata": {"Data": {"Git": {"commit": "39406e42cb832f683daa691dd652a8dc36ee8930", "file": "src/settings.py",
     "email": "Dana <dana@example.com>", "repository": "https://git.example.com/example-org/cli.git",
     "timestamp": "2026-03-30 22:36:48 +0000", "line": 12}}}, "SourceID": 1, "SourceType": 16, "SourceName": "trufflehog - git",
     "DetectorType": 2, "DetectorName": "AWS", "DecoderName": "PLAIN", "Verified": true, "Raw": "...", "RawV2": "...",
     "Redacted": "...", "ExtraData": {"account": "111122223333"}, "StructuredData": null}

as version 3 writes it, and the lines of version 2 (`stringsFound`, an event for each). The credential is the fingerprint of
`Raw`; `fields` has that of `RawV2` too, which joins an id and its secret. The time is the one that TruffleHog states: of a
commit (the author's), else of the object that the secret was found in. Lines of its own log are ignored.
Reference: https://github.com/trufflesecurity/trufflehog/blob/main/proto/source_metadata.proto.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from parsers.lib.found_secrets import OWN, Finding, SecretMembers, finding_events, finding_fields
from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_records import decode_json
from parsers.lib.json_values import count, first_text, inner, items, text
from parsers.lib.records import Ignored, RecordFormat, Warn
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues
from timeline.model.fingerprint import fingerprint
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "trufflehog.jsonl"
VERSION: Final = 1
TITLE: Final = "TruffleHog: secrets found in commits, files, buckets, images"
REFERENCE: Final = "https://github.com/trufflesecurity/trufflehog"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_FINDING: Final = "is no finding of TruffleHog: it names no detector and no strings"
OWN_LOG: Final = "a line of the scanner's own log"

_LINES: Final = b"""{"level":"info-0","ts":"2026-03-31T08:00:00Z","logger":"trufflehog","msg":"running source"}
{"SourceMetadata":{"Data":{"Git":{"commit":"39406e42cb832f683daa691dd652a8dc36ee8930","file":"src/settings.py",\
"email":"Dana <dana@example.com>","repository":"https://git.example.com/example-org/cli.git",\
"timestamp":"2026-03-30 22:36:48 +0000","line":12}}},"SourceID":1,"SourceType":16,"SourceName":"trufflehog - git",\
"DetectorType":2,"DetectorName":"ExampleToken","DetectorDescription":"Tokens of an invented service.","DecoderName":"PLAIN",\
"Verified":true,"VerificationFromCache":false,"Raw":"not-a-token-0123456789","RawV2":"","Redacted":"not-a","ExtraData":null,\
"StructuredData":null}
{"SourceMetadata":{"Data":{"Filesystem":{"file":"/srv/app/.env","line":3}}},"SourceID":1,"SourceType":15,\
"SourceName":"trufflehog - filesystem","DetectorType":17,"DetectorName":"URI","DecoderName":"PLAIN","Verified":false,\
"VerificationError":"lookup db.example.com: no such host","Raw":"https://app:not-a-password@db.example.com","RawV2":"",\
"Redacted":"https://app:********@db.example.com","ExtraData":null,"StructuredData":null}
"""
_VERSION_2: Final = b"""{"branch":"origin/main","commit":"Add settings\\n","commitHash":"39406e42cb832f683daa691dd652a8dc36ee8930",\
"date":"2020-03-30 22:36:48","diff":"@@ -0,0 +1 @@\\n+key = not-a-key-42","path":"src/settings.py",\
"printDiff":"key = not-a-key-42","reason":"High Entropy","stringsFound":["not-a-key-42"]}
"""
SAMPLES: Final = (_LINES, _VERSION_2)

_HEAD_BYTES: Final = 16_384
_MEMBERS: Final = SecretMembers(
    frozenset({"Raw", "RawV2", "stringsFound"}), frozenset({"Redacted", "diff", "printDiff"})
)
_FILES: Final = (
    "file",
    "filename",
    "path",
    "page",
    "issue",
    "title",
    "document_id",
    "request_name",
    "channel_name",
    "link",
)
_REPOSITORIES: Final = ("repository", "project", "project_name", "repo", "package", "workspace_name", "space", "index")
_CONTAINERS: Final = ("bucket", "container", "image")
_PEOPLE: Final = ("email", "author", "user", "user_id", "username", "last_modified_by")
_TIMES: Final = ("timestamp", "updated_at", "uploaded", "date_created", "created_at")
_MAIL: Final = re.compile(r"[^<>]{0,200}<([^<>\s]{1,200})>\s*")
_LONGEST_TIME: Final = 80


def sniff(sample: Sample) -> Sniff:
    """By the metadata of a source beside a detector's name, or by the strings that version 2 found in a commit."""
    head = sample.data[:_HEAD_BYTES]
    if b'"SourceMetadata"' not in head and b'"stringsFound"' not in head:
        return NO
    found = [record for record in sample.objects if not _is_own_log(record)]
    good = sum(_is_own(record) for record in found)
    if not good or good * 2 < len(found):
        return NO
    return Sniff(97, (f"{good} of the first {len(found)} records are secrets that a detector found",))


def _is_own(record: Record) -> bool:
    if "SourceMetadata" in record:
        return "DetectorName" in record or "DetectorType" in record
    return "stringsFound" in record and "commitHash" in record


def _is_own_log(record: Record) -> bool:
    return "SourceMetadata" not in record and "msg" in record and "level" in record and "DetectorName" not in record


def decode(chunk: Chunk) -> Decoded:
    """Events of the findings, one each; of version 2 one for each string."""
    return decode_json(chunk, _format(chunk.context.fingerprint_key))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The finding, with fingerprints in place of the secret and its forms."""
    value = load_object(record).value or {}
    key = context.fingerprint_key
    shown = finding_fields(value, _MEMBERS, _findings(value, Times()), key)
    pair, raw = text(value, "RawV2"), text(value, "Raw")
    if (
        not key
        or pair is None
        or raw is None
        or not pair.startswith(raw)
        or pair == raw
        or not isinstance(shown.get(OWN), dict)
    ):
        return shown
    return {**shown, OWN: {**shown[OWN], "second_fingerprint": fingerprint(key, pair[len(raw) :].removeprefix(":"))}}


def unprintable(record: bytes, header: bytes, context: DecodeContext) -> tuple[str, ...]:  # noqa: ARG001 - as `fields`
    """The texts of a raw record that a report must not show."""
    return _MEMBERS.unprintable(load_object(record).value or {})


@lru_cache(maxsize=4)
def _format(key: bytes) -> RecordFormat:
    def read(record: Record, times: Times, warn: Warn) -> list[EventValues] | Ignored | str:  # noqa: ARG001 - the signature of ReadRecord
        found = _findings(record, times)
        if not found:
            return Ignored(OWN_LOG) if _is_own_log(record) else NO_FINDING
        return finding_events(found, record, _MEMBERS, key)

    return RecordFormat(KIND, read)


def _findings(record: Record, times: Times) -> list[Finding]:
    if "stringsFound" in record:
        return _of_version_2(record, times)
    detector = first_text(record, "DetectorName", "DetectorType")
    if detector is None:
        return []
    data = inner(inner(record, "SourceMetadata"), "Data")
    place = next((value for value in data.values() if isinstance(value, dict)), {})
    commit = text(place, "commit")
    container = first_text(place, *_CONTAINERS)
    path = first_text(place, *_FILES)
    finding = Finding(
        type=detector,
        secret=_text(record, "Raw") or _text(record, "RawV2"),
        title=text(record, "DetectorDescription"),
        verified=True if record.get("Verified") is True else None,
        commit=commit,
        remarks=("could not be tried" if record.get("VerificationError") else None,),
        path=path if container is None else f"{container}/{path or ''}".rstrip("/"),
        line=count(place, "line") or None,
        repository=first_text(place, *_REPOSITORIES),
        actor=_person(first_text(place, *_PEOPLE)),
        stamp=_time(place, times),
        clock="modified" if commit is None else "commit",
    )
    return [finding]


def _of_version_2(record: Record, times: Times) -> list[Finding]:
    return [
        Finding(
            type=text(record, "reason"), secret=string, commit=text(record, "commitHash"), path=text(record, "path"),
            stamp=times.iso(record.get("date")),
        )
        for string in items(record, "stringsFound")
        if isinstance(string, str) and string
    ]  # fmt: skip


def _text(record: Record, name: str) -> str | None:
    value = record.get(name)
    return value if isinstance(value, str) and value else None


def _person(said: str | None) -> str | None:
    """The address of `Dana <dana@example.com>`; what is written otherwise, as it is."""
    match = None if said is None else _MAIL.fullmatch(said)
    return said if match is None else match[1]


def _time(place: Record, times: Times) -> Stamp | None:
    for name in _TIMES:
        value = place.get(name)
        if isinstance(value, dict):  # google.protobuf.Timestamp
            return times.epoch(value.get("seconds"), SECOND_US)
        if isinstance(value, str) and 0 < len(value) <= _LONGEST_TIME:
            written = value.removesuffix(" UTC")
            if (stamp := times.iso(written) or times.epoch(written, SECOND_US)) is not None:
                return stamp
    return None
