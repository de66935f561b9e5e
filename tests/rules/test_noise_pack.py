"""Rules of noise: what they are, what an analyst adds, and what is wrong named with its line."""

from pathlib import Path

import pytest

from timeline.model.errors import CaseFileError, UsageError
from timeline.model.noise import CLASSES
from timeline.model.yaml_reading import parse_tree
from timeline.query.parsing import parse
from timeline.query.tree import EVERYTHING, Or, TextTest, negated
from timeline.query.write import to_text
from timeline.rules.noise_pack import (
    events_of_rules,
    extended_noise_pack,
    labelled,
    own_noise_pack,
    read_noise_pack,
)

OWN = """rules:
  - rule: pentest
    class: defender-scanner
    title: the penetration test
    addresses: [198.51.100.0/28, "2001:db8::7"]
    credentials: [AKIAIOSFODNN7EXAMPLE]
  - rule: prober
    class: monitoring
    title: our prober
    actors: ["*:assumed-role/prober/*", probe]
    query: kind:web.access resource:/status
  - rule: shy
    class: scanner
    title: who says so
    agents: [Example-Scan, other]
"""


def read(text: str) -> None:
    read_noise_pack(parse_tree(text.encode(), "noise.yaml"))


def test_the_pack_has_rules_of_every_class() -> None:
    rules = own_noise_pack()
    assert {rule.label for rule in rules} == set(CLASSES)
    assert {rule.basis for rule in rules} == {"says it is", "logged as"}
    assert len({rule.name for rule in rules}) == len(rules)


def test_whoever_goes_by_the_user_agent_only_claims() -> None:
    for rule in own_noise_pack():
        if any(test.field == "user_agent" for test in rule.tests):
            assert rule.basis == "says it is", rule.name


def test_all_rules_together_can_be_written_and_read() -> None:
    node = labelled(own_noise_pack(), "")
    assert isinstance(parse(to_text(node), now_us=0), Or)


def test_an_analyst_adds_rules_that_come_first(tmp_path: Path) -> None:
    path = tmp_path / "noise.yaml"
    path.write_text(OWN)
    rules = extended_noise_pack(path)
    assert [rule.name for rule in rules[:3]] == ["pentest", "prober", "shy"]
    assert [rule.basis for rule in rules[:3]] == ["declared as", "declared as", "says it is"]
    assert rules[3:] == own_noise_pack()
    assert rules[0].tests == (
        TextTest("credential", "exact", "AKIAIOSFODNN7EXAMPLE"),
        TextTest("src_ip", "cidr", ("198.51.100.0/28", "2001:db8::7/128")),
    )


def test_an_analyst_takes_rules_away(tmp_path: Path) -> None:
    path = tmp_path / "noise.yaml"
    path.write_text("without: [googlebot]\n")
    assert len(extended_noise_pack(path)) == len(own_noise_pack()) - 1
    with pytest.raises(UsageError, match="no noise is called googlebot"):
        labelled(extended_noise_pack(path), "googlebot")
    path.write_text("without: [googelbot]\n")
    with pytest.raises(CaseFileError, match="did you mean `googlebot`"):
        extended_noise_pack(path)
    path.write_text("")
    with pytest.raises(CaseFileError, match="has no `rules`"):
        extended_noise_pack(path)


def test_texts_that_may_be_held_are_looked_for_at_once(tmp_path: Path) -> None:
    path = tmp_path / "noise.yaml"
    path.write_text(OWN)
    node = events_of_rules(extended_noise_pack(path)[:3])
    assert isinstance(node, Or)
    held = [part for part in node.nodes if isinstance(part, TextTest) and part.op == "contains"]
    assert held == [
        TextTest("actor", "contains", (":assumed-role/prober/",)),
        TextTest("user_agent", "contains", ("Example-Scan", "other"), ignore_case=True),
    ]


def test_a_class_without_rules_has_no_events() -> None:
    assert labelled((), "canary") == negated(EVERYTHING)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("class: scanner", "class: scaner", "noise.yaml:13: `rules[2].class` cannot be `scaner`"),
        ("agents: [Ex", "agent: [Ex", "noise.yaml:15: unknown key `agent` in `rules[2]`"),
        ("rule: shy", "rule: Shy One", "noise.yaml:12: `rules[2].rule` cannot be `Shy One`"),
        ("rule: shy", "rule: crawler", "cannot be `crawler`"),
        ("rule: shy", "rule: prober", "names a rule that there is already"),
        ("    agents: [Example-Scan, other]\n", "", "noise.yaml:12: `rules[2]` has no condition"),
        ("title: who says so", "claimed: true", "`rules[2]` has no `title`"),
        ("resource:/status", "noise:yes", "asks for noise:, person:, in: or for what analysts marked"),
        ("resource:/status", "is:starred", "asks for noise:"),
        ("resource:/status", "bytes_out:many", "is no query"),
        ("198.51.100.0/28", "198.51.100.0/99", "is no address and no network"),
        ("actors: [", 'actors: ["*", ', "would be everybody"),
        ("title: who says so", "title: who says so\n    claimed: perhaps", "must be true or false"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(CaseFileError) as error:
        read(OWN.replace(old, new))
    assert message in str(error.value)


def test_the_fields_that_exist_are_told() -> None:
    with pytest.raises(
        CaseFileError, match="allowed: rule, class, title, agents, actors, credentials, addresses, query"
    ):
        read(OWN.replace("agents:", "agents_of:"))
