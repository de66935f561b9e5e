"""The hand-over bundle: what is in it, what checks it, what it never holds."""

import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.trails import call, made_case, user
from tests.report.secret_samples import SECRETS
from timeline.model.errors import UsageError
from timeline.report.bundle_check import climbed, steps_of
from timeline.report.merkle import Tree, leaf
from timeline.session.bundling import reveal, write_bundle
from timeline.session.case import Case

ANN = user("ann", "AKIAEXAMPLE000000001")
TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    trail = [call(number, f"2026-03-30T11:0{number}:00Z", "s3", "GetObject", ANN) for number in range(5)]
    trail[2]["userAgent"] = f"curl {TOKEN}"
    case = made_case(tmp_path / "case", {"trail.json": trail})
    case.annotate_matches("", star=True, comment="seen")
    return case


def check(folder: Path, *more: str) -> tuple[int, str]:
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_it_holds_what_was_selected_and_checks_itself(case: Case, tmp_path: Path) -> None:
    found = write_bundle(case, tmp_path / "out")
    assert (found.events, found.redacted) == (5, 1)
    code, said = check(tmp_path / "out")
    assert code == 0
    assert f"root    {found.root}" in said
    assert f"custody {case.custody_head()}" in said
    sums = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True, check=False)
    assert sums.returncode == 0
    records = lines(tmp_path / "out" / "records.jsonl")
    assert [record["event"] for record in records] == [event["key"] for event in lines(tmp_path / "out" / "events.jsonl")]
    assert [record["redacted"] for record in records].count(True) == 1
    assert records[0]["text"].encode() == case.raw(records[0]["event"])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert [source["name"] for source in manifest["sources"]] == ["trail.json"]
    assert not any(TOKEN in path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    assert (tmp_path / "out").stat().st_mode & 0o77 == 0


def test_the_same_case_gives_the_same_bytes(case: Case, tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_bundle(case, tmp_path / name, query="action:s3*")
        write_bundle(case, tmp_path / name / "bundle.tar.gz")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert [(tmp_path / "one" / name).read_bytes() for name in names] == [
        (tmp_path / "other" / name).read_bytes() for name in names
    ]
    with tarfile.open(tmp_path / "one" / "bundle.tar.gz") as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
    assert check(tmp_path / "unpacked" / "bundle")[0] == 0


def swap(text: str) -> str:
    first, second, *rest = text.splitlines(keepends=True)
    return "".join([second, first, *rest])


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("events.jsonl", swap),
        ("events.jsonl", lambda text: text.split("\n", 1)[1]),
        ("records.jsonl", swap),
        ("records.jsonl", lambda text: text.replace("GetObject", "PutObject", 1)),
        ("records.jsonl", lambda text: text.split("\n", 1)[1]),
        ("records.jsonl", lambda text: text.replace('"salt": "', '"salt": "00', 1)),
        ("manifest.json", lambda text: text.replace('"merkle_root": "', '"merkle_root": "0')),
        ("manifest.json", lambda text: text.replace('"records": 5,\n "redacted"', '"records": 4,\n "redacted"')),
        ("report.md", lambda text: text + "more"),
    ],
)
@pytest.mark.parametrize("with_sums", [True, False])
def test_what_was_tampered_with_is_found(
    case: Case, tmp_path: Path, name: str, change: Callable[[str], str], *, with_sums: bool
) -> None:
    """`with_sums`: whoever tampers writes SHA256SUMS anew, too; a report has nothing else that ties it."""
    out = tmp_path / "out"
    write_bundle(case, out)
    before = (out / name).read_text(encoding="utf-8")
    assert change(before) != before
    (out / name).write_text(change(before), encoding="utf-8")
    if with_sums:
        sums = subprocess.run(
            ["sha256sum", *sorted(path.name for path in out.iterdir() if path.name != "SHA256SUMS")],
            cwd=out, capture_output=True, text=True, check=True,
        )  # fmt: skip
        (out / "SHA256SUMS").write_text(sums.stdout)
    code, said = check(out)
    assert code == (0 if with_sums and name == "report.md" else 1), said


def test_files_that_come_and_go(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_bundle(case, out)
    (out / "extra").write_text("x")
    (out / "events.csv").unlink()
    code, said = check(out)
    assert code == 1
    assert "extra: is not in SHA256SUMS" in said
    assert "events.csv: is missing" in said
    (out / "manifest.json").write_text("{")
    assert check(out) == (1, check(out)[1])
    assert "cannot be read" in check(out)[1]


def test_a_redacted_record_is_revealed_later(case: Case, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_bundle(case, out)
    (record,) = [record for record in lines(out / "records.jsonl") if record["redacted"]]
    assert record["salt"] is None
    shown = reveal(case, record["event"])
    path = tmp_path / "shown.json"
    path.write_text(json.dumps(shown))
    assert check(out, "--reveal", str(path))[0] == 0
    path.write_text(json.dumps(shown | {"record_base64": "eA=="}))
    assert "is not the record" in check(out, "--reveal", str(path))[1]
    path.write_text(json.dumps(shown | {"event": "u0000000000000000"}))
    assert "has no event" in check(out, "--reveal", str(path))[1]
    with pytest.raises(UsageError):
        reveal(case, "u0000000000000000")


@pytest.mark.parametrize("count", range(1, 18))
def test_proofs(count: int) -> None:
    leaves = [leaf(b"s", bytes([number])) for number in range(count)]
    tree = Tree(leaves)
    for place in range(count):
        proof = tree.proof(place)
        assert [side for side, _ in proof] == steps_of(place, count)
        assert climbed(leaves[place], proof) == tree.root
        assert climbed(leaf(b"s", b"other"), proof) != tree.root


def test_no_secret_gets_in(tmp_path: Path) -> None:
    trail = []
    for number, planted in enumerate(SECRETS):
        record = call(number, "2026-03-30T11:00:00Z", "s3", "GetObject", ANN)
        record["userAgent"] = planted.text
        trail.append(record)
    case = made_case(tmp_path / "case", {"trail.json": trail})
    write_bundle(case, tmp_path / "out", query="kind:aws.cloudtrail")
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()]
    for planted in SECRETS:
        assert not any(planted.secret in text for text in texts), planted


def test_what_cannot_be_bundled(case: Case, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    with pytest.raises(UsageError, match="is there already"):
        write_bundle(case, tmp_path / "full")
    with pytest.raises(UsageError, match="no event matches"):
        write_bundle(case, tmp_path / "none", query="actor:nobody")
    assert not (tmp_path / "none").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".leakline")]


def test_the_command(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from timeline.commands.main import main

    folder = str(case.path.parent)
    with case.find("") as found:
        key = next(iter(found.keys()))
    case.close()
    for arguments, code in (
        (["bundle", folder, str(tmp_path / "b.tgz")], 0), (["bundle", folder, "--reveal", key], 0), (["bundle", folder], 2),
    ):  # fmt: skip
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == code
    said = capsys.readouterr()
    assert f'"event": "{key}"' in said.out
    assert "merkle root" in said.err
