"""Patterns over distinct texts find the same whichever way they are looked for."""

import random
from pathlib import Path

import pytest

from tests.store.invented import FIRST_US, SECOND_US, Invented, write
from timeline.model.event import Event
from timeline.query.matching import text_matcher
from timeline.query.tree import TextTest
from timeline.session.case import Case
from timeline.store.texts import matching_ids

WORDS = (
    "alpha",
    "Beta",
    "GAMMA",
    "straße",
    "K",
    "\u212a",
    "\ufb01le",
    "x" * 90,
    "a.b",
    "198.51.100.7",
    "198.51.10.7",
    "::ffff:198.51.100.9",
    "2001:db8::7",
    "0:0:0:0:0:ffff:c633:6408",
    "not an address",
    "%",
    "_",
    "line\nbreak",
    "back\\slash",
    "é",
)
TESTS = (
    TextTest("resource", "contains", "a"),
    TextTest("resource", "contains", "A", ignore_case=True),
    TextTest("resource", "contains", "ss", ignore_case=True),
    TextTest("resource", "contains", "k", ignore_case=True),
    TextTest("resource", "contains", "fi", ignore_case=True),
    TextTest("resource", "contains", "%"),
    TextTest("resource", "contains", ("a", "51", "nowhere")),
    TextTest("resource", "contains", ("A", "SS", "fi", "k"), ignore_case=True),
    TextTest("resource", "contains", ("x", "\0")),
    TextTest("resource", "wildcard", "*eta*"),
    TextTest("resource", "wildcard", "*eta*", ignore_case=True),
    TextTest("resource", "wildcard", "*a?p*a", ignore_case=True),
    TextTest("resource", "wildcard", "198.*7"),
    TextTest("resource", "regex", r"^a.*pha$"),
    TextTest("resource", "regex", r"198\.51\.\d+\.7"),
    TextTest("resource", "regex", "gamma|beta", ignore_case=True),
    TextTest("resource", "regex", "x{50}"),
    TextTest("resource", "regex", "."),
    TextTest("resource", "regex", r"line.break"),
    TextTest("resource", "regex", r"(?s)line.break"),
    TextTest("resource", "regex", "straße"),
    TextTest("resource", "cidr", "198.51.100.0/24"),
    TextTest("resource", "cidr", "198.51.0.0/17"),
    TextTest("resource", "cidr", ("198.51.100.7/32", "2001:db8::/32")),
    TextTest("resource", "cidr", "0.0.0.0/0"),
    TextTest("resource", "cidr", ("198.51.10.0/24", "198.51.100.8/29")),
)


def stream(texts: list[str], path: str) -> Invented:
    made = Invented(path)
    for number, text in enumerate(texts):
        made.records.append(b"{}")
        made.events.append([{"timestamp": FIRST_US + number * SECOND_US, "kind": "web.access", "resource": text}])
    return made


@pytest.fixture(scope="module", params=["plain", "with a text that holds a border"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    dice = random.Random(4)
    texts = [*WORDS, *(f"{dice.choice(WORDS)}-{n}-{dice.choice(WORDS)}" for n in range(400))]
    if request.param != "plain":
        texts.append("nul\0beta")
    path: Path = tmp_path_factory.mktemp("texts") / "c.db"
    return write(path, [stream(texts, "a.log")], chunk_records=1_000)


@pytest.mark.parametrize("test", TESTS, ids=repr)
def test_each_test_finds_what_its_meaning_says(case: Case, test: TextTest) -> None:
    matches = text_matcher(test)
    with case.reading() as reader:
        for segment in reader.segments:
            first, count = segment.ranges["resource"]
            texts = reader.distinct(segment, first, first + count)
            wanted = [number for number, text in enumerate(texts, first) if matches(text)]
            assert matching_ids(reader, segment, test) == wanted


def test_a_query_finds_events_by_them(case: Case) -> None:
    with case.find("resource:/gamma|beta/i") as found:
        events: list[Event] = list(found.events())
    assert events
    assert all(
        "gamma" in (event.resource or "").lower() or "beta" in (event.resource or "").lower() for event in events
    )
