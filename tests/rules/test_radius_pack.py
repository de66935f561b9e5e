"""The pack of downloads: one name for one object, and errors that say what is wrong."""

import pytest

from timeline.model.errors import CaseFileError
from timeline.model.yaml_reading import parse_tree
from timeline.rules.radius_pack import own_radius_pack, read_radius_pack

GOOD = """reads:
  - {read: door, title: Door log, query: 'kind:door', object: '(.+)', under: 'door:', size: raw.weight}
flows: {title: Flows, query: 'kind:flow', object: '(.+):[0-9]+'}
"""


@pytest.mark.parametrize(
    ("rule", "resource", "name"),
    [
        ("s3.access", "models/v1/a.bin", "s3://models/v1/a.bin"),
        ("cloudtrail.data", "arn:aws:s3:::models/v1/a.bin", "s3://models/v1/a.bin"),
        ("cloudtrail.data", "arn:aws-cn:s3:::models", None),
        ("gcp.data", "projects/_/buckets/models/objects/v1/a.bin", "gs://models/v1/a.bin"),
        ("web", "/v1/a.bin?token=x", "http:/v1/a.bin"),
        ("web", "https://cdn.example.com/v1/a.bin?x#y", "http:/v1/a.bin"),
        ("web", "*", None),
        ("gitlab-clones", "/corp/app.git/git-upload-pack", "git:corp/app"),
        ("gitlab-clones", "/corp/sub/app/git-upload-pack", "git:corp/sub/app"),
        ("clones", "corp/app", "git:corp/app"),
    ],
)
def test_names_of_objects(rule: str, resource: str, name: str | None) -> None:
    found = next(read for read in own_radius_pack().reads if read.name == rule)
    assert found.object_of(resource) == name


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("object: '(.+)'", "object: '.+'", "pack.yaml:2: `reads[0].object` has no group for the object"),
        ("under: 'door:', ", "", "has no `under`"),
        ("raw.weight", "weight", "names no field: weight"),
        ("kind:door'", "kind:('", "is no query"),
        ("flows:", "flow:", "pack.yaml:3: unknown key `flow`"),
        ("'(.+):[0-9]+'", "'(.+:[0-9]+'", "is no regex"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(CaseFileError) as error:
        read_radius_pack(parse_tree(GOOD.replace(old, new).encode(), "pack.yaml"))
    assert message in str(error.value)


def test_a_read_twice() -> None:
    twice = GOOD.replace("flows:", "  - {read: door, title: D, query: 'kind:d', object: '(.)', under: 'd:'}\nflows:")
    with pytest.raises(CaseFileError, match="has the read door twice"):
        read_radius_pack(parse_tree(twice.encode(), "pack.yaml"))
