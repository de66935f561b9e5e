import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import azure_storage
from parsers.lib.azure_storage_line import FIELDS_1, FIELDS_2, VERSION_NUMBER, split_storage_line, without_html
from parsers.lib.columns import chunk_lines
from parsers.lib.separated_columns import split_separated
from timeline.model.parser import Chunk, DecodeContext, Sample

LINE = (
    "1.0;2026-03-30T23:17:59.2504419Z;GetBlob;Success;200;17;16;authenticated;exampledata;owner;blob;"
    '"https://owner.blob.core.windows.net/m/a.bin?x=1&amp;y=2";"/owner/m/a.bin";1a2b3c4d;0;192.0.2.7:50100;2021-08-06;'
    '283;0;354;4096;0;"";"";"&quot;0x8D&quot;";Monday, 30-Mar-26 20:00:00 GMT;;"curl/8.5.0";"";"5e6f"'
)
TOKEN = ';"0f0f";"9999";"1212";"https://storage.azure.com";"https://sts.windows.net/9999/";"dana@example.com";;"[]"'


def event(line: str) -> dict[str, object]:
    (found,) = azure_storage.decode(Chunk(line.encode())).events.to_pylist()
    return {name: value for name, value in found.items() if value is not None}


def test_a_line() -> None:
    found = event(LINE)
    assert isinstance(found.pop("content"), int)
    assert found == {
        "timestamp": 1774912679250441,
        "timestamp_desc": "request",
        "timestamp_precision": 1,
        "timestamp_basis": "stated",
        "record": 1,
        "offset": 0,
        "length": len(LINE),
        "kind": "azure.storage",
        "action": "GetBlob",
        "outcome": "success",
        "actor": "exampledata",
        "src_ip": "192.0.2.7",
        "user_agent": "curl/8.5.0",
        "resource": "https://owner.blob.core.windows.net/m/a.bin?x=1&y=2",
        "account": "owner",
        "bytes_out": 4096,
        "status": 200,
        "uid": "1a2b3c4d",
    }


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("192.0.2.7:50100", "[2001:db8::7]:50100", "src_ip", "2001:db8::7"),
        ("192.0.2.7:50100", "", "src_ip", None),
        ("authenticated;exampledata", "anonymous;", "actor", None),
        (";200;", ";403;", "outcome", "denied"),
        (";200;", ";404;", "outcome", "failure"),
        (";200;", ";;", "outcome", None),
        (";4096;", ";;", "bytes_out", None),
        ("2504419Z", "19Z", "timestamp", 1774912679190000),
        (";1a2b3c4d;", ";;", "uid", None),
        (";1a2b3c4d;", ";;", "content", None),
        ('"5e6f"', '"5e6f"' + TOKEN, "actor", "dana@example.com"),
        ('"5e6f"', '"5e6f"' + TOKEN.replace("dana@example.com", ""), "actor", "0f0f"),
        ('"5e6f"', '"5e6f"' + TOKEN + ";more;and more", "actor", "dana@example.com"),
        ("curl/8.5.0", "a &lt;b&gt; &#59; &copy;", "user_agent", "a <b> ; &copy;"),
        ("curl/8.5.0", "caf\u00e9", "user_agent", "caf\u00e9"),
        ('"curl/8.5.0"', "curl/8.5.0", "user_agent", "curl/8.5.0"),
    ],
)
def test_values(old: str, new: str, field: str, value: object) -> None:
    assert old in LINE
    assert event(LINE.replace(old, new, 1)).get(field) == value


@pytest.mark.parametrize("line", ["x", LINE[:200], LINE.replace("1.0;", "one;"), ";" * 40])
def test_other_lines_are_rejected(line: str) -> None:
    decoded = azure_storage.decode(Chunk(line.encode()))
    assert decoded.events.num_rows == 0
    assert [reject.reason for reject in decoded.rejects] == [azure_storage.NOT_THIS_FORMAT]


def test_good_and_bad_lines_keep_their_order() -> None:
    lines = [LINE, "", "x", LINE + TOKEN, LINE.replace("curl", "\u00fc"), LINE]
    decoded = azure_storage.decode(Chunk("\r\n".join(lines).encode(), offset=100, first_record=7))
    assert decoded.events.column("record").to_pylist() == [7, 10, 11, 12]
    assert [refusal.record for refusal in decoded.ignored] == [8]
    assert [refusal.record for refusal in decoded.rejects] == [9]


def test_an_unreadable_time_leaves_the_event_undated() -> None:
    for day in ("2026-02-30", "2026-13-01", "soon"):
        decoded = azure_storage.decode(Chunk(f"{LINE}\n{LINE.replace('2026-03-30', day)}".encode()))
        assert decoded.events.column("timestamp").to_pylist() == [1774912679250441, None]
        assert [number for number, _ in decoded.warnings] == [2]


def test_fields() -> None:
    found = azure_storage.fields((LINE + TOKEN + ";more").encode(), b"", DecodeContext())
    assert found["request_url"] == "https://owner.blob.core.windows.net/m/a.bin?x=1&y=2"
    assert found["etag_identifier"] == '"0x8D"'
    assert found["authorization_detail"] == "[]"
    assert found["extra_39"] == "more"
    assert azure_storage.fields(b"x", b"", DecodeContext()) == {}


def test_html_escapes_are_taken_once() -> None:
    assert without_html("&amp;lt; &#x41;&#0;&#xD800;&#9999999;&nbsp;") == "&lt; A&#0;&#xD800;&#9999999;&nbsp;"


def test_sniffing() -> None:
    assert azure_storage.sniff(Sample(f"{LINE}\nx\n".encode())).confidence == 88
    assert azure_storage.sniff(Sample((";" * 60 + "\n").encode())).confidence == 0
    assert azure_storage.sniff(Sample(b"a;b;c\n1;2026-01-01;2\n" * 20)).confidence == 0


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_columns_and_single_lines_agree(data: st.DataObject) -> None:
    parts = (LINE + (TOKEN if data.draw(st.booleans()) else "")).split(";")
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(parts) - 1))
        parts[place] = data.draw(
            st.sampled_from(["", '"', '""', '"a"b', 'a"b"', "\\", '"x;y"', "\u00e9", "\r", '"a""b"', " "])
        )
    lines = chunk_lines(Chunk(f"{LINE}\n{';'.join(parts)}\n".encode()))
    names = azure_storage._NAMES
    ways = [
        split_separated(lines, ";", widths, names, split_storage_line, "no", VERSION_NUMBER)
        for widths in ((FIELDS_1, FIELDS_2), ())
    ]
    assert {n: c.to_pylist() for n, c in ways[0].columns.items()} == {
        n: c.to_pylist() for n, c in ways[1].columns.items()
    }
    assert ways[0].rejects == ways[1].rejects
    assert ways[0].rows.to_pylist() == ways[1].rows.to_pylist()
