"""Classes of assets by the names of objects."""

import pytest

from timeline.model.case_file import OwnAsset, parse_case_file
from timeline.model.errors import CaseFileError
from timeline.model.yaml_reading import parse_tree
from timeline.rules.asset_pack import class_of, own_asset_pack, read_asset_pack, with_own


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("s3://models/v1/model-00001-of-00012.safetensors", "weights"),
        ("s3://models/v1/model.safetensors.index.json", "weights"),
        ("s3://models/v1/pytorch_model-00001-of-00002.bin", "weights"),
        ("s3://models/run/optimizer.pt", "weights"),  # by its ending
        ("s3://models/run/checkpoint-500/state.bin", "optimiser"),
        ("http:/m/tokenizer.json", "tokenizer"),
        ("s3://data/sft/train/part-1.jsonl.zst", "training-data"),
        ("s3://ops/backups/2026-03-01.tar", "customer-data"),
        ("s3://ops/customers-2026.csv", "customer-data"),
        ("s3://ops/home/.env.production", "secrets"),
        ("http:/k/id_rsa", "secrets"),
        ("s3://ops/prod.tfstate", "secrets"),
        ("http:/dist/cli.mjs.map", "source-maps"),
        ("http:/@corp/cli/-/cli-2.1.88.tgz", "artefacts"),
        ("s3://ci/.github/workflows/release.yml", "pipeline"),
        ("git:corp/app", "source"),
        ("s3://x/src/main.rs", "source"),
        ("http:/index.html", None),
    ],
)
def test_classes(name: str, expected: str | None) -> None:
    found = class_of(name, own_asset_pack())
    assert (None if found is None else found.name) == expected


def test_the_organisations_own_come_first() -> None:
    classes = with_own([OwnAsset(name="jewels", match=("s3://corp-*/next/*", "git:corp/next"))])
    for name in ("s3://corp-weights/next/a.bin", "git:corp/next", "GIT:corp/NEXT"):
        found = class_of(name, classes)
        assert found is not None
        assert (found.name, found.title) == ("jewels", "jewels")
    assert class_of("git:corp/nextcloud", classes) is not classes[0]


def test_case_yaml() -> None:
    config = parse_case_file(b"assets:\n  - {name: a, title: A, match: ['s3://x/*']}\n")
    assert config.assets == (OwnAsset(name="a", title="A", match=("s3://x/*",)),)
    for text, message in (
        (b"assets: [{name: a}]", "lacks the key `match`"),
        (b"assets: [{nam: a}]", "unknown key `nam`"),
    ):
        with pytest.raises(CaseFileError, match=message):
            parse_case_file(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("assets: [{asset: a, title: A, match: ['(']}]", "has no regex"),
        ("assets: [{asset: a, match: [x]}]", "has no `title`"),
        ("assets: [{asset: a, title: A, match: [x]}, {asset: a, title: A, match: [x]}]", "has the asset a twice"),
    ],
)
def test_what_is_wrong_is_named(text: str, message: str) -> None:
    with pytest.raises(CaseFileError) as error:
        read_asset_pack(parse_tree(text.encode(), "pack.yaml"))
    assert message in str(error.value)
