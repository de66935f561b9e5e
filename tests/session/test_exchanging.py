"""Two responders on copies of one case: what they say comes together, whichever way it goes."""

import json
import shutil
from itertools import count, permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.trails import call, made_case, user
from timeline.model.errors import UsageError
from timeline.model.event import Event
from timeline.session.case import Case, open_case
from timeline.session.deciding import decide_hypothesis
from timeline.session.exchanging import FORMAT, export_annotations, import_annotations
from timeline.store.annotations import Operation
from timeline.store.merging import Statement, planned

ANN = user("ann", "AKIAEXAMPLE000000001")
CLOCK = count(1_000)


def opened(folder: Path, analyst: str) -> Case:
    return open_case(folder, analyst=analyst, now_us=lambda: next(CLOCK))


@pytest.fixture
def cases(tmp_path: Path) -> tuple[Case, Case]:
    trail = [call(number, f"2026-03-30T11:0{number}:00Z", "s3", "GetObject", ANN) for number in range(4)]
    made_case(tmp_path / "kim", {"trail.json": trail}).close()
    shutil.copytree(tmp_path / "kim", tmp_path / "lee")
    return opened(tmp_path / "kim", "kim"), opened(tmp_path / "lee", "lee")


def keys(case: Case) -> list[str]:
    with case.find("") as found:
        return list(found.keys())


def said(case: Case) -> list[tuple[Any, ...]]:
    with case.find("") as found:
        return [_said(event) for event in found.events()]


def _said(event: Event) -> tuple[Any, ...]:
    return event.key, event.starred, event.tags, event.comments, event.severity, event.why


def moved(one: Case, other: Case, path: Path) -> Any:
    export_annotations(one, path)
    return import_annotations(other, path)


def test_both_say_the_same_in_the_end(cases: tuple[Case, Case], tmp_path: Path) -> None:
    kim, lee = cases
    first, second, third, _ = keys(kim)
    kim.annotate([first, second], star=True, tags=["exfil"], severity="low")
    lee.annotate([second, third], star=True, comment="seen", severity="high", why="it is the first")
    lee.annotate([first], tags=["exfil", "noise"])
    kim.annotate([second], comment="me too", untag=["exfil"])
    decide_hypothesis(kim, kim.findings.hypotheses()[0].name, "refused", "no")
    decide_hypothesis(lee, lee.findings.hypotheses()[0].name, "confirmed", "yes")
    found = moved(kim, lee, tmp_path / "a.jsonl")
    assert len(found.merged.conflicts) == 2  # the severity of one event, and the hypothesis
    assert {conflict.counts.analyst for conflict in found.merged.conflicts} == {"lee"}
    back = moved(lee, kim, tmp_path / "b.jsonl")
    assert len(back.merged.conflicts) == 2
    assert said(kim) == said(lee)
    stances = [[one.decision and one.decision.state for one in case.findings.hypotheses()] for case in cases]
    assert stances[0] == stances[1]
    assert "confirmed" in stances[0]
    comments = next(comments for key, _, _, comments, _, _ in said(kim) if key == second)
    assert [note.analyst for note in comments] == ["lee", "kim"]
    assert all(not check.problems for check in kim.verify())


def test_twice_changes_nothing(cases: tuple[Case, Case], tmp_path: Path) -> None:
    kim, lee = cases
    kim.annotate_matches("", star=True, comment="x")
    moved(kim, lee, tmp_path / "a.jsonl")
    before, head = said(lee), lee.custody_head()
    again = moved(kim, lee, tmp_path / "a.jsonl")
    assert (again.merged.new, again.merged.known) == ((), 8)
    assert (said(lee), lee.custody_head()) == (before, head)
    assert moved(lee, kim, tmp_path / "b.jsonl").merged.new == ()


def test_what_is_older_is_kept_and_does_not_count(cases: tuple[Case, Case], tmp_path: Path) -> None:
    kim, lee = cases
    first = keys(kim)[0]
    kim.annotate([first], severity="low")
    lee.annotate([first], severity="critical")
    found = moved(kim, lee, tmp_path / "a.jsonl")
    assert len(found.merged.superseded) == 1
    assert said(lee)[0][4] == "critical"
    lee.undo()  # and so what lee said goes, and nothing comes in its place
    assert said(lee)[0][4] is None
    lee.redo()
    assert said(lee)[0][4] == "critical"
    export_annotations(lee, tmp_path / "b.jsonl")
    assert sum("severity" in line for line in (tmp_path / "b.jsonl").read_text().splitlines()) == 2


def test_a_try_changes_nothing(cases: tuple[Case, Case], tmp_path: Path) -> None:
    kim, lee = cases
    kim.annotate_matches("", star=True)
    export_annotations(kim, tmp_path / "a.jsonl")
    head = lee.custody_head()
    found = import_annotations(lee, tmp_path / "a.jsonl", dry_run=True)
    assert len(found.merged.new) == 4
    assert not any(starred for _, starred, *_ in said(lee))
    assert lee.custody_head() == head


def test_events_of_other_evidence_are_told_and_kept(cases: tuple[Case, Case], tmp_path: Path) -> None:
    kim, _ = cases
    kim.annotate_matches("", tags=["x"])
    other = made_case(tmp_path / "other", {"trail.json": [call(9, "2026-03-30T11:00:00Z", "s3", "GetObject", ANN)]})
    found = moved(kim, other, tmp_path / "a.jsonl")
    assert found.strange == tuple(sorted(keys(kim)))
    assert len(found.merged.new) == 4


