"""Clocks of logs that saw the same requests, clocks of commits, and order."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.radius.test_radius import data_event, s3_line
from tests.analysis.trails import made_case
from timeline.model.clocks import Clocks, Skew
from timeline.model.time import show_span
from timeline.session.case import Case

LINE = '198.51.100.{address} - - [30/Mar/2026:{hour:02d}:{minute:02d}:{second:02d} +0000] "GET /p/{n} HTTP/1.1" 200 10 "-" "x"\n'
DAY_US = 86_400_000_000


def web(count: int, *, shift: int = 0, uneven: int = 0) -> bytes:
    """Requests every minute from 12:00; `shift` seconds are added, `uneven` of them for every second request only."""
    found = []
    for n in range(count):
        seconds = 12 * 3600 + n * 60 + shift + (uneven if n % 2 else 0)
        place = {"hour": seconds // 3600, "minute": seconds // 60 % 60, "second": seconds % 60}
        found.append(LINE.format(address=n % 200 + 1, n=n, **place))
    return "".join(found).encode()


def clocks(case: Case) -> Clocks:
    return case.findings.clocks()


def only(case: Case) -> Skew:
    (skew,) = clocks(case).skews
    return skew


def test_a_server_that_is_ahead(tmp_path: Path) -> None:
    case = made_case(tmp_path / "case", {"edge/access.log": web(40), "origin/requests.log": web(40, shift=95)})
    skew = only(case)
    assert (skew.one, skew.other, skew.matches, skew.median_us) == (
        "edge/access.log",
        "origin/requests.log",
        40,
        95_000_000,
    )
    assert (skew.words, skew.offset_us) == ("ahead", -95_000_000)


def test_of_large_logs_some_requests_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timeline.analysis.clocks.skew.MOST_LOOKED_AT", 200)
    monkeypatch.setattr("timeline.analysis.clocks.skew.MOST_ALIKE", 50)
    case = made_case(tmp_path / "case", {"edge/access.log": web(400), "origin/requests.log": web(420, shift=95)})
    skew = only(case)
    assert 30 <= skew.matches <= 50
    assert (skew.words, skew.offset_us) == ("ahead", -95_000_000)


def test_the_offset_sets_it_right_and_can_be_taken_back(tmp_path: Path) -> None:
    case = made_case(tmp_path / "case", {"edge/access.log": web(40), "origin/requests.log": web(40, shift=95)})
    offset = only(case).offset_us
    case.reparse("origin/requests.log", clock_offset_us=offset)
    assert (only(case).words, only(case).median_us, only(case).offset_us) == ("agree", 0, None)
    assert [(one.basis, one.events) for one in clocks(case).assumed] == [("offset_applied", 40)]
    case.reparse("origin/requests.log", clock_offset_us=0)
    assert only(case).offset_us == offset


@pytest.mark.parametrize(
    ("shift", "uneven", "words"), [(0, 0, "agree"), (1, 0, "agree"), (0, 300, "uneven"), (-3600, 0, "behind")]
)
def test_what_differences_say(tmp_path: Path, shift: int, uneven: int, words: str) -> None:
    origin = web(40, shift=shift, uneven=uneven)
    origin = b"\n" + origin  # the same bytes twice would be one stream
    case = made_case(tmp_path / "case", {"edge/access.log": web(40), "origin/requests.log": origin})
    assert only(case).words == words


def test_a_day_apart(tmp_path: Path) -> None:
    late = web(40).replace(b"30/Mar", b"31/Mar")
    case = made_case(tmp_path / "case", {"edge/access.log": web(40), "origin/requests.log": late})
    assert only(case).offset_us == -DAY_US


def test_parts_of_one_log_and_few_matches_say_nothing(tmp_path: Path) -> None:
    assert clocks(made_case(tmp_path / "a", {"access.log": web(40), "access.log.1": web(40, shift=95)})).skews == ()
    assert clocks(made_case(tmp_path / "b", {"x/access.log": web(19), "y/requests.log": web(19, shift=95)})).skews == ()


def test_request_ids_join_cloudtrail_and_the_access_log(tmp_path: Path) -> None:
    trail = [data_event(n, "a.bin", 1) | {"requestID": f"REQ{n:013d}"} for n in range(5)]
    log = "".join(s3_line(n + 10, "a.bin", 1, 1).replace(f"REQ{n + 10:013d}", f"REQ{n:013d}") for n in range(5))
    case = made_case(tmp_path / "case", {"trail.json": trail, "s3.log": log.encode()})
    skew = only(case)
    assert (skew.rule, skew.one, skew.other, skew.median_us) == ("s3-request", "trail.json", "s3.log", 10_000_000)


def test_order_of_starred_events(tmp_path: Path) -> None:
    case = made_case(tmp_path / "case", {"edge/access.log": web(2), "origin/requests.log": b"\n" + web(2)})
    assert clocks(case).unordered == ()
    case.annotate_matches("resource:/p/0", star=True)
    (pair,) = clocks(case).unordered
    assert pair.first_us == pair.second_us
    assert pair.within_us == 1_000_000


def commit(folder: Path, committed: str, authored: str | None = None, email: str = "ann@corp.example") -> None:
    settings = {
        "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": email, "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": email,
        "GIT_AUTHOR_DATE": authored or committed, "GIT_COMMITTER_DATE": committed, "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": str(folder), "PATH": os.environ["PATH"],
    }  # fmt: skip
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "x"], cwd=folder, check=True, env=settings)


def repository(folder: Path, *commits: tuple[str, str | None]) -> Case:
    tree = folder / "evidence" / "app"
    tree.mkdir(parents=True)
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    for committed, authored in commits:
        commit(tree, committed, authored)
    return made_case_of(folder)


def made_case_of(folder: Path) -> Case:
    from timeline.session.case import open_case

    (folder / "case.yaml").write_text("name: made\n")
    case = open_case(folder, create=True, analyst="kim", now_us=lambda: 1_780_000_000_000_000)
    case.ingest(jobs=1)
    return case


@pytest.mark.parametrize(
    ("commits", "sorts"),
    [
        ([("2026-03-01T10:00:01+0100", None), ("2026-03-01T10:20:02+0100", "2026-03-01T10:20:02+0100")], set()),
        ([("2026-03-01T10:00:01+0100", "2026-03-02T10:00:01+0100")], {"authored after committed"}),
        ([("2026-03-01T10:00:01+0100", None), ("2026-02-20T10:00:01+0100", None)], {"older than its parent"}),
        ([("2026-03-01T10:00:01+0100", None), ("2026-03-01T18:00:01+0900", None)], {"zone jumps"}),
        ([("2026-03-01T10:00:01+0100", None), ("2026-03-01T11:00:02+0200", None)], set()),
        ([(f"2026-03-0{day}T10:00:00+0100", None) for day in (1, 2, 3)], {"round times"}),
    ],
)
def test_what_is_odd_in_commits(tmp_path: Path, commits: list[Any], sorts: set[str]) -> None:
    found = clocks(repository(tmp_path / "case", *commits)).anomalies
    assert {anomaly.sort for anomaly in found} == sorts
    assert all(anomaly.keys and anomaly.actor == "ann@corp.example" for anomaly in found)


@pytest.mark.parametrize(
    ("us", "words"),
    [
        (5_000, "5 ms"),
        (1_000_000, "1 s"),
        (3_660_000_000, "1 h 1 min"),
        (DAY_US, "1 d"),
        (DAY_US + 5_000_000, "1 d 5 s"),
    ],
)
def test_lengths_in_words(us: int, words: str) -> None:
    assert show_span(us) == words
