"""Machines' roles elsewhere, owners elsewhere, bursts with young keys, and reads far above one's own baseline."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.analysis.trails import call, made_case, session, user
from timeline.session.case import Case

HOME, ELSEWHERE = "192.0.2.7", "203.0.113.9"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANN = user("ann", "AKIAANNANNANNANNANN1")
AGENT = "aws-cli/2.15"


def got(number: int, after: timedelta, who: dict[str, Any], address: str = HOME, agent: str = AGENT) -> dict[str, Any]:
    time = (START + after).strftime("%Y-%m-%dT%H:%M:%SZ")
    resources = [{"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::corp-data/{number}"}]
    return call(number, time, "s3", "GetObject", who, sourceIPAddress=address, userAgent=agent, resources=resources)


def found(case: Case) -> dict[str, set[str]]:
    return {one.name: {signal.name for signal in one.found} for one in case.findings.hypotheses()}


def machine(key: int) -> dict[str, Any]:
    return session("web", "i-0a17c2e5b9d30f486", f"ASIA{key:016d}")


def test_a_machines_role_elsewhere_after_a_day(tmp_path: Path) -> None:
    usual = [got(hour, timedelta(hours=hour), machine(hour // 6)) for hour in range(30)]
    there = [got(99, timedelta(hours=30), machine(5), ELSEWHERE)]
    with made_case(tmp_path / "case", {"trail.json": usual + there}) as case:
        assert found(case)["credential"] == {"role-elsewhere"}
    own = "name: made\nnetworks: [{name: new office, cidr: [203.0.113.0/24], role: own}]\n"
    with made_case(tmp_path / "own", {"trail.json": usual + there}, own) as case:
        assert found(case)["credential"] == set()


def test_in_its_first_day_nothing_is_usual(tmp_path: Path) -> None:
    trail = [got(1, timedelta(0), machine(1)), got(2, timedelta(hours=5), machine(1), ELSEWHERE)]
    with made_case(tmp_path / "case", {"trail.json": trail}) as case:
        assert found(case)["credential"] == set()


def test_sessions_of_people_are_no_machines(tmp_path: Path) -> None:
    person = session("Research", "ann@corp.example", "ASIA1")
    trail = [got(1, timedelta(0), person), got(2, timedelta(days=3), person, ELSEWHERE)]
    with made_case(tmp_path / "case", {"trail.json": trail}) as case:
        assert found(case)["credential"] == set()


def burst(address: str, first_hour: int, key: int) -> list[dict[str, Any]]:
    return [
        got(500 + number, timedelta(hours=first_hour, seconds=number), machine(key), address) for number in range(12)
    ]


def test_a_burst_with_a_young_key_is_compared_with_its_actor(tmp_path: Path) -> None:
    usual = [got(hour, timedelta(hours=hour), machine(hour // 6)) for hour in range(30)]
    with made_case(tmp_path / "new", {"trail.json": usual + burst(ELSEWHERE, 33, 4)}) as case:
        assert "burst-new-network" in found(case)["credential"]
    with made_case(tmp_path / "known", {"trail.json": usual + burst(HOME, 33, 4)}) as case:
        assert "burst-known-network" in found(case)["insider"]


def test_a_burst_of_which_nothing_is_known_decides_nothing(tmp_path: Path) -> None:
    usual = [got(hour, timedelta(hours=hour), machine(0)) for hour in range(6)]
    with made_case(tmp_path / "case", {"trail.json": usual + burst(HOME, 7, 0)}) as case:
        assert len(case.findings.bursts()) == 1
        assert found(case)["insider"] == found(case)["credential"] == set()


def test_an_owner_at_work_while_the_key_is_elsewhere(tmp_path: Path) -> None:
    usual = [got(day, timedelta(days=day), ANN) for day in range(4)]
    there = [got(50, timedelta(days=4), ANN, ELSEWHERE, "curl/8.5.0")]
    at_work = [got(60, timedelta(days=4, minutes=1), ANN)]
    with made_case(tmp_path / "both", {"trail.json": usual + there + at_work}) as case:
        assert found(case)["credential"] == {"owner-elsewhere"}
    with made_case(tmp_path / "alone", {"trail.json": usual + there}) as case:
        assert found(case)["credential"] == set()
    same_agent = [got(50, timedelta(days=4), ANN, ELSEWHERE)]
    with made_case(tmp_path / "agent", {"trail.json": usual + same_agent + at_work}) as case:
        assert found(case)["credential"] == set()


def weeks(counts: list[int], last: str = HOME) -> list[dict[str, Any]]:
    return [
        got(
            week * 1000 + number,
            timedelta(days=7 * week, minutes=61 * number),
            ANN,
            last if week + 1 == len(counts) else HOME,
        )
        for week, count in enumerate(counts)
        for number in range(count)
    ]


def test_reads_above_ones_own_weeks(tmp_path: Path) -> None:
    with made_case(tmp_path / "raised", {"trail.json": weeks([9, 12, 8, 10, 90])}) as case:
        assert found(case)["insider"] == {"above-baseline"}
    with made_case(tmp_path / "elsewhere", {"trail.json": weeks([9, 12, 8, 10, 90], ELSEWHERE)}) as case:
        assert "above-baseline" not in found(case)["insider"]
        assert "above-baseline-elsewhere" in found(case)["credential"]


def test_somebody_with_two_logins_has_one_baseline(tmp_path: Path) -> None:
    """The reads are Ann's administrator's, whom case.yaml says to be Ann; the trail is stopped by Ann herself."""
    admin = user("ann-admin", "AKIAEXAMPLEADMIN")
    before, last = weeks([9, 12, 8, 10]), weeks([0, 0, 0, 0, 90])
    reads = [*before, *({**read, "userIdentity": admin} for read in last)]
    stopped = call(9_999, "2026-04-20T00:00:00Z", "cloudtrail", "StopLogging", ANN, requestParameters={"name": "main"})
    people = f'name: made\npeople: [{{name: Ann, identities: ["{ANN["arn"]}", "{admin["arn"]}"]}}]\n'
    with made_case(tmp_path / "two", {"trail.json": [*reads, stopped]}) as case:
        assert found(case)["insider"] == {"logging-cut"}
    with made_case(tmp_path / "one", {"trail.json": [*reads, stopped]}, people) as case:
        assert {"above-baseline", "logging-cut-by-reader"} <= found(case)["insider"]


def test_too_little_and_too_few_weeks_raise_nothing(tmp_path: Path) -> None:
    for name, counts in (("few-weeks", [9, 12, 90]), ("little", [9, 12, 8, 10, 40]), ("busy", [40, 12, 8, 10, 90])):
        with made_case(tmp_path / name, {"trail.json": weeks(counts)}) as case:
            assert found(case)["insider"] == set(), name
