"""Questions that are timed get answers, and the same ones every time."""

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks.latency import questions
from tests.benchmarks.make_access import AccessShape, write_access_log
from tests.benchmarks.probe import drop_from_memory, probe
from tests.benchmarks.probe import main as probe_main
from tests.benchmarks.questions import COLUMNS, TIMES, filters, moments, row
from tests.evidence_files import ingested

SHAPE = AccessShape(2_000, addresses=300, resources=200)


@pytest.fixture(scope="module")
def case_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("probed")
    (folder / "evidence").mkdir()
    write_access_log(folder / "evidence" / "access.log", SHAPE)
    with ingested(folder / "case.db", folder / "evidence") as case:
        return case.path


def test_every_question_of_the_latencies_can_be_asked_and_most_find_something(case_path: Path) -> None:
    tasks = questions(SHAPE)
    answers = probe(case_path, tasks)
    assert answers.keys() == {"first", *(task["name"] for task in tasks)}
    assert all(min(answer["seconds"]) > 0 for answer in answers.values())
    assert {name for name, answer in answers.items() if not any(answer["rows"])} == set()
    assert answers["unfiltered histogram"]["rows"] == [SHAPE.lines] * 3
    assert len(answers["exact"]["rows"]) == TIMES


def test_a_count_and_a_histogram_of_one_filter_agree(case_path: Path) -> None:
    asked = {"query": "status:404"}
    answers = probe(case_path, [{"name": call, "call": call, **asked} for call in ("count", "histogram")])
    assert answers["count"]["rows"] == answers["histogram"]["rows"] != [0]


def test_the_process_prints_its_answers(
    case_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = tmp_path / "tasks.json"
    tasks.write_text(json.dumps([{"name": "end", "call": "last"}]), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["probe", str(case_path), str(tasks), "--cold"])
    probe_main()
    assert json.loads(capsys.readouterr().out)["end"]["rows"] == [50]


def test_dropping_a_file_from_memory_does_not_change_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 10_000)
    drop_from_memory(path)
    assert path.read_bytes() == b"x" * 10_000


def test_questions_are_seeded_and_of_one_number_for_each_sort() -> None:
    assert filters(SHAPE) == filters(SHAPE)
    assert filters(SHAPE) != filters(SHAPE, seed=9)
    assert {len(queries) for queries in filters(SHAPE).values()} == {TIMES}
    assert moments(SHAPE) == moments(SHAPE)


def test_a_row_has_a_cell_for_every_column() -> None:
    cells = row("jump", {"seconds": [0.001 * number for number in range(1, 21)], "rows": []})
    assert cells == ("jump", "20", "10 ms", "19 ms", "20 ms")
    assert len(cells) == len(COLUMNS)
