"""Coverage of a whole case, and the three answers to whether something was read."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.evidence_files import ingested, put, trail_record
from timeline.analysis.coverage.find import NOT_HERE, OFF_BUT, OUTSIDE
from timeline.model.coverage import Interval, ReadAnswer
from timeline.model.errors import UsageError
from timeline.model.time import parse_iso
from timeline.session.case import Case

YAML = """name: covered
sources:
  - {path: "audit.json", acquired: "2026-03-30T23:00:00Z"}
"""


def call(number: int, minute: int, event: str, service: str = "cloudtrail", **parameters: Any) -> dict[str, Any]:
    time = f"2026-03-30T22:{minute:02d}:00Z"
    return trail_record(
        number, eventTime=time, eventName=event, eventSource=f"{service}.amazonaws.com", requestParameters=parameters
    )


def read_line(minute: int, key: str) -> str:
    return (
        f"owner models [30/Mar/2026:22:{minute:02d}:30 +0000] 203.0.113.9 - R{minute}{key} REST.GET.OBJECT {key} "
        f'"GET /{key} HTTP/1.1" 200 - 1000 1000 9 8 "-" "curl/8" -\n'
    )


SELECTORS = [{"dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3:::logged/"]}]}]
TRAIL = [
    call(1, 0, "ListUsers", "iam"),
    call(2, 10, "StopLogging", name="main"),
    call(3, 20, "StartLogging", name="main"),
    call(4, 25, "PutEventSelectors", eventSelectors=SELECTORS),
    call(5, 30, "StopLogging", name="main"),
    call(6, 35, "ListUsers", "iam"),
    call(7, 40, "StartLogging", name="main"),
    call(8, 50, "ListUsers", "iam"),
]
CLONES = [
    {"@timestamp": 1774910100000 + n * 1000, "action": "git.clone", "actor": "a", "org": "corp", "repo": "corp/cli"}
    for n in range(2)
]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("covered")
    files: dict[str, str | bytes] = {
        "case.yaml": YAML,
        "evidence/trail.json": json.dumps({"Records": TRAIL}),
        "evidence/s3.log": "".join(read_line(minute, "weights") for minute in (5, 15, 58)),
        "evidence/audit.json": json.dumps(CLONES),
        "evidence/old.log": '198.51.100.4 - - [01/Mar/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl"\n',
    }
    put(folder, files)
    with ingested(folder, folder / "evidence") as case:
        yield case


def at(text: str) -> int:
    found = parse_iso(f"2026-03-{text}")
    assert found is not None
    return found[0]


def intervals(case: Case, name: str, scope: str) -> list[Interval]:
    return [i for i in case.findings.coverage().intervals if (i.vantage.name, i.vantage.scope) == (name, scope)]


def asked(case: Case, resource: str, start: str, end: str) -> ReadAnswer:
    return case.findings.was_read(resource, start_us=at(start), end_us=at(end))


def test_every_vantage_point_covers_the_whole_time_without_overlap(case: Case) -> None:
    coverage = case.findings.coverage()
    assert coverage.span is not None
    for vantage in {interval.vantage for interval in coverage.intervals}:
        own = intervals(case, vantage.name, vantage.scope)
        assert [own[0].start_us, own[-1].end_us] == list(coverage.span)
        assert all(one.end_us == other.start_us for one, other in itertools.pairwise(own))


def test_a_stopped_trail_is_off_and_one_that_goes_on_is_partial(case: Case) -> None:
    own = intervals(case, "cloudtrail.management", "111122223333")
    assert [interval.state for interval in own] == ["unknown", "on", "off", "on", "partial", "on", "unknown"]
    assert own[0].why == own[-1].why == OUTSIDE
    assert (own[2].start_us, own[2].end_us) == (at("30T22:10:00Z"), at("30T22:20:00Z"))
    assert [case.event(key).action for key in own[2].keys] == ["cloudtrail:StopLogging", "cloudtrail:StartLogging"]
    assert own[4].why == OFF_BUT.format("trail-stopped")


def test_data_events_are_on_from_their_selector_as_far_as_the_trail_reaches(case: Case) -> None:
    own = intervals(case, "cloudtrail.data", "logged")
    on = [interval for interval in own if interval.state == "on"]
    assert on[0].start_us == at("30T22:25:00Z")
    assert on[-1].end_us == at("30T22:50:00Z") + 1
    assert own[-1].why == NOT_HERE


def test_what_a_provider_had_dropped_is_off(case: Case) -> None:
    own = intervals(case, "github.git", "corp")
    assert (own[0].state, own[0].end_us) == ("off", at("23T23:00:00Z"))


def test_read(case: Case) -> None:
    found = asked(case, "s3://models/weights", "30T22:00:00Z", "30T22:30:00Z")
    assert (found.answer, len(found.reads)) == ("read", 2)
    assert all(case.event(key).resource == "models/weights" for key in found.reads)


@pytest.mark.parametrize("resource", ["s3://models/weights", "arn:aws:s3:::models/weights", "s3://models"])
def test_not_read_while_the_log_was_there(case: Case, resource: str) -> None:
    found = asked(case, resource, "30T22:20:00Z", "30T22:40:00Z")
    assert (found.answer, found.reads, found.holes) == ("not read", (), ())
    assert [interval.vantage.name for interval in found.support] == ["s3.access"]


def test_not_answerable_where_a_part_is_not_covered(case: Case) -> None:
    found = asked(case, "s3://models/weights", "30T22:20:00Z", "30T23:30:00Z")
    assert found.answer == "read"
    found = asked(case, "s3://models/other", "30T22:20:00Z", "30T23:30:00Z")
    assert (found.answer, found.holes[0].state) == ("not answerable", "unknown")


def test_without_the_log_the_same_question_is_not_answerable(case: Case, tmp_path: Path) -> None:
    put(tmp_path, {"evidence/trail.json": json.dumps({"Records": TRAIL})})
    with ingested(tmp_path / "c.db", tmp_path / "evidence") as poorer:
        assert asked(poorer, "s3://models/weights", "30T22:20:00Z", "30T22:40:00Z").answer == "not answerable"


@pytest.mark.parametrize("resource", ["gs://models/weights", "something else"])
def test_what_no_log_here_would_show(case: Case, resource: str) -> None:
    found = asked(case, resource, "30T22:20:00Z", "30T22:40:00Z")
    assert found.answer == "not answerable"
    assert found.holes


def test_a_time_that_ends_before_it_begins(case: Case) -> None:
    with pytest.raises(UsageError, match="ends before it begins"):
        asked(case, "s3://models/weights", "30T22:40:00Z", "30T22:20:00Z")
