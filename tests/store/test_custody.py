from dataclasses import replace

from timeline.model.source import CustodyEntry
from timeline.store.custody import check_chain, next_entry


def chain(length: int) -> list[CustodyEntry]:
    entries: list[CustodyEntry] = []
    for number in range(length):
        before = entries[-1] if entries else None
        entries.append(next_entry(before, at_us=number, analyst="kim", action="note", detail={"n": number}))
    return entries


def test_a_whole_chain_has_no_fault() -> None:
    assert check_chain(chain(5)) == []


def test_every_kind_of_rewriting_shows() -> None:
    entries = chain(5)
    for altered in (
        [*entries[:2], replace(entries[2], detail='{"n":99}'), *entries[3:]],
        [*entries[:2], replace(entries[2], analyst="eve"), *entries[3:]],
        [*entries[:2], *entries[3:]],
        [entries[1], entries[0], *entries[2:]],
        entries[1:],
    ):
        assert check_chain(altered)
