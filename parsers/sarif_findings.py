"""SARIF 2.1: results of scanners for secrets (gitleaks, TruffleHog, Kingfisher) and for weaknesses in code (CodeQL, Semgrep).

    {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{"tool": {"driver": {"name":
     "gitleaks", "rules": [{"id": "generic-api-key", "shortDescription": {"text": "Detected a Generic API Key"}}]}},
     "results": [{"message": {"text": "generic-api-key has detected secret for file src/settings.py at commit 39406e42."},
     "ruleId": "generic-api-key", "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/settings.py"},
     "region": {"startLine": 12, "snippet": {"text": "..."}}}}], "partialFingerprints": {"commitSha": "39406e42",
     "email": "dana@example.com", "date": "2026-03-30T22:36:48Z", "commitMessage": "Add settings"}}]}]}

Every result is a record: of a secret with an event for each of its places (secret_found), else with one (code_finding). The
time is that of the commit where the result states one (gitleaks, Kingfisher), else when the result was first detected, else
the end of the run. A fingerprint is given where the tool writes the secret itself as the snippet.
Reference: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from parsers.lib.found_secrets import finding_events, finding_fields
from parsers.lib.json_documents import Part, PartFormat, decode_documents
from parsers.lib.json_members import JsonDocument, Member
from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_values import first_text, inner, items, text
from parsers.lib.records import Ignored
from parsers.lib.sarif_results import findings_of, members_of
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "sarif.findings"
VERSION: Final = 1
TITLE: Final = "SARIF 2.1: findings of secret and code scanners"
REFERENCE: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"
FRAMING: Final[Framing] = "whole"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_LOG: Final = "is no SARIF log: it has no runs"
NO_RESULT: Final = "is no result: it names no rule and has no message"
EMPTY: Final = "a log without results"

_SECRETS: Final = b"""{
 "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
 "version": "2.1.0",
 "runs": [
  {
   "tool": {"driver": {"name": "gitleaks", "semanticVersion": "v8.0.0", "informationUri": "https://github.com/gitleaks/gitleaks",
    "rules": [{"id": "generic-api-key", "shortDescription": {"text": "Detected a Generic API Key"}}]}},
   "results": [
    {"message": {"text": "generic-api-key has detected secret for file src/settings.py at commit 39406e42."},
     "ruleId": "generic-api-key",
     "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/settings.py"},
      "region": {"startLine": 12, "startColumn": 3, "endLine": 12, "endColumn": 44, "snippet": {"text": "not-a-key-0123456789"}}}}],
     "partialFingerprints": {"commitSha": "39406e42cb832f683daa691dd652a8dc36ee8930", "email": "dana@example.com",
      "author": "Dana", "date": "2026-03-30T22:36:48Z", "commitMessage": "Add settings"},
     "properties": {"tags": []}}
   ]
  }
 ]
}
"""
_CODE: Final = b"""{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":{\
"name":"CodeQL","semanticVersion":"2.17.0","rules":[{"id":"py/hardcoded-credentials","name":"py/hardcoded-credentials",\
"shortDescription":{"text":"Hard-coded credentials"},"properties":{"tags":["security","external/cwe/cwe-798"]}},\
{"id":"js/zipslip","name":"js/zipslip","shortDescription":{"text":"Arbitrary file write"}}]}},\
"invocations":[{"executionSuccessful":true,"startTimeUtc":"2026-03-31T08:00:00Z","endTimeUtc":"2026-03-31T08:02:00Z"}],\
"versionControlProvenance":[{"repositoryUri":"https://git.example.com/example-org/cli","revisionId":"39406e42"}],"results":[\
{"guid":"6f1c1c1e-0000-4000-8000-000000000001","ruleId":"py/hardcoded-credentials","ruleIndex":0,"message":{"text":\
"This hard-coded value is used as credentials."},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/settings.py",\
"uriBaseId":"%SRCROOT%"},"region":{"startLine":12,"snippet":{"text":"PASSWORD = 'not-a-password'"}}}}]},\
{"ruleId":"js/zipslip","ruleIndex":1,"level":"error","message":{"text":"Unsanitized archive entry."},"locations":[{\
"physicalLocation":{"artifactLocation":{"uri":"lib/unpack.js"},"region":{"startLine":917}}}],"suppressions":[{"kind":"inSource"}]}]}]}
"""
SAMPLES: Final = (_SECRETS, _CODE)

_HEAD_BYTES: Final = 8_192


def sniff(sample: Sample) -> Sniff:
    """By runs of a tool with a driver, and the version or schema of SARIF."""
    data = sample.data
    if b'"runs"' not in data[:_HEAD_BYTES] or b'"driver"' not in data:
        return NO
    document = sample.document
    if document is not None:
        runs = document.get("runs")
        own = isinstance(runs, list) and any(_is_run(run) for run in runs)
        return Sniff(97, ("runs of a tool with its driver",)) if own else NO
    if not sample.whole and data.lstrip()[:1] == b"{" and (b"sarif" in data[:2_048] or b'"2.1.0"' in data):
        return Sniff(93, ("begins like a SARIF log: runs of a tool with its driver",))
    return NO


def _is_run(run: object) -> bool:
    return isinstance(run, dict) and "driver" in inner(run, "tool")


def decode(chunk: Chunk) -> Decoded:
    """Events of the results."""
    return decode_documents(chunk, _format(chunk.context.fingerprint_key))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The result, with fingerprints in place of secrets. Snippets in which a secret may be are withheld."""
    value = load_object(record).value or {}
    members = members_of(value)
    found = findings_of(value, {}, Times()) if members.whole else []
    return finding_fields(value, members, found, context.fingerprint_key)


def unprintable(record: bytes, header: bytes, context: DecodeContext) -> tuple[str, ...]:  # noqa: ARG001 - as `fields`
    """The texts of a raw record that a report must not show."""
    value = load_object(record).value or {}
    return members_of(value).unprintable(value)


@lru_cache(maxsize=4)
def _format(key: bytes) -> PartFormat:
    def read(record: Record, about: Mapping[str, Any], times: Times) -> list[EventValues] | str:
        return finding_events(findings_of(record, about, times), record, members_of(record), key) or NO_RESULT

    return PartFormat(KIND, _split, read)


def _split(document: JsonDocument, top: Mapping[str, Member]) -> list[Part] | Ignored | str:
    if "runs" not in top or bytes(top["runs"].raw[:1]) != b"[":
        return NO_LOG
    parts: list[Part] = []
    for run in document.elements(top["runs"]):
        members = document.members(run)
        if "results" in members and bytes(members["results"].raw[:1]) == b"[":
            about = _about(members)
            parts += [Part(result, about) for result in document.elements(members["results"])]
    return parts or Ignored(EMPTY)


def _about(run: Mapping[str, Member]) -> Record:
    """What a run says of all its results."""
    said: Record = {
        name: run[name].value() for name in ("tool", "invocations", "versionControlProvenance") if name in run
    }
    driver = inner(inner(said, "tool"), "driver")
    rules: dict[str | int, Any] = {}
    for index, rule in enumerate(items(driver, "rules")):
        if isinstance(rule, dict):
            rules[index] = rule
            rules[text(rule, "id") or index] = rule
    ends = [invocation for invocation in items(said, "invocations") if isinstance(invocation, dict)]
    origins = [origin for origin in items(said, "versionControlProvenance") if isinstance(origin, dict)]
    return {
        "tool": text(driver, "name"),
        "rules": rules,
        "ended": first_text(ends[-1], "endTimeUtc", "startTimeUtc") if ends else None,
        "repository": text(origins[0], "repositoryUri") if origins else None,
    }
