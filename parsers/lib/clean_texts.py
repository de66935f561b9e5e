"""Text columns of clean access lines: cut out of the chunk's bytes and looked at once for each distinct text.

What nearly every line has (`host - -` before the time, `GET /target HTTP/1.1`) is known by its bytes, and the wanted
part is cut out alone. The others are taken apart by the patterns that the exact decoder uses, once per distinct text.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import action_and_resource, clients
from parsers.lib.access_line import PREFIXES
from parsers.lib.byte_values import WORD, Bools, Bytes, Form, Integers, Words
from parsers.lib.columns import known
from parsers.lib.splitting import first_match
from timeline.model.event import TEXT

Codes = npt.NDArray[np.int32]

_NO_TEXT = pa.scalar(None, pa.utf8())
_SPACE, _DOT, _NINE, _DASH = b" .9-"
_NAMELESS: Final = (Form.of("???? - -"), 4)  # no identity, no user; and the length of that
_PLAIN_HOST: Final = r"^[^ ,\[\]]+$"
_METHODS: Final = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH")
_METHOD_FORMS: Final = tuple(Form.of(f'"{name} ') for name in _METHODS)
_PROTOCOL: Final = Form.of("HTTP/0.0")


@dataclass(frozen=True, slots=True)
class Heads:
    """Who asked, of each line whose text before the time is understood (`good`, over all lines given)."""

    good: Bools
    actor: pa.Array
    src_ip: pa.DictionaryArray


def cut(data: bytes, begins: Integers, ends: Integers) -> pa.Array:
    """The texts [begin, end) of the data, which are valid UTF-8, stand in order and do not overlap."""
    borders = np.empty(2 * len(begins) + 1, np.int32)
    borders[0:-1:2] = begins
    borders[1::2] = ends
    borders[-1] = ends[-1] if len(ends) else 0
    texts = pa.Array.from_buffers(pa.utf8(), 2 * len(begins), [None, pa.py_buffer(borders), pa.py_buffer(data)])
    return texts.take(pa.array(np.arange(0, 2 * len(begins), 2)))


def coded_column(codes: Codes, values: pa.Array, *, distinct: bool) -> pa.DictionaryArray:
    """A column that has at each row the value at that place; only texts that a row has, each once.

    `distinct` says that no text is there twice, so that none needs to be compared.
    """
    if not distinct:
        coded = values.dictionary_encode()
        values, places = coded.dictionary, coded.indices
        if places.null_count:
            places = pc.fill_null(places, len(values))
            values = pa.concat_arrays([values, pa.nulls(1, pa.utf8())])
        codes = places.to_numpy()[codes]
    used = np.zeros(len(values), np.bool_)
    used[codes] = True
    if values.null_count:
        used &= values.is_valid().to_numpy(zero_copy_only=False)
    if used.all():
        return pa.DictionaryArray.from_arrays(pa.array(codes), values)
    missing = None if not values.null_count else ~used[codes]
    places = (np.cumsum(used) - 1).astype(np.int32)[codes]
    return pa.DictionaryArray.from_arrays(pa.array(places, mask=missing), values.filter(pa.array(used)))


def read_texts(data: bytes, begins: Integers, ends: Integers) -> pa.DictionaryArray:
    """Texts as they stand there; null where one is `-` or empty."""
    texts = cut(data, begins, ends).dictionary_encode()
    return coded_column(texts.indices.to_numpy(), known(texts.dictionary), distinct=True)


def read_heads(data: bytes, words: Words, begins: Integers, ends: Integers) -> Heads:
    """Who asked, by what stands before the time; 8 bytes must stand before each end."""
    form, length = _NAMELESS
    nameless = form.fits(words[ends - WORD]) & (ends - begins > length)
    rows = np.flatnonzero(nameless)
    hosts = cut(data, begins[rows], ends[rows] - length).dictionary_encode()
    nobody = pa.nulls(len(begins), TEXT)
    if len(rows) == len(begins) and _only_digits_and_dots(hosts.dictionary):
        return Heads(nameless, nobody, hosts)
    plain, addresses = _hosts(hosts.dictionary)
    codes = np.zeros(len(begins), np.int32)
    codes[rows] = hosts.indices.to_numpy()
    nameless[rows] = plain[codes[rows]]
    if nameless.all():
        return Heads(nameless, nobody, coded_column(codes, addresses, distinct=False))
    others = np.flatnonzero(~nameless)
    prefixes = cut(data, begins[others], ends[others]).dictionary_encode()
    matched, parts = first_match(prefixes.dictionary, PREFIXES)
    codes[others] = prefixes.indices.to_numpy() + np.int32(len(addresses))
    good = np.concatenate([plain, matched.to_numpy(zero_copy_only=False)])[codes]
    people = len(prefixes.dictionary)
    addresses = pa.concat_arrays([addresses, clients(parts, people)])
    actors = pa.concat_arrays([pa.nulls(len(plain), pa.utf8()), known(parts.get("user", pa.nulls(people, pa.utf8())))])
    codes = codes[good]
    return Heads(good, coded_column(codes, actors, distinct=False), coded_column(codes, addresses, distinct=False))


def _hosts(texts: pa.Array) -> tuple[Bools, pa.Array]:
    """(which can stand before ` - -`, the client that each of these is)."""
    if _only_digits_and_dots(texts):
        return np.ones(len(texts), np.bool_), texts
    plain = pc.match_substring_regex(texts, _PLAIN_HOST)
    addresses = clients({"remote_host": pc.if_else(plain, texts, _NO_TEXT)}, len(texts))
    return plain.to_numpy(zero_copy_only=False), addresses


def _only_digits_and_dots(texts: pa.Array) -> bool:
    """Whether the texts are such that no port, list or name can be in them (`/`, which no address has, may be)."""
    if not len(texts):
        return False
    _, borders, chars = texts.buffers()
    ends = np.frombuffer(borders, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    letters: Bytes = np.frombuffer(chars, np.uint8)[ends[0] : ends[-1]]
    return bool(((letters - np.uint8(_DOT)) <= _NINE - _DOT).all())


def read_requests(
    data: bytes, text: Bytes, words: Words, begins: Integers, ends: Integers
) -> tuple[pa.DictionaryArray, pa.DictionaryArray]:
    """(method, target) of each request between its quotes; a request that is none is its own target.

    8 bytes must stand after each opening and before each closing quote.
    """
    method, targets = _methods(text, words, begins, ends)
    target_ends = ends - len("HTTP/1.1 ")
    targets[(target_ends - targets == 1) & (text[targets] == _DASH)] = 0  # nothing: rare, and left to the exact way
    known_rows = np.flatnonzero(targets)
    found = cut(data, targets[known_rows], target_ends[known_rows]).dictionary_encode()
    actions, resources = pa.array(_METHODS, pa.utf8()), found.dictionary
    if len(known_rows) == len(begins):
        return coded_column(method, actions, distinct=True), found
    places = np.zeros(len(begins), np.int32)
    places[known_rows] = found.indices.to_numpy()
    rows = np.flatnonzero(targets == 0)
    requests = cut(data, begins[rows] + 1, ends[rows]).dictionary_encode()
    action, resource = action_and_resource({"request": requests.dictionary}, len(requests.dictionary))
    method[rows] = requests.indices.to_numpy() + np.int32(len(actions))
    places[rows] = requests.indices.to_numpy() + np.int32(len(resources))
    actions, resources = pa.concat_arrays([actions, action]), pa.concat_arrays([resources, resource])
    return coded_column(method, actions, distinct=False), coded_column(places, resources, distinct=False)


def _methods(text: Bytes, words: Words, begins: Integers, ends: Integers) -> tuple[Codes, Integers]:
    """(place in _METHODS, where the target begins; 0 where the patterns must decide) of each request."""
    codes = np.zeros(len(begins), np.int32)
    targets = np.zeros(len(begins), np.int64)
    first = words[begins]
    for code, form in enumerate(_METHOD_FORMS):
        mine = form.fits(first)
        codes[mine] = code
        targets[mine] = len(_METHODS[code]) + 2
        if targets.all():
            break
    good = (targets > 0) & _PROTOCOL.fits(words[ends - WORD]) & (text[ends - WORD - 1] == _SPACE)
    targets += begins
    good &= (targets < ends - WORD - 1) & (text[targets] != _SPACE)
    targets[~good] = 0
    return codes, targets
