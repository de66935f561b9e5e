"""Every parser of the registry keeps the contract of `timeline.model.parser`."""

from collections.abc import Mapping
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parsers.registry import Event, Run, load, registry, run
from timeline.model.event import BASES, EVENT_SCHEMA, OUTCOMES, TEXT_FIELDS
from timeline.model.parser import ANY_KIND, Chunk, DecodeContext, Framing, Parser, Sample

KINDS = sorted(registry())
PLACE = ("record", "offset")
each_parser = pytest.mark.parametrize("kind", KINDS)


@each_parser
def test_attributes(kind: str) -> None:
    parser = load(kind)
    assert kind == parser.KIND
    assert isinstance(parser.VERSION, int)
    assert parser.VERSION >= 1
    assert parser.TITLE
    assert "\n" not in parser.TITLE
    assert parser.REFERENCE.startswith(("https://", "leakline help "))
    assert parser.FRAMING in get_args(Framing)
    assert isinstance(parser.COLUMNAR, bool)
    assert isinstance(parser.EMITS, tuple)
    assert parser.EMITS
    assert isinstance(parser.SAMPLES, tuple)
    assert parser.SAMPLES
    assert all(isinstance(sample, bytes) and sample for sample in parser.SAMPLES)


@each_parser
def test_the_docstring_shows_a_sample(kind: str) -> None:
    text = load(kind).__doc__ or ""
    assert any(line.startswith("    ") and len(line) > 30 for line in text.splitlines())


@each_parser
def test_own_samples_are_accepted_and_by_no_other_parser(kind: str) -> None:
    for sample in load(kind).SAMPLES:
        found = {other: load(other).sniff(Sample(sample)) for other in KINDS}
        assert 80 <= found[kind].confidence <= 100
        assert found[kind].reasons
        rivals = {other: sniff for other, sniff in found.items() if other != kind}
        assert all(sniff.confidence < found[kind].confidence for sniff in rivals.values()), (sample[:80], found)


@each_parser
def test_own_samples_give_events(kind: str) -> None:
    parser = load(kind)
    for sample in parser.SAMPLES:
        done = run(parser, sample)
        assert done.events
        assert not done.framing_refused
        assert sum(len(decoded.rejects) for _, decoded in done.chunks) < len(done.events)
        check(parser, sample, done)


@each_parser
@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\r\n\r\n", b" ", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"{", b"[", b"{}", b"[]", b"null"]
)
def test_nearly_nothing(kind: str, data: bytes) -> None:
    parser = load(kind)
    assert parser.sniff(Sample(data)).confidence < 50
    check(parser, data, run(parser, data))


@each_parser
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_any_chunk_boundary_gives_the_same(kind: str, data: st.DataObject) -> None:
    parser = load(kind)
    sample = b"".join(data.draw(st.lists(st.sampled_from(parser.SAMPLES), min_size=1, max_size=1)))
    blocks = data.draw(st.lists(st.integers(1, 400), min_size=1, max_size=5))
    chunk_bytes = data.draw(st.integers(1, len(sample)))
    whole, parts = run(parser, sample), run(parser, sample, blocks, chunk_bytes)
    assert parts.events == whole.events
    assert parts.refused == whole.refused
    assert parts.warnings == whole.warnings


@each_parser
@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_damaged_samples_never_raise_and_are_accounted_for(kind: str, data: st.DataObject) -> None:
    parser = load(kind)
    damaged = damage(data, data.draw(st.sampled_from(parser.SAMPLES)))
    assert 0 <= parser.sniff(Sample(damaged, "x", whole=data.draw(st.booleans()))).confidence <= 100
    check(parser, damaged, run(parser, damaged))


@each_parser
@settings(deadline=None, max_examples=60)
@given(noise=st.binary(max_size=300))
def test_noise_never_raises(kind: str, noise: bytes) -> None:
    parser = load(kind)
    parser.sniff(Sample(noise))
    check(parser, noise, run(parser, noise))
    assert isinstance(parser.fields(noise, b"", DecodeContext()), Mapping)


@each_parser
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_every_sample_of_every_parser_can_be_forced_on_this_one(kind: str, data: st.DataObject) -> None:
    parser = load(kind)
    foreign = data.draw(st.sampled_from([sample for other in KINDS for sample in load(other).SAMPLES]))
    check(parser, foreign, run(parser, foreign))


@each_parser
def test_the_same_record_by_itself_gives_the_same_events(kind: str) -> None:
    parser = load(kind)
    if parser.FRAMING == "whole":  # its records are parts of one document and are not decoded apart from it
        return
    for sample in parser.SAMPLES:
        for chunk, decoded in run(parser, sample).chunks:
            by_offset: dict[int, list[Event]] = {}
            for event in decoded.events.to_pylist():
                by_offset.setdefault(event["offset"], []).append(event)
            for number, offset, record in chunk.records():
                alone = Chunk(record, offset, number, ((0, len(record)),), chunk.header, chunk.context)
                assert parser.decode(alone).events.to_pylist() == by_offset.get(offset, [])
                assert all(event["length"] == len(record) for event in by_offset.get(offset, []))


@each_parser
def test_fields_of_every_record_that_gave_an_event(kind: str) -> None:
    parser = load(kind)
    for sample in parser.SAMPLES:
        for chunk, decoded in run(parser, sample).chunks:
            for event in decoded.events.to_pylist():
                start = event["offset"] - chunk.offset
                record = chunk.data[start : start + event["length"]]
                found = parser.fields(record, chunk.header, chunk.context)
                assert found
                assert all(isinstance(name, str) for name in found)


def damage(data: st.DataObject, sample: bytes) -> bytes:
    """A sample with bytes flipped, cut, doubled, swapped, or with hostile texts put in."""
    hostile = st.sampled_from(
        [
            b"\x00",
            b"\xff",
            b'"',
            b"\\",
            b"\n",
            b"\r\n",
            b"[" * 500,
            b"{",
            b"}",
            b",",
            b"null",
            b"-",
            b"1e999",
            b"\\ud800",
            b"9" * 40,
            b"\x1b[31m",
            b" ",
        ]
    )
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(sample)))
        width = data.draw(st.integers(0, 40))
        kind = data.draw(st.sampled_from(["insert", "remove", "overwrite", "cut", "double"]))
        if kind == "insert":
            sample = sample[:place] + data.draw(hostile) + sample[place:]
        elif kind == "remove":
            sample = sample[:place] + sample[place + width :]
        elif kind == "overwrite":
            sample = sample[:place] + data.draw(st.one_of(hostile, st.binary(max_size=4))) + sample[place + width :]
        elif kind == "cut":
            sample = sample[:place]
        else:
            sample = sample[:place] + sample[max(0, place - width) :]
    return sample


