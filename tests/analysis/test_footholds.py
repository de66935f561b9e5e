"""Accounts taken over: a network new to them, further ways in, and doubts."""

from pathlib import Path
from typing import Any

from tests.analysis.trails import call, made_case, user
from timeline.model.hypotheses import Hypothesis
from timeline.session.case import Case

ANN = user("ann", "AKIAANNANNANNANNANN1")
OWN, FOREIGN = "192.0.2.7", "198.51.100.9"


def login(number: int, day: int, address: str, *, failed: bool = False) -> dict[str, Any]:
    result = {"responseElements": {"ConsoleLogin": "Failure" if failed else "Success"}}
    return call(
        number, f"2026-03-{day:02d}T10:00:00Z", "signin", "ConsoleLogin", ANN, sourceIPAddress=address, **result
    )


def made(number: int, day: int, address: str) -> dict[str, Any]:
    return call(number, f"2026-03-{day:02d}T11:00:00Z", "iam", "CreateUser", ANN, sourceIPAddress=address)


def credential(case: Case) -> Hypothesis:
    return next(one for one in case.findings.hypotheses() if one.name == "credential")


def found(case: Case) -> set[tuple[str, bool]]:
    return {(signal.name, signal.decides) for signal in credential(case).found}


def test_a_takeover_with_failed_logins_decides(tmp_path: Path) -> None:
    trail = [login(1, 1, OWN), login(2, 9, FOREIGN, failed=True), login(3, 9, FOREIGN), made(4, 10, FOREIGN)]
    case = made_case(tmp_path / "case", {"trail.json": trail})
    assert ("foothold-doubted", True) in found(case)
    (signal,) = [signal for signal in credential(case).found if signal.name == "foothold-doubted"]
    assert signal.words == (f"{ANN['accessKeyId']} from 198.51.100.0/24: iam:CreateUser; also signin:ConsoleLogin",)


def test_without_doubts_it_speaks_and_does_not_decide(tmp_path: Path) -> None:
    case = made_case(tmp_path / "case", {"trail.json": [login(1, 1, OWN), made(2, 10, FOREIGN)]})
    assert found(case) == {("foothold", False)}


def test_from_a_known_network_it_says_nothing(tmp_path: Path) -> None:
    trail = [login(1, 1, OWN), login(2, 9, OWN, failed=True), made(3, 10, OWN), login(4, 10, FOREIGN)]
    assert found(made_case(tmp_path / "case", {"trail.json": trail})) == set()


def test_long_after_the_network_came_it_says_nothing(tmp_path: Path) -> None:
    trail = [login(1, 1, OWN), login(2, 3, FOREIGN), made(3, 20, FOREIGN)]
    assert found(made_case(tmp_path / "case", {"trail.json": trail})) == set()
