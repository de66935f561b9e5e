"""The coverage pack is read strictly."""

import pytest

from timeline.model.errors import CaseFileError
from timeline.model.yaml_reading import parse_tree
from timeline.rules.coverage_pack import CoveragePack, own_coverage_pack, part_of, read_coverage_pack

GOOD = """vantages:
  door: {title: Door, query: "kind:door", scope: resource, part: "([^/]+)/.*", log: true, kept_days: 7}
  cam: {title: Camera, query: "kind:cam", scope: source, carrier: door}
switches:
  - {rule: cut, query: "action:cut", vantages: [cam], scope: resource, state: "off"}
reads:
  - {thing: Room, recognise: "room/(?P<id>.*)", seen: [{vantage: door, scope: "{id}", query: "kind:door", resource: ["{id}/*"]}]}
"""


def read(text: str) -> CoveragePack:
    return read_coverage_pack(parse_tree(text.encode(), "pack.yaml"))


def test_our_own_pack_is_sound() -> None:
    pack = own_coverage_pack()
    assert len({rule.name for rule in pack.switches}) == len(pack.switches)
    assert pack.vantages["s3.access"].scope_of("models/weights/1") == "models"
    assert pack.vantages["cloudtrail.data"].scope_of("arn:aws:s3:::models/weights") == "models"
    assert pack.vantages["web.access"].scope_of("web-1/access.log-20260330.gz") == "web-1/access"


def test_a_pack() -> None:
    pack = read(GOOD)
    assert pack.vantages["door"].kept_days == 7
    assert pack.vantages["cam"].carrier == "door"
    assert pack.switches[0].state == "off"
    assert pack.vantages["door"].scope_of("no slash") is None


def test_parts() -> None:
    assert part_of(None, "all") == "all"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("log: true", "log: perhaps", "must be true or false"),
        ("log: true", "log: 5", "must be a text, not a number"),
        ("carrier: door", "carrier: gate", "has no gate, which carries cam"),
        ("scope: source", "scope: colour", "cannot be `colour`"),
        ("vantages: [cam]", "vantages: [gate]", "cannot be `gate`"),
        ('state: "off"', "state: broken", "cannot be `broken`"),
        ('scope: "{id}"', 'scope: "{name}"', "has an unknown part"),
        ("vantages:\n  door", "vantage:\n  door", "unknown key `vantage`"),
        ("kept_days: 7", "kept_days: 0", "must be a whole number from 1 to 10000"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(CaseFileError) as error:
        read(GOOD.replace(old, new))
    assert message in str(error.value)
    assert "pack.yaml:" in str(error.value)
