import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers import npm_registry
from parsers.lib.json_reading import NOT_AN_OBJECT, NOT_JSON, NUL_BYTES, TOO_DEEP
from parsers.lib.npm_document import NOT_A_PACKAGE
from parsers.lib.records import BLANK_LINE, NO_TIME
from tests.parsers.registry import Event, load
from timeline.model.parser import Chunk, DecodeContext, Decoded, Sample

PARSER = load("npm.registry")


def decode(data: bytes) -> Decoded:
    return PARSER.decode(Chunk(data))


def events(data: bytes) -> list[Event]:
    return [Event(event) for event in decode(data).events.to_pylist()]


def slices(data: bytes) -> list[bytes]:
    return [data[event["offset"] : event["offset"] + event["length"]] for event in events(data)]


def told(data: bytes, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(event[name] for name in names) for event in events(data)]


def test_entries_come_in_order_of_time() -> None:
    assert told(npm_registry.SAMPLES[0], "record", "action", "resource", "actor") == [
        (1, "created", "@example/cli", None),
        (2, "publish", "@example/cli@2.1.87", "ci-publisher"),
        (3, "publish", "@example/cli@2.1.88", None),
        (4, "publish", "@example/cli@2.1.89", "kim@example.com"),
        (5, "modified", "@example/cli", None),
    ]


def test_a_publish_fills_every_column_it_can() -> None:
    event = events(npm_registry.SAMPLES[0])[1]
    assert event.pop("length") > 0
    assert event.pop("offset") > 0
    assert isinstance(event.pop("content"), int)
    assert {name: value for name, value in event.items() if value is not None} == {
        "timestamp": 1_773_309_600_120_000,
        "timestamp_desc": "published",
        "timestamp_precision": 1_000,
        "timestamp_basis": "stated",
        "record": 2,
        "kind": "npm.registry",
        "action": "publish",
        "outcome": "success",
        "actor": "ci-publisher",
        "resource": "@example/cli@2.1.87",
        "uid": "npm:@example/cli@2.1.87",
        "message": "please update",
    }


def test_the_credential_is_the_trusted_publishers_configuration() -> None:
    assert [event["credential"] for event in events(npm_registry.SAMPLES[0])] == [None, None, None, "oidc:0d2c7c1e", None]


def test_a_record_is_the_version_or_the_entry_of_the_time_map() -> None:
    created, published, gone, _, modified = slices(npm_registry.SAMPLES[0])
    assert created == b'"created":"2025-01-07T09:00:00.000Z"'
    assert gone == b'"2.1.88":"2026-03-30T22:36:48.424Z"'
    assert modified == b'"modified":"2026-03-31T23:40:12.802Z"'
    assert json.loads(published)["dist"]["fileCount"] == 12


def test_fields_of_both() -> None:
    created, published, *_ = slices(npm_registry.SAMPLES[0])
    assert PARSER.fields(created, b"", DecodeContext()) == {"created": "2025-01-07T09:00:00.000Z"}
    assert PARSER.fields(published, b"", DecodeContext())["_npmUser"] == {"name": "ci-publisher", "email": "ci@example.com"}
    assert PARSER.fields(b'"cut', b"", DecodeContext()) == {}


def identities(data: bytes) -> dict[str, tuple[str, int] | None]:
    found = {}
    for event in events(data):
        identity = None if event["uid"] is None else (event["uid"], event["content"])
        found[event["resource"] if event["action"] == "publish" else event["action"]] = identity
    return found


def test_a_publish_is_the_same_in_every_snapshot() -> None:
    document = json.loads(npm_registry.SAMPLES[0])
    before = identities(json.dumps(document).encode())
    document["versions"]["2.1.87"].update(deprecated="broken", _hasShrinkwrap=False)
    document["time"]["modified"] = "2026-04-02T09:00:00.000Z"
    document["time"]["2.1.90"] = "2026-04-02T09:00:00.000Z"
    after = identities(json.dumps(document, indent=1).encode())
    assert all(after[name] == identity for name, identity in before.items())
    assert after["@example/cli@2.1.87"] is not None
    assert after["created"] is not None
    assert (before["modified"], after["modified"]) == (None, None)


