"""Exposures of a whole case: a bucket opened by policy, read by strangers, closed by a block."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.evidence_files import ingested, put, trail_record
from timeline.analysis.exposure.touches import ANONYMOUS, KNOWN, NEW, NOISE
from timeline.model.errors import UsageError
from timeline.model.exposure import Holder
from timeline.session.case import Case, open_case

OPEN = {
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::models/*"}
}


def call(number: int, minute: int, name: str, **parameters: Any) -> dict[str, Any]:
    time = f"2026-03-30T22:{minute:02d}:00Z"
    return trail_record(
        number, eventTime=time, eventName=name, requestParameters={"bucketName": "models", **parameters}
    )


def read_line(minute: int, requester: str, key: str, status: int = 200, address: str = "203.0.113.9") -> str:
    return (
        f"owner models [30/Mar/2026:22:{minute:02d}:30 +0000] {address} {requester} R{minute}{key} REST.GET.OBJECT {key} "
        f'"GET /{key} HTTP/1.1" {status} - 1000 1000 9 8 "-" "curl/8" -\n'
    )


TRAIL = [
    call(1, 10, "PutBucketPolicy", bucketPolicy=OPEN),
    call(2, 11, "PutBucketPolicy", bucketPolicy={"Statement": []}) | {"errorCode": "AccessDenied"},
    call(3, 40, "PutBucketPublicAccessBlock", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}),
    call(4, 50, "PutBucketPolicy", bucketPolicy="{not json"),
]  # fmt: skip
ANN = "arn:aws:iam::111122223333:user/ann"
READS = [
    read_line(1, ANN, "a"), read_line(20, ANN, "a"), read_line(21, "-", "weights-1"), read_line(22, "-", "weights-2"),
    read_line(23, "-", "none", 403, "198.51.100.7"), read_line(24, "arn:aws:iam::999900001111:user/x", "a"),
    read_line(45, "-", "late"),
    read_line(30, "-", "other").replace("owner models", "owner models-2"),
]  # fmt: skip


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("exposed")
    files: dict[str, str | bytes] = {"trail.json": json.dumps({"Records": TRAIL}), "s3/access.log": "".join(READS)}
    with ingested(folder / "c.db", put(folder / "evidence", files)) as case:
        yield case


def test_the_window(case: Case) -> None:
    (window,) = case.findings.exposures().windows
    assert (window.thing.name, window.holder) == ("models", Holder("everyone"))
    opening, closing = (case.event(key or "") for key in (window.opened_key, window.closed_key))
    assert (opening.action, opening.timestamp) == ("s3:PutBucketPolicy", window.opened_us)
    assert (closing.action, closing.timestamp) == ("s3:PutBucketPublicAccessBlock", window.closed_us)


def test_who_touched_it(case: Case) -> None:
    touches = case.findings.exposures().touches[1]
    found = [(t.who, t.actor, t.src_ip, t.events, t.denied, t.bytes_out) for t in touches]
    assert found == [
        (ANONYMOUS, None, "203.0.113.9", 2, 0, 2000),
        (ANONYMOUS, None, "198.51.100.7", 1, 1, 0),
        (KNOWN, ANN, "203.0.113.9", 1, 0, 1000),
        (NEW, "arn:aws:iam::999900001111:user/x", "203.0.113.9", 1, 0, 1000),
    ]
    assert case.event(touches[0].first_key).resource == "models/weights-1"
    assert case.event(touches[0].last_key).resource == "models/weights-2"


def test_a_query_inside_the_window(case: Case) -> None:
    with case.find("in:exposure/1 -kind:aws.cloudtrail") as matches:
        assert [event.resource for event in matches.events()] == [
            "models/a", "models/weights-1", "models/weights-2", "models/none", "models/a",
        ]  # fmt: skip
    with case.find("in:exposure/1 kind:aws.cloudtrail") as matches:
        assert matches.count() == 2
    with case.find("-in:exposure/1") as matches, case.find() as everything:
        assert matches.count() == everything.count() - 7


def test_a_window_that_is_not_there(case: Case) -> None:
    with pytest.raises(UsageError, match="no window exposure/2"):
        case.find("in:exposure/2")


def test_what_is_found_changes_with_the_events(case: Case, tmp_path: Path) -> None:
    opened = json.dumps({"Records": TRAIL[:1]})
    with ingested(tmp_path / "c.db", put(tmp_path / "e", {"a.json": opened})) as growing:
        assert growing.findings.exposures().windows[0].closed_key is None
        growing.ingest([put(tmp_path / "f", {"b.json": json.dumps({"Records": TRAIL[1:]})})], jobs=1)
        assert growing.findings.exposures().windows[0].closed_key is not None


def test_reads_of_noise_are_counted_apart(tmp_path: Path) -> None:
    crawled = read_line(25, "-", "weights-3").replace("curl/8", "GPTBot/1.2")
    scanned = read_line(26, ANN, "b", address="203.0.113.9").replace("curl/8", "Prowler/4")
    files: dict[str, str | bytes] = {
        "trail.json": json.dumps({"Records": TRAIL[:1]}),
        "s3/access.log": "".join([*READS[:3], crawled, scanned]),
    }
    with ingested(tmp_path / "c.db", put(tmp_path / "e", files)) as case:
        found = case.findings.exposures()
        touches = {(t.who, t.noise, t.otherwise, t.actor, t.events) for t in found.touches[1]}
        assert touches == {
            (KNOWN, None, None, ANN, 1),
            (ANONYMOUS, None, None, None, 1),
            (NOISE, "crawler", ANONYMOUS, None, 1),
            (NOISE, "defender-scanner", KNOWN, ANN, 1),
        }
        (row,) = case.finding_rows("exposures")
        assert "4 reads (2 noise)" in row.detail
        said = case.report()
        assert "| 4 (2 noise) |" in said
        assert "- Window 1, reads: 1 anonymous, 1 known, 1 noise/crawler, 1 noise/defender-scanner." in said
        assert "2 events of 6 are labelled as noise: defender-scanner 1, crawler 1." in said
        (public,) = [
            signal
            for hypothesis in case.findings.hypotheses()
            for signal in hypothesis.found
            if signal.name == "public-window-read"
        ]
        assert public.words == ("exposure/1: 2 reads by strangers, 1 of them labelled as noise",)
        first, second = case.finding_rows("noise")
        assert {first.state, second.state} == {"crawler", "defender-scanner"}
        assert {first.query, second.query} == {"noise:ai-crawlers", "noise:posture-tools"}
        for query in (first.query, second.query):
            with case.find(query) as matches:
                assert matches.count() == 1


def test_a_touch_is_of_one_class_of_noise(tmp_path: Path) -> None:
    both = "".join(read_line(n, "-", "weights-3").replace("curl/8", "GPTBot zgrab") for n in (25, 26))
    files: dict[str, str | bytes] = {"t.json": json.dumps({"Records": TRAIL[:1]}), "s3/access.log": both}
    with ingested(tmp_path / "c.db", put(tmp_path / "e", files)) as case:
        assert [(t.noise, t.events) for t in case.findings.exposures().touches[1]] == [("scanner", 2)]


def test_labels_of_the_case_reach_touches_and_hypotheses(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"t.json": json.dumps({"Records": TRAIL[:1]}), "s3/access.log": "".join(READS[:4])}
    folder = tmp_path / "case"
    (folder / "rules").mkdir(parents=True)
    (folder / "case.yaml").write_text("name: made\n")
    put(folder / "evidence", files)
    with open_case(folder, create=True, analyst="kim") as case:
        case.ingest(jobs=1)
        assert [t.noise for t in case.findings.exposures().touches[1]] == [None, None]
        assert "labelled as noise" not in repr(case.findings.hypotheses())
        rule = "rules:\n  - {rule: ours, class: defender-scanner, title: our scanner, addresses: [203.0.113.9]}\n"
        (folder / "rules" / "noise.yaml").write_text(rule)
        assert [t.noise for t in case.findings.exposures().touches[1]] == ["defender-scanner", "defender-scanner"]
        assert "2 reads by strangers, 2 of them labelled as noise" in repr(case.findings.hypotheses())
