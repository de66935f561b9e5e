"""The case quiet-insider: what the generator of its evidence knows, against what Leakline says."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cases.analysed import analysed, answers_of, decided, hypothesis, us, words
from timeline.session.case import Case

NAME = "quiet-insider"


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return answers_of(NAME)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with analysed(tmp_path_factory.mktemp("case") / NAME, NAME) as made:
        yield made


def scope(answers: dict[str, Any]) -> str:
    return f'kind:aws.cloudtrail action:s3:GetObject actor:"{answers["person"]}" after:{answers["raised_from"]}'


def test_more_than_ever_before(case: Case, answers: dict[str, Any]) -> None:
    (signal,) = [one for one in hypothesis(case, "insider").found if one.name == "above-baseline"]
    (said,) = signal.words
    assert said.startswith(f"{answers['person']}: {answers['reads']} reads in 2 weeks")
    assert f"at most {answers['most_of_a_week_before']} a week before" in said
    first = case.event(signal.keys[0])
    assert (first.timestamp, first.src_ip) == (us(answers["first_read"]), answers["address"])


def test_what_was_read(case: Case, answers: dict[str, Any]) -> None:
    with case.find(scope(answers)) as reads:
        events = list(reads.events())
    assert len(events) == answers["reads"]
    assert max(event.timestamp or 0 for event in events) == us(answers["last_read"])
    assert sum(event.bytes_out or 0 for event in events) == answers["bytes_logged_as_sent"]
    assert {event.src_ip for event in events} == {answers["address"]}
    night = [event for event in events if (event.timestamp or 0) // 3_600_000_000 % 24 >= 21]
    assert len(night) == answers["at_night"]


def test_logging_was_cut_by_the_reader(case: Case, answers: dict[str, Any]) -> None:
    cut = [one for one in case.findings.tampering() if one.name == "trail-off"]
    events = [event for signal in cut for event in signal.events]
    assert us(answers["trail_off"][0]) in {event.us for event in events}
    assert {event.actor for event in events} == {answers["person"]}
    assert "logging-cut-by-reader" in {signal.name for signal in hypothesis(case, "insider").found}


@pytest.mark.parametrize("vantage", ["cloudtrail.management", "cloudtrail.data"])
def test_the_hour_is_a_hole(case: Case, vantage: str, answers: dict[str, Any]) -> None:
    off = [one for one in case.findings.coverage().intervals if one.vantage.name == vantage and one.state == "off"]
    assert [[one.start_us, one.end_us] for one in off] == [[us(time) for time in answers["trail_off"]]]


def test_what_was_read_in_the_hour_is_not_answerable(case: Case, answers: dict[str, Any]) -> None:
    for question in answers["not_answerable"].values():
        said = case.findings.was_read(question["resource"], start_us=us(question["from"]), end_us=us(question["to"]))
        assert said.answer == "not answerable"


def test_no_bursts_and_nothing_open(case: Case) -> None:
    assert case.findings.bursts() == []
    assert not case.findings.exposures().windows


def test_an_insider_and_nothing_else(case: Case, answers: dict[str, Any]) -> None:
    assert decided(case) == {answers["hypothesis"]}
    assert [signal.name for signal in hypothesis(case, "insider").found if signal.decides] == ["above-baseline"]


def test_without_the_trail_it_is_not_answerable(tmp_path: Path) -> None:
    with analysed(tmp_path / NAME, NAME, "AWSLogs") as poorer:
        assert decided(poorer) == set()
        assert "not answerable" in words(poorer)["insider"]


def changed(evidence: Path, keep: Any) -> None:
    """Leave only those records of the trail that `keep` accepts."""
    for path in evidence.rglob("*CloudTrail*.json.gz"):
        records = [record for record in json.loads(gzip.decompress(path.read_bytes()))["Records"] if keep(record)]
        path.write_bytes(gzip.compress(json.dumps({"Records": records}).encode()))


def test_without_data_events_it_is_not_answerable(tmp_path: Path) -> None:
    def drop(evidence: Path) -> None:
        changed(evidence, lambda record: record["eventCategory"] != "Data")

    with analysed(tmp_path / NAME, NAME, prepare=drop) as poorer:
        assert decided(poorer) == set()
        assert "not answerable" in words(poorer)["insider"]
        assert poorer.findings.was_read("s3://corp-training/").answer == "not answerable"


def test_without_the_weeks_before_there_is_no_baseline(tmp_path: Path, answers: dict[str, Any]) -> None:
    def drop(evidence: Path) -> None:
        changed(evidence, lambda record: record["eventTime"] >= answers["raised_from"])

    with analysed(tmp_path / NAME, NAME, prepare=drop) as poorer:
        assert decided(poorer) == set()


def test_from_another_network_it_is_no_insider(tmp_path: Path, answers: dict[str, Any]) -> None:
    def move(evidence: Path) -> None:
        for path in evidence.rglob("*CloudTrail*.json.gz"):
            records = json.loads(gzip.decompress(path.read_bytes()))["Records"]
            for record in records:
                if record["sourceIPAddress"] == answers["address"] and record["eventTime"] >= answers["raised_from"]:
                    record["sourceIPAddress"] = "203.0.113.9"
            path.write_bytes(gzip.compress(json.dumps({"Records": records}).encode()))

    with analysed(tmp_path / NAME, NAME, prepare=move) as other:
        assert decided(other) == set()
        assert "above-baseline-elsewhere" in {signal.name for signal in hypothesis(other, "credential").found}
