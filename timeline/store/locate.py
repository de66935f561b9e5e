"""From public event keys, and from places in the evidence, to the rows of segments."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from timeline.store.columns import Column, both, neither
from timeline.store.keys import parse_key
from timeline.store.reader import Reader, Segment

_Offsets = dict[tuple[int, int], str]  # (offset, sub) -> key


class Place(NamedTuple):
    """A row of a segment."""

    segment: int
    row: int


def locate(reader: Reader, wanted: Iterable[str]) -> dict[str, Place]:
    """Key -> place of each key that the case has."""
    by_lineage = {stream.lineage: stream.number for stream in reader.streams.values()}
    identities: dict[int, str] = {}
    by_stream: dict[int, _Offsets] = defaultdict(dict)
    for text in wanted:
        key = parse_key(text)
        if key is None:
            continue
        if key.identity is not None:
            identities[key.identity] = text
        elif (number := by_lineage.get(key.lineage)) is not None:
            by_stream[number][key.offset, key.sub] = text
    found: dict[str, Place] = {}
    for segment in reader.segments:
        reader.look()
        if identities:
            found |= _by_identity(reader, segment, identities)
        for number in by_stream.keys() & segment.streams.keys():
            found |= _by_offset(reader, segment, number, by_stream[number])
    return found


def _by_identity(reader: Reader, segment: Segment, keys: dict[int, str]) -> dict[str, Place]:
    column = reader.column(segment, "key")
    places = _places_of(column, np.array(sorted(keys), np.int64))
    return {
        keys[key]: Place(segment.number, place + 1)
        for key, place in zip(column.at(places), places.tolist(), strict=True)
        if key is not None
    }


def _by_offset(reader: Reader, segment: Segment, stream: int, wanted: _Offsets) -> dict[str, Place]:
    """Rows of one stream, of records without an identity, by the places of the records."""
    low, high = segment.streams[stream]
    offsets = np.array(sorted({offset for offset, _ in wanted if low <= offset <= high}), np.int64)
    if not len(offsets):
        return {}
    column = reader.column(segment, "offset")
    ours = both(reader.column(segment, "stream").between(stream, stream), neither(reader.column(segment, "key").present))
    places = _places_of(column, offsets, zero_for_none=True)
    places = places if ours is True else places[np.broadcast_to(np.asarray(ours), segment.rows)[places]]
    subs = reader.column(segment, "sub").at(places)
    found = {}
    for offset, sub, place in zip(column.at(places), subs, places.tolist(), strict=True):
        key = wanted.get((offset or 0, sub or 0))
        if key is not None:
            found[key] = Place(segment.number, place + 1)
    return found


def _places_of(
    column: Column, wanted: npt.NDArray[np.int64], *, zero_for_none: bool = False
) -> npt.NDArray[np.int64]:
    """Places (from 0) of the rows with one of these values, which ascend; `zero_for_none`: rows without value have 0."""
    if len(wanted) == 1 and not (zero_for_none and wanted[0] == 0):
        mask = column.between(int(wanted[0]), int(wanted[0]))
        if mask is False:
            return np.zeros(0, np.int64)
        if mask is not True:
            return np.flatnonzero(mask)
    if column.present is False and not zero_for_none:
        return np.zeros(0, np.int64)
    values, present = column.values
    at = np.minimum(np.searchsorted(wanted, values), len(wanted) - 1)
    hit = wanted[at] == values
    return np.flatnonzero(hit if present is True or zero_for_none else hit & present)