@pytest.mark.parametrize("change", ["gone", "dist", "time"])
def test_what_differs_is_not_merged(change: str) -> None:
    document = json.loads(npm_registry.SAMPLES[0])
    before = identities(npm_registry.SAMPLES[0])["@example/cli@2.1.89"]
    if change == "gone":
        del document["versions"]["2.1.89"]
    elif change == "dist":
        document["versions"]["2.1.89"]["dist"]["shasum"] = "00"
    else:
        document["time"]["2.1.89"] = "2026-03-31T23:40:12.118Z"
    after = identities(json.dumps(document).encode())["@example/cli@2.1.89"]
    assert before is not None
    assert after is not None
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


def test_a_version_that_vanished_is_still_published_with_a_warning() -> None:
    assert decode(npm_registry.SAMPLES[0]).warnings == [(3, npm_registry.GONE)]


def test_a_package_that_was_unpublished() -> None:
    data = npm_registry.SAMPLES[1]
    assert told(data, "action", "resource", "actor") == [
        ("publish", "left-example@0.0.1", None),
        ("created", "left-example", None),
        ("publish", "left-example@0.0.2", None),
        ("unpublish", "left-example", "kim"),
        ("modified", "left-example", None),
    ]
    assert decode(data).warnings == []  # when these versions went is known
    assert PARSER.fields(slices(data)[3], b"", DecodeContext())["unpublished"]["tags"] == {"latest": "0.0.2"}


def test_abbreviated_metadata_has_versions_without_times() -> None:
    assert told(npm_registry.SAMPLES[2], "action", "resource", "timestamp") == [
        ("modified", "lib-example", 1_767_225_600_000_000),
        ("publish", "lib-example@0.1.0", None),
        ("publish", "lib-example@0.2.0", None),
    ]
    assert decode(npm_registry.SAMPLES[2]).warnings == [(2, NO_TIME), (3, NO_TIME)]


def test_documents_one_a_line_or_in_an_array_are_numbered_on() -> None:
    lines = npm_registry.SAMPLES[3]
    array = b"[" + b", ".join(lines.splitlines()) + b"]"
    for data in (lines, array):
        assert told(data, "record", "resource", "actor") == [
            (1, "one-example", None),
            (2, "one-example@1.0.0", "dana"),
            (3, "two-example", None),
            (4, "two-example@0.1.0", None),
            (5, "two-example@0.2.0", None),
        ]
        assert decode(data).records == 5
        assert decode(data).warnings == []
        assert slices(data)[2] == b'"created":"2026-01-02T00:00:00.000Z"'


def test_a_damaged_line_costs_itself_only() -> None:
    first, second = npm_registry.SAMPLES[3].splitlines()
    done = decode(first + b"\n" + second[:-5] + b"\n" + b'{"name": "x"}\n' + second)
    assert [(refusal.record, refusal.reason) for refusal in done.rejects] == [(3, NOT_JSON), (4, NOT_A_PACKAGE)]
    assert (done.records, len(done.events)) == (7, 5)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (npm_registry.SAMPLES[0][:-20], NOT_JSON),
        (npm_registry.SAMPLES[1][:-4], NOT_JSON),
        (b'{"name": "x", "time": {"a": "\0"}}', NUL_BYTES),
        (b"[1, 2", NOT_JSON),
        (b"[]", NOT_AN_OBJECT),
        (b'"x"', NOT_AN_OBJECT),
        (b"{}", NOT_A_PACKAGE),
        (b'{"name": "x", "versions": {}, "time": {}}', NOT_A_PACKAGE),
        (b'{"name": 5, "time": {"created": "2026-01-01T00:00:00Z"}}', NOT_A_PACKAGE),
        (b'{"name": "x", "versions": "many", "time": "long ago"}', NOT_A_PACKAGE),
        (b'{"name": ' + b"[" * 100_000, TOO_DEEP),
        (b"words", NOT_JSON),
    ],
)
def test_what_is_no_metadata_is_one_reject(data: bytes, reason: str) -> None:
    done = decode(data)
    assert (done.records, len(done.events)) == (1, 0)
    assert [(r.record, r.offset, r.length, r.reason) for r in done.rejects] == [(1, 0, len(data.strip()), reason)]


