"""The life of secrets: scans of history, findings of scanners, exposure, uses, revocation."""

import base64
import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.trails import call, user
from tests.rules.test_secret_patterns import AWS_ID, some
from timeline.model.errors import UsageError
from timeline.model.secrets import Secret
from timeline.session.case import Case, open_case
from timeline.session.scanning import scan

TOKEN = f"ghp_{some(36)}"
BEN = user("ben", AWS_ID)
NOW_US = 1_780_000_000_000_000


def git(folder: Path, *arguments: str, at: str = "2026-03-01T10:00:00Z") -> None:
    settings = {
        "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@corp.example", "GIT_COMMITTER_NAME": "Ann",
        "GIT_COMMITTER_EMAIL": "ann@corp.example", "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at,
        "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder), "PATH": os.environ["PATH"],
    }  # fmt: skip
    subprocess.run(["git", *arguments], cwd=folder, check=True, env=settings, capture_output=True)


def commit(folder: Path, content: str, at: str) -> None:
    (folder / "config.sh").write_text(content)
    git(folder, "add", "config.sh")
    git(folder, "commit", "-q", "-m", "change", at=at)


def case_of(folder: Path, files: dict[str, list[dict[str, Any]]], *contents: tuple[str, str]) -> Case:
    """A case with the repository app, whose file has these contents one after the other, and files of JSON lines."""
    tree = folder / "evidence" / "app"
    tree.mkdir(parents=True)
    git(tree, "init", "-q", "-b", "main")
    for content, at in contents:
        commit(tree, content, at)
    for name, records in files.items():
        (folder / "evidence" / name).write_text("".join(json.dumps(record) + "\n" for record in records))
    (folder / "case.yaml").write_text("name: made\n")
    case = open_case(folder, create=True, analyst="kim", now_us=lambda: NOW_US)
    case.ingest(jobs=1)
    return case


def secrets(case: Case) -> list[Secret]:
    return case.findings.secrets()


def only(case: Case) -> Secret:
    (secret,) = secrets(case)
    return secret


def access(number: int, visibility: str, previous: str, time_us: int) -> dict[str, Any]:
    return {"@timestamp": time_us // 1000, "action": "repo.access", "actor": "ann", "org": "corp", "repo": "corp/app",
            "visibility": visibility, "previous_visibility": previous, "_document_id": f"d{number}"}  # fmt: skip


def revoked(number: int, time: str, *, status: str | None = "Inactive") -> dict[str, Any]:
    name = "DeleteAccessKey" if status is None else "UpdateAccessKey"
    asked = {"userName": "ben", "accessKeyId": AWS_ID} | ({} if status is None else {"status": status})
    return call(number, time, "iam", name, user("ann", "AKIAANNANNANNANNANN1"), requestParameters=asked)


KEYED = ((f"key={AWS_ID}\n", "2026-03-01T10:00:00Z"), ("key=$KEY\n", "2026-03-02T10:00:00Z"))


