"""`leakline noise`, and the query that leaves noise out."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Leakline
from timeline.session.case import open_case

AGENTS = ("ELB-HealthChecker/2.0", "Mozilla/5.0 (compatible; GPTBot/1.2)", "curl/8.5.0", "GPTBot and zgrab")


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("noisy")
    log = folder / "access.log"
    log.write_text(
        "".join(
            f"198.51.100.{number} - - [30/Mar/2026:10:00:{number:02d} +0000] "
            f'"GET /a HTTP/1.1" 200 10 "-" "{AGENTS[number % 4]}"\n'
            for number in range(40)
        )
    )
    with open_case(folder / "case.db", create=True, analyst="kim") as case:
        case.ingest([log], jobs=1)
    return folder / "case.db"


def test_labels_with_their_events(leakline: Leakline, noisy: Path) -> None:
    ran = leakline("noise", noisy, "--zone", "Europe/Berlin")
    lines = ran.out.splitlines()
    assert lines[0] == "30 of 40 events (75.0%): scanner 10, health-check 10, crawler 20"
    at = lines.index("crawler  ai-crawlers: says it is a crawler that feeds or serves language models")
    assert lines[at + 1] == "  20 events (50.0%), 200 bytes logged as sent"
    assert lines[at + 2].startswith("  2026-03-30 12:00:01+02:00 to 2026-03-30 12:00:39+02:00  ")
    assert lines[at + 3].endswith(" and 15 more")
    assert lines[at + 4] == "  agents: GPTBot and zgrab, Mozilla/5.0 (compatible; GPTBot/1.2)"
    assert lines[-1] == "some events fit several rules; the first line counts each once"
    assert " and 15 more" not in leakline("noise", noisy, "--all").out


def test_json(leakline: Leakline, noisy: Path) -> None:
    found = json.loads(leakline("noise", noisy, "--json").out)
    assert (found["events"], found["of"]) == (30, 40)
    assert found["classes"] == {"scanner": 10, "health-check": 10, "crawler": 20}
    label = found["labels"][0]
    assert (label["rule"], label["label"], label["basis"], label["events"]) == (
        "ai-crawlers",
        "crawler",
        "says it is",
        20,
    )
    assert label["first_key"] in leakline("search", noisy, "noise:ai-crawlers", "--fields", "key").out


def test_the_rest(leakline: Leakline, noisy: Path) -> None:
    assert leakline("search", noisy, "-noise:yes", "--count").out == "10\n"
    ran = leakline("search", noisy, "noise:crawlr", "--count")
    assert ran.code == 2
    assert "no noise is called crawlr" in ran.fault
    assert "did you mean crawler" in ran.fault


def test_no_noise(leakline: Leakline, shared: Path) -> None:
    assert leakline("noise", shared).out == "no event of this case is known as noise\n"
