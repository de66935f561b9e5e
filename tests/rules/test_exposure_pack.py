"""The exposure pack is read strictly; errors say file, line, key and what exists."""

import pytest

from timeline.analysis.exposure.evaluators import EVALUATORS
from timeline.model.errors import CaseFileError
from timeline.model.yaml_reading import parse_tree
from timeline.rules.exposure_pack import ExposurePack, own_pack, read_pack

GOOD = """things:
  box: {title: Box, parts: "(?P<owner>[^/]+)/.*", touches: [{query: "kind:x", resource: ["{owner}/*"]}]}
rules:
  - {rule: opened, query: "action:open", thing: box, name: resource, layer: lid, state: everyone}
"""


def read(text: str) -> ExposurePack:
    return read_pack(parse_tree(text.encode(), "pack.yaml"), frozenset({"aws_policy"}))


def test_our_own_pack_is_sound() -> None:
    pack = own_pack(frozenset(EVALUATORS))
    assert {rule.thing for rule in pack.rules} <= pack.things.keys()
    assert {rule.evaluate for rule in pack.rules} - {None} == set(EVALUATORS)


def test_a_pack() -> None:
    pack = read(GOOD)
    assert pack.things["box"].named("ann/1") == {"name": "ann/1", "owner": "ann"}
    assert pack.things["box"].named("nobody") is None
    assert pack.rules[0].state == "everyone"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("state: everyone", "state: anyone", "pack.yaml:4: `rules[0].state` cannot be `anyone`"),
        ("state: everyone", "stat: everyone", "pack.yaml:4: unknown key `stat`"),
        (", state: everyone", "", "pack.yaml:4: `rules[0]` needs exactly one of state, evaluate, states"),
        ("state: everyone", "evaluate: aws_policy", "needs `of` with evaluate"),
        ("state: everyone", "evaluate: guess, of: raw", "cannot be `guess`"),
        ("thing: box", "thing: bag", "cannot be `bag`"),
        ("name: resource", "name: colour", "names no field: colour (raw.<path>, or one of timestamp"),
        ("layer: lid, ", "", "pack.yaml:4: `rules[0]` has no `layer`"),
        ('"action:open"', '"action:("', "is no query"),
        ('"{owner}/*"', '"{colour}/*"', "with one of name, owner in braces"),
        ('"{owner}/*"', '"all/*"', "with one of name, owner in braces"),
        ('"(?P<owner>[^/]+)/.*"', '"("', "is no regex"),
        ("title: Box,", "title: Box, within: bag,", "has no thing bag"),
        ("title: Box,", 'title: Box, asked: "all",', "`things.box.asked` has the pattern all"),
        ("title: Box,", 'title: Box, owner: "(.)",', "`things.box.owner` needs `within`"),
        ("state: everyone", "state: everyone, observed: perhaps", "must be true or false"),
        ("state: everyone", 'state: everyone, part: "("', "is no regex"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(CaseFileError) as error:
        read(GOOD.replace(old, new))
    assert message in str(error.value)


def test_two_rules_of_one_name() -> None:
    rule = GOOD.splitlines()[-1]
    with pytest.raises(CaseFileError, match="the rule opened twice"):
        read(f"{GOOD}{rule}\n")
