"""The fuzzer finds what it is for, and a short run of it finds nothing in our parsers."""

import random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.fuzzing.__main__ import main, try_one
from tests.fuzzing.mutation import mutated
from tests.parsers.registry import load, registry
from timeline.model.parser import Chunk, Decoded, Parser


def broken(decode: Any) -> Parser:
    parser = load("web.access")
    names = ("KIND", "FRAMING", "EMITS", "sniff", "fields")
    return cast("Parser", SimpleNamespace(**{name: getattr(parser, name) for name in names}, decode=decode))


def test_a_parser_that_raises_is_found() -> None:
    def decode(chunk: Chunk) -> Decoded:
        raise ZeroDivisionError

    assert "ZeroDivisionError" in (try_one(broken(decode), b"a line\n", random.Random(1)) or "")


def test_a_parser_that_loses_a_record_is_found() -> None:
    def decode(chunk: Chunk) -> Decoded:
        return Decoded(load("web.access").decode(chunk).events, 1)

    assert "AssertionError" in (try_one(broken(decode), b"no access line\n", random.Random(1)) or "")


@pytest.mark.parametrize("kind", sorted(registry()))
def test_a_few_runs_of_each_parser(kind: str) -> None:
    dice, parser = random.Random(kind), load(kind)
    others = [sample for other in registry() for sample in load(other).SAMPLES]
    for _ in range(8):
        data = mutated(dice, dice.choice(parser.SAMPLES), others, limit=20_000)
        assert try_one(parser, data, dice) is None


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seconds", "0.01", "--kind", "npm.registry", "--seed", "7"]) == 0
    assert "seed 7, 1 parsers" in capsys.readouterr().err
