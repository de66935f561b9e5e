import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from timeline.tui.widgets.pretty_json import pretty

VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_spread_json_says_the_same(value: Any) -> None:
    shown = pretty(json.dumps([value]))
    assert shown is not None
    assert json.loads(shown) == [value]


@given(st.text())
def test_any_text_survives_without_its_white_space(text: str) -> None:
    shown = pretty("{" + text)
    assert shown is not None
    assert "".join(shown.split()) == "".join(("{" + text).split())


def test_layout() -> None:
    assert pretty('{"a":[1,{}],"b":"x, y"}') == '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": "x, y"\n}'
    assert pretty("GET / HTTP/1.1") is None


def test_depth_is_harmless() -> None:
    shown = pretty("[" * 100_000)
    assert shown is not None
    assert shown.count("[") == 100_000
