"""The evidence of cases/npm-source-map: made the same everywhere, and saying what its README says."""

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tree import NPM_SOURCE_MAP
from timeline.model.case_file import load_case_file

EVIDENCE = NPM_SOURCE_MAP / "evidence"
LINE = re.compile(rb'(\S+) - (\S+) \[([^]]+)\] "([A-Z]+) (\S+) HTTP/1\.1" (\d{3}) (\d+|-) "-" "(.*)"')


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((NPM_SOURCE_MAP / "expected" / "answers.json").read_bytes())
    return content


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def access_lines() -> Iterator[re.Match[bytes]]:
    rotated = gzip.decompress((EVIDENCE / "registry" / "registry-access.log.1.gz").read_bytes())
    current = (EVIDENCE / "registry" / "registry-access.log").read_bytes()
    for line in (rotated + current).split(b"\n"):
        match = LINE.fullmatch(line)
        if match:
            yield match


def cloudtrail_records() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    for path in sorted((EVIDENCE / "AWSLogs").rglob("*.json.gz")):
        records += json.loads(gzip.decompress(path.read_bytes()))["Records"]
    return records


def audit_records() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((EVIDENCE / "github" / "audit-log-export.json").read_bytes())
    return records


def test_the_generator_gives_the_committed_bytes(tmp_path: Path) -> None:
    script = NPM_SOURCE_MAP / "make_evidence.py"
    subprocess.run([sys.executable, "-B", str(script), str(tmp_path)], check=True, timeout=60)
    made = files_below(tmp_path)
    assert {path for path in made if path.startswith("evidence/")} == {
        f"evidence/{path}" for path in files_below(EVIDENCE)
    }
    for path, content in made.items():
        assert (NPM_SOURCE_MAP / path).read_bytes() == content, path


def test_the_evidence_stays_small() -> None:
    assert sum(len(content) for content in files_below(EVIDENCE).values()) < 1_500_000


def test_git_accepts_the_bundle(tmp_path: Path, answers: dict[str, Any]) -> None:
    def git(*arguments: str) -> str:
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(tmp_path)}
        done = subprocess.run(["git", *arguments], check=True, capture_output=True, text=True, env=environment)
        return done.stdout

    clone = str(tmp_path / "clone")
    git("clone", "--quiet", str(EVIDENCE / "git" / "corp-cli.bundle"), clone)
    git("-C", clone, "fsck", "--strict")
    assert git("-C", clone, "rev-parse", "v2.1.88^{commit}").strip() == answers["released_commit"]
    changed = git("-C", clone, "show", "--name-status", "--format=%cI %ae", answers["build_change"]["commit"])
    assert changed.split("\n") == [
        "2026-03-30T15:31:07-07:00 dana@corp.example",
        "",
        "D\t.npmignore",
        "M\tbuild.config.mjs",
        "M\tpackage.json",
        "",
    ]
    assert len(git("-C", clone, "log", "--format=%H", "--all").split()) == 60
    assert len(git("-C", clone, "log", "--format=%H", "--all", "--merges").split()) == 1


def test_reads_are_what_the_answers_say(answers: dict[str, Any]) -> None:
    tarball = answers["tarball"].encode()
    reads = [m for m in access_lines() if m[4] == b"GET" and m[5] == tarball and m[6] in {b"200", b"206"}]
    assert len(reads) == answers["reads"] == 1_204
    assert len({m[1] for m in reads}) == answers["reading_addresses"] == 1_180
    assert sum(int(m[7]) for m in reads) == answers["bytes_logged_as_sent"]
    anonymous = [m for m in reads if m[2] == b"-"]
    assert (anonymous[0][1], anonymous[0][3]) == (b"198.51.100.23", b"30/Mar/2026:23:17:59 +0000")
    assert reads[-1][3] == b"01/Apr/2026:00:51:33 +0000"
    missing = [m for m in access_lines() if m[5] == tarball and m[6] == b"404"]
    assert missing[0][3] == b"01/Apr/2026:04:32:09 +0000"


def test_two_lines_of_the_access_log_are_no_records() -> None:
    lines = (EVIDENCE / "registry" / "registry-access.log").read_bytes().removesuffix(b"\n").split(b"\n")
    odd = [line for line in lines if not LINE.fullmatch(line)]
    assert [len(line) for line in odd] == [63, 160, 0]
    assert set(odd[1]) == {0}


def test_the_old_version_is_absent_between_two_observations(answers: dict[str, Any]) -> None:
    early, late = (json.loads(path.read_bytes()) for path in sorted((EVIDENCE / "npm").iterdir()))
    assert early["dist-tags"]["latest"] == "2.1.88"
    assert early["versions"]["2.1.88"]["gitHead"] == answers["released_commit"]
    assert "2.1.88" not in late["versions"]
    assert late["time"]["2.1.88"] == early["time"]["2.1.88"] == answers["published"]
    assert late["time"]["2.1.89"] == answers["fixed_version_published"]


def test_data_events_are_seen_only_after_they_were_switched_on(answers: dict[str, Any]) -> None:
    records = cloudtrail_records()
    data = [record["eventTime"] for record in records if record["eventCategory"] == "Data"]
    assert data
    assert min(data) > answers["data_events_on"]
    off, on = answers["trail_off"]
    assert not [record for record in records if off < record["eventTime"] < on]


def test_two_records_were_delivered_twice() -> None:
    records = cloudtrail_records()
    seen = [json.dumps(record, sort_keys=True) for record in records]
    assert len(seen) - len(set(seen)) == 2
    assert len({record["eventID"] for record in records}) == len(set(seen))


def test_the_audit_log_keeps_git_events_for_seven_days() -> None:
    records = audit_records()
    git = [record["@timestamp"] for record in records if record["action"].startswith("git.")]
    assert min(git) >= 1_774_483_200_000  # 2026-03-26T00:00:00Z
    assert min(record["@timestamp"] for record in records) < 1_774_483_200_000
    assert len({record["_document_id"] for record in records}) == len(records)


def test_both_approvals_are_older_than_the_merged_commit(answers: dict[str, Any]) -> None:
    approvals = [r["created_at"] for r in audit_records() if r["action"] == "pull_request_review.submit"]
    assert len(approvals) == 2
    assert max(approvals) < 1_774_909_867_000  # 2026-03-30T22:31:07Z
    assert answers["build_change"]["committed"] == "2026-03-30T22:31:07Z"


def test_addresses_and_names_are_documentation_ones() -> None:
    for match in access_lines():
        assert match[1].startswith((b"192.0.2.", b"198.51.100.", b"203.0.113.", b"2001:db8:"))
    for content in files_below(EVIDENCE).values():
        hosts = re.findall(rb"[\w.-]+@([a-z][\w.-]*\.[a-z]+)|https?://([\w.-]+)", content)
        for host in {mail or web for mail, web in hosts}:
            assert host.endswith((b".example", b"example.com")), host


def test_the_case_file_names_every_source() -> None:
    config = load_case_file(NPM_SOURCE_MAP / "case.yaml")
    for path in files_below(EVIDENCE):
        assert config.source_settings(path).collector, path
    assert config.zone == "Europe/Berlin"


def test_annotations_have_the_agreed_form() -> None:
    entries = yaml.safe_load((NPM_SOURCE_MAP / "annotations.yaml").read_text(encoding="utf-8"))
    assert 6 <= len(entries) <= 10
    for entry in entries:
        assert set(entry) == {"query", "star", "tag", "comment"}
        assert isinstance(entry["query"], str)
        assert entry["star"] is True
        assert all(isinstance(tag, str) for tag in entry["tag"])
