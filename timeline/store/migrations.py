"""Named, ordered, transactional migrations of the fixed tables. Segments are made by the writer."""

from sqlite_utils import Database, Migrations

from timeline.store.schema import (
    APPLICATION_ID,
    FIXED_INDEXES,
    FIXED_TABLES,
    FIXED_VIEWS,
    FORMAT_VERSION,
    events_view_ddl,
)

migrations = Migrations("leakline")


@migrations()
def first_tables(db: Database) -> None:
    """Format 4, the first of a release."""
    for statement in (*FIXED_TABLES.values(), *FIXED_INDEXES.values(), *FIXED_VIEWS.values(), events_view_ddl({})):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
