"""The case npm-source-map as Leakline reads it, against what the generator of its evidence knows."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cases.worked_case import counts_of, make_case
from tests.tree import NPM_SOURCE_MAP
from timeline.model.event import Event
from timeline.session.case import Case

EXPECTED = NPM_SOURCE_MAP / "expected"
READS = 'resource:"/@corp/cli/-/cli-2.1.88.tgz" action:GET (status:200 OR status:206)'


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((EXPECTED / "answers.json").read_bytes())
    return content


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with make_case(tmp_path_factory.mktemp("case") / "npm-source-map") as made:
        yield made


def found(case: Case, query: str) -> list[Event]:
    with case.find(query) as matches:
        return list(matches.events())


def us(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


def test_every_record_is_accounted_for_as_expected(case: Case) -> None:
    assert counts_of(case) == json.loads((EXPECTED / "counts.json").read_bytes())
    for info in case.sources():
        assert info.records == info.with_events + info.duplicates + info.rejects + info.ignored, info.path


def test_the_reads_are_those_of_the_generator(case: Case, answers: dict[str, Any]) -> None:
    reads = found(case, READS)
    assert len(reads) == answers["reads"]
    assert len({event.src_ip for event in reads}) == answers["reading_addresses"]
    assert sum(event.bytes_out or 0 for event in reads) == answers["bytes_logged_as_sent"]
    assert reads[-1].timestamp == us(answers["last_read"])
    first = next(event for event in reads if event.actor is None)
    assert (first.timestamp, first.src_ip) == (us(answers["first_anonymous_read"]), answers["first_anonymous_reader"])


def test_the_publish_is_seen_in_both_snapshots(case: Case, answers: dict[str, Any]) -> None:
    events = found(case, 'kind:npm.registry resource:"@corp/cli@2.1.88" action:publish')
    assert [event.timestamp for event in events] == [us(answers["published"])] * 2
    assert {event.actor for event in events} == {answers["published_by"], None}
    fixed = found(case, 'kind:npm.registry resource:"@corp/cli@2.1.89"')
    assert [event.timestamp for event in fixed] == [us(answers["fixed_version_published"])]


def test_author_and_committer_are_two_clocks(case: Case, answers: dict[str, Any]) -> None:
    change = answers["build_change"]
    committed, authored = found(case, f"uid:{change['commit']}"), found(case, f'uid:"{change["commit"]}#author"')
    assert [(event.timestamp, event.actor) for event in committed] == [(us(change["committed"]), change["by"])]
    assert [event.timestamp for event in authored] == [us(change["authored"])]


def test_records_delivered_twice_are_one_event_with_two_witnesses(case: Case) -> None:
    twice = [event for event in found(case, "kind:aws.cloudtrail") if event.witnesses]
    assert len(twice) == 2
    for event in twice:
        assert len({event.source, *(witness.source for witness in event.witnesses)}) == 2


def test_the_trail_has_its_hole_and_its_late_data_events(case: Case, answers: dict[str, Any]) -> None:
    off, on = answers["trail_off"]
    inside = found(case, f'kind:aws.cloudtrail after:"{off}" before:"{on}"')
    assert {event.action for event in inside} <= {"cloudtrail:StopLogging", "cloudtrail:StartLogging"}
    data = found(case, "kind:aws.cloudtrail raw.eventCategory:Data")
    assert len(data) == 7
    assert all((event.timestamp or 0) > us(answers["data_events_on"]) for event in data)


def test_rejects_are_the_two_broken_lines(case: Case) -> None:
    rejects = [(refused.source, refused.record, refused.length) for refused in case.rejects()]
    assert [(source.rpartition("/")[2], length) for source, _, length in rejects] == [
        ("registry-access.log", 63),
        ("registry-access.log", 160),
    ]
    assert rejects[1][1] == rejects[0][1] + 1


def test_every_annotation_marks_exactly_one_event(case: Case) -> None:
    starred = found(case, "star:true")
    assert len(starred) == 10
    assert all(len(event.comments) == 1 and event.tags for event in starred)


def test_every_pointer_leads_to_the_bytes_of_its_record(case: Case) -> None:
    for event in found(case, "star:true kind:web.access"):
        raw = case.raw(event.key)
        assert raw.startswith(b"198.51.100.23 - - [30/Mar/2026:23:17:59 +0000]")
        stored = (NPM_SOURCE_MAP / "evidence" / event.source).read_bytes()
        assert stored[event.offset or 0 :].startswith(raw)


def test_the_report_is_the_golden_one_byte_for_byte(case: Case) -> None:
    assert case.report() == (EXPECTED / "report.md").read_text(encoding="utf-8")


def test_the_case_proves_itself(case: Case) -> None:
    assert not [check for check in case.verify() if check.problems]


def test_hostile_text_leaves_no_export_alive(case: Case, tmp_path: Path) -> None:
    query = "kind:web.access user_agent:*nothing* OR user_agent:*HYPERLINK* OR user_agent:*script*"
    for form in ("jsonl", "csv"):
        target = tmp_path / f"events.{form}"
        case.export(form, target, query=query)
        content = target.read_bytes()
        assert content.count(b"\n") >= 3
        assert b"\x1b" not in content
        assert b"\xe2\x80\xae" not in content
    cells = (tmp_path / "events.csv").read_text(encoding="utf-8")
    assert ",=HYPERLINK" not in cells
    assert ',"=HYPERLINK' not in cells
