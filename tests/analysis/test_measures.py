"""What findings call for, and ticking it off."""

from pathlib import Path

import pytest

from tests.analysis.secrets.test_secrets import KEYED, case_of, revoked
from tests.analysis.trails import call, made_case, user
from timeline.model.errors import UsageError
from timeline.session.case import Case
from timeline.session.deciding import decide_measures
from timeline.session.scanning import scan

ANN = user("ann", "AKIAANNANNANNANNANN1")
POLICY = {
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::models/*"}]
}


def names(case: Case) -> list[str]:
    return [measure.name for measure in case.findings.measures()]


def test_a_secret_that_lives(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", {}, *KEYED)
    scan(case, [], engine="own")
    assert names(case) == ["revoke-secret", "scan-pushes"]
    assert all(measure.keys and measure.why for measure in case.findings.measures())


def test_a_revoked_secret_needs_no_revocation(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", {"trail.json": [revoked(1, "2026-03-12T00:00:00Z", status=None)]}, *KEYED)
    scan(case, [], engine="own")
    assert "revoke-secret" not in names(case)


def test_what_is_open_and_what_was_cut(tmp_path: Path) -> None:
    put = call(
        1, "2026-03-30T21:00:00Z", "s3", "PutBucketPolicy", ANN,
        requestParameters={"bucketName": "models", "bucketPolicy": POLICY},
    )  # fmt: skip
    stop = call(2, "2026-03-30T22:00:00Z", "cloudtrail", "StopLogging", ANN, requestParameters={"name": "main"})
    found = names(made_case(tmp_path / "case", {"trail.json": [put, stop]}))
    assert found[:2] == ["close-window", "restore-logging"]
    assert "block-public" in found
    closed = call(
        3, "2026-03-30T23:00:00Z", "s3", "DeleteBucketPolicy", ANN, requestParameters={"bucketName": "models"}
    )
    assert "close-window" not in names(made_case(tmp_path / "other", {"trail.json": [put, closed]}))


def test_nothing_found_calls_for_nothing(tmp_path: Path) -> None:
    assert names(made_case(tmp_path / "case", {"notes.txt": b"x\n"})) == []


def test_ticked_off_opened_again_and_undone(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", {}, *KEYED)
    scan(case, [], engine="own")
    number = case.findings.measures()[0].id
    decide_measures(case, [number], done=True, comment="rotated")
    assert case.findings.measures()[0].is_done
    assert "done by kim: rotated" in case.report()
    decide_measures(case, [f"measure/{number}"], done=False)
    assert not case.findings.measures()[0].is_done
    assert case.undo() == f"decide measure/{number}"
    assert case.findings.measures()[0].is_done
    with pytest.raises(UsageError, match="no such measure"):
        decide_measures(case, ["00000000"], done=True)
