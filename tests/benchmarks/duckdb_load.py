"""CloudTrail files into a table of DuckDB, on disk: the peer of `leakline ingest`, with neither hashes nor evidence.

python -m tests.benchmarks.duckdb_load FOLDER TABLE.db

Types are inferred: over these files that took half the time of naming them. So did objects of at most the largest file's
size, for DuckDB sets memory aside for the most that is allowed.
Reference: https://duckdb.org/docs/stable/data/json/loading_json.
"""

import importlib
import sys
from pathlib import Path
from typing import Any, Final

_LOAD: Final = """
    CREATE TABLE events AS
    SELECT r.eventTime, r.eventSource || ':' || r.eventName AS action, r.userIdentity.arn AS actor,
           r.userIdentity.accessKeyId AS credential, r.awsRegion, r.sourceIPAddress, r.userAgent, r.errorCode, r.eventID,
           r.recipientAccountId
    FROM (SELECT unnest(Records) AS r FROM read_json(?, maximum_object_size = {most}))
"""


def main() -> None:
    """Load and count."""
    folder, table = Path(sys.argv[1]), sys.argv[2]
    most = max(file.stat().st_size for file in folder.glob("*.json")) + 1024
    duckdb: Any = importlib.import_module("duckdb")  # optional: mypy must not need it
    with duckdb.connect(table) as connection:
        connection.execute(_LOAD.format(most=most), [str(folder / "*.json")])
        (events,) = connection.execute("SELECT count(*) FROM events").fetchone()
    sys.stdout.write(f"{events}\n")


if __name__ == "__main__":
    main()
