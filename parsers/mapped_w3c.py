"""W3C extended logs of any make, read by a mapping: `leakline ingest CASE FILE --map MAPPING.yaml`.

    #Fields: timestamp timestamp_desc src_ip action resource status
    2026-03-30T22:36:48Z request 198.51.100.7 GET /m/a.bin 200

Without a mapping fields are those that have the names of the event's fields, as above. Reference of the format:
https://www.w3.org/TR/WD-logfile.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.mapping import mapped_format
from parsers.lib.own_names import MARK, sniff_names
from parsers.lib.w3c_header import w3c_header
from parsers.lib.w3c_records import decode_w3c, w3c_fields
from timeline.model.parser import ANY_KIND, NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "mapped.w3c"
VERSION: Final = 1
TITLE: Final = "W3C extended logs of any make, by a mapping of yours"
REFERENCE: Final = "leakline help mappings"
FRAMING: Final[Framing] = "w3c"
COLUMNAR: Final = False
EMITS: Final = (ANY_KIND,)
_OWN_NAMES: Final = (
    b"#Version: 1.0\n#Fields: timestamp timestamp_desc src_ip action resource status\n"
    b"2026-03-30T22:36:48Z request 198.51.100.7 GET /m/a.bin 200\n"
    b'2026-03-30T22:36:49Z request - GET "/m/b c.bin" 403\n'
)
SAMPLES: Final = (_OWN_NAMES,)


def sniff(sample: Sample) -> Sniff:
    """By our own names of fields; whoever gives a mapping names the format with it."""
    if sample.data[:1] != b"#" or sample.data.find(MARK, 0, 4096) < 0:
        return NO
    place = sample.data.find(b"#Fields:", 0, 4096)
    return NO if place < 0 else sniff_names(w3c_header(sample.data[place:].partition(b"\n")[0]).names)


def decode(chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    return decode_w3c(chunk, mapped_format("w3c", chunk.context))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:
    """The fields of one line by the names of its header."""
    return w3c_fields(record, header, mapped_format("w3c", context))
