"""Container registry (Distribution, `registry:2` and 3): its log as text, the formatter it comes with.

    time="2026-03-30T22:36:48.424113Z" level=info msg="response completed" http.request.method=GET
     http.request.remoteaddr="198.51.100.9:50123" http.request.uri="/v2/models/cli/manifests/latest" http.response.status=200

(one line). Between these lines the registry writes an access line of the same requests in the combined format; those are
ignored. Reference: https://distribution.github.io/distribution/about/configuration/#log.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.clean_first import decode_clean_first
from parsers.lib.json_reading import Record
from parsers.lib.line_records import decode_lines, line_fields
from parsers.lib.records import Ignored, RecordFormat
from parsers.lib.registry_lines import read_registry_lines
from parsers.lib.registry_log import KIND as REGISTRY
from parsers.lib.registry_log import read_entry
from parsers.lib.times import Times
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "oci.registry.lines"
VERSION: Final = 1
TITLE: Final = "container registry: log as text"
REFERENCE: Final = "https://distribution.github.io/distribution/about/configuration/#log"
FRAMING: Final[Framing] = "lines"
COLUMNAR: Final = True
EMITS: Final = (REGISTRY,)
NOT_AN_ENTRY: Final = "not a line of a registry's log"
ACCESS_LINE: Final = "access line of a request that has an entry of its own"

_LINES: Final = rb"""time="2026-03-30T22:00:00Z" level=info msg="listening on [::]:5000" go.version=go1.23.7 version=v3.0.0
time="2026-03-30T22:36:48.4Z" level=info msg="authorized request" auth.user.name=dana go.version=go1.23.7 http.request.host=registry.example.com http.request.id=6df2 http.request.method=GET http.request.remoteaddr="198.51.100.9:50123" http.request.uri="/v2/models/cli/manifests/latest" http.request.useragent="docker/27.0.1 \"build\"" vars.name="models/cli"
time="2026-03-30T22:36:48.424113Z" level=info msg="response completed" go.version=go1.23.7 http.request.host=registry.example.com http.request.id=6df2 http.request.method=GET http.request.remoteaddr="198.51.100.9:50123" http.request.uri="/v2/models/cli/manifests/latest" http.request.useragent="docker/27.0.1 \"build\"" http.response.duration=5.1ms http.response.status=200 http.response.written=708
198.51.100.9 - - [30/Mar/2026:22:36:48 +0000] "GET /v2/models/cli/manifests/latest HTTP/1.1" 200 708 "" "docker/27.0.1"
time="2026-03-30T22:37:00Z" level=warning msg="error authorizing context: basic authentication challenge" go.version=go1.23.7 http.request.method=GET http.request.remoteaddr="[2001:db8::7]:50124" http.request.uri=/v2/
"""  # noqa: E501 - one entry, one line
SAMPLES: Final = (_LINES,)

_PAIR: Final = re.compile(r' *([A-Za-z_@][\w.@-]{0,80})=(?:"((?:[^"\\]|\\.)*+)"|([^ "]*+))(?= |$)')
_ACCESS: Final = re.compile(r'[^ ]{1,64} [^ ]{1,64} [^ ]{1,200} \[[^\]]{20,32}\] "')
_START: Final = 'time="'


def sniff(sample: Sample) -> Sniff:
    """By lines of names and values, of which some name a request in the registry's way."""
    if b"http.request." not in sample.data or b"level=" not in sample.data:
        return NO
    found = [_split(line) for line in sample.lines]
    entries = [item for item in found if isinstance(item, dict)]
    good = sum("http.request.method" in item or "go.version" in item for item in entries)
    if not any("http.request.method" in item for item in entries):
        return NO
    known = sum(not isinstance(item, str) for item in found)
    share = min(good / len(entries), known / len(found))
    confidence = 97 if share > 0.9 else 85 if share >= 0.5 else 40
    return Sniff(confidence, (f"{good} of the first {len(found)} lines are entries of a registry's log",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries about requests: of clean lines as columns, of the others one by one."""
    times = Times.of(chunk.context)
    return decode_clean_first(chunk, lambda lines: read_registry_lines(lines, times), decode_singly)


def decode_singly(chunk: Chunk) -> Decoded:
    """The same of every line by itself."""
    return decode_lines(chunk, _FORMAT, _split)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """All names and values of the line."""
    return line_fields(record, _FORMAT, _split)


def _split(line: str) -> Record | Ignored | str:
    start = line.find(_START, 0, 256)  # what carried the line may have put its own marks before it
    if start < 0:
        return Ignored(ACCESS_LINE) if _ACCESS.match(line) else NOT_AN_ENTRY
    found: Record = {}
    position, size = start, len(line)
    while position < size and (pair := _PAIR.match(line, position)):
        quoted = pair[2]
        value = pair[3] if quoted is None else quoted
        found[pair[1]] = value.replace('\\"', '"').replace("\\\\", "\\") if "\\" in value else value
        position = pair.end()
    return found if "msg" in found and not line[position:].strip() else NOT_AN_ENTRY


_FORMAT: Final = RecordFormat(REGISTRY, read_entry)
