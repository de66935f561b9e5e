import json

import pytest

from timeline.model.parser import Sample

RECORD = {"id": 1, "set": {"items": [{"inner": 1}, {"inner": 2}]}, "text": 'an "items": [ in a text'}


@pytest.mark.parametrize("indent", [None, 1])
def test_lists_inside_of_an_arrays_records_are_not_its_records(indent: int | None) -> None:
    whole = json.dumps([RECORD, RECORD], indent=indent).encode()
    assert Sample(whole).objects == [RECORD, RECORD]
    assert Sample(whole[:-20], whole=False).objects == [RECORD]


@pytest.mark.parametrize("indent", [None, 1])
def test_an_envelope_longer_than_the_sample(indent: int | None) -> None:
    whole = json.dumps({"note": 'a "Records": [ text', "Records": [RECORD, RECORD]}, indent=indent).encode()
    assert Sample(whole).objects == [RECORD, RECORD]
    assert Sample(whole[:-30], whole=False).objects == [RECORD]


def test_a_record_longer_than_the_sample_has_no_objects() -> None:
    whole = json.dumps({**RECORD, "long": "x" * 999}).encode()
    assert Sample(whole[:-30], whole=False).objects == []


def test_lines_and_damage() -> None:
    line = json.dumps(RECORD).encode()
    assert Sample(b"\n".join([line, b"", b"{cut", line])).objects == [RECORD, RECORD]
    assert Sample(b"").objects == []
    assert Sample(b"words").objects == []


@pytest.mark.parametrize(
    "document",
    [
        {"Records": [RECORD, 1, RECORD]},
        {"Records": {"not": "a list"}, "items": [RECORD]},
        {"events": []},
        RECORD,
        {},
    ],
)
def test_a_whole_document_is_read_as_the_beginning_of_a_longer_one(document: dict[str, object]) -> None:
    text = json.dumps(document).encode()
    assert Sample(text).document == document
    longer = Sample(text + b"\n?")
    assert longer.document is None
    assert Sample(text).objects == longer.objects
