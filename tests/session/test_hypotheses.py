"""The matrix of hypotheses: what decides, and what becomes of it when the deciding evidence is taken away."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.evidence_files import ingested, put
from tests.session.test_bursts import STOLEN, USUAL, YAML
from tests.session.test_exposures import READS, TRAIL
from timeline.model.errors import CaseFileError
from timeline.model.hypotheses import Hypothesis
from timeline.model.yaml_reading import parse_tree
from timeline.rules.hypothesis_pack import read_hypothesis_pack
from timeline.session.case import Case

SAMPLE = Path(__file__).parents[2] / "cases" / "npm-source-map"
DECIDED = "deciding evidence for it, none against"


def words(case: Case) -> dict[str, str]:
    return {hypothesis.name: hypothesis.words for hypothesis in case.findings.hypotheses()}


def one(case: Case, name: str) -> Hypothesis:
    return next(hypothesis for hypothesis in case.findings.hypotheses() if hypothesis.name == name)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(SAMPLE, folder, dirs_exist_ok=True)
    with ingested(folder, folder / "evidence") as case:
        yield case


def test_a_packaging_mistake(sample: Case) -> None:
    assert {name for name, said in words(sample).items() if said == DECIDED} == {"packaging"}
    (signal,) = one(sample, "packaging").found
    assert sample.event(signal.keys[0]).resource == "@corp/cli@2.1.88"


def test_without_the_metadata_it_is_not_answered_otherwise(sample: Case, tmp_path: Path) -> None:
    shutil.copytree(SAMPLE / "evidence", tmp_path / "e", ignore=shutil.ignore_patterns("npm"))
    with ingested(tmp_path / "c.db", tmp_path / "e") as poorer:
        assert DECIDED not in words(poorer).values()


def audit(tmp_path: Path, events: list[dict[str, Any]]) -> Case:
    put(tmp_path, {"case.yaml": YAML, "evidence/audit.json": "\n".join(map(json.dumps, events))})
    return ingested(tmp_path, tmp_path / "evidence")


def test_a_stolen_credential(tmp_path: Path) -> None:
    with audit(tmp_path, [*USUAL, *STOLEN]) as case:
        said = words(case)
        assert {name for name, text in said.items() if text == DECIDED} == {"credential"}
        assert said["insider"] == "evidence against it, none for"


def test_an_insider(tmp_path: Path) -> None:
    same_network = [{**event, "actor_ip": "192.0.2.9", "user_agent": "git/2"} for event in STOLEN]
    with audit(tmp_path, [*USUAL, *same_network]) as case:
        said = words(case)
        assert {name for name, text in said.items() if text == DECIDED} == {"insider"}
        assert said["credential"] == "evidence against it, none for"


def test_open_storage(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"trail.json": json.dumps({"Records": TRAIL}), "s3/access.log": "".join(READS)}
    with ingested(tmp_path / "c.db", put(tmp_path / "e", files)) as case:
        assert {name for name, said in words(case).items() if said == DECIDED} == {"storage"}
    with ingested(tmp_path / "d.db", put(tmp_path / "f", {"trail.json": files["trail.json"]})) as poorer:
        assert words(poorer)["storage"].startswith("evidence for it, none that decides; not answerable")
        (missing,) = [signal for signal in one(poorer, "storage").missing if signal.decides]
        assert missing.absence == "not answerable"


def test_where_no_log_would_show_it_the_answer_is_not_a_no(tmp_path: Path) -> None:
    line = '198.51.100.4 - - [01/Mar/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 5\n'
    with ingested(tmp_path / "c.db", put(tmp_path / "e", {"a.log": line})) as case:
        assert words(case)["credential"].startswith("not answerable")


def test_rows_for_the_screen(sample: Case) -> None:
    rows = sample.finding_rows("hypotheses")
    assert sum(not row.state for row in rows) == 5
    assert {row.state for row in rows} == {"", "for", "missing"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{signal: a, hypothesis: x, speaks: for, title: t}", "exactly one of query and finding"),
        ("{signal: a, hypothesis: y, speaks: for, title: t, query: z}", "cannot be `y`"),
        ("{signal: a, hypothesis: x, speaks: for, title: t, finding: guess}", "cannot be `guess`"),
        ("{signal: a, hypothesis: x, speaks: maybe, title: t, query: z}", "cannot be `maybe`"),
        ("{signal: a, hypothesis: x, speaks: for, title: t, query: z, vantages: [moon]}", "cannot be `moon`"),
    ],
)
def test_what_is_wrong_in_a_pack_is_said(text: str, message: str) -> None:
    tree = parse_tree(f"hypotheses: {{x: X}}\nsignals:\n  - {text}\n".encode(), "pack.yaml")
    with pytest.raises(CaseFileError) as error:
        read_hypothesis_pack(tree, {"jump"}, {"door"})
    assert message in str(error.value)
    assert "pack.yaml:3" in str(error.value)
