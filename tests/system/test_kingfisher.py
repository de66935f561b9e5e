"""Kingfisher itself on the files of a repository. Needs the extra `secrets`."""

from pathlib import Path

import pytest

from tests.analysis.secrets.test_secrets import case_of, secrets
from tests.rules.test_secret_patterns import AWS_ID, some
from timeline.evidence.kingfisher import find_kingfisher
from timeline.session.scanning import scan

pytestmark = pytest.mark.system


def test_it_is_installed() -> None:
    assert find_kingfisher() is not None, "pip install 'leakline[secrets]'"


def test_what_it_catches_is_in_the_case_by_fingerprint_alone(tmp_path: Path) -> None:
    hidden = f"AWS_SECRET_ACCESS_KEY={some(40)}  # kingfisher:ignore\nAWS_ACCESS_KEY_ID={AWS_ID}\n"
    case = case_of(tmp_path / "case", {}, (hidden, "2026-03-01T10:00:00Z"), ("gone\n", "2026-03-02T10:00:00Z"))
    (scanned,) = scan(case, [], engine="kingfisher")
    assert scanned.with_kingfisher
    assert scanned.secrets >= 2
    assert {secret.last_four for secret in secrets(case)} >= {AWS_ID[-4:], some(40)[-4:]}
    assert {secret.at_tip for secret in secrets(case)} == {False}
    with case.find("kind:leakline.secrets") as matches:
        for event in matches.events():
            assert AWS_ID.encode() not in case.raw(event.key)
