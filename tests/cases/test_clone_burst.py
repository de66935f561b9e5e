"""The case clone-burst: what the generator of its evidence knows, against what Leakline says."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cases.analysed import analysed, answers_of, decided, hypothesis, us, words
from timeline.session.case import Case

NAME = "clone-burst"
GIT_EVENTS = "git-events-export.json.gz"


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return answers_of(NAME)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with analysed(tmp_path_factory.mktemp("case") / NAME, NAME) as made:
        yield made


def test_one_burst_of_all_repositories(case: Case, answers: dict[str, Any]) -> None:
    (burst,) = case.findings.bursts()
    assert (burst.actor, burst.credential) == (answers["owner"], answers["token"])
    assert [burst.start_us, burst.end_us - 1] == [us(time) for time in answers["burst"]]
    assert (burst.events, burst.things) == (answers["clones"], len(answers["repositories"]))
    assert burst.addresses == (answers["foreign_address"],)


def test_network_and_agent_are_new_to_the_token(case: Case, answers: dict[str, Any]) -> None:
    seen = {
        (one.field, one.value, one.first_us) for one in case.findings.first_seen() if one.credential == answers["token"]
    }
    began = us(answers["burst"][0])
    assert seen == {("network", answers["foreign_network"], began), ("user_agent", answers["foreign_agent"], began)}


def test_what_was_cloned(case: Case, answers: dict[str, Any]) -> None:
    taken = case.findings.radius(query=f"src_ip:{answers['foreign_address']}")
    assert sorted(download.name for download in taken.downloads) == [f"git:{name}" for name in answers["repositories"]]


def test_the_logs_of_git_end_seven_days_back(case: Case, answers: dict[str, Any]) -> None:
    (gone, kept) = [one for one in case.findings.coverage().intervals if one.vantage.name == "github.git"]
    assert (gone.state, kept.state) == ("off", "on")
    assert 0 <= gone.end_us - us(answers["git_events_from"]) < 3_600_000_000
    for question in answers["not_answerable"].values():
        said = case.findings.was_read(question["resource"], start_us=us(question["from"]), end_us=us(question["to"]))
        assert said.answer == "not answerable"
    assert case.findings.was_read(answers["repositories"][0]).answer == "read"


def test_nobody_tampered_and_nothing_was_open(case: Case) -> None:
    assert case.findings.tampering() == []
    assert case.findings.exposures().windows == ()


def test_a_stolen_credential_and_nothing_else(case: Case, answers: dict[str, Any]) -> None:
    assert decided(case) == {answers["hypothesis"]}
    (deciding,) = [signal for signal in hypothesis(case, "credential").found if signal.decides]
    assert case.event(deciding.keys[0]).src_ip == answers["foreign_address"]


def test_without_git_events_it_is_not_answerable(tmp_path: Path) -> None:
    with analysed(tmp_path / NAME, NAME, GIT_EVENTS) as poorer:
        assert decided(poorer) == set()
        assert "not answerable" in words(poorer)["credential"]
        assert "not answerable" in words(poorer)["insider"]


def test_without_the_clones_nothing_is_decided(tmp_path: Path, answers: dict[str, Any]) -> None:
    def drop(evidence: Path) -> None:
        path = evidence / "github" / GIT_EVENTS
        kept = [
            one
            for one in json.loads(gzip.decompress(path.read_bytes()))
            if one["actor_ip"] != answers["foreign_address"]
        ]
        path.write_bytes(gzip.compress(json.dumps(kept).encode()))

    with analysed(tmp_path / NAME, NAME, prepare=drop) as poorer:
        assert decided(poorer) == set()
        assert poorer.findings.bursts() == []
