"""Python package index: a project's page of the simple index as JSON, with the time of upload of every file.

    {"meta": {"api-version": "1.1", "_last-serial": 42}, "name": "example-cli", "versions": ["2.1.88"], "files": [
     {"filename": "example_cli-2.1.88-py3-none-any.whl", "url": "https://files.example.com/example_cli-2.1.88.whl",
      "hashes": {"sha256": "9f86d081..."}, "size": 734003, "upload-time": "2026-03-30T22:36:48.424113Z", "yanked": false}]}

Every file is a record; its number is its place in order of time, then name. Before version 1.1 of the interface, and on
some indexes, files have no time. The page in HTML has none either and is not read.
References: https://peps.python.org/pep-0691/, https://peps.python.org/pep-0700/.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_documents import Part, PartFormat, decode_documents
from parsers.lib.json_members import JsonDocument, Member
from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_values import inner
from parsers.lib.object_marks import sniff_objects
from parsers.lib.pypi_files import in_order, upload_of
from parsers.lib.records import Ignored
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "pypi.simple"
VERSION: Final = 1
TITLE: Final = "Python package index: project page of the simple index (JSON)"
REFERENCE: Final = "https://peps.python.org/pep-0691/"
FRAMING: Final[Framing] = "whole"
COLUMNAR: Final = False
EMITS: Final = (KIND,)
NOT_A_PAGE: Final = "not a page of a simple index"
NO_FILES: Final = "the project has no files"

_PAGE: Final = b"""{"files":[{"core-metadata":{"sha256":"aa11"},"filename":"example_cli-2.1.88-py3-none-any.whl","hashes":\
{"sha256":"9f86d081884c7d659a2feaa0c55ad015"},"requires-python":">=3.11","size":734003,"upload-time":\
"2026-03-30T22:36:48.424113Z","url":"https://files.example.com/example_cli-2.1.88-py3-none-any.whl","yanked":\
"holds a source map"},{"filename":"example_cli-2.1.87.tar.gz","hashes":{"sha256":"60303ae22b99"},"size":90112,\
"upload-time":"2026-03-12T10:00:00.12Z","url":"https://files.example.com/example_cli-2.1.87.tar.gz","yanked":false}],\
"meta":{"_last-serial":42,"api-version":"1.3"},"name":"example-cli","versions":["2.1.87","2.1.88"]}
"""
_OLD: Final = b"""{"meta": {"api-version": "1.0"}, "name": "one-example", "files": [
 {"filename": "one_example-0.1.0.tar.gz", "url": "one_example-0.1.0.tar.gz", "hashes": {}}]}
"""
SAMPLES: Final = (_PAGE, _OLD)
_MARKS: Final = (b'"api-version"',)


def sniff(sample: Sample) -> Sniff:
    """By the version of the interface beside a name and its files."""
    found = sniff_objects(sample, _MARKS, _is_own, "are pages of a simple index")
    if found.confidence or sample.whole:
        return found
    begin = sample.data[:16_384]
    if begin.lstrip()[:1] == b"{" and b'"files"' in begin and b'"filename"' in begin and b'"upload-time"' in begin:
        return Sniff(90, ("begins like a page of a simple index: files with their upload-time",))
    return NO


def _is_own(record: Record) -> bool:
    named = isinstance(record.get("name"), str) and isinstance(record.get("files"), list)
    return named and "api-version" in inner(record, "meta")


def decode(chunk: Chunk) -> Decoded:
    """Events of the files, one upload each."""
    return decode_documents(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """What the index says of the file."""
    return load_object(record).value or {}


def _split(document: JsonDocument, top: Mapping[str, Member]) -> list[Part] | Ignored | str:
    if not {"files", "name"} <= top.keys() or bytes(top["files"].raw[:1]) != b"[":
        return NOT_A_PAGE
    return in_order(document.elements(top["files"]), {}) or Ignored(NO_FILES)


def _read(file: Record, about: Mapping[str, Any], times: Times) -> list[EventValues] | str:  # noqa: ARG001 - PartFormat
    values = upload_of(file, times)
    return values if isinstance(values, str) else [values]


_FORMAT: Final = PartFormat(KIND, _split, _read)
