"""The case moved-tags: what the generator of its evidence knows, against what Leakline says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cases.analysed import analysed, answers_of, decided, hypothesis, us, words
from timeline.model.event import Event
from timeline.model.signals import SignalEvent
from timeline.session.case import Case

NAME = "moved-tags"
DAY = 24 * 3_600_000_000


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return answers_of(NAME)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with analysed(tmp_path_factory.mktemp("case") / NAME, NAME) as made:
        yield made


def found(case: Case, query: str) -> list[Event]:
    with case.find(query) as matches:
        return list(matches.events())


def moves(case: Case, signal: str, **wanted: str) -> list[SignalEvent]:
    """Events of a signal whose tip before or after is the one wanted."""
    (one,) = [one for one in case.findings.tampering() if one.name == signal]
    return [event for event in one.events if all(getattr(event, name) == value for name, value in wanted.items())]


def tag_of(event: SignalEvent) -> str:
    return (event.resource or "").rpartition("refs/tags/")[2]


@pytest.mark.parametrize("signal", ["forced-push", "forced-update"])
def test_old_and_new_tips_of_every_tag(case: Case, answers: dict[str, Any], signal: str) -> None:
    orphan, tags = answers["orphan"], answers["tags"]
    assert {tag_of(event): event.before for event in moves(case, signal, after=orphan)} == tags
    assert {tag_of(event): event.after for event in moves(case, signal, before=orphan)} == tags


def test_when_and_by_whom(case: Case, answers: dict[str, Any]) -> None:
    taken = moves(case, "forced-push", after=answers["orphan"])
    assert [min(e.us or 0 for e in taken), max(e.us or 0 for e in taken)] == list(map(us, answers["moved"]))
    assert {event.actor for event in taken} == {answers["moved_by"]}
    back = moves(case, "forced-push", before=answers["orphan"])
    assert [min(e.us or 0 for e in back), max(e.us or 0 for e in back)] == list(map(us, answers["restored"]))
    assert {event.actor for event in back} == {answers["restored_by"]}
    fetched = {event.us for event in moves(case, "forced-update", after=answers["orphan"])}
    assert fetched == {us(answers["moved_at_or_before_by_the_mirror"])}


def test_a_rolling_tag_is_moved_by_force_at_every_release(case: Case, answers: dict[str, Any]) -> None:
    usual = [
        event
        for event in moves(case, "forced-update")
        if answers["orphan"] not in {event.before, event.after}
    ]  # fmt: skip
    assert len(usual) == 4
    assert {tag_of(event) for event in usual} == {answers["rolling_tag"]}
    deciding = next(signal for signal in hypothesis(case, "supply").found if signal.decides)
    assert not [said for said in deciding.words if f"refs/tags/{answers['rolling_tag']}:" in said]


def test_the_commit_without_parents_is_reached_by_nothing_but_the_reflog(case: Case, answers: dict[str, Any]) -> None:
    (signal,) = [one for one in case.findings.tampering() if one.name == "unreachable"]
    (event,) = signal.events
    commit = case.event(event.key)
    assert commit.uid == answers["orphan"]
    assert (commit.timestamp, commit.actor) == (us(answers["orphan_says"]["committed"]), answers["orphan_says"]["by"])
    assert commit.timestamp is not None
    assert commit.timestamp < us(answers["moved"][0]) - 13 * DAY


def test_while_the_tags_were_moved_nothing_led_to_the_releases(tmp_path: Path, answers: dict[str, Any]) -> None:
    def before_they_were_put_back(evidence: Path) -> None:
        mirror = evidence / "git" / "setup-cache.git"
        for tag in answers["tags"]:
            (mirror / "refs" / "tags" / tag).write_text(f"{answers['orphan']}\n")
            log = mirror / "logs" / "refs" / "tags" / tag
            log.write_text("".join(log.read_text().splitlines(keepends=True)[:-1]))

    with analysed(tmp_path / NAME, NAME, prepare=before_they_were_put_back) as early:
        (signal,) = [one for one in early.findings.tampering() if one.name == "unreachable"]
        assert {early.event(event.key).uid for event in signal.events} == set(answers["tags"].values())


def test_the_token_came_from_a_network_new_to_it(case: Case, answers: dict[str, Any]) -> None:
    pushes = found(case, f"kind:github.audit action:git.push src_ip:{answers['moved_from']}")
    assert [event.timestamp for event in pushes][:: len(pushes) - 1] == list(map(us, answers["moved"]))
    seen = [one for one in case.findings.first_seen() if one.field == "network" and one.value == "203.0.113.0/24"]
    assert [(one.credential, one.first_us) for one in seen] == [(pushes[0].credential, us(answers["moved"][0]))]


def test_steps_that_printed_and_when(case: Case, answers: dict[str, Any]) -> None:
    printed = found(case, f"kind:ci.job raw.action_sha:{answers['orphan']}")
    assert [int(event.session or 0) for event in printed] == answers["runs_that_printed"]
    assert (printed[0].timestamp, printed[-1].timestamp) == (us(answers["first_print"]), us(answers["last_print"]))
    assert {event.timestamp_basis for event in printed} == {"zone_assumed"}
    assert us(answers["moved"][0]) < us(answers["first_print"]) < us(answers["restored"][0])


def late(case: Case) -> tuple[int, int]:
    """(steps that end after their run was over by the audit log, all steps of runs that it has)."""
    runs = found(case, "kind:github.audit action:workflows.completed_workflow_run")
    ends = {str(case.raw_fields(run.key)["workflow_run_id"]): run.timestamp or 0 for run in runs}
    steps = [event for event in found(case, "kind:ci.job") if event.session in ends]
    return sum((event.timestamp or 0) > ends[event.session or ""] for event in steps), len(steps)


def test_the_abbreviation_is_read_as_the_place_it_stands_for(
    case: Case, tmp_path: Path, answers: dict[str, Any]
) -> None:
    after, steps = late(case)
    assert (after, steps > 200) == (0, True)
    literally = ("ci-jobs.yaml", f"zone: {answers['zone_meant']}", 'zone: "-08:00"')
    with analysed(tmp_path / "literal" / NAME, NAME, change=literally) as other:
        assert late(other) == (steps, steps)


def test_clocks_name_the_log_whose_zone_was_assumed(case: Case) -> None:
    clocks = case.findings.clocks()
    assert [(one.source, one.basis) for one in clocks.assumed] == [("ci/jobs.csv", "zone_assumed")]
    assert clocks.anomalies == ()


def test_an_abbreviation_that_nobody_explained_gives_no_time(tmp_path: Path) -> None:
    unread = ("ci-jobs.yaml", '"%Y-%m-%d %H:%M:%S PST"', "iso")
    with analysed(tmp_path / NAME, NAME, change=unread) as other:
        (source,) = [info for info in other.sources() if info.path == "ci/jobs.csv"]
        assert source.undated == source.events > 0
        assert not found(other, "kind:ci.job after:2020-01-01")


def test_the_supply_chain_and_nothing_else(case: Case, answers: dict[str, Any]) -> None:
    assert decided(case) == {answers["hypothesis"]}
    assert case.findings.exposures().windows == ()
    assert case.findings.bursts() == []


@pytest.mark.parametrize("without", ["webhooks.jsonl", "setup-cache.git"])
def test_one_of_two_sources_is_enough(tmp_path: Path, answers: dict[str, Any], without: str) -> None:
    with analysed(tmp_path / NAME, NAME, without) as poorer:
        assert decided(poorer) == {answers["hypothesis"]}


def test_without_the_deciding_evidence_it_is_not_answerable(tmp_path: Path) -> None:
    with analysed(tmp_path / NAME, NAME, "webhooks.jsonl", "setup-cache.git") as poorer:
        assert decided(poorer) == set()
        assert words(poorer)["supply"].startswith("not answerable")
