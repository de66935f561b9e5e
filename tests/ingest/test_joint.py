"""Chunks of many files decoded as one give what each gives alone."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.fake_parser import DATA, FakeParser, honest, losing, raising
from timeline.evidence.framing import make_framer
from timeline.ingest import joint
from timeline.ingest.joint import Account, Part, _SharedContext, decode_parts
from timeline.ingest.pieces import framed_pieces
from timeline.ingest.registry import parsers
from timeline.ingest.wall import COULD_NOT_DECODE
from timeline.model.event import EventBuilder
from timeline.model.parser import Chunk, DecodeContext, Decoded

SAMPLES = [(kind, sample) for kind, parser in parsers().items() for sample in parser.SAMPLES if parser.FRAMING != "git"]


def parts_of(kind: str, data: bytes, source: str, chunk_bytes: int = 1 << 20, zone: str | None = None) -> list[Part]:
    context = DecodeContext(source=source, zone=zone, evidence_mtime_us=len(source))
    found = []
    for piece in framed_pieces([data] if data else [], parsers()[kind].FRAMING, 0, None, chunk_bytes):
        framed = piece.framed
        if framed is not None:
            chunk = Chunk(framed.data, framed.offset, framed.first_record, framed.spans, framed.header, context)
            found.append(Part(kind, chunk, framed.records, piece.raw, piece.start))
    return found


def alone(parts: Sequence[Part]) -> tuple[list[dict[str, Any]], list[Account]]:
    rows: list[dict[str, Any]] = []
    accounts = []
    for part in parts:
        events, account = decode_parts([part])
        rows += events.to_pylist()
        accounts += account
    return rows, accounts


def assert_same(parts: Sequence[Part]) -> pa.RecordBatch:
    events, accounts = decode_parts(parts)
    rows, expected = alone(parts)
    assert accounts == expected
    assert events.to_pylist() == rows
    assert events.num_rows == sum(account.rows for account in accounts)
    return events


def test_every_format_together_is_every_format_alone() -> None:
    parts = [part for n, (kind, data) in enumerate(SAMPLES * 2) for part in parts_of(kind, data, f"file {n}")]
    assert len({part.kind for part in parts}) == len(parsers()) - 1
    assert assert_same(parts).num_rows > 50


@given(
    chosen=st.lists(st.tuples(st.sampled_from(SAMPLES), st.integers(0, 4000), st.binary(max_size=6)), max_size=8),
    chunk_bytes=st.integers(100, 3000),
    zones=st.lists(st.sampled_from([None, "+02:00"]), min_size=8, max_size=8),
)
@settings(deadline=None, max_examples=60)
def test_cut_and_damaged_files_too(
    chosen: list[tuple[tuple[str, bytes], int, bytes]], chunk_bytes: int, zones: list[str | None]
) -> None:
    parts = []
    for n, ((kind, sample), cut, junk) in enumerate(chosen):
        parts += parts_of(kind, sample[:cut] + junk + sample[cut:], f"f{n}", chunk_bytes, zones[n])
    assert_same(parts)


def use(monkeypatch: pytest.MonkeyPatch, decode: Callable[[Chunk], Decoded]) -> list[int]:
    """Let every kind be a fake parser that decodes so; the sizes of the chunks that it is given."""
    sizes: list[int] = []

    def counted(chunk: Chunk) -> Decoded:
        sizes.append(len(chunk.data))
        return decode(chunk)

    monkeypatch.setattr(joint, "parser_named", lambda kind: FakeParser(counted, KIND=kind))
    return sizes


def lines(*datas: bytes) -> list[Part]:
    return [
        Part("fake", Chunk(data, 1000 * n, 1 + 10 * n, context=DecodeContext(f"f{n}")), len(data.splitlines()), b"", 0)
        for n, data in enumerate(datas)
    ]


def test_one_call_decodes_many_files_and_tells_them_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = use(monkeypatch, honest)
    events, accounts = decode_parts(lines(DATA, b"no end of line", DATA))
    assert sizes == [len(DATA) * 2 + len(b"no end of line\n")]
    assert events.column("record").to_pylist() == [1, 2, 4, 11, 21, 22, 24]
    assert events.column("offset").to_pylist() == [0, 7, 12, 1000, 2000, 2007, 2012]
    assert events.column("sub").to_pylist() == [0] * 7
    assert [account.rows for account in accounts] == [3, 1, 3]
    assert [[(r.record, r.offset) for r in account.ignored] for account in accounts] == [
        [(3, 11)],
        [],
        [(23, 2011)],
    ]


def test_records_at_the_same_offset_of_two_files_are_two_records(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, honest)
    same = [replace(part, chunk=replace(part.chunk, offset=0)) for part in lines(b"a\n", b"b\n")]
    assert decode_parts(same)[0].column("sub").to_pylist() == [0, 0]


@pytest.mark.parametrize("decode", [raising, losing])
def test_a_decoder_that_fails_on_one_file_costs_the_others_nothing(
    monkeypatch: pytest.MonkeyPatch, decode: Callable[[Chunk], Decoded]
) -> None:
    use(monkeypatch, decode)
    events, accounts = decode_parts(lines(b"good\n", DATA, b"fine\n"))
    assert events.column("actor").to_pylist() == ["good", "good 1", "good 2", "fine"]
    assert [(r.record, r.reason) for account in accounts for r in account.rejects] == [(12, COULD_NOT_DECODE)]


def with_source(chunk: Chunk) -> Decoded:
    builder = EventBuilder()
    records = list(chunk.records())
    for number, offset, record in records:
        builder.append(kind="fake", record=number, offset=offset, length=len(record), actor=chunk.context.source)
    return Decoded(builder.finish(), len(records))


def test_a_decoder_that_looks_at_the_files_name_gets_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = use(monkeypatch, with_source)
    events, _ = decode_parts(lines(b"a\n", b"b\nc\n"))
    assert events.column("actor").to_pylist() == ["f0", "f1", "f1"]
    assert sizes == [6, 2, 4]


def backwards(chunk: Chunk) -> Decoded:
    whole = honest(chunk)
    order = list(range(whole.events.num_rows))[::-1]
    return Decoded(whole.events.take(pa.array(order, pa.int64())), whole.records, whole.rejects, whole.ignored)


def test_rows_come_in_the_order_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, backwards)
    assert assert_same(lines(b"a\nb\n", b"c\nd\n")).column("actor").to_pylist() == ["b", "a", "d", "c"]


def displaced(chunk: Chunk) -> Decoded:
    """Numbers every record one too high, as no honest decoder would."""
    whole = honest(chunk)
    place = whole.events.schema.get_field_index("record")
    higher = pa.array([record + 1 for record in whole.events.column("record").to_pylist()], pa.int64())
    events = whole.events.set_column(place, whole.events.schema.field(place), higher)
    return Decoded(events, whole.records, whole.rejects, whole.ignored)


def test_a_decoder_that_misplaces_records_is_not_trusted_with_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, displaced)
    assert assert_same(lines(b"a\nb\n", b"c\n")).column("record").to_pylist() == [2, 3, 12]


def test_nothing_at_all_gives_no_events() -> None:
    events, accounts = decode_parts([Part("web.access", Chunk(b"", 7), 0, b"]}", 7)])
    assert events.num_rows == 0
    assert [(account.rows, account.records) for account in accounts] == [(0, 0)]


@pytest.mark.parametrize(
    ("offset", "data"), [(3, b"cde"), (0, b"abcdef"), (1, b"xyz"), (9, b"ab"), (0, b""), (-1, b"ab")]
)
def test_a_part_comes_out_of_a_pipe_as_it_went_in(offset: int, data: bytes) -> None:
    chunk = Chunk(data, offset + 1, 1, None, b"", DecodeContext(source="a.log"))
    part = Part("web.access", chunk, 1, b"abcdef", 1)
    assert pickle.loads(pickle.dumps(part)) == part


def test_records_that_stand_in_their_evidence_are_sent_once() -> None:
    data = b"x" * 100_000
    chunk = Chunk(data, 0, 1, None, b"", DecodeContext(source="a.log"))
    assert len(pickle.dumps(Part("web.access", chunk, 1, bytes(bytearray(data)), 0))) < 101_000


@pytest.mark.parametrize("kind", ["aws.cloudtrail", "github.audit", "web.access", "aws.s3access"])
def test_formats_that_come_in_thousands_of_files_do_not_ask_for_the_files_own_time(kind: str) -> None:
    parser = parsers()[kind]
    context = _SharedContext(DecodeContext("a.json", evidence_mtime_us=1))
    framer = make_framer(parser.FRAMING)
    for framed in (*framer.feed(parser.SAMPLES[0]), *framer.finish()):
        parser.decode(Chunk(framed.data, framed.offset, framed.first_record, framed.spans, framed.header, context))
    assert not context.looked
