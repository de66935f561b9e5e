"""Edges of providers whose records say it in a word."""

from pathlib import Path
from typing import Any

import pytest

from tests.analysis.trails import call, made_case, user

CONTAINER = (
    "/subscriptions/0a0a0a0a-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/corpmodels"
    "/blobServices/default/containers/weights"
)


def azure(day: int, action: str, level: str | None) -> dict[str, Any]:
    body = "" if level is None else f'{{"properties":{{"publicAccess":"{level}"}}}}'
    return {
        "time": f"2026-03-{day:02d}T10:00:00.0000000Z", "resourceId": CONTAINER, "category": "Administrative",
        "operationName": f"MICROSOFT.STORAGE/STORAGEACCOUNTS/BLOBSERVICES/CONTAINERS/{action}", "resultType": "Success",
        "callerIpAddress": "192.0.2.7", "correlationId": f"c{day}", "level": "Information",
        "properties": {"requestbody": body}, "identity": {"claims": {}},
    }  # fmt: skip


def slack(day: int, action: str, **entity: Any) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-0000000000{day:02d}", "date_create": 1_772_600_000 + day * 86_400, "action": action,
        "actor": {"type": "user", "user": {"id": "W1", "email": "ann@corp.example"}}, "entity": entity,
        "context": {"ip_address": "192.0.2.7", "ua": "x", "location": {"id": "T1"}},
    }  # fmt: skip


def ecr_public(day: int, name: str) -> dict[str, Any]:
    parameters = {"repositoryName": "corp/tools"}
    return call(day, f"2026-03-{day:02d}T10:00:00Z", "ecr-public", name, user("ann", "AKIAEXAMPLE1"), requestParameters=parameters)


FILE = {"type": "file", "file": {"id": "F123", "name": "plan.pdf"}}
CHANNEL = {"type": "channel", "channel": {"id": "C9", "name": "deal"}}


@pytest.mark.parametrize(
    ("records", "thing", "audience", "is_closed"),
    [
        ([azure(1, "WRITE", "Container"), azure(2, "WRITE", "None")], "corpmodels/weights", "everyone", True),
        ([azure(1, "WRITE", "Blob"), azure(2, "DELETE", None)], "corpmodels/weights", "everyone", True),
        ([azure(1, "WRITE", "Blob")], "corpmodels/weights", "everyone", False),
        (
            [slack(1, "file_public_link_created", **FILE), slack(2, "file_public_link_revoked", **FILE)],
            "F123",
            "everyone",
            True,
        ),
        ([slack(1, "external_shared_channel_connected", **CHANNEL)], "C9", "others", False),
        ([ecr_public(1, "CreateRepository"), ecr_public(2, "DeleteRepository")], "corp/tools", "everyone", True),
        ([ecr_public(1, "CreateRepository")], "corp/tools", "everyone", False),
    ],
)
def test_windows(tmp_path: Path, records: list[Any], thing: str, audience: str, is_closed: bool) -> None:
    case = made_case(tmp_path / "case", {"log.json": records})
    (window,) = case.findings.exposures().windows
    assert (window.thing.name, window.holder.audience, window.closed_key is not None) == (thing, audience, is_closed)
    assert window.opened_key is not None


def test_a_container_made_private_from_the_first_opens_nothing(tmp_path: Path) -> None:
    case = made_case(tmp_path / "case", {"log.json": [azure(1, "WRITE", "None")]})
    assert case.findings.exposures().windows == ()


def test_a_file_of_a_pypi_release(tmp_path: Path) -> None:
    released = {
        "info": {"name": "corp-cli", "version": "1.0"}, "last_serial": 1, "urls": [], "vulnerabilities": [],
        "releases": {"1.0": [{
            "filename": "corp_cli-1.0.tar.gz", "upload_time_iso_8601": "2026-03-01T10:00:00.000000Z", "size": 10,
            "digests": {"sha256": "0" * 64}, "packagetype": "sdist", "url": "https://files.example.com/corp_cli-1.0.tar.gz",
            "yanked": False,
        }]},
    }  # fmt: skip
    (window,) = made_case(tmp_path / "case", {"corp-cli.json": [released]}).findings.exposures().windows
    assert (window.thing.kind, window.thing.name) == ("pypi.release", "corp_cli-1.0.tar.gz")
