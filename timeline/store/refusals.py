"""Refused records of one source, page by page: there may be millions."""

from timeline.model.source import RefusedRecord
from timeline.store.reader import Reader
from timeline.text import storable

_OF_SOURCE = "stream = ? AND ignored = 0 AND offset < ?"


def refused_page(
    reader: Reader, source: str, *, reason: str | None = None, offset: int = 0, limit: int = 200
) -> list[RefusedRecord]:
    """At most `limit` rejects of a source from the `offset`-th on, by place; those of one reason, or all (None)."""
    values = _values(reader, source)
    wanted = ""
    if reason is not None:
        wanted = "AND reason = (SELECT id FROM reason WHERE text = ?)"
        values = (*values, storable(reason))
    rows = reader.rows(
        f"SELECT r.record, r.offset, r.length, x.text FROM (SELECT * FROM refusal WHERE {_OF_SOURCE} {wanted}"
        " ORDER BY offset, record LIMIT ? OFFSET ?) r JOIN reason x ON x.id = r.reason ORDER BY r.offset, r.record",
        (*values, limit, offset),
    )
    return [RefusedRecord(source, *row) for row in rows]


def refusal_reasons(reader: Reader, source: str) -> list[tuple[str, int]]:
    """Why records of a source were rejected, with how many, the most frequent first."""
    rows = reader.rows(
        f"SELECT x.text, r.count FROM (SELECT reason, count(*) AS count FROM refusal WHERE {_OF_SOURCE} GROUP BY reason) r"
        " JOIN reason x ON x.id = r.reason ORDER BY r.count DESC, x.text",
        _values(reader, source),
    )
    return [(text, count) for text, count in rows]


def _values(reader: Reader, source: str) -> tuple[object, ...]:
    rows = reader.rows("SELECT stream, max(stream_bytes, 1) FROM source WHERE path = ?", (storable(source),))
    return rows[0] if rows else (None, 0)
