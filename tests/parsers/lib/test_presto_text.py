from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.lib.presto_text import structure_in


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{type=Role, arn=arn:aws:iam::1:role/a}", {"type": "Role", "arn": "arn:aws:iam::1:role/a"}),
        ("{a=null, b={c=d, e=[]}, f=}", {"a": None, "b": {"c": "d", "e": []}, "f": ""}),
        ("{a=b=c, not a key, d=e}", {"a": "b=c, not a key", "d": "e"}),
        ("[{a=1}, {a=2, b=x}]", [{"a": "1"}, {"a": "2", "b": "x"}]),
        ("[x, y z]", ["x", "y z"]),
        ('{policy={"Version": "x", "a": [1]}, role=r}', {"policy": {"Version": "x", "a": [1]}, "role": "r"}),
        ('{policy={"cut, role=r}', {"policy": '{"cut', "role": "r"}),
        ('{"a": 1}', {"a": 1}),
        ("{x={not a row}, y=1}", None),
        ("{}", {}),
        ("[]", []),
        ("{", None),
        ("{a=", None),
        ("[a", None),
        ("{a=b}}", None),
        ("{} ", {}),
        ("", None),
        ("plain", None),
        ('{"a": "\\ud800"}', None),
    ],
)
def test_what_presto_writes(text: str, value: object) -> None:
    assert structure_in(text) == value


@pytest.mark.parametrize(
    "text", ["{a=" * 50_000, "[" * 100_000, '{a={"x":' * 50_000, "{a=" + ", b" * 100_000, "{a=" + "x" * (1 << 20)]
)
def test_hostile_texts_end_soon(text: str) -> None:
    assert structure_in(text) is None


words = st.text(alphabet="ab:/ -", min_size=1, max_size=6).map(str.strip).filter(lambda word: word not in {"", "null"})
values = st.recursive(
    words | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c.d"]), inner, max_size=3),
    max_leaves=8,
)


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={written(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return "null" if value is None else str(value)


@settings(deadline=None, max_examples=60)
@given(value=values.filter(lambda value: isinstance(value, dict | list)))
def test_what_was_written_is_read_back(value: object) -> None:
    assert structure_in(written(value)) == value
