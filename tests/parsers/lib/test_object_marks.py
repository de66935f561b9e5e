from parsers.lib.json_reading import Record
from parsers.lib.object_marks import first_objects, sniff_objects
from timeline.model.parser import Sample

OWN = b'{"mark": 1}\n'


def is_own(record: Record) -> bool:
    return record.get("mark") == 1


def confidence(data: bytes, *, most: int = 97) -> int:
    return sniff_objects(Sample(data), (b'"mark"',), is_own, "have a mark", most=most).confidence


def test_the_share_of_own_records_decides() -> None:
    assert confidence(OWN * 3) == 97
    assert confidence(OWN * 3, most=99) == 99
    assert confidence(OWN + b'{"mark": 2}\n') == 88
    assert confidence(OWN + b'{"mark": 2}\n' * 5) == 40
    assert confidence(b'{"mark": 2}\n') == 0


def test_without_its_mark_nothing_is_read() -> None:
    assert confidence(b'{"m\\u0061rk": 1}\n') == 0
    assert confidence(b" " * 20_000 + OWN) == 0
    assert confidence(b"") == 0


def test_a_damaged_first_line_is_passed_over() -> None:
    for damage in (b"\x00\x00\x00\n", b'{"mark": 1, "x', b"some text\n", b"\xff\xfe\n"):
        data = damage + (b"" if damage.endswith(b"\n") else b"\n") + OWN * 2
        assert confidence(data) == 97, damage


def test_lines_of_other_text_hold_no_objects() -> None:
    assert first_objects(Sample(b"a text\nwith lines\n")) == []
    assert first_objects(Sample(b"a text\n{no json}\n[1]\n")) == []
    assert first_objects(Sample(b'a text\n{"a": 1}\n')) == [{"a": 1}]


def test_the_reason_counts() -> None:
    found = sniff_objects(Sample(OWN + b'{"mark": 2}\n'), (b'"mark"',), is_own, "have a mark")
    assert found.reasons == ("1 of the first 2 records have a mark",)


def test_an_answer_of_one_long_line_is_looked_into() -> None:
    answer = b'{"success": true, "result": [' + b'{"mark": 1}, ' * 6000 + b'{"mark": 1}]}'
    cut = Sample(answer[:65_536], whole=False)
    assert sniff_objects(cut, (b'"mark"',), is_own, "have a mark").confidence == 97
    empty = Sample(b'{"result": [], "mark": 1, "x": "' + b"y" * 70_000, whole=False)
    assert sniff_objects(empty, (b'"mark"',), is_own, "have a mark").confidence == 0
