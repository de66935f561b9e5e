"""Results of analyses in the case: found once, found again when anything changes, never believed when damaged."""

import json
import sqlite3
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard

from tests.analysis.trails import call, made_case, user
from timeline.analysis.radius.logged import find_logged
from timeline.model.bursts import Burst, FirstSeen
from timeline.model.clocks import Clocks
from timeline.model.coverage import Coverage
from timeline.model.errors import Cancelled, UsageError
from timeline.model.event import Event
from timeline.model.exposure import Exposures
from timeline.model.hypotheses import Hypothesis
from timeline.model.identity import Actors
from timeline.model.secrets import Secret
from timeline.model.signals import Signal
from timeline.session.case import Case, open_case
from timeline.session.deciding import decide_hypothesis, decide_links
from timeline.session.facts import CaseFacts

ANN = user("ann", "AKIAANNANNANNANNANN1")


ANONYMOUS = '192.0.2.7 - - [30/Mar/2026:11:30:00 +0000] "GET /a.tgz HTTP/1.1" 200 100 "-" "curl/8"\n'


def read(number: int) -> dict[str, Any]:
    return call(number, f"2026-03-30T11:{number % 60:02d}:00Z", "s3", "GetObject", ANN)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return made_case(tmp_path / "case", {"trail.json": [read(1), read(2)]})


def stored(case: Case) -> dict[str, str]:
    with sqlite3.connect(case.path) as connection:
        return dict(connection.execute("SELECT name, state FROM result"))


def again(case: Case) -> Case:
    case.close()
    return open_case(case.path.parent, analyst="kim", now_us=lambda: 1)


