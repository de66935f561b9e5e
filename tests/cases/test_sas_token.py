"""The case sas-token: what the generator of its evidence knows, against what Leakline says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cases.analysed import analysed, answers_of, decided, hypothesis, us, windows_of, words
from timeline.analysis.exposure.unseen import unseen_reads
from timeline.model.exposure import OPENED_BEFORE
from timeline.session.case import Case
from timeline.session.scanning import scan

NAME = "sas-token"
SECOND, DAY = 1_000_000, 86_400_000_000


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return answers_of(NAME)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with analysed(tmp_path_factory.mktemp("case") / NAME, NAME) as made:
        yield made


def test_every_signature_is_open_from_its_commit_at_the_latest(case: Case, answers: dict[str, Any]) -> None:
    for known in answers["signatures"]:
        (window,) = windows_of(case, known["thing"])
        assert (window.opened_us, window.opened_key) == (us(known["open_at_or_before"]), None)
        assert OPENED_BEFORE in window.notes
        (seen,) = (case.event(key) for key in window.also)
        assert seen.actor == known["by"]
        assert known["commit"] in (seen.message or "")
        assert window.closed_us // SECOND == us(known["closed"]) // SECOND


def test_the_key_of_this_account_closes_it_and_no_other(case: Case, answers: dict[str, Any]) -> None:
    (window,) = windows_of(case, answers["signatures"][-1]["thing"])
    closed = case.event(window.closed_key or "")
    assert (closed.kind, closed.actor) == ("azure.activity", answers["revoked_by"])
    assert (closed.timestamp or 0) // SECOND == us(answers["revoked"]) // SECOND


def test_who_read_with_it_as_far_as_the_logs_go(case: Case, answers: dict[str, Any]) -> None:
    (window,) = windows_of(case, answers["signatures"][-1]["thing"])
    touches, reads = case.findings.exposures().touches[window.number], answers["reads"]
    assert sum(touch.events - touch.denied for touch in touches) == reads["requests"]
    assert len({touch.src_ip for touch in touches}) == reads["addresses"]
    assert sum(touch.bytes_out for touch in touches) == reads["bytes_logged_as_sent"]
    assert min(touch.first_us or 0 for touch in touches) // SECOND == us(reads["first"]) // SECOND
    assert max(touch.last_us or 0 for touch in touches) // SECOND == us(reads["last"]) // SECOND


def test_what_was_taken_with_it(case: Case, answers: dict[str, Any]) -> None:
    (window,) = windows_of(case, answers["signatures"][-1]["thing"])
    taken = case.findings.radius(window=window.name)
    assert {download.name.partition(".net/")[2]: download.reads for download in taken.downloads} == answers["reads"][
        "blobs"
    ]
    assert taken.unknown == 0


def test_the_window_is_longer_than_the_logs(case: Case, answers: dict[str, Any]) -> None:
    ask, begin = case.findings.was_read, us(answers["logs_begin"])
    early = ask(answers["container"], start_us=us(answers["signatures"][0]["open_at_or_before"]), end_us=begin)
    assert early.answer == "not answerable"
    assert {hole.vantage.name for hole in early.holes} == {"azure.storage"}
    late = ask(answers["container"], start_us=begin, end_us=us(answers["revoked"]))
    assert late.answer == "read"


def test_each_window_says_which_part_of_it_no_log_shows(case: Case, answers: dict[str, Any]) -> None:
    found = case.findings.exposures()
    holes = unseen_reads(found, case.findings.coverage())
    assert sorted(holes) == [window.number for window in found.windows]
    for window, known in zip(found.windows, answers["signatures"], strict=True):
        (hole,) = holes[window.number]
        until = min(us(known["closed"]), us(answers["logs_begin"]))
        assert (hole.vantage.name, hole.start_us) == ("azure.storage", us(known["open_at_or_before"]))
        assert 0 <= hole.end_us - until < DAY

    assert "not answerable: who read it from 2021-10-06 07:14:02 to 2023-03-28" in case.report().replace("\\", "")


def test_one_blob_was_read_and_another_was_not_while_there_are_logs(case: Case, answers: dict[str, Any]) -> None:
    ask, begin = case.findings.was_read, us(answers["reads"]["first"])
    read = ask(answers["read_blob"])
    assert [case.event(key).src_ip for key in read.reads] == [answers["read_by"]]
    assert read.holes
    assert ask(answers["unread_blob"], start_us=begin, end_us=us(answers["unread_until"])).answer == "not read"
    assert ask(answers["unread_blob"]).answer == "not answerable"


def test_a_token_inside_a_url_is_a_secret(case: Case, answers: dict[str, Any], tmp_path: Path) -> None:
    found = [secret for secret in case.findings.secrets() if "azure-sas" in secret.types]
    assert len(found) == len(answers["secret_texts"])
    ends = {us(known["closed"]) // SECOND for known in answers["signatures"]}
    assert {(secret.revoked_us or 0) // SECOND for secret in found} == ends
    assert {secret.exposed_us for secret in found} == {None}  # since when others saw the repository, nothing says
    case.export("jsonl", tmp_path / "events.jsonl", query="")
    for text in (case.report(), (tmp_path / "events.jsonl").read_text("utf-8")):
        for secret in answers["secret_texts"]:
            assert secret not in text
            assert secret.removesuffix("%3D") not in text


def test_storage_that_stood_open_and_nothing_else(case: Case, answers: dict[str, Any]) -> None:
    assert decided(case) == {answers["hypothesis"]}
    assert case.findings.tampering() == []
    assert case.findings.bursts() == []


def test_without_the_storage_logs_it_is_not_answerable(tmp_path: Path, answers: dict[str, Any]) -> None:
    with analysed(tmp_path / NAME, NAME, "storage") as poorer:
        assert decided(poorer) == set()
        assert "not answerable" in words(poorer)["storage"]
        assert poorer.findings.was_read(answers["read_blob"]).answer == "not answerable"
        (missing,) = [signal for signal in hypothesis(poorer, "storage").missing if signal.decides]
        assert missing.absence == "not answerable"


def test_our_own_scan_sees_the_same(tmp_path: Path, answers: dict[str, Any]) -> None:
    with analysed(tmp_path / NAME, NAME, "gitleaks.json") as own:
        scan(own, [], engine="own")
        for known in answers["signatures"]:
            (window,) = windows_of(own, known["thing"])
            assert window.opened_us == us(known["open_at_or_before"])
        assert decided(own) == {answers["hypothesis"]}


def test_without_the_scan_nothing_says_that_anything_was_open(tmp_path: Path) -> None:
    with analysed(tmp_path / NAME, NAME, "gitleaks.json") as poorer:
        assert decided(poorer) == set()
        assert not poorer.findings.exposures().windows
