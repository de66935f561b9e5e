"""detect-secrets: the baseline of a repository, with the SHA-1 of every secret found in its files.

    {"version": "1.5.0", "plugins_used": [{"name": "KeywordDetector"}], "filters_used": [],
     "results": {"src/settings.py": [{"type": "Secret Keyword", "filename": "src/settings.py",
     "hashed_secret": "8be3c943b1609fffbfc51aad666d0a04adf83c9d", "is_verified": false, "line_number": 12, "is_secret": true}]},
     "generated_at": "2026-03-30T22:36:48Z"}

Every result is a record; its time is that of the scan. The credential is the fingerprint of the SHA-1
(`secret-sha1-fp:...`), which can be worked out of the secret as well, so that both meet. The SHA-1 itself is withheld: short
secrets can be guessed from it. `is_secret` is what somebody said in an audit.
Reference: https://github.com/Yelp/detect-secrets#readme.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from parsers.lib.found_secrets import Finding, SecretMembers, finding_events, finding_fields
from parsers.lib.json_documents import Part, PartFormat, decode_documents
from parsers.lib.json_members import JsonDocument, Member
from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_values import count, text
from parsers.lib.records import Ignored
from parsers.lib.times import Times
from parsers.lib.webhooks import WITHHELD
from timeline.model.event import EventValues
from timeline.model.fingerprint import fingerprint_of_sha1
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "detect_secrets.baseline"
VERSION: Final = 1
TITLE: Final = "detect-secrets: baseline with hashes of secrets"
REFERENCE: Final = "https://github.com/Yelp/detect-secrets"
FRAMING: Final[Framing] = "whole"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_BASELINE: Final = "is no baseline of detect-secrets: it has no results"
NO_FINDING: Final = "is no finding of detect-secrets: it has no hashed_secret"
EMPTY: Final = "a baseline without results"

_BASELINE: Final = b"""{
  "version": "1.5.0",
  "plugins_used": [{"name": "AWSKeyDetector"}, {"name": "KeywordDetector", "keyword_exclude": ""}],
  "filters_used": [{"path": "detect_secrets.filters.allowlist.is_line_allowlisted"}],
  "results": {
    "src/settings.py": [
      {"type": "Secret Keyword", "filename": "src/settings.py", "hashed_secret": "6367c48dd193d56ea7b0baad25b19455e529f5ee",
       "is_verified": false, "line_number": 12, "is_secret": true},
      {"type": "AWS Access Key", "filename": "src/settings.py", "hashed_secret": "25910f981e85ca04baf359199dd0bd4a3ae738b6",
       "is_verified": true, "line_number": 13}
    ],
    "docs/example.md": [
      {"type": "Base64 High Entropy String", "hashed_secret": "0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33", "is_verified": false,
       "line_number": 40, "is_secret": false}
    ]
  },
  "generated_at": "2026-03-30T22:36:48Z"
}
"""
SAMPLES: Final = (_BASELINE,)

_HEAD_BYTES: Final = 8_192
_MEMBERS: Final = SecretMembers(frozenset({"hashed_secret"}), frozenset({"verified_result"}))


def sniff(sample: Sample) -> Sniff:
    """By results beside the plugins that found them."""
    data = sample.data
    if b'"plugins_used"' not in data[:_HEAD_BYTES] or b'"results"' not in data:
        return NO
    document = sample.document
    if document is not None:
        own = isinstance(document.get("plugins_used"), list) and isinstance(document.get("results"), dict)
        return Sniff(97, ("results of detect-secrets, with the plugins that gave them",)) if own else NO
    if not sample.whole and data.lstrip()[:1] == b"{" and b'"hashed_secret"' in data:
        return Sniff(93, ("begins like a baseline: plugins_used, results and hashed_secret",))
    return NO


def decode(chunk: Chunk) -> Decoded:
    """Events of the results, one each."""
    return decode_documents(chunk, _format(chunk.context.fingerprint_key))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The result, with the fingerprint in place of the hash."""
    value = load_object(record).value or {}
    key = context.fingerprint_key
    finding = _finding(value, {}, Times())
    shown = dict(finding_fields(value, _MEMBERS, () if finding is None else (finding,), key))
    if finding is not None and finding.sha1 is not None:
        shown["hashed_secret"] = (fingerprint_of_sha1(key, finding.sha1) if key else None) or WITHHELD
    return shown


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
    if "results" not in top or bytes(top["results"].raw[:1]) != b"{":
        return NO_BASELINE
    generated = top["generated_at"].value() if "generated_at" in top else None
    parts = [
        Part(member, {"path": path, "generated_at": generated})
        for path, listed in document.members(top["results"]).items()
        for member in _elements(document, listed)
    ]
    return parts or Ignored(EMPTY)


def _elements(document: JsonDocument, listed: Member) -> list[Member]:
    """The results of one file; what is there instead of a list, so that it is refused."""
    return document.elements(listed) if bytes(listed.raw[:1]) == b"[" else [listed]


def _finding(record: Record, about: Mapping[str, Any], times: Times) -> Finding | None:
    hashed = text(record, "hashed_secret")
    if hashed is None:
        return None
    audited = record.get("is_secret")
    return Finding(
        type=text(record, "type"),
        sha1=hashed,
        verified=True if record.get("is_verified") is True else None,
        remarks=(
            {True: "audited as a secret", False: "audited as no secret"}.get(audited)
            if isinstance(audited, bool)
            else None,
        ),
        path=text(record, "filename") or text(about, "path"),
        line=count(record, "line_number") or None,
        stamp=times.iso(about.get("generated_at")),
        clock="scan",
    )