def test_a_result_is_kept_and_found_again(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    found = case.findings.actors()
    assert stored(case) == {}  # nothing is written while the case is read
    case = again(case)
    assert {name for name in stored(case) if not name.startswith("links ")} == {"actors", "groups identities"}
    never(monkeypatch, "find_actors")
    assert case.findings.actors() == found


def never(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def find(*_: object, **__: object) -> object:
        raise AssertionError(f"{name} was asked again")

    monkeypatch.setattr(f"timeline.session.analysing.{name}", find)


def more(case: Case, name: str, text: str) -> Case:
    (case.path.parent / "evidence" / name).write_text(text)
    case = again(case)
    case.ingest(jobs=1)
    return case


def test_events_that_it_would_not_have_seen_leave_it_standing(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    found = case.findings.actors()
    bursts = case.findings.bursts()
    coverage = case.findings.coverage()
    case = more(case, "access.log", ANONYMOUS)
    with monkeypatch.context() as patch:
        never(patch, "find_actors")
        never(patch, "find_bursts")
        assert (case.findings.actors(), case.findings.bursts()) == (found, bursts)
    assert case.findings.coverage() != coverage
    before = stored(case)["actors"]
    case = again(case)
    assert stored(case)["actors"] != before  # it says that it rests on the new events, too
    never(monkeypatch, "find_actors")
    assert case.findings.actors() == found


def test_events_that_it_would_have_seen_make_it_old(case: Case) -> None:
    case.findings.actors()
    case = more(case, "access.log", ANONYMOUS.replace("- -", "- ann"))
    assert {actor.name for actor in case.findings.actors().actors} > {"web:ann"}


def test_what_another_program_found_since_is_left_alone(case: Case) -> None:
    case.findings.actors()
    case = more(case, "access.log", ANONYMOUS)
    case.findings.actors()
    with sqlite3.connect(case.path) as connection:
        connection.execute("UPDATE result SET state = 'of another program'")
    case.close()
    assert stored(case)["actors"] == "of another program"


def test_links_that_records_say_grow(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that are there are not read again, and nobody can tell from the result."""
    assumed: dict[str, Any] = {"requestParameters": {"roleArn": "arn:aws:iam::111122223333:role/deploy", "roleSessionName": "s"}}
    assumed["responseElements"] = {"credentials": {"accessKeyId": "ASIAEXAMPLE000000001"}}
    role = call(4, "2026-03-30T11:05:00Z", "sts", "AssumeRole", ANN, **assumed)
    case = more(case, "roles.json", json.dumps(role) + "\n")
    case.findings.actors()
    case = more(case, "later.json", json.dumps(role | {"eventID": "9", "eventTime": "2026-03-30T11:06:00Z"}) + "\n")
    read_records: list[str] = []
    whole = CaseFacts.raw_fields

    def raw_fields(facts: CaseFacts, event: Event) -> Any:
        read_records.append(event.key)
        return whole(facts, event)

    monkeypatch.setattr(CaseFacts, "raw_fields", raw_fields)
    grown = case.findings.actors()
    assert len(read_records) == 1
    links = case.findings.links()
    case.close()
    with sqlite3.connect(case.path) as connection:
        connection.execute("DELETE FROM result")
    case = again(case)
    assert (case.findings.actors(), case.findings.links()) == (grown, links)
    assert [link.events for link in links if link.events == 2]


def test_a_vantage_point_that_saw_nothing_new_is_not_asked_again(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = {download.name for download in case.findings.radius().downloads}
    case = more(case, "access.log", ANONYMOUS)
    asked: list[str] = []

    def find(facts: Any, *, scope: Any, rule: Any) -> Any:
        asked.append(rule.name)
        return find_logged(facts, scope, rule)

    monkeypatch.setattr("timeline.analysis.radius.find.find_logged", find)
    now = {download.name for download in case.findings.radius().downloads}
    assert objects < now
    assert asked
    assert not any("cloudtrail" in name for name in asked)


def test_new_events_decisions_and_case_yaml_make_it_old(case: Case) -> None:
    assert case.findings.actors().actors[0].events == 2
    (case.path.parent / "evidence" / "more.json").write_text(json.dumps(read(3)) + "\n")
    case = again(case)
    case.ingest(jobs=1)
    assert case.findings.actors().actors[0].events == 3
    decide_links(case, [case.findings.links()[0].id], "refused")
    assert case.findings.links()[0].verdict == "refused"
    case.close()
    people = f'people: [{{name: Ann Lee, identities: ["{ANN["arn"]}"]}}]\n'
    (case.path.parent / "case.yaml").write_text("name: made\n" + people)
    assert again(case).findings.actors().actors[0].name == "Ann Lee"


def test_every_result_survives_the_case(case: Case) -> None:
    findings = case.findings
    forms: list[tuple[Any, Any]] = [
        (findings.exposures(), Exposures), (findings.actors(), Actors), (findings.coverage(), Coverage),
        (findings.bursts(), list[Burst]), (findings.first_seen(), list[FirstSeen]), (findings.tampering(), list[Signal]),
        (findings.hypotheses(), list[Hypothesis]), (findings.secrets(), list[Secret]), (findings.clocks(), Clocks),
    ]  # fmt: skip
    for value, form in forms:
        assert msgspec.json.decode(msgspec.json.encode(value), type=form) == value


@pytest.mark.parametrize("value", [b"", b"no zstd", zstandard.compress(b"{"), zstandard.compress(b'{"actors":[1]}')])
def test_a_damaged_result_is_found_again(case: Case, value: bytes) -> None:
    found = case.findings.actors()
    case = again(case)
    with sqlite3.connect(case.path) as connection:
        connection.execute("UPDATE result SET value = ?", (value,))
    assert case.findings.actors() == found


def test_a_bomb_is_not_opened(case: Case) -> None:
    case.findings.actors()
    case = again(case)
    bomb = zstandard.ZstdCompressor().compress(b" " * (193 << 20))
    with sqlite3.connect(case.path) as connection:
        connection.execute("UPDATE result SET value = ?", (bomb,))
    assert case.findings.actors().actors[0].events == 2


def test_a_case_that_cannot_be_written_is_asked_all_the_same(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case.findings.actors()
    monkeypatch.setattr("os.access", lambda *_: False)
    case.close()
    assert stored(case) == {}


def test_a_busy_case_is_not_waited_for(case: Case) -> None:
    case.findings.actors()
    other = sqlite3.connect(case.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    case.close()
    other.execute("ROLLBACK")
    other.close()
    assert stored(case) == {}


def test_the_case_stays_one_file_of_its_own_mode(case: Case) -> None:
    case.findings.actors()
    case.close()
    assert not [path for path in case.path.parent.glob("case.db-wal") if path.stat().st_size]
    assert stat.S_IMODE(case.path.stat().st_mode) == 0o600
    assert not [check for check in again(case).verify() if check.problems]


def test_hypotheses_of_the_analyst_and_what_is_said_of_them(case: Case) -> None:
    own = case.path.parent / "rules"
    assert len(case.findings.hypotheses()) == 5
    own.mkdir()
    (own / "hypotheses.yaml").write_text(
        "hypotheses: {vendor: by a vendor}\nsignals:\n  - {signal: read, hypothesis: vendor, speaks: for, decides: true,"
        " title: reads, query: 'action:s3:GetObject'}\n"
    )
    assert case.findings.hypotheses()[-1].words == "deciding evidence for it, none against"
    decide_hypothesis(case, "vendor", "refused", "they were at sea")
    decision = case.findings.hypotheses()[-1].decision
    assert decision is not None
    assert (decision.state, decision.comment, decision.analyst) == ("refused", "they were at sea", "kim")
    assert "- refused by kim: they were at sea." in case.report()
    assert case.undo() == "decide hypothesis/vendor"
    assert case.findings.hypotheses()[-1].decision is None
    with pytest.raises(UsageError, match="no such hypothesis"):
        decide_hypothesis(case, "sailor", "confirmed")


def test_a_question_that_was_given_up_leaves_what_was_kept(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case.findings.actors()
    case = more(again(case), "later.json", json.dumps(read(3)) + "\n")
    before = stored(case)["actors"]

    def give_up(*_: object, **__: object) -> object:
        raise Cancelled("stopped")

    with monkeypatch.context() as patched:
        patched.setattr("timeline.session.analysing.find_actors", give_up)
        with pytest.raises(Cancelled):
            case.findings.actors()
    case = again(case)
    assert stored(case)["actors"] == before
    assert case.findings.actors().actors[0].events == 3
