"""What is wrong is one line that says what, where and what to do, with the exit code of the manual; the rest goes on."""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.conftest import Leakline, Ran
from tests.evidence_files import access_line, access_log, put


def ingest(leakline: Leakline, tmp_path: Path, files: dict[str, str | bytes]) -> tuple[Ran, dict[str, object]]:
    """Ingest these files beside a good one; the case is sound afterwards."""
    put(tmp_path / "e", {"good.log": access_log(range(1000, 1020)), **files})
    ran = leakline("ingest", tmp_path / "c.db", tmp_path / "e", "--json")
    assert leakline("verify", tmp_path / "c.db").code == 0
    assert int(leakline("search", tmp_path / "c.db", "source:good.log", "--count").out) == 20
    return ran, json.loads(ran.out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["frob"], "there is no verb frob"),
        (["serach"], "did you mean search?"),
        (["ingest"], "Missing argument"),
        (["ingest", "{case}", "nowhere"], "nowhere: there is no such file or folder"),
        (["ingest", "{case}", "{evidence}", "--kind", "web.acess"], "there is no format web.acess"),
        (["ingest", "{case}", "{evidence}", "--tz", "Mars/Base"], "--tz: no such zone: Mars/Base"),
        (["ingest", "{case}", "{evidence}", "--clock-offset", "soon"], "--clock-offset"),
        (["ingest", "{case}", "{evidence}", "--log-format", "%h %Q"], "log format, column 4"),
        (["ingest", "{case}", "{evidence}", "--jobs", "0"], "--jobs"),
        (["search", "{case}", "status:("], "column 8"),
        (["search", "{case}", "bytes_out:>10XB"], "column 12"),
        (["search", "{case}", "after:someday"], "column 7"),
        (["search", "{case}", "src_ip:@none.txt"], "column 8"),
        (["search", "{case}", "in:exposure/3"], "no window exposure/3"),
        (["search", "{case}", "--fields", "colour"], "there is no field colour"),
        (["search", "{case}", "--zone", "Mars/Base"], "--zone"),
        (["export", "{case}", "--query", "actor:[a TO b]"], "column 7"),
        (["export", "{case}", "-o", "/proc/none/x.csv"], "/proc/none/x.csv"),
        (["report", "nowhere.db"], "nowhere.db: there is no such case"),
        (["open", "{case}"], "needs a terminal"),
        (["annotate", "{case}", "--key", "u0000000000000000", "--star"], "no such event"),
        (["reparse", "{case}", "acess.log"], "did you mean access.log"),
        (["ingest", "{case}", ""], "the name is empty"),
        (["new", ""], "the name is empty"),
        (["status", "n" * 300], "File name too long"),
        (["export", "{case}", "-o", "n" * 300], "File name too long"),
        (["demo", "{log}", "--headless"], "Not a directory"),
    ],
)
def test_a_wrong_call_is_one_line_and_code_2(leakline: Leakline, shared: Path, arguments: list[str], said: str) -> None:
    places = {"{case}": str(shared), "{evidence}": str(shared.parent / "evidence")}
    places["{log}"] = places["{evidence}"] + "/access.log"
    ran = leakline(*(places.get(argument, argument) for argument in arguments))
    assert ran.code == 2
    assert said in ran.fault
    assert ran.out == ""


@pytest.mark.parametrize(
    "wrong", [["nowhere"], ["{evidence}", "--kind", "web.acess"], ["{evidence}", "--log-format", "%Q"], []]
)
def test_a_wrong_call_leaves_no_case_behind(leakline: Leakline, shared: Path, tmp_path: Path, wrong: list[str]) -> None:
    evidence = str(shared.parent / "evidence")
    ran = leakline("ingest", tmp_path / "c.db", *(evidence if word == "{evidence}" else word for word in wrong))
    assert ran.code == 2
    assert ran.fault
    assert list(tmp_path.iterdir()) == []


