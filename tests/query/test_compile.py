import re

from hypothesis import given, settings

from tests.query.oracle import Sample, answer, holds
from tests.query.trees import events, rule_nodes
from timeline.query import columns_needed, compile_query, evaluate
from timeline.query.tree import (
    EVERYTHING,
    And,
    Column,
    Node,
    Not,
    NumberTest,
    Or,
    RawTest,
    TextTest,
    WordTest,
)

ALICE = TextTest("actor", "exact", "alice")
STATUS = NumberTest("status", 404, 404)
RAW = RawTest(None, "contains", "akia", ignore_case=True)


def truth(sql: str, columns: list[bool]) -> bool:
    """Python's own reading of the plan's expression."""
    assert re.fullmatch(r"(?:AND|OR|NOT|\{\d+\}|[01() ])+", sql), sql
    text = sql.format(*columns)
    lowered = text.replace("AND", "and").replace("OR", "or").replace("NOT", "not")
    return bool(eval(lowered, {"__builtins__": {}}))


def decide(node: Node, event: Sample) -> bool:
    plan = compile_query(node)
    columns = [answer(test, event) for test in plan.tests]
    candidate = truth(plan.sql, columns)
    if plan.residual is None or not candidate:
        return candidate
    asked = {index: columns[index] for index in columns_needed(plan.residual)}
    return evaluate(plan.residual, asked, event.raw_bytes, lambda: event.raw)


@settings(max_examples=400, deadline=None)
@given(rule_nodes, events)
def test_plan_agrees_with_the_naive_meaning(node: Node, event: Sample) -> None:
    assert decide(node, event) == holds(node, event)


def test_nothing_means_everything() -> None:
    plan = compile_query(EVERYTHING)
    assert (plan.tests, plan.sql, plan.residual) == ((), "1", None)
    assert compile_query(Not(EVERYTHING)).sql == "0"


def test_each_test_is_numbered_once() -> None:
    plan = compile_query(Or((And((ALICE, STATUS)), And((Not(STATUS), ALICE)))))
    assert plan.tests == (ALICE, STATUS)
    assert plan.sql == "(({0} AND {1}) OR (NOT {1} AND {0}))"
    assert plan.render(["a", "s"]) == "((a AND s) OR (NOT s AND a))"


def test_a_word_becomes_one_test_a_searched_field() -> None:
    plan = compile_query(WordTest("contains", "x"))
    assert [test.field for test in plan.tests if isinstance(test, TextTest)] == [
        "actor", "action", "resource", "src_ip", "user_agent", "message",
    ]  # fmt: skip
    assert all(isinstance(test, TextTest) and test.ignore_case for test in plan.tests)


def test_raw_tests_may_be_true_on_either_side_of_not() -> None:
    plan = compile_query(And((ALICE, Not(And((STATUS, RAW))))))
    assert plan.sql == "{0}"
    assert plan.residual == Not(And((Column(1), RAW)))
    assert columns_needed(plan.residual) == {1}


def test_conjuncts_that_sql_has_decided_leave_the_residual() -> None:
    plan = compile_query(And((RAW, ALICE, STATUS)))
    assert plan.residual == RAW
    assert plan.sql == "({0} AND {1})"


def test_the_record_is_read_once_and_only_when_asked() -> None:
    reads: list[str] = []

    def raw() -> bytes:
        reads.append("raw")
        return b"id=AKIAIOSFODNN7EXAMPLE"

    plan = compile_query(Or((STATUS, And((RAW, RawTest(None, "regex", "AKIA"))))))
    assert plan.residual is not None
    assert evaluate(plan.residual, [True], raw, dict)
    assert reads == []
    assert evaluate(plan.residual, [False], raw, dict)
    assert reads == ["raw"]


def test_long_lists_stay_shallow() -> None:
    plan = compile_query(Or(tuple(NumberTest("status", n, n) for n in range(5000))))
    depth = deepest = 0
    for char in plan.sql:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    assert deepest <= 6
    assert len(plan.tests) == 5000


def test_bytes_that_are_no_text_can_still_be_searched() -> None:
    assert evaluate(RAW, [], lambda: b"\xff\xfe\x00AKIA\x80", dict)
