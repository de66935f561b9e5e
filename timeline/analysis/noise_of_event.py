"""By which rules one event is noise, without asking the case."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from timeline.model.event import Event
from timeline.query.compile import Plan, compile_query, evaluate
from timeline.query.matching import text_matcher
from timeline.query.tree import KeyTest, Node, NumberTest, SourceTest, Test, TextTest
from timeline.rules.noise_pack import NoiseRule

_KEPT: Final = 1024


def rules_of(event: Event, rules: Sequence[NoiseRule], raw: bytes, fields: Mapping[str, Any]) -> list[NoiseRule]:
    """The rules that the event fulfils, in their order; `raw` is its record and `fields` what that holds, nested."""
    return [
        rule
        for rule in rules
        if any(_holds(test, event) for test in rule.tests)
        or (rule.query is not None and _fulfils(rule.query, event, raw, fields))
    ]


def _fulfils(query: Node, event: Event, raw: bytes, fields: Mapping[str, Any]) -> bool:
    plan = _plan(query)
    truths = [_holds(test, event) for test in plan.tests]
    parts = [plan.candidates] if plan.residual is None else [plan.candidates, plan.residual]
    return all(evaluate(part, truths, lambda: raw, lambda: fields) for part in parts)


def _holds(test: Test, event: Event) -> bool:
    match test:
        case TextTest(field):
            text = getattr(event, field)
            return text is not None and _matcher(test)(text)
        case SourceTest(op, value, ignore_case):
            return _matcher(TextTest("source", op, value, ignore_case))(event.source)
        case NumberTest(field, low, high):
            number = getattr(event, field)
            return number is not None and (low is None or low <= number) and (high is None or number <= high)
        case KeyTest(keys):
            return event.key in keys
    raise TypeError(f"no condition of a rule of noise: {type(test).__name__}")


_matcher = lru_cache(_KEPT)(text_matcher)


@lru_cache(_KEPT)
def _plan(query: Node) -> Plan:
    return compile_query(query)