def test_damaged_files_cost_only_themselves(leakline: Leakline, tmp_path: Path) -> None:
    packed = gzip.compress(access_log(range(2000)).encode())
    ran, result = ingest(
        leakline,
        tmp_path,
        {
            "empty.log": "",
            "cut.log.gz": packed[: len(packed) // 2],
            "binary.bin": bytes(range(256)) * 64,
            "bad.zip": b"PK\x03\x04" + b"\x00" * 64,
            "utf16.log": access_log(range(5)).encode("utf-16"),
            "no_data.log.gz": packed[:5],
            "deep.json": "[" * 100_000,
        },
    )
    assert ran.code == 3
    states = {
        row["path"]: row["state"] for row in json.loads(leakline("status", tmp_path / "c.db", "--json").out)["sources"]
    }
    assert (states["cut.log.gz"], states["no_data.log.gz"], states["empty.log"]) == (
        "partial",
        "unreadable",
        "complete",
    )
    failures = result["failures"]
    assert isinstance(failures, list)
    assert {failure["source"] for failure in failures} == {
        "binary.bin",
        "bad.zip",
        "cut.log.gz",
        "deep.json",
        "no_data.log.gz",
    }
    assert states["utf16.log"] == "complete"
    assert all("\n" not in failure["reason"] for failure in failures)


def test_odd_lines_are_accounted_for(leakline: Leakline, tmp_path: Path) -> None:
    lines = [
        access_line(1).encode() + b"\r\n",
        access_line(2).replace("user2", "us\udce4r").encode("utf-8", "surrogateescape") + b"\n",
        b"\x00" * 40 + b"\n",
        b"\r\n",
        b"x" * (17 << 20) + b"\n",
        access_line(3).encode(),
    ]
    ran, result = ingest(leakline, tmp_path, {"odd.log": b"\xef\xbb\xbf" + b"".join(lines)})
    assert ran.code == 0
    assert (result["records"], result["events"], result["rejects"], result["ignored"]) == (26, 23, 2, 1)
    records = [
        json.loads(line)["record"] for line in leakline("export", tmp_path / "c.db", "--rejects").out.splitlines()
    ]
    assert records == [3, 5]


def test_links_are_not_followed(leakline: Leakline, tmp_path: Path) -> None:
    put(tmp_path / "outside", {"secret.log": access_log(range(5))})
    put(tmp_path / "e", {"logs/a.log": access_log(range(30, 40))})
    (tmp_path / "e" / "logs" / "loop").symlink_to(tmp_path / "e")
    (tmp_path / "e" / "link.log").symlink_to(tmp_path / "outside" / "secret.log")
    ran, result = ingest(leakline, tmp_path, {})
    assert ran.code == 3
    assert result["events"] == 30


def test_what_is_no_case_is_refused(leakline: Leakline, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("hello")
    assert "not an SQLite file" in leakline("status", tmp_path / "text.db").fault
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE t (x)")
    assert "another program" in leakline("ingest", tmp_path / "other.db", tmp_path).fault
    (tmp_path / "folder").mkdir()
    assert "leakline new" in leakline("status", tmp_path / "folder").fault


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\nzoen: UTC\n", "case.yaml:2"),
        ("name: x\nzone: Mars/Base\n", "case.yaml:2"),
        ("sources:\n  - kind: git\n", "case.yaml:2"),
    ],
)
def test_a_wrong_case_file_names_line_and_key(leakline: Leakline, tmp_path: Path, text: str, said: str) -> None:
    put(tmp_path / "leak", {"case.yaml": text})
    ran = leakline("status", tmp_path / "leak")
    assert ran.code == 2
    assert said in ran.fault


def test_a_case_that_cannot_be_made(leakline: Leakline, tmp_path: Path) -> None:
    put(tmp_path, {"e/a.log": access_log(range(3)), "file": "x"})
    ran = leakline("ingest", "/proc/leakline/case.db", tmp_path / "e")
    assert ran.code == 2
    assert "cannot create the case" in ran.fault
    assert (
        "a file is where its folder should be" in leakline("ingest", tmp_path / "file" / "c.db", tmp_path / "e").fault
    )