def test_a_scan_finds_what_is_no_longer_there(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", {}, *KEYED)
    (scanned,) = scan(case, [], engine="own")
    assert (scanned.secrets, scanned.files, scanned.problem) == (1, 2, None)
    secret = only(case)
    assert (secret.types, secret.last_four, secret.places) == (("AWS access key id",), AWS_ID[-4:], ("config.sh:1",))
    assert (secret.at_tip, secret.lives, secret.ids) == (False, True, ())
    assert [(step.what, step.us) for step in secret.steps] == [("committed", 1_772_359_200_000_000)]


def test_no_secret_stands_in_the_case_beyond_the_evidence(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", {}, *KEYED)
    scan(case, [], engine="own")
    with case.find("kind:leakline.secrets") as matches:
        (event,) = matches.events()
    assert AWS_ID.encode() not in case.raw(event.key)
    assert AWS_ID not in str(event) + str(case.raw_fields(event.key))


def test_scanning_again_replaces(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", {}, *KEYED)
    scan(case, [], engine="own")
    commit(tmp_path / "case" / "evidence" / "app", f"key={AWS_ID}\ntoken={TOKEN}\n", "2026-03-03T10:00:00Z")
    case.ingest(jobs=1)
    scan(case, [], engine="own")
    assert {(secret.types, secret.at_tip) for secret in secrets(case)} == {
        (("AWS access key id",), True),
        (("GitHub token",), True),
    }
    assert [info.path for info in case.sources() if info.kind == "leakline.secrets"] == ["(scan) app.secrets.jsonl"]


def test_a_file_that_no_commit_has(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", {}, ("nothing\n", "2026-03-01T10:00:00Z"))
    tree = tmp_path / "case" / "evidence" / "app"
    (tree / "lost.txt").write_text(f"{TOKEN}\n")
    git(tree, "hash-object", "-w", "lost.txt")
    scan(case, [], engine="own")
    secret = only(case)
    assert (secret.steps[0].us, secret.at_tip) == (None, False)
    assert len(secret.places[0]) == 42  # the blob's name and a line


def test_nothing_to_scan(tmp_path: Path) -> None:
    case = open_case(tmp_path / "case.db", create=True)
    with pytest.raises(UsageError, match="no Git repository"):
        scan(case, [tmp_path])


def test_time_to_revoke_and_uses_between(tmp_path: Path) -> None:
    uses = [
        call(n, f"2026-03-{day:02d}T12:00:00Z", "s3", "GetObject", BEN, sourceIPAddress=address)
        for n, day, address in ((1, 1, "192.0.2.7"), (2, 11, "198.51.100.9"), (3, 13, "198.51.100.9"))
    ]
    denied = call(4, "2026-03-14T12:00:00Z", "s3", "GetObject", BEN, errorCode="AccessDenied")
    trail = [*uses, denied, revoked(9, "2026-03-12T00:00:00Z")]
    audit = [
        access(1, "public", "private", 1_773_100_000_000_000),
        access(2, "private", "public", 1_773_190_000_000_000),
    ]
    case = case_of(tmp_path / "case", {"trail.json": trail, "audit.json": audit}, *KEYED)
    scan(case, [], engine="own")
    secret = only(case)
    assert secret.ids == (AWS_ID,)
    assert [step.what for step in secret.steps] == ["committed", "open", "revoked"]
    assert (secret.exposed_us, secret.time_to_revoke_us) == (1_773_100_000_000_000, 173_600_000_000)
    assert (secret.used("before"), secret.used("between"), secret.used("after")) == (1, 1, 1)
    assert sum(use.denied for use in secret.uses) == 1


def test_private_is_not_rotated(tmp_path: Path) -> None:
    audit = [access(1, "private", "public", 1_773_100_000_000_000)]
    trail = [
        call(n, f"2026-03-{day:02d}T12:00:00Z", "s3", "GetObject", BEN, sourceIPAddress="198.51.100.9")
        for n, day in ((1, 5), (2, 12))
    ]
    case = case_of(tmp_path / "case", {"trail.json": trail, "audit.json": audit}, *KEYED)
    scan(case, [], engine="own")
    secret = only(case)
    assert secret.lives
    assert (secret.exposed_us, secret.exposed_is_bound) == (1_773_100_000_000_000, True)  # where the audit log begins
    assert (secret.used("unknown"), secret.used("between")) == (1, 1)


def test_switched_on_again_it_lives(tmp_path: Path) -> None:
    trail = [revoked(1, "2026-03-12T00:00:00Z"), revoked(2, "2026-03-13T00:00:00Z", status="Active")]
    case = case_of(tmp_path / "case", {"trail.json": trail}, *KEYED)
    scan(case, [], engine="own")
    assert only(case).lives
    trail.append(revoked(3, "2026-03-14T00:00:00Z", status=None))
    other = case_of(tmp_path / "other", {"trail.json": trail}, *KEYED)
    scan(other, [], engine="own")
    assert only(other).revoked_us == 1_773_446_400_000_000


def test_a_token_is_joined_by_the_hash_that_the_audit_log_writes(tmp_path: Path) -> None:
    hashed = base64.b64encode(hashlib.sha256(TOKEN.encode()).digest()).decode()
    clone = {"@timestamp": 1_773_000_000_000, "action": "git.clone", "actor": "ann", "org": "corp", "repo": "corp/app",
             "_document_id": "c1", "hashed_token": hashed, "actor_ip": "198.51.100.9"}  # fmt: skip
    case = case_of(tmp_path / "case", {"audit.json": [clone]}, (f"token={TOKEN}\n", "2026-03-01T10:00:00Z"))
    scan(case, [], engine="own")
    secret = only(case)
    assert secret.ids == (hashed,)
    assert [(use.phase, use.src_ip) for use in secret.uses] == [("unknown", "198.51.100.9")]


def test_scanner_and_scan_and_baseline_are_one_secret(tmp_path: Path) -> None:
    finding = {"RuleID": "aws", "Description": "AWS", "StartLine": 1, "EndLine": 1, "StartColumn": 5, "EndColumn": 24,
               "Match": AWS_ID, "Secret": AWS_ID, "File": "config.sh", "SymlinkFile": "", "Commit": "0" * 40, "Entropy": 3.5,
               "Author": "Ann", "Email": "ann@corp.example", "Date": "2026-03-01T10:00:00Z", "Message": "x", "Tags": [],
               "Fingerprint": f"{'0' * 40}:config.sh:aws:1"}  # fmt: skip
    case = case_of(tmp_path / "case", {"gitleaks.json": [finding]}, *KEYED)
    scan(case, [], engine="own")
    secret = only(case)
    assert (secret.findings, set(secret.types)) == (2, {"AWS access key id", "aws"})


def test_without_findings_there_is_no_secret(tmp_path: Path) -> None:
    assert secrets(case_of(tmp_path / "case", {}, *KEYED)) == []
