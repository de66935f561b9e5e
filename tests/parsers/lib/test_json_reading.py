import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.lib.identity import content_hash
from parsers.lib.json_reading import (
    MAX_DEPTH,
    NOT_AN_OBJECT,
    NOT_JSON,
    NOT_STRICT,
    NUL_BYTES,
    TOO_DEEP,
    UTF8_REPLACED,
    Loaded,
    load_object,
)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", NOT_JSON),
        (b"{", NOT_JSON),
        (b'{"a": "cut', NOT_JSON),
        (b'{"a": 1} {"b": 2}', NOT_JSON),
        (b"plain words", NOT_JSON),
        (b"\x00" * 64, NUL_BYTES),
        (b'{"a": "\x00"}', NUL_BYTES),
        (b"[]", NOT_AN_OBJECT),
        (b'[{"a": 1}]', NOT_AN_OBJECT),
        (b'"a"', NOT_AN_OBJECT),
        (b"NaN", NOT_AN_OBJECT),
        (b"null", NOT_AN_OBJECT),
        (b'{"a":' * 100_000, TOO_DEEP),
        (b"[" * 100_000, TOO_DEEP),
        (b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}", TOO_DEEP),
    ],
)
def test_what_is_no_record(raw: bytes, problem: str) -> None:
    assert load_object(raw) == Loaded(None, problem)


@pytest.mark.parametrize(
    ("raw", "value", "warning"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}, None),
        (b'{"a": "\\u0000"}', {"a": "\0"}, None),
        (b'{"a": "\xff"}', {"a": "\ufffd"}, UTF8_REPLACED),
        (b'{"\xff": 1}', {"\ufffd": 1}, UTF8_REPLACED),
        (b'{"a": "\\ud800"}', {"a": "\ufffd"}, NOT_STRICT),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}, None),
        (b'{"a": "one\ttwo\nthree"}', {"a": "one\ttwo\nthree"}, NOT_STRICT),
        (b'{"a": NaN, "b": [-Infinity]}', {"a": None, "b": [None]}, NOT_STRICT),
        (b'{"a": 1e999}', {"a": None}, NOT_STRICT),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}, NOT_STRICT),
        (b'{"a": ' + b"9" * 40 + b"}", {"a": int("9" * 40)}, None),
        (b'{"a": ' + b"9" * 4000 + b"}", {"a": int("9" * 4000)}, None),
        (b'{"a": ' + b"9" * 9000 + b"}", {"a": "9" * 9000}, NOT_STRICT),
        (b'{"a": "' + b"[" * 5000 + b'"}', {"a": "[" * 5000}, None),
        (b'{"a": [' + b"[]," * 5000 + b"[]]}", {"a": [[]] * 5001}, None),
    ],
)
def test_what_is_one(raw: bytes, value: dict[str, object], warning: str | None) -> None:
    assert load_object(raw) == Loaded(value, None, warning)


def test_the_deepest_record_that_is_read_can_be_hashed() -> None:
    loaded = load_object(b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH)
    assert loaded.value is not None
    assert isinstance(content_hash(loaded.value), int)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_hashable_object_or_a_reason(raw: bytes) -> None:
    loaded = load_object(raw)
    assert (loaded.value is None) == (loaded.problem is not None)
    if loaded.value is not None:
        content_hash(loaded.value)


texts = st.text(st.characters(exclude_categories=[]), max_size=8)  # lone surrogates too
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=4), st.booleans())
def test_whatever_a_json_writer_writes_is_read(value: dict[str, object], ascii_only: bool) -> None:
    written = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    loaded = load_object(written)
    assert loaded.value is not None
    msgspec.json.encode(loaded.value)
    assert not any(isinstance(item, float) and not math.isfinite(item) for item in loaded.value.values())