def check(parser: Parser, data: bytes, done: Run) -> None:
    """What holds for every run, whatever the bytes."""
    for chunk, decoded in done.chunks:
        assert decoded.events.schema.equals(EVENT_SCHEMA, check_metadata=True)
        decoded.events.validate(full=True)
        events = decoded.events.to_pylist()
        check_accounts(
            parser, chunk, decoded.records, events, [(r.record, r.offset) for r in (*decoded.rejects, *decoded.ignored)]
        )
        assert all(refusal.reason for refusal in (*decoded.rejects, *decoded.ignored))
        for event in events:
            check_event(parser, event, len(data))
        for event in events[:20]:
            start = event["offset"] - chunk.offset
            assert isinstance(
                parser.fields(chunk.data[start : start + event["length"]], chunk.header, chunk.context), Mapping
            )


def check_accounts(
    parser: Parser, chunk: Chunk, records: int, events: list[Event], refused: list[tuple[int, int]]
) -> None:
    """Every record gave events, or was refused once; never both, never neither."""
    with_events = {event["record"] for event in events} - {None}
    numbers = {record for record, _ in refused}
    assert len(numbers) == len(refused)
    assert not numbers & with_events
    if parser.FRAMING == "whole":
        assert len(with_events | numbers) == records
        return
    expected = {offset: number for number, offset, _ in chunk.records()}
    assert records == len(expected)
    assert {event["offset"] for event in events} | {offset for _, offset in refused} == set(expected)
    assert all(expected[offset] == record for record, offset in refused)
    assert all(event["record"] in {None, expected[event["offset"]]} for event in events)


def check_event(parser: Parser, event: Event, size: int) -> None:
    """The fields of one event keep to the model and to FIELDS.md's rules for every kind."""
    assert event["kind"] in parser.EMITS or ANY_KIND in parser.EMITS
    assert event["outcome"] in {*OUTCOMES, None}
    assert event["timestamp_basis"] in {*BASES, None}
    assert event["timestamp"] is None or event["timestamp_desc"]
    assert (event["timestamp"] is None) == (event["timestamp_precision"] is None) == (event["timestamp_basis"] is None)
    assert (event["uid"] is None) == (event["content"] is None)
    assert 0 <= event["offset"] <= event["offset"] + event["length"] <= size
    assert event["status"] != 0
    for name in TEXT_FIELDS:
        assert event[name] not in {"", "-"}, name
