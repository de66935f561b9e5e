"""The case from Python: as a script writes it, without a guard around its main part."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from tests.evidence_files import access_log, ingested, put
from timeline.model.errors import QueryError, UsageError
from timeline.session.case import PUBLIC_SCHEMA, Case

SCRIPT = """
import sys, timeline
print("started")
with timeline.open_case(sys.argv[1], create=True) as case:
    print(case.ingest([sys.argv[2]], jobs=2).events)
"""


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return ingested(tmp_path / "c.db", put(tmp_path / "e", {"access.log": access_log(range(40))}))


def test_a_plain_script_can_ingest_with_workers(tmp_path: Path) -> None:
    put(tmp_path, {"script.py": SCRIPT, "e/access.log": access_log(range(50))})
    arguments = [sys.executable, "script.py", "c.db", "e"]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "started\n50\n", "")


def test_search_gives_arrow_batches(case: Case) -> None:
    table = pa.Table.from_batches(case.search("status:404"), schema=PUBLIC_SCHEMA)
    assert table.num_rows == 10
    assert set(table.column("status").to_pylist()) == {404}
    assert table.column("key").null_count == 0


def test_wrong_calls_are_errors_of_ours(case: Case) -> None:
    with pytest.raises(QueryError) as caught:
        case.find("status:(")
    assert caught.value.column == 8
    with pytest.raises(UsageError, match="no such event"):
        case.event("0123456789ab-77")
    with pytest.raises(UsageError, match="no field colour"):
        case.facet("colour")
    with pytest.raises(UsageError, match="no export format"):
        case.export("xml", Path("x"))


def test_completion_offers_values_with_their_counts(case: Case) -> None:
    offered = {completion.text for completion in case.complete("actor:user", 10)}
    assert any("user3" in text for text in offered)


def test_an_iteration_that_nobody_finishes_ends_quietly(case: Case) -> None:
    with case.find() as matches:
        events = matches.events()
        assert next(events).record == 1
    events.close()  # type: ignore[attr-defined]  # a generator
