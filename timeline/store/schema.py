"""The tables of a case file, as data.

Fixed tables are made by migrations. Events live in sealed segments. What Leakline reads of a segment:

segment_N_value   id, text        dictionary of all text fields; ids of one field are consecutive and ascend with the
                                  UTF-8 bytes of the text, so that equality, prefix and range on text are ranges of ids
segment_column    a row per column: the values of all rows as one array (`timeline.store.columns`), ids for texts

Rows are dense from 1 and in canonical order, undated last. For other programs there is also, a moment later,

segment_N_event   row, ...        the same values as rows, without the columns that say the same everywhere

and the view `events`, which shows all of them as text. Leakline itself only verifies these.

Canonical order is (timestamp, order hash, order offset, sub): the hash of the event's identity where the provider gives
an id, else lineage and offset of its stream. It does not depend on what was ingested first.
"""

from collections.abc import Callable, Mapping
from typing import Final

from timeline.model.event import FIELDS

APPLICATION_ID: Final = 0x4C45414B  # "LEAK"
FORMAT_VERSION: Final = 4

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
  streams TEXT NOT NULL,
  listed INTEGER NOT NULL DEFAULT 0,
  revision INTEGER NOT NULL DEFAULT 0
) STRICT""",
    "segment_column": """CREATE TABLE segment_column (
  segment INTEGER NOT NULL,
  name TEXT NOT NULL,
  form TEXT NOT NULL,
  base INTEGER,
  step INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (segment, name)
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
    "result": """CREATE TABLE result (
  name TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  value BLOB NOT NULL
) STRICT""",
    "setting": """CREATE TABLE setting (
  analyst TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (analyst, name)
) STRICT, WITHOUT ROWID""",
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

# Columns of an event: fields in schema order, then what only the store knows.
# stream: where from. sub: ordinal among the events of one record. key: identity of events with a provider's id.
# stated_basis: the basis before a clock offset was applied.
EVENT_COLUMNS: Final = (*(field.name for field in FIELDS), "stream", "sub", "key", "stated_basis")
# Text columns in the order of their ids.
DICTIONARY_COLUMNS: Final = (
    "timestamp_desc", "timestamp_basis", "stated_basis", "kind", "outcome", "account", "region", "action", "actor", "credential",
    "session", "src_ip", "user_agent", "resource", "message", "uid",
)  # fmt: skip
Same = Mapping[str, int | None]
"""Columns that have one value in all rows of a segment, with that value."""


def value_ddl(number: int) -> str:
    """CREATE TABLE of a segment's dictionary."""
    return f"CREATE TABLE segment_{number}_value (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"


def rows_ddl(number: int, same: Same) -> str:
    """CREATE TABLE of a segment's rows."""
    columns = "".join(f', "{name}" INTEGER' for name in varying(same))
    return f"CREATE TABLE segment_{number}_event (row INTEGER PRIMARY KEY{columns}) STRICT"


def varying(same: Same) -> list[str]:
    """Names of the columns that a segment's table of rows has behind `row`."""
    return [name for name in EVENT_COLUMNS if name not in same]


def events_view_ddl(listed: Mapping[int, Same]) -> str:
    """CREATE VIEW events: every event of the segments that have rows, as text, for any SQLite tool."""
    return "CREATE VIEW events AS " + (
        " UNION ALL ".join(_segment_as_text(number, same) for number, same in sorted(listed.items())) or _no_events()
    )


def _segment_as_text(number: int, same: Same) -> str:
    def value(column: str) -> str:
        if column not in same:
            return f'e."{column}"'
        constant = same[column]
        return "NULL" if constant is None else str(int(constant))

    def text(column: str) -> str:
        wanted = value(column)
        return wanted if wanted == "NULL" else f"(SELECT text FROM segment_{number}_value WHERE id = {wanted})"

    fields = ", ".join(
        f'{text(field.name) if field.type == "text" else value(field.name)} AS "{field.name}"' for field in FIELDS
    )
    return (
        f"SELECT {_key_sql(value)} AS key, (SELECT min(path) FROM source WHERE source.stream = {value('stream')}) AS source,"
        f" {fields} FROM segment_{number}_event e"
    )


def _no_events() -> str:
    fields = ", ".join(f'NULL AS "{field.name}"' for field in FIELDS)
    return f"SELECT NULL AS key, NULL AS source, {fields} WHERE 0"


def _key_sql(value: Callable[[str], str]) -> str:
    """The public event key, see timeline.store.keys."""
    by_place = (
        f"(SELECT lineage FROM stream WHERE stream.id = {value('stream')}) || '-' || coalesce({value('offset')}, 0)"
        f" || CASE WHEN {value('sub')} = 0 THEN '' ELSE '.' || {value('sub')} END"
    )
    if value("key") == "NULL":
        return by_place
    return f"CASE WHEN {value('key')} IS NOT NULL THEN printf('u%016x', {value('key')}) ELSE {by_place} END"


def expected_schema(segments: Mapping[int, Same | None]) -> dict[tuple[str, str], str]:
    """(type, name) -> SQL of everything that a case file with these segments may hold, and must; None: without rows."""
    found = {("table", name): sql for name, sql in FIXED_TABLES.items()}
    found |= {("index", name): sql for name, sql in FIXED_INDEXES.items()}
    found |= {("view", name): sql for name, sql in FIXED_VIEWS.items()}
    listed = {number: same for number, same in segments.items() if same is not None}
    found |= {("table", f"segment_{number}_value"): value_ddl(number) for number in segments}
    found |= {("table", f"segment_{number}_event"): rows_ddl(number, same) for number, same in listed.items()}
    found["view", "events"] = events_view_ddl(listed)
    return found
