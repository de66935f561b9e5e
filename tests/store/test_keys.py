import pyarrow as pa
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
