"""The custody log: a hash chain of what was done to the case, by whom and when.

Each link's hash is SHA-256 over the canonical JSON of [previous hash, number, at_us, analyst, action, detail]. Whoever
holds the file can rewrite the whole chain; only a head noted elsewhere (`verify --expect-head`) shows that.
"""

import hashlib
import json
from collections.abc import Iterable

from timeline.model.source import CustodyEntry
from timeline.text import storable

GENESIS = "0" * 64


def next_entry(previous: CustodyEntry | None, *, at_us: int, analyst: str, action: str, detail: object) -> CustodyEntry:
    """The link that follows `previous` (None: the first). `detail` is stored as canonical JSON."""
    number = previous.number + 1 if previous else 1
    text = storable(json.dumps(detail, sort_keys=True, ensure_ascii=False, separators=(",", ":")))
    analyst = storable(analyst)
    before = previous.hash if previous else GENESIS
    return CustodyEntry(number, at_us, analyst, action, text, link_hash(before, number, at_us, analyst, action, text))


def link_hash(before: str, number: int, at_us: int, analyst: str, action: str, detail: str) -> str:
    """Hex SHA-256 of one link."""
    text = json.dumps([before, number, at_us, analyst, action, detail], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def check_chain(entries: Iterable[CustodyEntry]) -> list[str]:
    """What is wrong with the chain, one line a fault; empty when every link follows from the one before."""
    problems = []
    before = GENESIS
    for expected, entry in enumerate(entries, 1):
        if entry.number != expected:
            problems.append(f"entry {entry.number} stands where entry {expected} belongs")
        if entry.hash != link_hash(before, entry.number, entry.at_us, entry.analyst, entry.action, entry.detail):
            problems.append(f"entry {entry.number} does not follow from the one before")
        before = entry.hash
    return problems
