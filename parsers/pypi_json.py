"""Python package index: a project's metadata as `GET /pypi/NAME/json` gives it, with the files of all its releases.

    {"info": {"name": "example-cli", "version": "2.1.89"}, "last_serial": 42, "releases": {"2.1.88": [{"filename":
     "example_cli-2.1.88-py3-none-any.whl", "upload_time_iso_8601": "2026-03-30T22:36:48.424113Z", "size": 734003,
     "digests": {"sha256": "9f86d081..."}, "yanked": true, "yanked_reason": "holds a source map"}]}, "urls": []}

Every file is a record; its number is its place in order of time, then name. The index does not say who uploaded a file,
nor when it was yanked. `urls` has the files of the version that was asked for again.
Reference: https://docs.pypi.org/api/json/.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from parsers.lib.json_documents import Part, PartFormat, decode_documents
from parsers.lib.json_members import JsonDocument, Member
from parsers.lib.json_reading import Record, load_object
from parsers.lib.object_marks import sniff_objects
from parsers.lib.pypi_files import in_order, upload_of
from parsers.lib.records import Ignored
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "pypi.json"
VERSION: Final = 1
TITLE: Final = "Python package index: project metadata (JSON API)"
REFERENCE: Final = "https://docs.pypi.org/api/json/"
FRAMING: Final[Framing] = "whole"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NOT_A_PROJECT: Final = "not metadata of a Python package"
NO_FILES: Final = "the project has no files"

_PROJECT: Final = b"""{"info":{"name":"example-cli","version":"2.1.89","yanked":false},"last_serial":42,"releases":{
"2.1.87":[],
"2.1.88":[{"filename":"example_cli-2.1.88-py3-none-any.whl","packagetype":"bdist_wheel","size":734003,"digests":\
{"md5":"5d41402a","sha256":"9f86d081884c7d659a2feaa0c55ad015"},"upload_time":"2026-03-30T22:36:48",\
"upload_time_iso_8601":"2026-03-30T22:36:48.424113Z","url":"https://files.example.com/example_cli-2.1.88-py3-none-any.whl",\
"yanked":true,"yanked_reason":"holds a source map"}],
"2.1.89":[{"filename":"example_cli-2.1.89.tar.gz","packagetype":"sdist","size":90112,"digests":{"sha256":"60303ae22b99"},\
"upload_time":"2026-03-31T23:40:12","upload_time_iso_8601":"2026-03-31T23:40:12.802Z","yanked":false,"yanked_reason":null},\
{"filename":"example_cli-2.1.89-py3-none-any.whl","packagetype":"bdist_wheel","size":91112,"digests":{"sha256":"fd61a03af4f7"},\
"upload_time":"2026-03-31T23:40:10","upload_time_iso_8601":"2026-03-31T23:40:10.100Z","yanked":false,"yanked_reason":null}]},
"urls":[{"filename":"example_cli-2.1.89.tar.gz","packagetype":"sdist","size":90112,"digests":{"sha256":"60303ae22b99"},\
"upload_time":"2026-03-31T23:40:12","upload_time_iso_8601":"2026-03-31T23:40:12.802Z","yanked":false,"yanked_reason":null}],
"vulnerabilities":[]}
"""
_VERSION: Final = b"""{"info": {"name": "one-example", "version": "0.1.0"}, "last_serial": 7, "urls": [
 {"filename": "one_example-0.1.0.tar.gz", "upload_time": "2026-01-02T00:00:00", "digests": {"sha256": "2c26b46b68ff"}}],
 "vulnerabilities": []}
"""
SAMPLES: Final = (_PROJECT, _VERSION)
_MARKS: Final = (b'"last_serial"',)


def sniff(sample: Sample) -> Sniff:
    """By information on a project beside its files and the index's serial number."""
    found = sniff_objects(sample, _MARKS, _is_own, "are metadata of a Python package")
    if found.confidence or sample.whole:
        return found
    begin = sample.data.lstrip()[:64]
    if begin.startswith(b"{") and b'"info"' in begin and b'"package_url"' in sample.data:
        return Sniff(90, ("begins like metadata of a Python package: info with package_url",))
    return NO


def _is_own(record: Record) -> bool:
    files = isinstance(record.get("urls"), list) or isinstance(record.get("releases"), dict)
    return isinstance(record.get("info"), dict) and files and "last_serial" in record


def decode(chunk: Chunk) -> Decoded:
    """Events of the files, one upload each."""
    return decode_documents(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """What the index says of the file: hashes, size, type, whether it was yanked."""
    return load_object(record).value or {}


def _split(document: JsonDocument, top: Mapping[str, Member]) -> list[Part] | Ignored | str:
    if "info" not in top or not top.keys() & {"releases", "urls"}:
        return NOT_A_PROJECT
    return in_order(_files(document, top), {}) or Ignored(NO_FILES)


def _files(document: JsonDocument, top: Mapping[str, Member]) -> Iterator[Member]:
    lists = list(document.members(top["releases"]).values()) if "releases" in top else []
    for member in [*lists, *([top["urls"]] if "urls" in top else [])]:
        if bytes(member.raw[:1]) == b"[":
            yield from document.elements(member)


def _read(file: Record, about: Mapping[str, Any], times: Times) -> list[EventValues] | str:  # noqa: ARG001 - PartFormat
    values = upload_of(file, times)
    return values if isinstance(values, str) else [values]


_FORMAT: Final = PartFormat(KIND, _split, _read)
