import hashlib

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.model.event import EventBuilder
from timeline.store.keys import EventKey, identity_of, lineage_of, parse_key, show_key, with_identity


@given(st.integers(-(2**63), 2**63 - 1))
def test_an_identity_survives_its_key(identity: int) -> None:
    assert parse_key(show_key(identity, "", 0, 0)) == EventKey(identity)


@given(st.binary(), st.integers(0, 10**15), st.integers(0, 10**6))
def test_a_place_survives_its_key(head: bytes, offset: int, sub: int) -> None:
    lineage = lineage_of(head)
    assert parse_key(show_key(None, lineage, offset, sub)) == EventKey(None, lineage, offset, sub)


def test_what_is_no_key_is_refused() -> None:
    for text in ("", "u12", "U0011223344556677", "xyz-1", "0123456789ab-1.0", "0123456789ab-", "0123456789ab-1\n"):
        assert parse_key(text) is None


def test_a_lineage_does_not_change_when_a_log_grows() -> None:
    assert lineage_of(b"a" * 4096) == lineage_of(b"a" * 4096 + b"more")


def test_events_of_one_record_are_numbered_and_identified() -> None:
    builder = EventBuilder()
    for offset, uid in ((0, "a"), (0, "a"), (9, None), (20, "b")):
        builder.append(kind="x", offset=offset, uid=uid, content=None if uid is None else 7)
    batch = with_identity(builder.finish())
    assert batch.column("sub").to_pylist() == [0, 1, 0, 0]
    assert batch.column("key").to_pylist() == [
        identity_of("a", 7, 0),
        identity_of("a", 7, 1),
        None,
        identity_of("b", 7, 0),
    ]
    assert "content" not in batch.schema.names
    assert batch.schema.field("sub").type == pa.int32()


@given(st.text(st.characters(exclude_categories=[])), st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**31 - 1))
def test_an_identity_is_the_same_in_every_case(uid: str, content: int, sub: int) -> None:
    text = f"{uid}\0{content}\0{sub}".encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(text, digest_size=8).digest()
    assert identity_of(uid, content, sub) == int.from_bytes(digest, "big", signed=True)


@pytest.mark.parametrize("rows", [1, 2, 300])
@pytest.mark.parametrize("lacking", [None, "uid", "content"])
def test_all_events_of_a_batch_get_their_own_identity(rows: int, lacking: str | None) -> None:
    builder = EventBuilder()
    for row in range(rows):
        without = lacking if row % 3 == 0 else None
        uid, content = (None if without == "uid" else f"id-{row}", None if without == "content" else row - 2**62)
        builder.append(kind="x", offset=row, uid=uid, content=content)
    keys = with_identity(builder.finish()).column("key").to_pylist()
    assert keys == [
        None if lacking and row % 3 == 0 else identity_of(f"id-{row}", row - 2**62, 0) for row in range(rows)
    ]


def test_other_columns_are_left_as_they_are() -> None:
    batch = pa.RecordBatch.from_pydict(
        {"offset": [1, 2], "uid": ["a", None], "content": [5, None], "other": ["x", "y"]}
    )
    done = with_identity(batch)
    assert done.schema.names == ["offset", "uid", "other", "sub", "key"]
    assert done.column("other").to_pylist() == ["x", "y"]
    assert done.column("key").to_pylist() == [identity_of("a", 5, 0), None]
