"""`leakline exposures` on the sample case."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Leakline
from timeline.commands.main import main


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    with pytest.raises(SystemExit) as stop:
        main(["demo", str(folder), "--headless"])
    assert not stop.value.code
    return folder


def test_windows_with_their_edges_and_touches(leakline: Leakline, sample: Path) -> None:
    ran = leakline("exposures", sample)
    assert ran.code == 0
    lines = ran.out.splitlines()
    at = next(n for n, line in enumerate(lines) if "@corp/cli@2.1.88" in line)
    assert lines[at].startswith("exposure/5  npm.version @corp/cli@2.1.88  open to everyone")
    assert lines[at + 1].startswith("  from 2026-03-30 22:36:48.424000+00:00 by ")
    assert lines[at + 2].startswith("  to   2026-04-01 04:10:00+00:00 or before, by ")
    assert lines[at + 3].startswith("  note: closed at or before this time: it was seen closed then")
    assert lines[at + 4] == "  touches: 1,244 events by 1,219, 73,240,264,704 bytes logged as sent"
    assert sum(line.startswith("    anonymous") for line in lines[at:]) <= 20


def test_all_touches_in_a_zone(leakline: Leakline, sample: Path) -> None:
    ran = leakline("exposures", sample, "--all", "--zone", "Europe/Berlin")
    assert "from 2026-03-31 00:36:48.424000+02:00" in ran.out
    assert ran.out.count("    anonymous") > 1_200


def test_json(leakline: Leakline, sample: Path) -> None:
    found = json.loads(leakline("exposures", sample, "--json").out)
    window = found["windows"][4]
    assert (window["name"], window["thing"]["name"]) == ("exposure/5", "@corp/cli@2.1.88")
    assert sum(touch["bytes_out"] for touch in window["touches"]) == 73_240_264_704
    assert all("not_answerable" in one for one in found["windows"])


def test_nothing_open(leakline: Leakline, shared: Path) -> None:
    assert leakline("exposures", shared).out.startswith("nothing in this case opens anything")


def test_an_unknown_zone(leakline: Leakline, sample: Path) -> None:
    ran = leakline("exposures", sample, "--zone", "Mars")
    assert ran.code == 2
    assert "no such zone: Mars" in ran.fault


def test_bursts(leakline: Leakline, sample: Path) -> None:
    ran = leakline("bursts", sample)
    assert ran.out.startswith("no burst of reads by one credential\n")
    assert "new user_agent of ci-publisher: npm/10.9.0" in ran.out
    assert json.loads(leakline("bursts", sample, "--json").out)["bursts"] == []


def test_match(leakline: Leakline, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "strange.txt").write_text("nobody committed this")
    ran = leakline("match", sample, tmp_path)
    assert ran.out.splitlines() == ["0 of 1 files stand in a commit of this case, byte for byte", "unknown: strange.txt"]
    assert json.loads(leakline("match", sample, tmp_path, "--json").out)["unknown"] == ["strange.txt"]


def test_hypotheses(leakline: Leakline, sample: Path) -> None:
    lines = leakline("hypotheses", sample).out.splitlines()
    at = lines.index("packaging  a packaging mistake: deciding evidence for it, none against")
    assert lines[at + 1].startswith("  for (decides): a published version that is far larger")
    assert "243,871,902 bytes after 13,423,157" in lines[at + 2]
    found = json.loads(leakline("hypotheses", sample, "--json").out)["hypotheses"]
    assert [hypothesis["name"] for hypothesis in found] == ["insider", "credential", "storage", "supply", "packaging"]


def test_actors(leakline: Leakline, sample: Path) -> None:
    ran = leakline("actors", sample)
    assert ran.out.startswith("the release job  (machine)  504 events, 154,396,815 bytes logged as sent\n")
    assert "\n  also dana@corp.example, github:dana-reyes, web:dana-reyes\n" in ran.out
    found = json.loads(leakline("actors", sample, "--json", "--out").out)
    assert found["actors"][0]["name"] == "the release job"
    assert {"case.yaml", "used-by"} <= {link["rule"] for link in found["links"]}


def test_radius_of_a_window(leakline: Leakline, sample: Path) -> None:
    ran = leakline("radius", sample, "--window", "exposure/5")
    assert "http:/@corp/cli/-/cli-2.1.88.tgz  whole: at least 62,705,664 bytes, 62,705,664 obtained" in ran.out
    assert "1,204 reads" in ran.out
    found = json.loads(leakline("radius", sample, "--window", "exposure/5", "--json").out)
    assert found["obtained"] == [["http:", 62_705_664]]
    assert "no window exposure/99" in leakline("radius", sample, "--window", "exposure/99").fault


def test_clocks(leakline: Leakline, sample: Path) -> None:
    ran = leakline("clocks", sample)
    assert ran.code == 0
    assert set(json.loads(leakline("clocks", sample, "--json").out)) >= {"anomalies", "skews", "unordered", "assumed"}
    assert "no offset is proposed for it" in leakline("clocks", sample, "--apply", "1").fault


def test_secrets(leakline: Leakline, sample: Path, tmp_path: Path) -> None:
    assert leakline("secrets", sample).out.startswith("no secret is known")
    assert json.loads(leakline("secrets", sample, "--json").out) == {"secrets": []}
    ran = leakline("secrets", sample, "--scan", "--engine", "own")
    assert "git/corp-cli: " in ran.err
    assert " secrets in " in ran.err
    assert leakline("secrets", sample, tmp_path).fault.startswith(f"{tmp_path}: PATHS are for --scan")


def test_an_analyst_decides_a_hypothesis(leakline: Leakline, sample: Path) -> None:
    ran = leakline("hypotheses", sample, "--confirm", "packaging", "--comment", "seen in the build", "--analyst", "kim")
    assert "  confirmed by kim: seen in the build\n" in ran.out
    found = json.loads(leakline("hypotheses", sample, "--undecide", "packaging", "--json").out)
    assert found["hypotheses"][-1]["decision"] is None
    assert "there is no such hypothesis" in leakline("hypotheses", sample, "--refuse", "aliens").fault


def test_assets(leakline: Leakline, sample: Path) -> None:
    ran = leakline("assets", sample)
    assert ran.out.startswith("source maps: 1 objects, 0 whole\n")
    found = json.loads(leakline("assets", sample, "--json").out)["assets"]
    assert [asset["name"] for asset in found] == ["source-maps", "artefacts", "source", "other"]


def test_measures(leakline: Leakline, sample: Path) -> None:
    ran = leakline("measures", sample)
    assert "prevent: name the files that a package may hold" in ran.out
    number = json.loads(leakline("measures", sample, "--json").out)["measures"][0]["id"]
    assert f"[x] {number}  " in leakline("measures", sample, "--done", number, "--comment", "x", "--analyst", "kim").out
    assert f"{number}  " not in leakline("measures", sample, "--open").out
    assert f"[ ] {number}  " in leakline("measures", sample, "--reopen", number).out
