"""CloudTrail files into a table of DuckDB, on disk: the peer of `leakline ingest`, with neither hashes nor evidence.

python -m tests.benchmarks.duckdb_load FOLDER TABLE.db

Reference: https://duckdb.org/docs/stable/data/json/loading_json.
"""

import importlib
import sys
from typing import Any, Final

_RECORD: Final = (
    "STRUCT(eventTime TIMESTAMP, eventSource VARCHAR, eventName VARCHAR, awsRegion VARCHAR, sourceIPAddress VARCHAR, "
    "userAgent VARCHAR, errorCode VARCHAR, eventID VARCHAR, recipientAccountId VARCHAR, "
    "userIdentity STRUCT(arn VARCHAR, accessKeyId VARCHAR))"
)
_LOAD: Final = f"""
    CREATE TABLE events AS
    SELECT r.eventTime, r.eventSource || ':' || r.eventName AS action, r.userIdentity.arn AS actor,
           r.userIdentity.accessKeyId AS credential, r.awsRegion, r.sourceIPAddress, r.userAgent, r.errorCode, r.eventID,
           r.recipientAccountId
    FROM (SELECT unnest(Records) AS r FROM
          read_json(?, format = 'unstructured', columns = {{Records: '{_RECORD}[]'}}, maximum_object_size = 1000000000))
"""


def main() -> None:
    """Load and count."""
    folder, table = sys.argv[1:3]
    duckdb: Any = importlib.import_module("duckdb")  # optional: mypy must not need it
    with duckdb.connect(table) as connection:
        connection.execute(_LOAD, [f"{folder}/*.json"])
        (events,) = connection.execute("SELECT count(*) FROM events").fetchone()
    sys.stdout.write(f"{events}\n")


if __name__ == "__main__":
    main()
