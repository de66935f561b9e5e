"""The pack of measures is read strictly."""

import pytest

from timeline.analysis.measures import OPENERS
from timeline.model.errors import CaseFileError
from timeline.model.yaml_reading import parse_tree
from timeline.rules.measure_pack import own_measure_pack, read_measure_pack

GOOD = "measures: [{measure: a, title: A, sort: contain, opened_by: window_open, how: do it}]"


def test_our_own_pack_uses_every_opener() -> None:
    pack = own_measure_pack(frozenset(OPENERS))
    assert {rule.opened_by for rule in pack} == set(OPENERS)
    assert {rule.sort for rule in pack} == {"contain", "prevent"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sort: contain", "sort: ignore", "cannot be `ignore`"),
        ("opened_by: window_open", "opened_by: a_door", "cannot be `a_door`"),
        (", how: do it", "", "has no `how`"),
        ("measure: a", "measur: a", "unknown key `measur`"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(CaseFileError) as error:
        read_measure_pack(parse_tree(GOOD.replace(old, new).encode(), "pack.yaml"), frozenset(OPENERS))
    assert message in str(error.value)


def test_a_measure_twice() -> None:
    twice = GOOD.replace("]", ", {measure: a, title: A, sort: contain, opened_by: window_open, how: do it}]")
    with pytest.raises(CaseFileError, match="has the measure a twice"):
        read_measure_pack(parse_tree(twice.encode(), "pack.yaml"), frozenset(OPENERS))
