"""Events that change what is logged or rewrite history, found in a case."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.evidence_files import ingested, put, trail_record
from timeline.model.errors import CaseFileError
from timeline.model.yaml_reading import parse_tree
from timeline.rules.signal_pack import own_signal_pack, read_signal_pack
from timeline.session.case import Case


def call(number: int, event: str) -> dict[str, Any]:
    return trail_record(
        number, eventName=event, eventSource="cloudtrail.amazonaws.com", requestParameters={"name": "main"}
    )


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("tampered")
    trail = {"Records": [call(1, "StopLogging"), call(2, "StartLogging"), call(3, "DeleteTrail")]}
    with ingested(folder / "c.db", put(folder / "e", {"trail.json": json.dumps(trail)})) as case:
        yield case


def test_a_stopped_trail(case: Case) -> None:
    (signal,) = case.findings.tampering()
    assert (signal.name, signal.about, signal.count) == ("trail-off", "logs", 2)
    assert [case.event(event.key).action for event in signal.events] == [
        "cloudtrail:StopLogging",
        "cloudtrail:DeleteTrail",
    ]


def test_rows_for_the_screen(case: Case) -> None:
    rows = case.finding_rows("tampering")
    assert [row.state for row in rows] == ["logs", "logs"]
    with case.find(rows[0].query) as matches:
        assert matches.page(0, 2)[0].action == "cloudtrail:StopLogging"


def test_tips_before_and_after_a_forced_move(case: Case, tmp_path: Path) -> None:
    pack = read_signal_pack(
        parse_tree(
            b"""signals:
  - {signal: renamed, title: t, about: history, query: "action:cloudtrail:StopLogging", from: raw.eventName, to: raw.eventID}
""",
            "pack.yaml",
        )
    )
    from timeline.analysis.signals import find_signals
    from timeline.session.facts import CaseFacts

    with case.reading() as reader:
        (signal,) = find_signals(CaseFacts(reader), pack)
    assert (signal.events[0].before, signal.events[0].after) == ("StopLogging", "00000000-0000-4000-8000-000000000001")


def test_our_own_pack_is_sound() -> None:
    assert {rule.about for rule in own_signal_pack()} == {"logs", "history"}


def test_a_signal_twice() -> None:
    one = '  - {signal: a, title: t, about: logs, query: "x"}\n'
    with pytest.raises(CaseFileError, match="the signal a twice"):
        read_signal_pack(parse_tree(f"signals:\n{one}{one}".encode(), "pack.yaml"))


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("v1.0.3", "deciding evidence for it, none against"),
        ("cli/2.0.0-rc.1", "deciding evidence for it, none against"),
        ("v1", "evidence for it, none that decides"),
    ],
)
def test_a_tag_pushed_by_force_as_a_receiver_kept_it(tmp_path: Path, tag: str, words: str) -> None:
    body = {
        "ref": f"refs/tags/{tag}", "before": "1" * 40, "after": "2" * 40, "created": False, "deleted": False, "forced": True,
        "commits": [], "head_commit": None, "pusher": {"name": "eve-gh"}, "sender": {"login": "eve-gh"},
        "repository": {"full_name": "example-org/cli", "pushed_at": 1_774_910_208}, "organization": {"login": "example-org"},
    }  # fmt: skip
    kept = {"headers": {"X-GitHub-Event": "push", "X-GitHub-Delivery": "d1"}, "payload": body}
    usual = {"headers": {"X-GitHub-Event": "push", "X-GitHub-Delivery": "d2"}, "payload": {**body, "forced": False}}
    files = put(tmp_path / "e", {"hooks.json": json.dumps(kept) + "\n" + json.dumps(usual) + "\n"})
    with ingested(tmp_path / "c.db", files) as case:
        (signal,) = case.findings.tampering()
        assert (signal.name, signal.count) == ("forced-push", 1)
        assert (signal.events[0].before, signal.events[0].after) == ("1" * 40, "2" * 40)
        supply = next(one for one in case.findings.hypotheses() if one.name == "supply")
        assert supply.words == words