def test_no_secret_leaves(cases: tuple[Case, Case], tmp_path: Path) -> None:
    kim, lee = cases
    token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    kim.annotate_matches("", comment=f"they used {token}", why=token)
    export_annotations(kim, tmp_path / "a.jsonl")
    assert token not in (tmp_path / "a.jsonl").read_text()
    import_annotations(lee, tmp_path / "a.jsonl")
    export_annotations(lee, tmp_path / "b.jsonl")
    assert import_annotations(kim, tmp_path / "b.jsonl").merged.new == ()  # kim's own words, redacted on their way
    export_annotations(kim, tmp_path / "c.jsonl", redact=False)
    assert token in (tmp_path / "c.jsonl").read_text()


HEAD = json.dumps({"format": FORMAT, "version": 1})
LINE = {"at_us": 1, "analyst": "kim", "key": "u0123456789abcdef", "verb": "star"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1: is no file of annotations"),
        ("{}", "1: is no file of annotations"),
        ('{"format": "leakline annotations", "version": 2}', "is of version 2"),
        (f"{HEAD}\n{{", "2: is no statement"),
        (f"{HEAD}\n[]", "2: is no statement"),
        (f"{HEAD}\n{json.dumps(LINE | {'more': 1})}", "unknown field `more`"),
        (f"{HEAD}\n{json.dumps(LINE)}\n{json.dumps(LINE | {'verb': 'run'})}", "3: says nothing that is known"),
        (f"{HEAD}\n{json.dumps(LINE | {'key': '../x'})}", "is about no event"),
        (f"{HEAD}\n{json.dumps(LINE | {'key': 'link/x'})}", "is about no event"),
        (f"{HEAD}\n{json.dumps(LINE | {'verb': 'tag'})}", "tag needs a value"),
        (f"{HEAD}\n{json.dumps(LINE | {'verb': 'severity', 'value': 'worst'})}", "is no severity"),
        (f"{HEAD}\n{json.dumps(LINE | {'analyst': chr(27)})}", "who says it"),
        (f"{HEAD}\n{json.dumps(LINE | {'at_us': 2**62})}", "said at no time"),
        (f"{HEAD}\n{json.dumps(LINE | {'at_us': 2**70})}", "said at no time"),
        (f"{HEAD}\n" + "[" * 100_000, "is no statement"),
        (f"{HEAD}\n" + "x" * (5 << 20), "longer than 4 MiB"),
    ],
    ids=range(16),
)
def test_a_bad_file_is_one_line_and_nothing_is_imported(
    cases: tuple[Case, Case], tmp_path: Path, text: str, fault: str
) -> None:
    kim, _ = cases
    (tmp_path / "a.jsonl").write_text(text)
    head = kim.custody_head()
    with pytest.raises(UsageError, match=fault) as caught:
        import_annotations(kim, tmp_path / "a.jsonl")
    assert "\n" not in str(caught.value)
    assert kim.custody_head() == head


VERBS = st.sampled_from([("star", None), ("unstar", None), ("tag", "a"), ("untag", "a"), ("severity", "low"), ("severity", "high")])
STATEMENTS = st.lists(
    st.builds(
        lambda at, who, key, said: Statement(at, who, Operation(key, None, *said)),
        st.integers(1, 4), st.sampled_from(["kim", "lee", "mo"]), st.sampled_from(["u1", "u2"]), VERBS,
    ),
    max_size=12, unique_by=lambda one: one.identity,
)  # fmt: skip


def counting(*batches: list[Statement]) -> dict[Any, Statement]:
    """What counts in the end when these come one after the other."""
    there: list[Statement] = []
    for batch in batches:
        there += planned(there, batch).new
    last: dict[Any, Statement] = {}
    for one in sorted(there, key=lambda one: (one.at_us, one.analyst, one.said.verb, one.said.value or "")):
        last[one.about] = one
    return last


@given(STATEMENTS, STATEMENTS, STATEMENTS)
def test_the_order_of_imports_does_not_matter(a: list[Statement], b: list[Statement], c: list[Statement]) -> None:
    found = [counting(*order) for order in permutations((a, b, c))]
    assert all(one == found[0] for one in found)


def test_the_commands(cases: tuple[Case, Case], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from timeline.commands.main import main

    kim, lee = cases
    kim.annotate(keys(kim)[:1], severity="low")
    lee.annotate(keys(lee)[:1], severity="high")
    folders = [str(case.path.parent) for case in cases]
    for case in cases:
        case.close()

    def run(*arguments: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["annotations", *arguments])
        return int(str(ended.value.code))

    path = str(tmp_path / "a.jsonl")
    assert run("export", folders[0], path) == 0
    assert run("import", folders[1], path, "--dry-run", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["new"], found["older"], len(found["conflicts"])) == (1, 1, 1)
    assert run("import", folders[1], path) == 0
    out = capsys.readouterr().out
    assert "1 statement new" in out
    assert "lee said 'severity high'" in out
    assert run("import", folders[1], str(tmp_path / "none")) == 2
    assert run("export", folders[0], "-") == 0
    assert capsys.readouterr().out.startswith('{"format"')
