"""The case private-is-not-rotated: what the generator of its evidence knows, against what Leakline says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cases.analysed import analysed, answers_of, decided, hypothesis, us, windows_of, words
from timeline.model.exposure import OPENED_BEFORE
from timeline.model.secrets import Secret
from timeline.session.case import Case
from timeline.session.scanning import scan

NAME = "private-is-not-rotated"


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return answers_of(NAME)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with analysed(tmp_path_factory.mktemp("case") / NAME, NAME) as made:
        yield made


@pytest.fixture(scope="module")
def secret(case: Case, answers: dict[str, Any]) -> Secret:
    return next(secret for secret in case.findings.secrets() if answers["key_id"] in secret.ids)


def test_the_window_of_the_repository_begins_with_a_bound(case: Case, answers: dict[str, Any]) -> None:
    (window,) = windows_of(case, answers["repository"])
    assert (window.opened_us, window.opened_key) == (us(answers["open_at_or_before"]), None)
    assert OPENED_BEFORE in window.notes
    closed = case.event(window.closed_key or "")
    assert (closed.timestamp, closed.actor) == (us(answers["made_private"]), answers["made_private_by"])


def test_the_life_of_the_key(case: Case, secret: Secret, answers: dict[str, Any]) -> None:
    assert [place.rpartition(":")[0] for place in secret.places] == [answers["path"]]
    times = {(step.what, step.us) for step in secret.steps}
    assert ("committed", us(answers["committed"])) in times
    assert ("reported", us(answers["reported"])) in times
    assert ("revoked", us(answers["deleted"])) in times
    assert secret.exposed_us == us(answers["open_at_or_before"])
    assert [step.is_bound for step in secret.steps if step.what == "open"] == [True]
    assert secret.revoked_us == us(answers["revoked"])
    with case.find(f"uid:{answers['commit']}") as matches:
        assert [event.actor for event in matches.events()] == [answers["by"]]


def test_the_tail_between_private_and_rotated(case: Case, secret: Secret, answers: dict[str, Any]) -> None:
    (window,) = windows_of(case, answers["repository"])
    assert ((secret.revoked_us or 0) - window.closed_us) // 1_000_000 == answers["tail_seconds"]
    (foreign,) = [use for use in secret.uses if use.src_ip == answers["foreign_address"]]
    assert foreign.phase == "between"
    assert (foreign.events, foreign.denied) == (answers["foreign_events"], answers["foreign_denied"])
    assert (foreign.first_us, foreign.last_us) == (us(answers["foreign_first"]), us(answers["foreign_last"]))
    assert window.closed_us < (foreign.first_us or 0) < (secret.revoked_us or 0)


def test_the_foreign_network_is_new_to_the_key(case: Case, answers: dict[str, Any]) -> None:
    seen = [one for one in case.findings.first_seen() if one.credential == answers["key_id"] and one.field == "network"]
    assert [(one.value, one.first_us) for one in seen] == [("198.51.100.0/24", us(answers["foreign_first"]))]


def test_our_own_scan_finds_the_key_in_history_and_not_at_the_tip(tmp_path: Path, answers: dict[str, Any]) -> None:
    with analysed(tmp_path / NAME, NAME, "trufflehog.jsonl") as case:
        scan(case, [], engine="own")
        (found,) = [secret for secret in case.findings.secrets() if answers["key_id"] in secret.ids]
        assert found.at_tip is answers["still_at_tip"]
        assert any(place.startswith(answers["path"]) for place in found.places)


def test_who_made_it_private_is_who_changed_the_key(case: Case, answers: dict[str, Any]) -> None:
    person = case.findings.actor(answers["made_private_by"])
    assert {identity.value for identity in person.identities} >= {"arn:aws:iam::111122223333:user/tom.weber"}
    importer = case.findings.actor(answers["key_id"])
    assert importer.name != person.name


def test_what_no_log_shows_is_not_answered(case: Case, answers: dict[str, Any]) -> None:
    for question in answers["not_answerable"].values():
        start = us(question["from"]) if "from" in question else None
        said = case.findings.was_read(question["resource"], start_us=start, end_us=us(question["to"]))
        assert said.answer == "not answerable"
        assert said.holes


def test_nobody_tampered_and_nothing_came_in_bursts(case: Case) -> None:
    assert case.findings.tampering() == []
    assert case.findings.bursts() == []


def test_a_stolen_credential_and_nothing_else(case: Case, answers: dict[str, Any]) -> None:
    assert decided(case) == {answers["hypothesis"]}
    (deciding,) = [signal for signal in hypothesis(case, "credential").found if signal.decides]
    event = case.event(deciding.keys[0])
    assert (event.src_ip, event.timestamp) == (answers["foreign_address"], us(answers["foreign_first"]))


@pytest.mark.parametrize(
    ("without", "absence"),
    [
        (["AWSLogs"], "not answerable"),
        (["13"], "not answerable"),  # the trail's files of the day of the use
        (["trufflehog.jsonl", "secret-scanning-alerts.json"], "not answerable"),
    ],
)
def test_without_the_deciding_evidence_it_is_not_answerable(tmp_path: Path, without: list[str], absence: str) -> None:
    with analysed(tmp_path / NAME, NAME, *without) as poorer:
        assert decided(poorer) == set()
        assert absence in words(poorer)["credential"]


def test_the_key_is_in_no_report(case: Case) -> None:
    report = case.report()
    assert "invented/EvidenceOnly" not in report
