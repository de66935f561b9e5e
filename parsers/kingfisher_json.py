"""Kingfisher: secrets found in repositories and files, and whether they still work, as one report or one finding a line.

    {"findings": [{"rule": {"name": "Example Token", "id": "kingfisher.example.1"}, "finding": {"snippet": "...",
     "fingerprint": "13778709639383676952", "confidence": "medium", "entropy": "4.55", "validation": {"status":
     "Active Credential", "response": "200 OK"}, "language": "Python", "line": 12, "column_start": 7, "column_end": 27,
     "path": "src/settings.py", "git_metadata": {"repository_url": "https://git.example.com/example-org/cli", "commit":
     {"id": "39406e42cb832f683daa691dd652a8dc36ee8930", "date": "2026-03-30", "committer": {"name": "Dana", "email":
     "dana@example.com"}}, "file": {"path": "src/settings.py"}}}}], "metadata": {"scan_timestamp": "2026-03-31T08:00:00Z"}}

Every finding is a record. Its time is its commit's (the committer's; versions that state no more than the day give that day),
else the scan's where the report states it. Kingfisher's own fingerprint is an unkeyed hash of the secret, and the same in
every commit: it is no id of an event, and stays in the record.
Reference: https://github.com/mongodb/kingfisher/blob/main/docs/USAGE.md.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from parsers.lib.found_secrets import Finding, SecretMembers, finding_events, finding_fields
from parsers.lib.json_documents import Part, PartFormat, decode_documents
from parsers.lib.json_members import JsonDocument, Member
from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_values import count, first_text, inner, object_of, text
from parsers.lib.records import Ignored
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import DAY_US

KIND: Final = "kingfisher.json"
VERSION: Final = 1
TITLE: Final = "Kingfisher: secrets found in repositories and files"
REFERENCE: Final = "https://github.com/mongodb/kingfisher"
FRAMING: Final[Framing] = "whole"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_REPORT: Final = "is no report of Kingfisher: it has no findings"
NO_FINDING: Final = "is no finding of Kingfisher: it names no rule or no snippet"
EMPTY: Final = "a report without findings"
ABOUT_THE_SCAN: Final = "says something of the scan, and no finding"

_REPORT: Final = b"""{"findings":[{"rule":{"name":"Example Token","id":"kingfisher.example.1"},"finding":{\
"snippet":"not-a-token-0123456789","fingerprint":"13778709639383676952","confidence":"medium","entropy":"3.55",\
"validation":{"status":"Active Credential","response":"200 OK"},"language":"Python","line":12,"column_start":7,"column_end":29,\
"path":"src/settings.py","git_metadata":{"repository_url":"https://git.example.com/example-org/cli","commit":{\
"id":"39406e42cb832f683daa691dd652a8dc36ee8930","url":"https://git.example.com/example-org/cli/commit/39406e42",\
"date":"2026-03-30","committer":{"name":"Dana","email":"dana@example.com"}},"file":{"path":"src/settings.py",\
"url":"https://git.example.com/example-org/cli/blob/39406e42/src/settings.py#L12"}},\
"validate_command":"kingfisher validate --rule kingfisher.example.1 'not-a-token-0123456789'"}},\
{"rule":{"name":"Generic Password","id":"kingfisher.generic.2"},"finding":{"snippet":"not-a-password","fingerprint":"77",\
"confidence":"low","entropy":"2.9","validation":{"status":"Not Attempted","response":""},"language":"Unknown","line":3,\
"column_start":0,"column_end":14,"path":"/srv/app/.env"}}],"metadata":{"scan_timestamp":"2026-03-31T08:00:00Z"}}
"""
_LINES: Final = b"""{"rule":{"name":"Example Token","id":"kingfisher.example.1"},"finding":{"snippet":"not-a-token-0123456789",\
"fingerprint":"78","confidence":"medium","entropy":"3.55","validation":{"status":"Inactive Credential","response":"401"},\
"language":"Python","line":12,"column_start":7,"column_end":29,"path":"src/settings.py"}}
{"access_map":[{"provider":"aws","account":"prod"}]}
"""
SAMPLES: Final = (_REPORT, _LINES)

_HEAD_BYTES: Final = 16_384
_MEMBERS: Final = SecretMembers(
    frozenset({"snippet"}), frozenset({"validate_command", "revoke_command", "blast_radius_command"})
)
_BEGINS: Final = re.compile(rb'\s*\[?\s*\{\s*"(?:findings"\s*:\s*\[\s*\{\s*"rule"|rule")')
_ABOUT: Final = ("metadata", "stats", "audit")
_SCANNED: Final = ("scan_timestamp", "scan_date", "generated_at", "timestamp", "completed_at")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_VERIFIED: Final = {"active credential": True, "inactive credential": False}


def sniff(sample: Sample) -> Sniff:
    """By findings of a rule and a snippet, as one report or one a line."""
    head = sample.data[:_HEAD_BYTES]
    if b'"snippet"' not in head or b'"finding"' not in head:
        return NO
    found = sample.objects
    if len(found) == 1 and isinstance(found[0].get("findings"), list):
        found = [item for item in found[0]["findings"] if isinstance(item, dict)]
    good = sum(_is_finding(record) for record in found)
    if good and good * 2 >= len(found):
        return Sniff(97, (f"{good} of the first {len(found)} findings have a rule and a snippet",))
    if not sample.whole and _BEGINS.match(head) and b'"fingerprint"' in head:
        return Sniff(93, ("begins like a report of Kingfisher: findings with a rule and a snippet",))
    return NO


def _is_finding(record: Record) -> bool:
    return isinstance(record.get("rule"), dict) and "snippet" in object_of(record.get("finding"))


def decode(chunk: Chunk) -> Decoded:
    """Events of the findings, one each."""
    return decode_documents(chunk, _format(chunk.context.fingerprint_key))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The finding, with the fingerprint in place of the secret."""
    value = load_object(record).value or {}
    finding = _finding(value, {}, Times())
    return finding_fields(value, _MEMBERS, () if finding is None else (finding,), context.fingerprint_key)


