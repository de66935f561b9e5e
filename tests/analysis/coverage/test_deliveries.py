"""Holes in what is delivered slot by slot: silences, and files that a digest lists."""

import re
from pathlib import Path
from typing import Any, Final

import pytest

from tests.analysis.coverage.test_rotation import source
from tests.analysis.trails import ACCOUNT, call, made_case, user
from timeline.analysis.coverage.deliveries import silences
from timeline.model.coverage import Interval
from timeline.session.case import Case

SLOTS: Final = re.compile(r"(?P<scope>\d{12})_CloudTrail_[a-z0-9-]+_(?P<slot>\d{8}T\d{4}Z)_")
ANN = user("ann", "AKIAANNANNANNANNANN1")
MINUTE: Final = 60_000_000


def name(slot: str) -> str:
    return f"{ACCOUNT}_CloudTrail_us-west-2_20260330T{slot}Z_abcdefghijklmnop.json"


@pytest.mark.parametrize(
    ("slots", "gaps"),
    [
        (["1000", "1010", "1020", "1030", "1040"], 0),
        (["1000", "1010", "1020", "1030", "1540"], 1),
        (["1000", "1010", "1020", "1030", "1125"], 0),  # less than an hour
        (["0000", "0600", "1200", "1800", "2359"], 0),  # files are rare here
        (["1000", "1010", "2000"], 0),  # too few to tell
        (["1000", "1010", "1020", "9999", "1540"], 1),  # no time at all
    ],
)
def test_silences(slots: list[str], gaps: int) -> None:
    found = silences([source(f"AWSLogs/{name(slot)}.gz", None, None) for slot in slots], SLOTS)
    assert len(found) == gaps
    assert all(gap.scope == ACCOUNT for gap in found)


def test_a_silence_ends_where_the_next_file_may_begin() -> None:
    (gap,) = silences([source(name(slot), None, None) for slot in ("1000", "1010", "1020", "1030", "1540")], SLOTS)
    assert (gap.end_us - gap.start_us) // MINUTE == 5 * 60 + 10 - 15
    assert (
        gap.why
        == "no file delivered in 5 h 10 min is here, others come 10 min apart: none was written, or none collected"
    )


def trail(*slots: str) -> dict[str, Any]:
    """A file a slot, with an event five minutes before it."""
    files = {}
    for number, slot in enumerate(slots):
        time = f"2026-03-30T{slot[:2]}:{slot[2:]}:00Z"
        files[name(slot)] = [{"Records": [call(number, time, "iam", "ListUsers", ANN)]}]
    return files


def unknown(case: Case, state: str = "unknown") -> list[Interval]:
    return [
        interval
        for interval in case.findings.coverage().intervals
        if interval.vantage.name == "cloudtrail.management" and interval.state == state
    ]


def test_a_silence_is_a_hole_unless_another_file_has_events_of_it(tmp_path: Path) -> None:
    files = trail("1000", "1010", "1020", "1030", "1540")
    (hole,) = unknown(made_case(tmp_path / "case", files))
    assert "none was written, or none collected" in hole.why
    files["lookup.json"] = [call(99, "2026-03-30T12:00:00Z", "iam", "ListUsers", ANN)]
    assert unknown(made_case(tmp_path / "other", files)) == []


def test_files_that_a_digest_lists_and_that_are_not_here(tmp_path: Path) -> None:
    files = trail("1000", "1010", "1030", "1040")
    listed = [
        {"s3Bucket": "t", "s3Object": f"AWSLogs/{ACCOUNT}/CloudTrail/us-west-2/2026/03/30/{name(slot)}.gz",
         "hashValue": "0" * 64, "hashAlgorithm": "SHA-256", "newestEventTime": f"2026-03-30T{slot[:2]}:{slot[2:]}:00Z",
         "oldestEventTime": f"2026-03-30T{slot[:2]}:00:00Z"}
        for slot in ("1000", "1010", "1020", "1030", "1040")
    ]  # fmt: skip
    files["digest.json"] = [
        {"awsAccountId": ACCOUNT, "digestStartTime": "2026-03-30T10:00:00Z", "digestEndTime": "2026-03-30T11:00:00Z",
         "digestS3Bucket": "t", "digestS3Object": f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/us-west-2/2026/03/30/d.json.gz",
         "newestEventTime": None, "oldestEventTime": None, "previousDigestS3Bucket": None, "previousDigestS3Object": None,
         "previousDigestHashValue": None, "previousDigestHashAlgorithm": None, "previousDigestSignature": None,
         "digestPublicKeyFingerprint": "0a", "digestSignatureAlgorithm": "SHA256withRSA", "logFiles": listed}
    ]  # fmt: skip
    holes = unknown(made_case(tmp_path / "case", files), "partial")
    assert [hole.why for hole in holes] == ["1 files that a digest lists are not here"]
    assert holes[0].keys
