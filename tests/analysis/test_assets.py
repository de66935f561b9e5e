"""What was at stake: classes, windows, complete sets."""

from pathlib import Path

from tests.analysis.radius.test_radius import lines, s3_line
from tests.analysis.trails import call, made_case, user

ANN = user("ann", "AKIAANNANNANNANNANN1")
POLICY = {
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::models/*"}]
}


def test_classes_with_windows_and_sets(tmp_path: Path) -> None:
    log = [s3_line(n, f"v1/model-0000{n}-of-00003.safetensors", 10, 10) for n in (1, 2, 3)]
    log.append(s3_line(4, "notes.txt", 5, 5))
    put = call(
        1, "2026-03-30T21:00:00Z", "s3", "PutBucketPolicy", ANN,
        requestParameters={"bucketName": "models", "bucketPolicy": POLICY},
    )  # fmt: skip
    case = made_case(tmp_path / "case", {"s3.log": lines(*log), "trail.json": [put]})
    weights, other = case.findings.assets()
    assert (weights.name, weights.objects, weights.whole, weights.obtained) == ("weights", 3, 3, 30)
    assert (weights.windows, [one.is_complete for one in weights.sets]) == (("exposure/1",), [True])
    assert (other.name, other.objects, len(other.keys)) == ("other", 1, 1)


def test_nothing_taken(tmp_path: Path) -> None:
    assert made_case(tmp_path / "case", {"notes.txt": b"x\n"}).findings.assets() == []
