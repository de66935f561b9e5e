"""The Python package index: uploads in its JSON API, in its simple index, and downloads."""

import json
from typing import Any

import pytest

from parsers import pypi_downloads, pypi_json, pypi_simple
from parsers.lib.records import NO_TIME
from tests.parsers.one_record import confidence, stated
from tests.parsers.registry import Event, load, run
from timeline.model.parser import Chunk, DecodeContext, Decoded, Sample

API, SIMPLE = load("pypi.json"), load("pypi.simple")


def events(decoded: Decoded) -> list[Event]:
    return [Event(event) for event in decoded.events.to_pylist()]


def api(*files: dict[str, Any]) -> bytes:
    return json.dumps({"info": {"name": "a"}, "last_serial": 1, "releases": {"1": list(files)}, "urls": []}).encode()


def test_files_are_uploads_in_order_of_time_and_none_is_told_twice() -> None:
    found = events(API.decode(Chunk(pypi_json.SAMPLES[0])))
    assert [(event["record"], event["resource"], event["message"]) for event in found] == [
        (1, "example_cli-2.1.88-py3-none-any.whl", "holds a source map"),
        (2, "example_cli-2.1.89-py3-none-any.whl", None),
        (3, "example_cli-2.1.89.tar.gz", None),
    ]
    first = found[0]
    assert (first["action"], first["outcome"], first["actor"], first["timestamp_desc"]) == (
        "upload",
        "success",
        None,
        "published",
    )
    assert (first["timestamp"], first["timestamp_precision"], first["timestamp_basis"]) == (
        1_774_910_208_424_113,
        1,
        "stated",
    )


def test_a_record_is_the_files_own_object() -> None:
    data = pypi_json.SAMPLES[0]
    event = events(API.decode(Chunk(data)))[0]
    record = data[event["offset"] : event["offset"] + event["length"]]
    assert API.fields(record, b"", DecodeContext())["digests"]["md5"] == "5d41402a"


def test_the_short_time_is_utc() -> None:
    (event,) = events(API.decode(Chunk(pypi_json.SAMPLES[1])))
    assert (event["timestamp"], event["timestamp_basis"]) == (1_767_312_000_000_000, "stated")


def test_both_answers_of_the_index_tell_one_upload() -> None:
    (one,) = (event for event in events(API.decode(Chunk(pypi_json.SAMPLES[0]))) if event["record"] == 1)
    two = events(SIMPLE.decode(Chunk(pypi_simple.SAMPLES[0])))[1]
    assert (one["uid"], one["content"]) == (two["uid"], two["content"])


def test_a_file_of_the_same_name_with_another_hash_is_another() -> None:
    file = {"filename": "a-1.whl", "upload_time_iso_8601": "2026-03-30T22:36:48Z"}
    one, two = (events(API.decode(Chunk(api({**file, "digests": {"sha256": hash_}}))))[0] for hash_ in ("aa", "bb"))
    assert one["uid"] == two["uid"]
    assert one["content"] != two["content"]


def test_files_without_a_time_have_no_identity() -> None:
    decoded = SIMPLE.decode(Chunk(pypi_simple.SAMPLES[1]))
    (event,) = events(decoded)
    assert (event["timestamp"], event["uid"], event["content"]) == (None, None, None)
    assert decoded.warnings == [(1, NO_TIME)]


def test_yanked_says_why_only_where_the_index_does() -> None:
    _, yanked = events(SIMPLE.decode(Chunk(pypi_simple.SAMPLES[0])))
    assert yanked["message"] == "holds a source map"
    (event,) = events(API.decode(Chunk(api({"filename": "a", "yanked": True, "yanked_reason": None}))))
    assert event["message"] is None


def test_what_is_no_package_or_no_file_is_accounted_for() -> None:
    assert [refusal.reason for refusal in API.decode(Chunk(b'{"info": {}}')).rejects] == [pypi_json.NOT_A_PROJECT]
    assert [refusal.reason for refusal in SIMPLE.decode(Chunk(b'{"name": "a", "files": 3}')).rejects] == [
        pypi_simple.NOT_A_PAGE
    ]
    assert [refusal.reason for refusal in API.decode(Chunk(api())).ignored] == [pypi_json.NO_FILES]
    decoded = API.decode(Chunk(api({"filename": "a"}, {"size": 3}, 7)))  # type: ignore[arg-type]  # hostile
    assert (len(decoded.events), len(decoded.rejects), decoded.records) == (1, 2, 3)


def test_look_alikes() -> None:
    for record in (
        {"info": {"name": "a"}, "paths": {}, "openapi": "3.1.0"},
        {"name": "a", "files": ["index.js"], "version": "1.0.0"},
        {"meta": {"api-version": "1.1"}, "projects": [{"name": "a"}]},
    ):
        sample = Sample(json.dumps(record).encode())
        assert API.sniff(sample).confidence < 50
        assert SIMPLE.sniff(sample).confidence < 50
    html = Sample(b'<!DOCTYPE html><html><body><a href="a-1.whl#sha256=aa">a-1.whl</a></body></html>')
    assert SIMPLE.sniff(html).confidence == 0


def test_pages_longer_than_the_sample() -> None:
    assert (
        API.sniff(
            Sample(b'{"info":{"author":"a","package_url":"https://pypi.example/p/a/","x":', whole=False)
        ).confidence
        >= 80
    )
    assert SIMPLE.sniff(Sample(pypi_simple.SAMPLES[0][:300], whole=False)).confidence >= 80


def downloads(*rows: dict[str, Any]) -> list[Event]:
    return run(load("pypi.downloads"), "\n".join(map(json.dumps, rows)).encode()).events


def test_a_download() -> None:
    first, second = run(load("pypi.downloads"), pypi_downloads.SAMPLES[0]).events
    assert stated(first) == {
        "timestamp": 1_774_910_208_000_000,
        "timestamp_desc": "request",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "kind": "pypi.downloads",
        "action": "download",
        "outcome": "success",
        "user_agent": "pip/25.0 (Linux 6.8.0)",
        "resource": "example_cli-2.1.88-py3-none-any.whl",
    }
    assert (second["resource"], second["user_agent"]) == ("/simple/example-cli/", "bandersnatch/6.5.0")


@pytest.mark.parametrize(
    "written",
    ["2026-03-30 22:36:48 UTC", "2026-03-30T22:36:48", "2026-03-31T00:36:48+02:00", 1774910208, "1.774910208E9"],
)
def test_times_of_downloads_are_utc(written: Any) -> None:
    (event,) = downloads({"timestamp": written, "url": "/a"})
    assert (event["timestamp"], event["timestamp_basis"]) == (1_774_910_208_000_000, "stated")


def test_downloads_with_next_to_nothing() -> None:
    (event,) = downloads(
        {"timestamp": "then", "url": "/a", "details": {"installer": None, "system": {"name": "Linux"}}}
    )
    assert (event["timestamp"], event["user_agent"]) == (None, None)
    assert downloads({"timestamp": "2026-03-30 22:36:48 UTC", "file": {}}) == []


def test_look_alikes_of_downloads() -> None:
    parser = load("pypi.downloads")
    assert confidence(parser, {"timestamp": 1, "country_code": "DE", "url": "/a", "status": 200}) == 0
    assert confidence(parser, {"actor_location": {"country_code": "DE"}, "@timestamp": 1, "action": "git.clone"}) == 0
