"""What was taken: partial reads, retries, two logs of one download, complete sets, bounds."""

from pathlib import Path
from typing import Any

import pytest

from tests.analysis.trails import ACCOUNT, call, made_case, session
from timeline.analysis.radius.complete_sets import find_organisations, find_shards, shard_of
from timeline.model.errors import UsageError
from timeline.model.radius import CompleteSet, Download, Radius
from timeline.session.case import Case

ROLE = session("Web", "i-0abc", "ASIAROLEROLEROLEROL1")
OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"


def s3_line(number: int, key: str, sent: int, size: int, *, status: int = 200, address: str = "198.51.100.9") -> str:
    return (
        f"{OWNER} models [30/Mar/2026:22:00:{number % 60:02d} +0000] {address} {ROLE['arn']} REQ{number:013d} REST.GET.OBJECT"
        f' {key} "GET /{key} HTTP/1.1" {status} - {sent} {size} 12 10 "-" "curl/8.5" - host= SigV4 TLS AuthHeader'
        " models.s3.us-west-2.amazonaws.com TLSv1.3 - -\n"
    )


def data_event(number: int, key: str, sent: int) -> dict[str, Any]:
    return call(
        number, f"2026-03-30T22:00:{number % 60:02d}Z", "s3", "GetObject", ROLE, sourceIPAddress="198.51.100.9",
        requestParameters={"bucketName": "models", "key": key}, additionalEventData={"bytesTransferredOut": sent},
        resources=[{"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::models/{key}"}],
    )  # fmt: skip


def radius(case: Case, **asked: Any) -> Radius:
    return case.findings.radius(**asked)


def only(found: Radius) -> Download:
    (download,) = found.downloads
    return download


def lines(*found: str) -> bytes:
    return "".join(found).encode()


def test_partial_answers_add_up_to_the_object_and_retries_do_not_exceed_it(tmp_path: Path) -> None:
    log = [s3_line(n, "a.bin", 400, 1000, status=206) for n in range(5)]
    found = radius(made_case(tmp_path / "case", {"s3.log": lines(*log)}))
    download = only(found)
    assert (download.taken, download.size, download.exact, download.obtained) == ("whole", 1000, True, 1000)
    assert (download.sent, download.reads, download.upper) == (2000, 5, 5000)
    assert found.obtained == (("s3:", 1000),)


def test_a_part_is_a_part(tmp_path: Path) -> None:
    found = radius(made_case(tmp_path / "case", {"s3.log": lines(s3_line(1, "a.bin", 400, 1000, status=206))}))
    assert (only(found).taken, only(found).obtained) == ("part", 400)


def test_parts_of_two_readers_are_not_one_whole(tmp_path: Path) -> None:
    log = [
        s3_line(1, "a.bin", 600, 1000, status=206),
        s3_line(2, "a.bin", 600, 1000, status=206).replace("i-0abc", "i-0def"),
    ]
    assert only(radius(made_case(tmp_path / "case", {"s3.log": lines(*log)}))).taken == "part"


def test_one_download_in_two_logs_is_one(tmp_path: Path) -> None:
    files = {"s3.log": lines(s3_line(1, "a.bin", 1000, 1000)), "trail.json": [data_event(1, "a.bin", 1000)]}
    found = radius(made_case(tmp_path / "case", files))
    download = only(found)
    assert sorted(part.vantage for part in download.seen) == ["cloudtrail.data", "s3.access"]
    assert (download.sent, download.reads, found.obtained) == (1000, 1, (("s3:", 1000),))
    assert [(v.reads, v.sent) for v in found.vantages] == [(1, 1000), (1, 1000)]


def test_without_bytes_nothing_is_known(tmp_path: Path) -> None:
    record = data_event(1, "a.bin", 0) | {"additionalEventData": None}
    found = radius(made_case(tmp_path / "case", {"trail.json": [record]}))
    assert (only(found).taken, only(found).obtained, only(found).upper, found.unknown) == ("unknown", None, None, 1)


def test_denied_reads_took_nothing(tmp_path: Path) -> None:
    record = data_event(1, "a.bin", 0) | {"errorCode": "AccessDenied"}
    assert radius(made_case(tmp_path / "case", {"trail.json": [record]})).downloads == ()


def test_the_largest_whole_answer_bounds_a_size_that_no_log_states(tmp_path: Path) -> None:
    log = '198.51.100.9 - - [30/Mar/2026:22:00:0{} +0000] "GET /w/a.bin?sig={} HTTP/1.1" {} {} "-" "curl/8.5"\n'
    content = (log.format(1, 1, 200, 900) + log.format(2, 2, 206, 100)).encode()
    download = only(radius(made_case(tmp_path / "case", {"access.log": content})))
    assert (download.name, download.size, download.exact, download.taken) == ("http:/w/a.bin", 900, False, "whole")


def test_shards(tmp_path: Path) -> None:
    log = [s3_line(n, f"m/model-{n:05d}-of-00003.safetensors", 10, 10) for n in (1, 2, 3)]
    case = made_case(tmp_path / "case", {"s3.log": lines(*log)})
    (found,) = radius(case).sets
    assert (found.name, found.got, found.of, found.is_complete) == (
        "s3://models/m/model-*-of-00003.safetensors",
        3,
        3,
        True,
    )
    (found,) = radius(case, query="-resource:*00002-of*").sets
    assert (found.got, found.is_complete) == (2, False)


@pytest.mark.parametrize(
    ("name", "shard"),
    [
        ("m/model-00003-of-00012.safetensors", ("m/model-*-of-00012.safetensors", 3, 12)),
        ("pytorch_model_1_of_2.bin", ("pytorch_model_*-of-2.bin", 1, 2)),
        ("a-9-of-3.bin", None),
        ("a-1-of-1.bin", None),
        ("one-of-many", None),
    ],
)
def test_names_of_shards(name: str, shard: object) -> None:
    assert shard_of(name) == shard


def test_shards_of_two_readers_are_two_sets() -> None:
    reads = [("m-0-of-2.bin", "ann", "k0"), ("m-1-of-2.bin", "ben", "k1")]
    assert [(one.reader, one.got) for one in find_shards(reads)] == [("ann", 1), ("ben", 1)]


def test_repositories_of_an_owner() -> None:
    reads = [("git:corp/a", "ann", "k0"), ("git:corp/b", "ann", "k1"), ("git:solo/x", "ann", "k2")]
    assert find_organisations(reads, {"corp": 3, "solo": 1}) == [CompleteSet("git:corp/*", "ann", 2, 3, "k1")]


def test_flow_logs_bound_it_from_outside(tmp_path: Path) -> None:
    flow = (
        f"2 {ACCOUNT} eni-0abc 10.0.0.5 198.51.100.9 443 50000 6 20 5000 1774907900 1774908100 ACCEPT OK\n"
        f"2 {ACCOUNT} eni-0abc 10.0.0.5 203.0.113.4 443 50000 6 20 7000 1774907900 1774908100 ACCEPT OK\n"
    )
    files = {"s3.log": lines(s3_line(1, "a.bin", 1000, 1000)), "flow.log": flow.encode()}
    case = made_case(tmp_path / "case", files)
    assert radius(case).flows == 5000
    assert radius(made_case(tmp_path / "other", {"s3.log": files["s3.log"]})).flows is None


def test_an_unknown_window(tmp_path: Path) -> None:
    case = made_case(tmp_path / "case", {"s3.log": lines(s3_line(1, "a.bin", 1000, 1000))})
    with pytest.raises(UsageError, match="no window exposure/9"):
        radius(case, window="exposure/9")
