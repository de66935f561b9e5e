"""The tables of a case file, as data.

Fixed tables are made by migrations. Events live in sealed segments, one pair of tables each:

segment_N_value   id, text        dictionary of all text fields; ids of one field are consecutive and ascend with the
                                  UTF-8 bytes of the text, so that equality, prefix and range on text are ranges of ids
segment_N_event   row, ...        rows are dense from 1 and in canonical order, undated last; text fields hold ids

Canonical order is (timestamp, order hash, order offset, sub): the hash of the event's identity where the provider gives
an id, else lineage and offset of its stream. It does not depend on what was ingested first.
"""

from collections.abc import Sequence
from typing import Final

from timeline.model.event import FIELDS

APPLICATION_ID: Final = 0x4C45414B  # "LEAK"
FORMAT_VERSION: Final = 1

FIXED_TABLES: Final[dict[str, str]] = {
    "meta": "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "stream": """CREATE TABLE stream (
  id INTEGER PRIMARY KEY,
  lineage TEXT NOT NULL UNIQUE,
  head TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  length INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  kind TEXT,
  parser_version INTEGER,
  framing TEXT,
  resume_offset INTEGER NOT NULL DEFAULT 0,
  resume_record INTEGER NOT NULL DEFAULT 0,
  resume_state TEXT,
  settings TEXT NOT NULL,
  clock_offset_us INTEGER NOT NULL DEFAULT 0,
  detection TEXT NOT NULL DEFAULT '[]',
  problem TEXT,
  records INTEGER NOT NULL DEFAULT 0,
  with_events INTEGER NOT NULL DEFAULT 0,
  events INTEGER NOT NULL DEFAULT 0,
  duplicates INTEGER NOT NULL DEFAULT 0,
  rejects INTEGER NOT NULL DEFAULT 0,
  ignored INTEGER NOT NULL DEFAULT 0
) STRICT""",
    "source": """CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  stream INTEGER REFERENCES stream (id),
  file_sha256 TEXT,
  file_bytes INTEGER,
  file_mtime_us INTEGER,
  stream_bytes INTEGER NOT NULL DEFAULT 0,
  stream_sha256 TEXT,
  collector TEXT,
  method TEXT,
  acquired TEXT,
  state TEXT NOT NULL,
  problem TEXT
) STRICT""",
    "frame": """CREATE TABLE frame (
  stream INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (stream, offset)
) STRICT""",
    "header": """CREATE TABLE header (
  stream INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  text BLOB NOT NULL,
  PRIMARY KEY (stream, offset)
) STRICT, WITHOUT ROWID""",
    "segment": """CREATE TABLE segment (
  id INTEGER PRIMARY KEY,
  rows INTEGER NOT NULL,
  dated_rows INTEGER NOT NULL,
  first_us INTEGER,
  last_us INTEGER,
  ranges TEXT NOT NULL,
  streams TEXT NOT NULL
) STRICT""",
    "witness": """CREATE TABLE witness (
  key INTEGER NOT NULL,
  stream INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  record INTEGER,
  length INTEGER,
  PRIMARY KEY (key, stream, offset)
) STRICT, WITHOUT ROWID""",
    "reason": "CREATE TABLE reason (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",
    "refusal": """CREATE TABLE refusal (
  stream INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  record INTEGER NOT NULL,
  length INTEGER NOT NULL,
  ignored INTEGER NOT NULL,
  reason INTEGER NOT NULL REFERENCES reason (id),
  PRIMARY KEY (stream, offset, record)
) STRICT, WITHOUT ROWID""",
    "warning": """CREATE TABLE warning (
  stream INTEGER NOT NULL,
  record INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (stream, record, text)
) STRICT, WITHOUT ROWID""",
    "annotation": """CREATE TABLE annotation (
  id INTEGER PRIMARY KEY,
  step INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  analyst TEXT NOT NULL,
  event_key TEXT NOT NULL,
  hint_us INTEGER,
  verb TEXT NOT NULL,
  value TEXT,
  undone INTEGER NOT NULL DEFAULT 0
) STRICT""",
    "custody": """CREATE TABLE custody (
  number INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  analyst TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT""",
}
FIXED_INDEXES: Final[dict[str, str]] = {
    "source_stream": "CREATE INDEX source_stream ON source (stream)",
    "annotation_step": "CREATE INDEX annotation_step ON annotation (step)",
    "annotation_key": "CREATE INDEX annotation_key ON annotation (event_key)",
}
FIXED_VIEWS: Final[dict[str, str]] = {
    "rejects": """CREATE VIEW rejects AS
SELECT source.path AS source, refusal.record, refusal.offset, refusal.length, reason.text AS reason
FROM refusal JOIN reason ON reason.id = refusal.reason JOIN source ON source.stream = refusal.stream
WHERE refusal.ignored = 0 AND refusal.offset < source.stream_bytes""",
}

# Columns of segment_N_event behind `row`: fields in schema order, then what only the store knows.
# stream: where from. sub: ordinal among the events of one record. key: identity of events with a provider's id.
# stated_basis: the basis before a clock offset was applied.
EVENT_COLUMNS: Final = (*(field.name for field in FIELDS), "stream", "sub", "key", "stated_basis")
_ALWAYS: Final = ("stream", "sub")  # columns that every row has a value in
# Text columns, those of few distinct values first: small ids take fewer bytes in a row.
DICTIONARY_COLUMNS: Final = (
    "timestamp_desc", "timestamp_basis", "stated_basis", "kind", "outcome", "account", "region", "action", "actor", "credential",
    "session", "src_ip", "user_agent", "resource", "message", "uid",
)  # fmt: skip
INDEXED_COLUMNS: Final = ("actor", "action", "resource", "src_ip", "credential", "kind")


def segment_ddl(number: int) -> list[str]:
    """CREATE TABLE statements of one segment."""
    columns = ", ".join(f'"{name}" INTEGER{" NOT NULL" * (name in _ALWAYS)}' for name in EVENT_COLUMNS)
    return [
        f"CREATE TABLE segment_{number}_value (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
        f"CREATE TABLE segment_{number}_event (row INTEGER PRIMARY KEY, {columns}) STRICT",
    ]


def segment_index_ddl(number: int) -> list[str]:
    """CREATE INDEX statements of one segment, run after its rows are in."""
    table = f"segment_{number}_event"
    plain = [f'CREATE INDEX segment_{number}_{name} ON {table} ("{name}")' for name in INDEXED_COLUMNS]
    return [*plain, f"CREATE INDEX segment_{number}_key ON {table} (key) WHERE key IS NOT NULL"]


def events_view_ddl(numbers: Sequence[int]) -> str:
    """CREATE VIEW events: every event as text, for any SQLite tool."""
    return "CREATE VIEW events AS " + (" UNION ALL ".join(_segment_as_text(n) for n in numbers) or _no_events())


def _segment_as_text(number: int) -> str:
    def text(column: str) -> str:
        return f'(SELECT text FROM segment_{number}_value WHERE id = e."{column}")'

    fields = ", ".join(
        f'{text(field.name) if field.type == "text" else f"""e."{field.name}" """.strip()} AS "{field.name}"'
        for field in FIELDS
    )
    return (
        f"SELECT {KEY_SQL} AS key, (SELECT min(path) FROM source WHERE source.stream = e.stream) AS source, {fields}"
        f" FROM segment_{number}_event e"
    )


def _no_events() -> str:
    fields = ", ".join(f'NULL AS "{field.name}"' for field in FIELDS)
    return f"SELECT NULL AS key, NULL AS source, {fields} WHERE 0"


# The public event key, see timeline.store.keys; `e` is the event table.
KEY_SQL: Final = (
    "CASE WHEN e.key IS NOT NULL THEN printf('u%016x', e.key) "
    "ELSE (SELECT lineage FROM stream WHERE stream.id = e.stream) || '-' || e.offset || "
    "CASE WHEN e.sub = 0 THEN '' ELSE '.' || e.sub END END"
)


def expected_schema(numbers: Sequence[int]) -> dict[tuple[str, str], str]:
    """(type, name) -> SQL of everything that a case file with these segments may hold, and must."""
    found = {("table", name): sql for name, sql in FIXED_TABLES.items()}
    found |= {("index", name): sql for name, sql in FIXED_INDEXES.items()}
    found |= {("view", name): sql for name, sql in FIXED_VIEWS.items()}
    for number in numbers:
        for kind, statements in (("table", segment_ddl(number)), ("index", segment_index_ddl(number))):
            found |= {(kind, sql.split()[2]): sql for sql in statements}
    found["view", "events"] = events_view_ddl(numbers)
    return found
