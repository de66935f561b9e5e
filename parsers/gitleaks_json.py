"""gitleaks: secrets found in the commits of a repository or in files, as JSON.

    [{"RuleID": "generic-api-key", "Description": "Detected a Generic API Key", "StartLine": 12, "EndLine": 12,
      "StartColumn": 3, "EndColumn": 44, "Match": "key = ...", "Secret": "...", "File": "src/settings.py", "SymlinkFile": "",
      "Commit": "39406e42cb832f683daa691dd652a8dc36ee8930", "Entropy": 4.2, "Author": "Dana", "Email": "dana@example.com",
      "Date": "2026-03-30T22:36:48Z", "Message": "Add settings", "Tags": [],
      "Fingerprint": "39406e42cb832f683daa691dd652a8dc36ee8930:src/settings.py:generic-api-key:12"}]

as version 8 (and its successor betterleaks) writes it; versions 4 to 7 wrote other names (`offender`, `rule`, `lineNumber`).
The time is the one that gitleaks states for the commit, which is the author's. The Fingerprint of a finding without a commit
names a place in a folder, at which another secret may be tomorrow, so only one with a commit counts as an id.
Reference: https://github.com/gitleaks/gitleaks#readme.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from parsers.lib.found_secrets import Finding, SecretMembers, finding_events, finding_fields
from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_records import decode_json
from parsers.lib.json_values import as_text, count, first_text, text
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "gitleaks.json"
VERSION: Final = 1
TITLE: Final = "gitleaks: secrets found in commits and files"
REFERENCE: Final = "https://github.com/gitleaks/gitleaks"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_FINDING: Final = "is no finding of gitleaks: it names no rule or no secret"

_REPORT: Final = b"""[
 {
  "RuleID": "generic-api-key",
  "Description": "Detected a Generic API Key, potentially exposing access to services.",
  "StartLine": 12,
  "EndLine": 12,
  "StartColumn": 3,
  "EndColumn": 44,
  "Match": "api_key = \\"not-a-key-0123456789\\"",
  "Secret": "not-a-key-0123456789",
  "File": "src/settings.py",
  "SymlinkFile": "",
  "Commit": "39406e42cb832f683daa691dd652a8dc36ee8930",
  "Entropy": 3.6,
  "Author": "Dana",
  "Email": "dana@example.com",
  "Date": "2026-03-30T22:36:48Z",
  "Message": "Add settings",
  "Tags": [],
  "Fingerprint": "39406e42cb832f683daa691dd652a8dc36ee8930:src/settings.py:generic-api-key:12"
 },
 {
  "RuleID": "private-key",
  "Description": "Identified a Private Key",
  "StartLine": 1,
  "EndLine": 3,
  "StartColumn": 1,
  "EndColumn": 20,
  "Match": "not a private key at all",
  "Secret": "not a private key at all",
  "File": "deploy/id_example",
  "SymlinkFile": "",
  "Commit": "",
  "Entropy": 3.1,
  "Author": "",
  "Email": "",
  "Date": "",
  "Message": "",
  "Tags": ["key"],
  "Fingerprint": "deploy/id_example:private-key:1"
 }
]
"""
_VERSION_7: Final = b"""{"line":"token: not-a-token-42","lineNumber":7,"offender":"not-a-token-42","offenderEntropy":-1,\
"commit":"39406e42cb832f683daa691dd652a8dc36ee8930","repo":"cli","repoURL":"https://git.example.com/example-org/cli",\
"leakURL":"https://git.example.com/example-org/cli/blob/39406e42/ci.yml#L7","rule":"Slack","commitMessage":"Add pipeline\\n",\
"author":"Dana","email":"dana@example.com","file":"ci.yml","date":"2020-03-30T22:36:48Z","tags":"key, Slack"}
"""
SAMPLES: Final = (_REPORT, _VERSION_7)

_HEAD_BYTES: Final = 16_384
_MEMBERS: Final = SecretMembers(
    frozenset({"Secret", "offender"}), frozenset({"Match", "Line", "Context", "Fragment", "line"})
)
_SECRETS: Final = ("Secret", "offender")


def sniff(sample: Sample) -> Sniff:
    """By a rule and the secret that it matched, under the names that only gitleaks gives them."""
    head = sample.data[:_HEAD_BYTES]
    if b'"RuleID"' not in head and b'"offender"' not in head:
        return NO
    found = sample.objects
    good = sum(_is_own(record) for record in found)
    if not good or good * 2 < len(found):
        return NO
    return Sniff(97, (f"{good} of the first {len(found)} records name a rule and what it matched",))


def _is_own(record: Record) -> bool:
    if "RuleID" in record:
        return "Secret" in record and "File" in record and ("Match" in record or "Fingerprint" in record)
    return "offender" in record and "rule" in record and "file" in record


def decode(chunk: Chunk) -> Decoded:
    """Events of the findings, one each."""
    return decode_json(chunk, _format(chunk.context.fingerprint_key))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The finding, with the fingerprint in place of the secret."""
    value = load_object(record).value or {}
    finding = _finding(value, Times())
    return finding_fields(value, _MEMBERS, () if finding is None else (finding,), context.fingerprint_key)


def unprintable(record: bytes, header: bytes, context: DecodeContext) -> tuple[str, ...]:  # noqa: ARG001 - as `fields`
    """The texts of a raw record that a report must not show."""
    return _MEMBERS.unprintable(load_object(record).value or {})


@lru_cache(maxsize=4)
def _format(key: bytes) -> RecordFormat:
    def read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
        finding = _finding(record, times)
        return NO_FINDING if finding is None else finding_events((finding,), record, _MEMBERS, key)[0]

    return RecordFormat(KIND, read)


def _finding(record: Record, times: Times) -> Finding | None:
    rule = first_text(record, "RuleID", "rule")
    if rule is None or not any(name in record for name in _SECRETS):
        return None
    commit = first_text(record, "Commit", "commit")
    return Finding(
        type=rule,
        secret=_secret(record),
        title=text(record, "Description"),
        commit=commit,
        path=first_text(record, "SymlinkFile", "File", "file"),
        line=count(record, "StartLine") or count(record, "lineNumber"),
        repository=first_text(record, "repoURL", "repo"),
        actor=first_text(record, "Email", "email", "Author", "author"),
        stamp=times.iso(record.get("Date")) or times.iso(record.get("date")),
        uid=None if commit is None else text(record, "Fingerprint"),
    )


def _secret(record: Record) -> str | None:
    """As it stands: `-` and numbers may be secrets as well."""
    value = next((record[name] for name in _SECRETS if record.get(name)), None)
    return value if isinstance(value, str) else as_text(value)
