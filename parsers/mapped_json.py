"""JSON records of any make, read by a mapping: `leakline ingest CASE FILE --map MAPPING.yaml`.

    {"timestamp":"2026-03-30T22:36:48Z","timestamp_desc":"request","actor":"dana","action":"GET","src_ip":"198.51.100.7"}

Without a mapping fields are those that have the names of the event's fields, as above.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.mapping import mapped_format
from parsers.lib.own_names import MARK, sniff_names
from timeline.model.parser import ANY_KIND, NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "mapped.json"
VERSION: Final = 1
TITLE: Final = "JSON of any make, by a mapping of yours"
REFERENCE: Final = "leakline help mappings"
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (ANY_KIND,)
_OWN_NAMES: Final = (
    b'{"timestamp":"2026-03-30T22:36:48Z","timestamp_desc":"request","actor":"dana","action":"GET","status":200,'
    b'"src_ip":"198.51.100.7","resource":"/m/a.bin","bytes_out":734003200}\n'
    b'{"timestamp":"2026-03-30T22:36:49.5Z","timestamp_desc":"request","actor":null,"action":"GET","status":403,'
    b'"src_ip":"2001:db8::9","resource":"/m/b.bin","bytes_out":0,"uid":"r-2","tenant":{"id":7}}\n'
)
SAMPLES: Final = (_OWN_NAMES,)


def sniff(sample: Sample) -> Sniff:
    """By our own names of fields; whoever gives a mapping names the format with it."""
    if sample.data.find(MARK, 0, 4096) < 0 or not sample.objects:
        return NO
    return sniff_names(sample.objects[0].keys())


def decode(chunk: Chunk) -> Decoded:
    """Events of the records, one each."""
    return decode_json(chunk, mapped_format("json", chunk.context))


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The record's own fields."""
    return json_fields(record, mapped_format("json", context))
