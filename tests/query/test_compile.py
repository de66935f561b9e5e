from hypothesis import given, settings

from tests.query.oracle import Sample, answer, holds
from tests.query.trees import events, rule_nodes
from timeline.query import columns_needed, compile_query, evaluate
from timeline.query.compile import NOTHING
from timeline.query.tree import (
    EVERYTHING,
    All,
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


def is_candidate(node: Node, columns: list[bool]) -> bool:
    """Python's own reading of the plan's candidates, which have `Not` only before a column."""
    match node:
        case All():
            return True
        case Column(index):
            return columns[index]
        case Not(Column(index)):
            return not columns[index]
        case And(nodes):
            return all(is_candidate(part, columns) for part in nodes)
        case Or(nodes):
            return any(is_candidate(part, columns) for part in nodes)
    raise AssertionError(node)


def depth(node: Node) -> int:
    match node:
        case And(nodes) | Or(nodes):
            return 1 + max(map(depth, nodes))
        case Not(part):
            return 1 + depth(part)
    return 1


def decide(node: Node, event: Sample) -> bool:
    plan = compile_query(node)
    columns = [answer(test, event) for test in plan.tests]
    candidate = is_candidate(plan.candidates, columns)
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
    assert (plan.tests, plan.candidates, plan.residual) == ((), EVERYTHING, None)
    assert compile_query(Not(EVERYTHING)).candidates == NOTHING
    assert not is_candidate(NOTHING, [])


def test_each_test_is_numbered_once() -> None:
    plan = compile_query(Or((And((ALICE, STATUS)), And((Not(STATUS), ALICE)))))
    assert plan.tests == (ALICE, STATUS)
    assert plan.candidates == Or((And((Column(0), Column(1))), And((Not(Column(1)), Column(0)))))
    assert compile_query(Not(Or((ALICE, STATUS)))).candidates == And((Not(Column(0)), Not(Column(1))))


def test_a_word_becomes_one_test_a_searched_field() -> None:
    plan = compile_query(WordTest("contains", "x"))
    assert [test.field for test in plan.tests if isinstance(test, TextTest)] == [
        "actor", "action", "resource", "src_ip", "user_agent", "message",
    ]  # fmt: skip
    assert all(isinstance(test, TextTest) and test.ignore_case for test in plan.tests)


def test_raw_tests_may_be_true_on_either_side_of_not() -> None:
    plan = compile_query(And((ALICE, Not(And((STATUS, RAW))))))
    assert plan.candidates == Column(0)
    assert plan.residual == Not(And((Column(1), RAW)))
    assert columns_needed(plan.residual) == {1}


def test_conjuncts_that_candidates_have_decided_leave_the_residual() -> None:
    plan = compile_query(And((RAW, ALICE, STATUS)))
    assert plan.residual == RAW
    assert plan.candidates == And((Column(0), Column(1)))


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
    assert depth(plan.candidates) == 2
    assert len(plan.tests) == 5000


def test_bytes_that_are_no_text_can_still_be_searched() -> None:
    assert evaluate(RAW, [], lambda: b"\xff\xfe\x00AKIA\x80", dict)