def test_nothing_and_blank() -> None:
    assert decode(b"").records == 0
    assert [refusal.reason for refusal in decode(b" \n").ignored] == [BLANK_LINE]


def test_a_byte_that_is_no_utf8_costs_nothing_elsewhere() -> None:
    data = npm_registry.SAMPLES[0].replace(b"# cli", b"# \xff\xfe").replace(b"please update", b"please \xff")
    assert len(events(data)) == 5
    assert events(data)[1]["message"] == "please \ufffd"


def test_hostile_keys_are_found_at_their_own_place() -> None:
    document = {"name": "x", "time": {'a"b\\': "2026-01-01T00:00:00Z", '"' * 50 + "\\" * 99: "2026-01-02T00:00:00Z", "": "x"}}
    data = json.dumps(document).encode()
    keys = [*json.loads(b"{" + b",".join(slices(data)) + b"}")]
    assert keys == ['a"b\\', '"' * 50 + "\\" * 99, ""]


def test_of_a_key_twice_the_last_counts_as_in_the_value() -> None:
    data = b'{"name":"x","time":{"1.0.0":"2026-01-01T00:00:00Z","1.0.0" : "2026-01-02T00:00:00Z"}}'
    assert slices(data) == [b'"1.0.0" : "2026-01-02T00:00:00Z"']


def test_a_byte_order_mark_moves_places() -> None:
    plain = npm_registry.SAMPLES[0]
    assert slices(b"\xef\xbb\xbf\n " + plain) == slices(plain)


keys = st.text(max_size=6)
stamps = st.one_of(st.just("2026-01-01T00:00:00.000Z"), st.text(max_size=5), st.none(), st.dictionaries(keys, keys, max_size=2))


@given(
    st.dictionaries(keys, stamps, max_size=5),
    st.dictionaries(keys, st.one_of(st.none(), st.dictionaries(keys, keys, max_size=2)), max_size=5),
    st.sampled_from([None, 1, 3]),
    st.booleans(),
)
def test_every_slice_is_its_entry(
    dated: dict[str, Any], versions: dict[str, Any], indent: int | None, ascii_only: bool
) -> None:
    document = {"readme": '{"time": {}}', "time": dated, "name": "x", "versions": versions}
    try:
        data = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
    except UnicodeEncodeError:
        return
    done = decode(data)
    assert done.records == max(1, len(dated.keys() | versions.keys()))
    for piece in slices(data):
        if piece[:1] == b'"':
            ((key, value),) = json.loads(b"{" + piece + b"}").items()
            assert dated[key] == value
        else:
            assert json.loads(piece) in versions.values()


def test_foreign_documents_are_refused() -> None:
    foreign: list[object] = [
        {"name": "x", "version": "1.0.0", "dependencies": {}},
        {"name": "x", "lockfileVersion": 3, "packages": {}},
        {"info": {"name": "x"}, "releases": {}},
        {"name": "x", "versions": [{"id": 1}]},
        {"name": "x", "time": "2026-01-01T00:00:00Z"},
        {"Records": [{"eventSource": "s3.amazonaws.com", "eventName": "GetObject"}]},
    ]
    for document in foreign:
        assert PARSER.sniff(Sample(json.dumps(document, indent=1).encode())).confidence == 0


def test_a_document_longer_than_the_sample_is_recognised() -> None:
    start = npm_registry.SAMPLES[0][:900]
    assert PARSER.sniff(Sample(start, whole=False)).confidence >= 80
    assert PARSER.sniff(Sample(start, whole=True)).confidence == 0
