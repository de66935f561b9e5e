"""Bursts: against a credential's own habit, or that of its peers where it has none."""

from pathlib import Path
from typing import Any

from tests.analysis.trails import call, made_case, session, user
from timeline.session.case import Case

ANN = user("ann", "AKIAANNANNANNANNANN1")


def reads(first: int, count: int, who: dict[str, Any], hour: int) -> list[dict[str, Any]]:
    return [
        call(
            first + n, f"2026-03-30T{hour:02d}:0{n % 5}:00Z", "s3", "GetObject", who,
            resources=[{"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::models/{first + n}"}],
        )
        for n in range(count)
    ]  # fmt: skip


def bursts(folder: Path, *parts: list[dict[str, Any]]) -> list[tuple[str | None, int]]:
    case: Case = made_case(folder, {"trail.json": [record for part in parts for record in part]})
    return [(burst.credential, burst.usual) for burst in case.findings.bursts()]


def test_a_key_that_did_nothing_else(tmp_path: Path) -> None:
    assert bursts(tmp_path / "case", reads(1, 30, ANN, 10)) == [(ANN["accessKeyId"], 0)]


def test_a_key_that_does_as_much_every_hour(tmp_path: Path) -> None:
    assert bursts(tmp_path / "case", *[reads(hour * 100, 30, ANN, hour) for hour in range(8)]) == []


def test_a_key_of_a_job_does_what_other_keys_of_the_role_do(tmp_path: Path) -> None:
    jobs = [reads(n * 100, 30, session("ci", f"job-{n}", f"ASIA{n:016d}"), n) for n in range(6)]
    assert bursts(tmp_path / "case", *jobs) == []
    large = reads(900, 400, session("ci", "job-9", "ASIA9999999999999999"), 9)
    assert bursts(tmp_path / "other", *jobs, large) == [("ASIA9999999999999999", 30)]
