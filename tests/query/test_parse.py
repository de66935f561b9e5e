import os
import subprocess
import sys
import threading
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from tests.query.reading import NOW_US, read, read_list
from tests.query.sexpr import sexpr
from timeline.model.errors import EvidenceError, QueryError
from timeline.query import (
    All,
    And,
    Not,
    Or,
    TextTest,
    columns_needed,
    compile_query,
    evaluate,
    parse,
    quote_value,
    raw_name,
    to_text,
)
from timeline.query.tree import Column, all_of, any_of, negated

A, B, C = (TextTest("actor", "exact", name) for name in "abc")
X, Y = (TextTest("region", "exact", name) for name in "xy")


def test_trees_are_kept_in_normal_form() -> None:
    assert all_of([A, all_of([X, A]), All()]) == And((A, X))
    assert all_of([]) == All()
    assert all_of([A, A]) == A
    assert any_of([A, any_of([X, B]), C]) == Or((TextTest("actor", "in", ("a", "b", "c")), X))
    assert any_of([A, A]) == A
    assert negated(negated(A)) == A
    assert any_of([all_of([A, X]), Y]) == Or((And((A, X)), Y))
    with pytest.raises(ValueError, match="nothing"):
        any_of([])


def test_nesting_is_limited_and_says_so() -> None:
    assert read("(" * 100 + "a" + ")" * 100) == read("a")
    with pytest.raises(QueryError, match="nested deeper than 100") as caught:
        read("(" * 101 + "a" + ")" * 101)
    assert caught.value.column == 101


def test_the_deepest_query_can_be_compiled_evaluated_and_written() -> None:
    text = "(a OR raw:b NOT " * 99 + "(actor:c OR actor:d)" + ")" * 99
    node = read(text)
    assert to_text(read(to_text(node))) == to_text(node)
    plan = compile_query(node)
    assert plan.residual is not None
    assert columns_needed(plan.residual)
    assert evaluate(plan.residual, [True] * len(plan.tests), lambda: b"", dict)


def test_a_query_of_100_kilobytes_is_one_test() -> None:
    node = read(" OR ".join(f"actor:user{number}" for number in range(6_000)))
    assert isinstance(node, TextTest)
    assert node.op == "in"
    assert len(node.value) == 6_000
    assert read("-" * 50_000 + "actor:a") == A


def test_what_is_no_text_is_refused_where_it_stands() -> None:
    with pytest.raises(QueryError, match="not a character") as caught:
        read("abc\udcff")
    assert caught.value.column == 4


def test_lists_need_someone_who_reads_them() -> None:
    with pytest.raises(QueryError, match="cannot be read here") as caught:
        parse("src_ip:@ips.txt", now_us=NOW_US)
    assert caught.value.column == 8


def test_a_leakline_error_of_the_list_reader_is_told() -> None:
    def refuse(name: str) -> list[str]:
        raise EvidenceError("it is a folder", where=name)

    with pytest.raises(QueryError, match="cannot read the list x: it is a folder"):
        parse("actor:@x", now_us=NOW_US, read_list=refuse)


def test_a_long_list_stays_one_test() -> None:
    names = [f"198.51.{number // 250}.{number % 250}" for number in range(10_000)]
    node = parse("-src_ip:@big.txt", now_us=NOW_US, read_list=lambda _: names)
    assert node == Not(TextTest("src_ip", "in", tuple(names)))


def test_the_zone_of_times_is_the_callers() -> None:
    berlin = parse("after:2026-03-30", now_us=NOW_US, zone=ZoneInfo("Europe/Berlin"))
    assert sexpr(berlin) == "timestamp=2026-03-29T22:00:00Z.."
    assert to_text(berlin) == "after:2026-03-29T22:00:00Z"
    assert parse(to_text(berlin), now_us=0, zone=UTC) == berlin


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "*"),
        ("a OR b c", "a OR b AND c"),
        ("(a OR b) c", "(a OR b) AND c"),
        ("-(a b)", "NOT (a AND b)"),
        ("-actor:alice", "-actor:alice"),
        ("user:alice", "actor:alice"),
        ("actor:(a OR b)", "actor:(a OR b)"),
        ('actor:"two words"', 'actor:"two words"'),
        ('"actor:x"', '"actor:x"'),
        ("action:s3:Get*", "action:s3:Get*"),
        ("status:[400 TO 499]", "status:[400 TO 499]"),
        ("bytes_out:>10MB", "bytes_out:>=10000001"),
        ("timestamp:2026-03-30", "timestamp:[2026-03-30T00:00:00Z TO 2026-03-30T23:59:59Z]"),
        ("timestamp:1774910208123456", "timestamp:2026-03-30T22:36:48.123456Z"),
        ("src_ip:2001:DB8::1", "src_ip:2001:db8::1/128"),
        ('raw."a b".c:>1.5', 'raw."a b".c:{1.5 TO *]'),
        ("resource:/a\\/b/i", "resource:/a\\/b/i"),
        ("is:undated", "-timestamp:*"),
        ("before:2026-03-31", "before:2026-03-31T00:00:00Z"),
        ("src_ip:@ips.txt", "src_ip:192.0.2.7 OR src_ip:(198.51.100.0/24 OR 2001:db8::1/128)"),
    ],
)
def test_how_trees_are_written(query: str, text: str) -> None:
    assert to_text(read(query)) == text


def test_columns_have_no_text() -> None:
    with pytest.raises(TypeError):
        to_text(Column(0))


def test_pivots() -> None:
    assert quote_value("actor", 'a "b"') == r'actor:"a \"b\""'
    assert quote_value("actor", None) == "-actor:*"
    assert quote_value("status", 404) == "status:404"
    assert quote_value("src_ip", "2001:db8::1") == 'src_ip:"2001:db8::1"'
    assert quote_value(raw_name(("a", "b.c")), "x") == 'raw.a."b.c":x'
    timestamp = quote_value("timestamp", 1_774_910_208_000_000)
    assert sexpr(read(timestamp)) == "timestamp=2026-03-30T22:36:48Z"


def test_queries_are_read_in_many_threads() -> None:
    found: list[str] = []

    def work() -> None:
        found.extend(sexpr(read("actor:/a+b/ after:yesterday (x OR y)")) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 80
    assert len(set(found)) == 1


def test_the_package_is_imported_without_its_costs() -> None:
    code = "import sys, timeline.query; print(sorted({'lark', 'pyarrow', 'dateutil'} & sys.modules.keys()))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"


def test_the_lists_of_these_tests_can_be_read() -> None:
    assert read_list("names.txt")
    with pytest.raises(FileNotFoundError):
        read_list("missing.txt")
