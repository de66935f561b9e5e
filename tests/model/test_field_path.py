import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timeline.model.field_path import MAX_STEPS, read_field_path, write_field_path


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("user", ("user",)),
        (" user.name ", ("user", "name")),
        ("items[0].id", ("items", 0, "id")),
        ("items[-1]", ("items", -1)),
        ('headers."x-real.ip"', ("headers", "x-real.ip")),
        (r'"a\"b"."c\\d"', ('a"b', "c\\d")),
        ("cs(User-Agent)", ("cs(User-Agent)",)),
        ("#3", ("#3",)),
        ("@timestamp", ("@timestamp",)),
        ("Client IP.v 4", ("Client IP", "v 4")),
    ],
)
def test_paths(text: str, steps: tuple[str | int, ...]) -> None:
    assert read_field_path(text).steps == steps


def test_a_path_of_plain_names_may_be_one_name() -> None:
    assert read_field_path("user.name").whole == "user.name"
    assert read_field_path("user").whole is None
    assert read_field_path("user[0]").whole is None
    assert read_field_path('user."name"').whole is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it names nothing"),
        ('""', "it names nothing"),
        ("a..b", "no name at character 3"),
        ("a[x]", "no name at character 2"),
        ('a"b"', "a dot is missing"),
        ('"a', "no name at character 1"),
        ("a{b}", "a dot is missing"),
        (".".join("a" * (MAX_STEPS + 1)), "more than"),
    ],
)
def test_what_is_no_path_is_told_in_words(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_field_path(text)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(min_size=1), st.integers(-9, 99)), min_size=1, max_size=6))
def test_what_is_written_reads_back(steps: list[str | int]) -> None:
    steps = ["a", *steps]
    assert list(read_field_path(write_field_path(*steps)).steps) == steps
