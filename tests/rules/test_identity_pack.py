"""The identity pack is read strictly; errors say file, line, key and what exists."""

import pytest

from timeline.model.errors import CaseFileError
from timeline.model.yaml_reading import parse_tree
from timeline.rules.identity_pack import IdentityPack, own_identity_pack, read_identity_pack

GOOD = """machines: ['bot$']
links:
  - rule: given
    title: given to them
    query: kind:door.log
    where: {actor: '(?P<login>[a-z]+)@door'}
    holds: ["door:{login}", "key:{raw.badge.id}"]
    confidence: certain
"""


def read(text: str) -> IdentityPack:
    return read_identity_pack(parse_tree(text.encode(), "pack.yaml"))


def test_our_own_pack_is_sound() -> None:
    pack = own_identity_pack()
    assert len({link.name for link in pack.links}) == len(pack.links) > 5
    assert pack.is_machine("github:dependabot[bot]")
    assert not pack.is_machine("email:dana@corp.example")


def test_a_pack() -> None:
    (link,) = read(GOOD).links
    assert (link.one.namespace, link.one.parts, set(link.one.places)) == ("door", ("", "login", ""), set())
    assert set(link.other.places) == {"raw.badge.id"}
    assert link.fields is None


def test_a_rule_without_the_record_names_its_fields() -> None:
    (link,) = read(GOOD.replace("{raw.badge.id}", "{credential}")).links
    assert link.fields == ("actor", "credential", "kind")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("confidence: certain", "confidence: sure", "pack.yaml:8: `links[0].confidence` cannot be `sure`"),
        ("    confidence: certain\n", "", "pack.yaml:3: `links[0]` has no `confidence`"),
        ("holds:", "has:", "pack.yaml:7: unknown key `has`"),
        ("holds:", "same: [a, b]\n    holds:", "needs exactly one of same and holds"),
        ('"door:{login}", ', "", "needs two identities"),
        ("{login}", "{colour}", "has the unknown placeholder {colour}"),
        ("{raw.badge.id}", "{item.id}", "has the unknown placeholder {item.id}"),
        ("{raw.badge.id}", "fixed", "has no placeholder"),
        ('"door:{login}"', '"{login}"', "is no identity"),
        ("(?P<login>[a-z]+)", "(?P<login>[a-z]+", "is no regex"),
        ("{actor:", "{colour:", "is a condition on `colour`, which is no place"),
        ("kind:door.log", "kind:(", "is no query"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(CaseFileError) as error:
        read(GOOD.replace(old, new))
    assert message in str(error.value)


def test_a_rule_twice() -> None:
    with pytest.raises(CaseFileError, match="has the rule given twice"):
        read(GOOD + GOOD.partition("links:\n")[2])
