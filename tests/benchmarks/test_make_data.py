"""The data that is measured with is what it says."""

from tests.benchmarks.make_data import access_lines, fast_import


def test_the_access_log_is_seeded_and_has_its_cardinality() -> None:
    lines = list(access_lines(2_000, addresses=300, targets=50))
    assert lines == list(access_lines(2_000, addresses=300, targets=50))
    assert 100 < len({line.partition(" ")[0] for line in lines}) <= 300
    assert len({line.split('"')[1] for line in lines}) <= 50


def test_the_history_is_seeded_and_has_its_commits() -> None:
    stream = b"".join(fast_import(20))
    assert stream == b"".join(fast_import(20))
    assert stream.count(b"commit refs/heads/main\n") == 20