def unprintable(record: bytes, header: bytes, context: DecodeContext) -> tuple[str, ...]:  # noqa: ARG001 - as `fields`
    """The texts of a raw record that a report must not show."""
    return _MEMBERS.unprintable(load_object(record).value or {})


@lru_cache(maxsize=4)
def _format(key: bytes) -> PartFormat:
    def read(record: Record, about: Mapping[str, Any], times: Times) -> list[EventValues] | str:
        finding = _finding(record, about, times)
        return NO_FINDING if finding is None else finding_events((finding,), record, _MEMBERS, key)

    return PartFormat(KIND, _split, read)


def _split(document: JsonDocument, top: Mapping[str, Member]) -> list[Part] | Ignored | str:
    if "findings" in top:
        about = {name: top[name].value() for name in _ABOUT if name in top}
        parts = [Part(member, about) for member in document.elements(top["findings"])]
        return parts or Ignored(EMPTY)
    if "finding" in top:
        return [Part(Member(memoryview(document.text), 0, 0, len(document.text)), {})]
    return Ignored(ABOUT_THE_SCAN) if top.keys() & {"access_map", *_ABOUT} else NO_REPORT


def _finding(record: Record, about: Mapping[str, Any], times: Times) -> Finding | None:
    rule, found = inner(record, "rule"), inner(record, "finding")
    kind = first_text(rule, "id", "name")
    if kind is None or "snippet" not in found:
        return None
    git = inner(found, "git_metadata")
    commit = inner(git, "commit")
    person = inner(commit, "committer") or inner(commit, "author")
    stamp, scanned = _commit_time(commit.get("date"), times), _scan_time(about, times)
    status = text(found, "validation", "status")
    snippet = found["snippet"]
    return Finding(
        type=kind,
        secret=snippet if isinstance(snippet, str) and snippet else None,
        title=text(rule, "name"),
        verified=_VERIFIED.get((status or "").lower()),
        commit=text(commit, "id"),
        remarks=(None if status is None or status.lower() in {*_VERIFIED, "not attempted"} else status,),
        path=text(git, "file", "path") or text(found, "path"),
        line=count(found, "line") or None,
        repository=text(git, "repository_url"),
        actor=first_text(person, "email", "name"),
        stamp=stamp or scanned,
        clock="scan" if stamp is None and scanned is not None else "commit",
    )


def _commit_time(value: object, times: Times) -> Stamp | None:
    """A time, or the day alone: its first moment, a day wide."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        day = times.iso(f"{value}T00:00:00")
        return None if day is None else Stamp(day.us, DAY_US, day.basis)
    return times.iso(value)


def _scan_time(about: Mapping[str, Any], times: Times) -> Stamp | None:
    said = (first_text(object_of(about.get(name)), *_SCANNED) for name in _ABOUT)
    return next((stamp for text in said if (stamp := times.iso(text)) is not None), None)
