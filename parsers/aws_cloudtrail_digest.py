"""AWS CloudTrail digest files: hourly lists of the log files that were delivered, chained by hashes.

    {"awsAccountId": "111122223333", "digestStartTime": "2026-03-30T22:01:31Z", "digestEndTime": "2026-03-30T23:01:31Z",
     "digestS3Bucket": "example-trail", "digestS3Object": "AWSLogs/111122223333/CloudTrail-Digest/us-west-2/2026/03/30/...",
     "previousDigestS3Object": "AWSLogs/...", "previousDigestHashValue": "97fb...", "logFiles": [{"s3Bucket": "example-trail",
     "s3Object": "AWSLogs/...", "hashValue": "9bb6...", "newestEventTime": "...", "oldestEventTime": "..."}]}

One event `digest` at the end of the hour, and one `delivered` for each log file: at the minute of delivery that is part
of its name, else at its newest event. `parsers.lib.cloudtrail_digest` checks the chain.
Reference: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.cloudtrail_digest import object_name, previous_of
from parsers.lib.json_reading import Record
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import as_text, items, text
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff
from timeline.model.time import SECOND_US

KIND: Final = "aws.cloudtrail.digest"
VERSION: Final = 1
TITLE: Final = "AWS CloudTrail digest files"
REFERENCE: Final = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NO_DIGEST: Final = "names no digestS3Object"
NO_FILE: Final = "an entry of logFiles is no object"

_BUSY: Final = b"""{"awsAccountId":"111122223333","digestStartTime":"2026-03-30T22:01:31Z","digestEndTime":"2026-03-30T23:01:31Z",\
"digestS3Bucket":"example-trail","digestS3Object":"AWSLogs/111122223333/CloudTrail-Digest/us-west-2/2026/03/30/\
111122223333_CloudTrail-Digest_us-west-2_main_us-west-2_20260330T230131Z.json.gz","digestPublicKeyFingerprint":"0a1b",\
"digestSignatureAlgorithm":"SHA256withRSA","newestEventTime":"2026-03-30T22:58:02Z","oldestEventTime":"2026-03-30T22:01:40Z",\
"previousDigestS3Bucket":"example-trail","previousDigestS3Object":"AWSLogs/111122223333/CloudTrail-Digest/us-west-2/2026/03/30/\
111122223333_CloudTrail-Digest_us-west-2_main_us-west-2_20260330T220131Z.json.gz","previousDigestHashValue":\
"0000000000000000000000000000000000000000000000000000000000000001","previousDigestHashAlgorithm":"SHA-256",\
"previousDigestSignature":"00","logFiles":[{"s3Bucket":"example-trail","s3Object":"AWSLogs/111122223333/CloudTrail/us-west-2/\
2026/03/30/111122223333_CloudTrail_us-west-2_20260330T2240Z_9nYN7gExample000.json.gz","hashValue":\
"0000000000000000000000000000000000000000000000000000000000000002","hashAlgorithm":"SHA-256",\
"newestEventTime":"2026-03-30T22:38:00Z","oldestEventTime":"2026-03-30T22:31:12Z"},{"s3Bucket":"example-trail",\
"s3Object":"renamed.json.gz","hashValue":"0000000000000000000000000000000000000000000000000000000000000003",\
"hashAlgorithm":"SHA-256","newestEventTime":"2026-03-30T22:58:02Z","oldestEventTime":"2026-03-30T22:41:00Z"}]}
"""
_IDLE: Final = b"""{
  "awsAccountId" : "111122223333",
  "digestStartTime" : "2026-03-30T23:01:31Z",
  "digestEndTime" : "2026-03-31T00:01:31Z",
  "digestS3Bucket" : "example-trail",
  "digestS3Object" : "AWSLogs/111122223333/CloudTrail-Digest/us-west-2/2026/03/31/example_20260331T000131Z.json.gz",
  "newestEventTime" : null,
  "oldestEventTime" : null,
  "previousDigestS3Bucket" : null,
  "previousDigestS3Object" : null,
  "previousDigestHashValue" : null,
  "previousDigestHashAlgorithm" : null,
  "previousDigestSignature" : null,
  "logFiles" : [ ]
}
"""
SAMPLES: Final = (_BUSY, _IDLE)
_MINUTE_US: Final = 60 * SECOND_US


def sniff(sample: Sample) -> Sniff:
    """By the members that only digests have."""
    head = sample.data[:4096]
    if b'"digestS3Object"' not in head or b'"digestEndTime"' not in head:
        return NO
    return Sniff(98, ("names digestS3Object and digestEndTime",))


def decode(chunk: Chunk) -> Decoded:
    """One event of each digest, and one of each log file it lists."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """All of the digest, with its `logFiles`."""
    return json_fields(record, _FORMAT)


def _read(record: Record, times: Times, warn: Warn) -> list[EventValues] | str:
    key = text(record, "digestS3Object")
    if key is None:
        return NO_DIGEST
    account = text(record, "awsAccountId")
    name = object_name(text(record, "digestS3Bucket"), key)
    digest: EventValues = {
        "timestamp_desc": "digest",
        "action": "digest",
        "outcome": "success",
        "resource": name,
        "account": account,
        "region": _region(key, "CloudTrail-Digest"),
        "uid": name,
    }
    listed = items(record, "logFiles")
    previous = previous_of(record)
    chained = "the chain begins here" if previous is None else f"after {previous}"
    digest["message"] = f"{len(listed)} log files; {chained}"
    _date(digest, times.iso(record.get("digestEndTime")))
    events = [digest]
    for item in listed:
        if isinstance(item, dict):
            events.append(_delivered(item, account, times))
        else:
            warn(NO_FILE)
    return events


def _delivered(item: Record, account: str | None, times: Times) -> EventValues:
    key = text(item, "s3Object") or ""
    name = object_name(text(item, "s3Bucket"), key or None)
    span = " to ".join(end for end in (text(item, "oldestEventTime"), text(item, "newestEventTime")) if end)
    hashed = text(item, "hashValue")
    parts = (f"events of {span}" if span else "", f"{text(item, 'hashAlgorithm') or 'hash'} {hashed}" if hashed else "")
    values: EventValues = {
        "timestamp_desc": "delivered",
        "action": "delivered",
        "outcome": "success",
        "resource": name,
        "account": account,
        "region": _region(key, "CloudTrail"),
        "uid": name,
        "message": ", ".join(part for part in parts if part) or None,
    }
    stamp = _delivery(key, times)
    if stamp is None:
        values["timestamp_desc"] = "newest event"
        stamp = times.iso(item.get("newestEventTime"))
    _date(values, stamp)
    return values


def _delivery(key: str, times: Times) -> Stamp | None:
    """The minute in `111122223333_CloudTrail_us-west-2_20260330T2240Z_9nYN7gExample000.json.gz`."""
    parts = key.rpartition("/")[2].rsplit("_", 2)
    return times.written(parts[1], "%Y%m%dT%H%M%z") if len(parts) == 3 and len(parts[1]) == 14 else None


def _region(key: str, folder: str) -> str | None:
    """The folder behind `CloudTrail` or `CloudTrail-Digest`."""
    return as_text(key.partition(f"/{folder}/")[2].partition("/")[0])


def _date(values: EventValues, stamp: Stamp | None) -> None:
    if stamp is not None:
        values.update(stamp.values())


_FORMAT: Final = RecordFormat(KIND, _read)
