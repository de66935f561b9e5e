"""Observations: snapshots of a state tighten the bounds of windows."""

import json
from pathlib import Path
from typing import Any

from tests.analysis.trails import ACCOUNT, call, made_case, user
from timeline.model.exposure import OPENED_BEFORE, SEEN_CLOSED, Window
from timeline.session.case import Case

ANN = user("ann", "AKIAANNANNANNANNANN1")
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::models/*"}],
}


def item(number: int, time: str, policy: object) -> dict[str, Any]:
    return {
        "configurationItemVersion": "1.3", "configurationItemCaptureTime": time, "awsAccountId": ACCOUNT,
        "configurationItemStatus": "OK", "resourceType": "AWS::S3::Bucket", "resourceId": "models", "resourceName": "models",
        "ARN": "arn:aws:s3:::models", "awsRegion": "us-west-2", "configurationStateId": str(number),
        "supplementaryConfiguration": {"BucketPolicy": {"policyText": json.dumps(policy)}},
    }  # fmt: skip


def only(case: Case) -> Window:
    (window,) = case.findings.exposures().windows
    return window


def test_aws_config_sees_a_bucket_open_and_closed(tmp_path: Path) -> None:
    items = [item(1, "2026-03-10T00:00:00Z", POLICY), item(2, "2026-03-12T00:00:00Z", {"Statement": []})]
    window = only(made_case(tmp_path / "case", {"config.json": items}))
    assert (window.opened_key, window.opened_us, window.closed_us) == (
        None,
        1_773_100_800_000_000,
        1_773_273_600_000_000,
    )
    assert OPENED_BEFORE in window.notes
    assert any(note.startswith(SEEN_CLOSED) for note in window.notes)


def test_an_event_counts_more_than_an_observation(tmp_path: Path) -> None:
    put = call(
        1, "2026-03-08T00:00:00Z", "s3", "PutBucketPolicy", ANN,
        requestParameters={"bucketName": "models", "bucketPolicy": POLICY},
    )  # fmt: skip
    files = {"trail.json": [put], "config.json": [item(1, "2026-03-10T00:00:00Z", POLICY)]}
    window = only(made_case(tmp_path / "case", files))
    assert window.opened_us == 1_772_928_000_000_000
    assert window.opened_key is not None
    assert len(window.also) == 1


def metadata(*versions: str, gone: tuple[str, ...] = ()) -> dict[str, Any]:
    times = {version: f"2026-03-0{n}T00:00:00.000Z" for n, version in enumerate(sorted({*versions, *gone}), 1)}
    named = {version: {"name": "pkg", "version": version, "dist": {"shasum": version}} for version in versions}
    return {"_id": "pkg", "name": "pkg", "dist-tags": {"latest": versions[0]}, "versions": named, "time": times}


def snapshots(folder: Path, *, said: bool) -> Case:
    acquired = ["2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z"]
    sources = (
        "".join(f'  - {{path: "pkg{n}.json", acquired: {time}}}\n' for n, time in enumerate(acquired)) if said else ""
    )
    files = {"pkg0.json": [metadata("1.0.0", "1.0.1")], "pkg1.json": [metadata("1.0.1", gone=("1.0.0",))]}
    return made_case(folder, files, "name: made\n" + (f"sources:\n{sources}" if said else ""))


def test_two_snapshots_of_a_package_bound_when_a_version_went(tmp_path: Path) -> None:
    gone, kept = snapshots(tmp_path / "case", said=True).findings.exposures().windows
    assert (gone.thing.name, gone.closed_us) == ("pkg@1.0.0", 1_773_187_200_000_000)
    assert gone.notes == (f"{SEEN_CLOSED}; seen open at 2026-03-10 00:00:00 UTC",)
    assert kept.closed_key is None


def test_without_a_time_of_collection_a_snapshot_bounds_nothing(tmp_path: Path) -> None:
    windows = snapshots(tmp_path / "case", said=False).findings.exposures().windows
    assert [window.closed_key for window in windows] == [None, None]
