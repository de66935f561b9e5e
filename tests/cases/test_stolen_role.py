"""The case stolen-role: what the generator of its evidence knows, against what Leakline says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cases.analysed import analysed, answers_of, decided, hypothesis, us, words
from timeline.session.case import Case

NAME = "stolen-role"


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return answers_of(NAME)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with analysed(tmp_path_factory.mktemp("case") / NAME, NAME) as made:
        yield made


def test_it_is_large_enough_to_hide_in(case: Case) -> None:
    with case.find() as events:
        assert events.count() >= 20_000


def test_the_requests_that_reached_the_metadata_service(case: Case, answers: dict[str, Any]) -> None:
    (signal,) = [one for one in hypothesis(case, "credential").found if one.name == "metadata-through-web"]
    events = [case.event(key) for key in signal.keys]
    assert [event.timestamp for event in events] == [us(time) for time in answers["metadata_requests"]]
    assert {event.src_ip for event in events} == {answers["prober"]}


def test_the_first_use_from_elsewhere(case: Case, answers: dict[str, Any]) -> None:
    (signal,) = [one for one in hypothesis(case, "credential").found if one.name == "role-elsewhere"]
    event = case.event(signal.keys[0])
    assert (event.timestamp, event.src_ip) == (us(answers["first_use"]), answers["foreign_address"])
    assert (event.actor, event.credential) == (answers["session"], answers["key_id"])


def test_both_logs_show_the_burst(case: Case, answers: dict[str, Any]) -> None:
    bursts = case.findings.bursts()
    assert {burst.credential for burst in bursts} == {answers["key_id"], None}
    for burst in bursts:
        assert (burst.start_us, burst.end_us - 1) == (us(answers["first_read"]), us(answers["last_read"]))
        assert (burst.events, burst.things) == (answers["reads"], len(answers["objects"]))
        assert (burst.bytes_out, burst.addresses) == (answers["bytes_logged_as_sent"], (answers["foreign_address"],))


def test_bytes_of_two_logs_are_not_added(case: Case, answers: dict[str, Any]) -> None:
    taken = case.findings.radius(query=f"src_ip:{answers['foreign_address']}")
    assert {download.name: download.size for download in taken.downloads} == answers["objects"]
    assert {download.taken for download in taken.downloads} == {"whole"}
    assert sum(download.obtained or 0 for download in taken.downloads) == answers["bytes_obtained"]
    assert sum(download.sent for download in taken.downloads) == answers["bytes_logged_as_sent"]
    assert {vantage.sent for vantage in taken.vantages} == {answers["bytes_logged_as_sent"]}


def test_parts_are_parts(case: Case, answers: dict[str, Any]) -> None:
    with case.find(f"kind:aws.s3access src_ip:{answers['foreign_address']} status:206") as events:
        assert events.count() == answers["parts"]


def test_all_shards(case: Case, answers: dict[str, Any]) -> None:
    sets = case.findings.radius(query=f"src_ip:{answers['foreign_address']}").sets
    assert {(one.got, one.of) for one in sets} == {tuple(answers["shards"])}


def test_nothing_went_through_the_server(case: Case, answers: dict[str, Any]) -> None:
    with case.find(f"kind:aws.vpcflow {answers['foreign_address']}") as flows:
        assert flows.count() == answers["flow_bytes_to_the_foreign_address"]


def test_the_two_logs_have_one_clock(case: Case) -> None:
    skews = [one for one in case.findings.clocks().skews if "s3-access" in one.one + one.other]
    assert skews
    assert {(one.words, one.median_us) for one in skews} == {("agree", 0)}


def test_nobody_tampered_and_nothing_was_open(case: Case) -> None:
    assert case.findings.tampering() == []
    assert not case.findings.exposures().windows


def test_a_stolen_credential_and_nothing_else(case: Case, answers: dict[str, Any]) -> None:
    assert decided(case) == {answers["hypothesis"]}
    found = {signal.name: signal.decides for signal in hypothesis(case, "credential").found}
    assert found == {
        "burst-new-network": True, "role-elsewhere": True, "metadata-through-web": False,
        "instance-credentials-outside": False,
    }  # fmt: skip


@pytest.mark.parametrize("without", ["AWSLogs", "s3-access"])
def test_one_of_the_two_logs_is_enough(tmp_path: Path, without: str, answers: dict[str, Any]) -> None:
    with analysed(tmp_path / NAME, NAME, without, "web", "vpc-flow") as poorer:
        assert decided(poorer) == {answers["hypothesis"]}


def test_without_both_it_is_not_answerable(tmp_path: Path) -> None:
    with analysed(tmp_path / NAME, NAME, "AWSLogs", "s3-access") as poorer:
        assert decided(poorer) == set()
        assert "not answerable" in words(poorer)["credential"]
        assert "not answerable" in words(poorer)["insider"]
        assert poorer.findings.was_read("s3://corp-models/releases/").answer == "not answerable"


def test_without_the_days_before_nothing_is_usual_and_nothing_decided(tmp_path: Path) -> None:
    def keep_last_day(evidence: Path) -> None:
        for path in (*evidence.rglob("*CloudTrail*.json.gz"), *evidence.glob("s3-access/*/*")):
            day = "20261007" if "CloudTrail" in path.name else "2026-10-07"
            if day not in path.name:
                path.unlink()

    with analysed(tmp_path / NAME, NAME, "web", "vpc-flow", prepare=keep_last_day) as poorer:
        assert decided(poorer) == set()
