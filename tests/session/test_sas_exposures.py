"""Shared access signatures that a scanner found: bounds, expiry, the regenerated key, and reads with that very signature."""

import json
from pathlib import Path
from typing import Any

from tests.evidence_files import ingested, put
from timeline.analysis.exposure.edges import EXPIRES
from timeline.model.exposure import OPENED_BEFORE, Window
from timeline.session.case import Case

SUBSCRIPTION = "/SUBSCRIPTIONS/11112222-0000-4000-8000-000000000000/RESOURCEGROUPS/ML"
ACCOUNT = f"{SUBSCRIPTION}/PROVIDERS/MICROSOFT.STORAGE/STORAGEACCOUNTS"
EARLY, LATE = "2021-01-01T00%3A00%3A00Z", "2051-01-01T00%3A00%3A00Z"


def found(commit: str, date: str, expiry: str, account: str = "exampledata") -> dict[str, Any]:
    secret = f"not+a+signature+{commit[:4]}%3D"
    url = f"https://{account}.blob.core.windows.net/models?sv=2019-12-12&se={expiry}&sr=c&sp=rwl&sig={secret}"
    return {
        "RuleID": "azure-sas", "Description": "SAS", "StartLine": 3, "EndLine": 3, "StartColumn": 1, "EndColumn": 90,
        "Match": url, "Secret": secret, "File": "README.md", "SymlinkFile": "", "Commit": commit, "Entropy": 4.0,
        "Author": "Dana", "Email": "dana@example.com", "Date": date, "Message": "m", "Tags": [],
        "Fingerprint": f"{commit}:README.md:azure-sas:3",
    }  # fmt: skip


def regenerated(account: str, time: str) -> dict[str, Any]:
    return {
        "time": time, "resourceId": f"{ACCOUNT}/{account.upper()}", "category": "Administrative", "resultType": "Success",
        "operationName": "MICROSOFT.STORAGE/STORAGEACCOUNTS/REGENERATEKEY/ACTION", "callerIpAddress": "192.0.2.4",
    }  # fmt: skip


def read(time: str, expiry: str, kind: str = "sas") -> str:
    url = f"https://exampledata.blob.core.windows.net/models/a.bin?sv=2019-12-12&amp;se={expiry}&amp;sig=XXXXX"
    return (
        f"1.0;{time};GetBlob;SASSuccess;200;17;16;{kind};;exampledata;blob;"
        f'"{url}";"/exampledata/models/a.bin";{time[:10]}-0000-1111-2222-333344445555;0;198.51.100.7:50100;2021-08-06;283;0;354;'
        '1000;0;"";"";"";Monday, 30-Mar-20 20:00:00 GMT;;"curl/8.5.0";"";""\n'
    )


def case_of(tmp_path: Path, findings: list[dict[str, Any]], reads: list[str]) -> Case:
    closing = [regenerated("other", "2022-01-01T00:00:00Z"), regenerated("exampledata", "2023-06-24T10:00:00Z")]
    files: dict[str, str | bytes] = {
        "leaks.json": json.dumps(findings),
        "activity.json": "\n".join(map(json.dumps, closing)) + "\n",
        "storage.log": "".join(reads),
    }
    return ingested(tmp_path / "c.db", put(tmp_path / "e", files))


def windows(case: Case) -> list[Window]:
    return [window for window in case.findings.exposures().windows if window.thing.kind == "azure.sas"]


def test_a_signature_in_a_commit_is_a_window_until_the_key_is_regenerated(tmp_path: Path) -> None:
    findings = [found("a" * 40, "2020-03-01T00:00:00Z", LATE), found("b" * 40, "2020-02-01T00:00:00Z", EARLY)]
    reads = [read("2023-06-01T00:00:00.0000000Z", LATE), read("2023-06-02T00:00:00.0000000Z", "2030-01-01")]
    with case_of(tmp_path, findings, reads) as case:
        early, late = windows(case)
        assert (early.thing.name, late.thing.name) == (f"exampledata/{EARLY}", f"exampledata/{LATE}")
        for window in (early, late):
            assert window.opened_key is None
            assert OPENED_BEFORE in window.notes
            assert len(window.also) == 1
        assert (early.closed_us, early.closed_key) == (1_609_459_200_000_000, early.also[0])
        assert EXPIRES in early.notes
        closed = case.event(late.closed_key or "")
        assert (closed.kind, closed.timestamp) == ("azure.activity", 1_687_600_800_000_000)
        (touch,) = case.findings.exposures().touches[late.number]
        assert (touch.src_ip, touch.events, touch.bytes_out) == ("198.51.100.7", 1, 1_000)
        assert case.findings.exposures().touches[early.number] == ()
        assert "not+a+signature" not in case.report()


def test_reads_are_answered_by_the_logs_that_there_are(tmp_path: Path) -> None:
    with case_of(
        tmp_path, [found("a" * 40, "2020-03-01T00:00:00Z", LATE)], [read("2023-06-01T00:00:00.0000000Z", LATE)]
    ) as case:
        ask = case.findings.was_read
        blob = "https://exampledata.blob.core.windows.net/models/"
        assert ask(blob).answer == "read"
        assert ask(blob, end_us=1_600_000_000_000_000).answer == "not answerable"


def test_a_finding_without_the_url_is_told_as_a_problem(tmp_path: Path) -> None:
    whole = found("a" * 40, "2020-03-01T00:00:00Z", LATE)
    with case_of(tmp_path, [{**whole, "Secret": whole["Match"]}], []) as case:
        assert not windows(case)
        assert [problem for problem in case.findings.exposures().problems if "azure-sas-found" in problem]
