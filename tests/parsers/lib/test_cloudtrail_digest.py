import json
from hashlib import sha256
from itertools import pairwise

import pytest

from parsers.lib.cloudtrail_digest import DigestFinding, chain_findings, read_digest

HOUR_US = 3_600_000_000
AT = 1_774_908_000_000_000  # 2026-03-30T22:00:00Z


def key(hour: int, trail: str = "main", end: str = "") -> str:
    return f"AWSLogs/1/CloudTrail-Digest/1_CloudTrail-Digest_us-west-2_{trail}_us-west-2_20260331T{hour:02}0000Z{end}.json.gz"


def digest(hour: int, before: bytes | None, **values: object) -> bytes:
    """The digest of the hour that ends at this hour of 31 March 2026 (UTC)."""
    previous = None if before is None else json.loads(before)["digestS3Object"]
    record = {
        "digestS3Bucket": "b",
        "digestS3Object": key(hour),
        "digestStartTime": f"2026-03-31T{hour - 1:02}:00:00Z",
        "digestEndTime": f"2026-03-31T{hour:02}:00:00Z",
        "previousDigestS3Bucket": None if before is None else "b",
        "previousDigestS3Object": previous,
        "previousDigestHashValue": None if before is None else sha256(before).hexdigest(),
        "previousDigestHashAlgorithm": None if before is None else "SHA-256",
        "logFiles": [],
        **values,
    }
    return json.dumps(record).encode()


def hour_us(hour: int) -> int:
    return AT + (hour + 2) * HOUR_US


FIRST = digest(1, None)
SECOND = digest(2, FIRST)
THIRD = digest(3, SECOND)
FOURTH = digest(4, THIRD)


def kinds(*documents: bytes) -> list[str]:
    return [finding.kind for finding in chain_findings({str(place): each for place, each in enumerate(documents)})]


def test_an_unbroken_chain_in_any_order_gives_nothing() -> None:
    assert kinds(THIRD, FIRST, FOURTH, SECOND) == []
    assert kinds() == []


def test_the_same_digest_twice_is_one() -> None:
    assert kinds(FIRST, SECOND, FIRST) == []


def test_evidence_that_begins_within_a_chain() -> None:
    assert chain_findings({"c": THIRD, "d": FOURTH}) == [
        DigestFinding("begins", "c", f"b/{key(2)}", None, hour_us(2)),
    ]


def test_a_digest_that_was_deleted() -> None:
    assert chain_findings({"a": FIRST, "b": SECOND, "d": FOURTH}) == [
        DigestFinding("missing", "d", f"b/{key(3)}", hour_us(2), hour_us(3)),
    ]


def test_a_digest_that_was_changed_afterwards() -> None:
    changed = SECOND.replace(b'"logFiles": []', b'"logFiles": [{}]')
    assert chain_findings({"a": FIRST, "b": changed, "c": THIRD}) == [
        DigestFinding("altered", "c", f"b/{key(2)}", hour_us(1), hour_us(2)),
    ]


def test_validation_that_was_switched_off_and_on() -> None:
    assert chain_findings({"a": FIRST, "d": digest(4, None)}) == [
        DigestFinding("restart", "d", None, hour_us(1), hour_us(3)),
    ]


def test_a_gap_between_linked_digests() -> None:
    late = digest(3, FIRST)
    assert chain_findings({"a": FIRST, "c": late}) == [DigestFinding("gap", "c", f"b/{key(1)}", hour_us(1), hour_us(2))]


def test_two_digests_after_the_same_one() -> None:
    assert kinds(FIRST, SECOND, digest(3, FIRST, digestStartTime="2026-03-31T01:00:00Z")) == ["fork"]


def test_two_documents_that_claim_to_be_the_same() -> None:
    other = SECOND + b"\n"
    assert kinds(FIRST, SECOND, other, THIRD) == ["twofold"]


@pytest.mark.parametrize("values", [{"previousDigestHashAlgorithm": "SHA-1"}, {"previousDigestHashValue": None}])
def test_links_that_cannot_be_checked(values: dict[str, object]) -> None:
    assert kinds(FIRST, digest(2, FIRST, **values)) == ["unchecked"]


def test_hashes_in_capitals_are_the_same() -> None:
    assert kinds(FIRST, digest(2, FIRST, previousDigestHashValue=sha256(FIRST).hexdigest().upper())) == []


def test_trails_and_backfills_are_chains_of_their_own() -> None:
    others = [digest(2, None, digestS3Object=name) for name in (key(2, "other"), key(2, end="_backfill"))]
    assert kinds(FIRST, *others) == []


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b"\x1f\x8b\x00", b'{"digestS3Object": 1.5}', b"[" * 5000])
def test_what_is_no_digest(document: bytes) -> None:
    assert [(finding.kind, finding.source) for finding in chain_findings({"x": document})] == [("unreadable", "x")]
    assert read_digest("x", document) is None


def test_odd_members_do_not_raise() -> None:
    odd = json.dumps(
        {"digestS3Object": "a", "logFiles": [None, {"s3Object": 3}], "digestEndTime": [1], "digestS3Bucket": {}}
    )
    found = read_digest("x", odd.encode())
    assert found is not None
    assert (found.name, found.end_us, found.previous) == ("a", None, None)
    assert [file.name for file in found.files] == ["3"]
    assert chain_findings({"x": odd.encode(), "y": odd.replace("[1]", "null").encode()})[0].kind == "twofold"


def test_a_long_chain_is_read_in_one_go() -> None:
    documents = {"0": digest(1, None, digestS3Object="AWSLogs/x_main_0000Z")}
    for before, after in pairwise(range(400)):
        previous = documents[str(before)]
        documents[str(after)] = digest(2, previous, digestS3Object=f"AWSLogs/x_main_{after:04}Z", digestStartTime=None)
    assert [finding.kind for finding in chain_findings(documents)] == []


def test_listed_files() -> None:
    item = {"s3Bucket": "b", "s3Object": "o", "hashValue": "AB", "newestEventTime": "2026-03-30T22:00:01Z"}
    found = read_digest("x", digest(1, None, logFiles=[item]))
    assert found is not None
    (file,) = found.files
    assert (file.name, file.sha256, file.oldest_us, file.newest_us) == ("b/o", "ab", None, AT + 1_000_000)
