"""CloudTrail records as rows of named columns: out of Athena, CloudTrail Lake and the console's Event history.

A query gives the columns that it selects, in any order (`arn` where it selects `useridentity.arn`); the console has names
of its own. CloudTrail writes its times in UTC, so times without a zone are UTC; those of the console may be local.
References: https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table.html,
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-console.html,
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html.
"""

from functools import lru_cache
from typing import Final

from parsers.lib.cloudtrail_calls import call_values
from parsers.lib.cloudtrail_shapes import BY_LOWER, relabelled, unwrapped
from parsers.lib.json_reading import Record
from parsers.lib.times import Times
from timeline.model.event import EventValues

# columns by their names without case, blanks, dashes and underscores, where these are not the record's own names
_IDENTITY: Final = {
    "arn": "arn", "principalid": "principalId", "accountid": "accountId", "accesskeyid": "accessKeyId",
    "awsaccesskey": "accessKeyId", "username": "userName", "useridentifier": "arn", "useraccountid": "accountId",
}  # fmt: skip
_RESOURCE: Final = {"resourcename": "resourceName", "resourcetype": "resourceType", "resourcearn": "ARN"}
_ROW: Final = "CloudTrailEvent"  # a column that holds the whole record; without it the row is all there is
_CONSOLE_TIMES: Final = ("%B %d, %Y, %H:%M:%S (UTC%z)", "%Y-%m-%d, %I:%M:%S %p")
_UTC: Final = Times()
_NO_SIGNS: Final = str.maketrans("", "", " _-")


def squeezed(name: str) -> str:
    """A column's name without case, blanks, dashes and underscores."""
    return name.lower().translate(_NO_SIGNS)


@lru_cache(maxsize=16)
def _targets(columns: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """For each column: its name, the part of the record it belongs to, and its name there."""
    found = []
    for column in columns:
        plain = squeezed(column)
        part = plain.removeprefix("useridentity.").removeprefix("useridentity")
        if part in _IDENTITY:
            found.append((column, "identity", _IDENTITY[part]))
        elif plain in _RESOURCE:
            found.append((column, "resource", _RESOURCE[plain]))
        elif plain == _ROW.lower():
            found.append((column, "record", _ROW))
        else:
            found.append((column, "record", plain if plain in BY_LOWER else column))
    return tuple(found)


def record_of(row: Record) -> Record:
    """The record that a row is, by the names that CloudTrail gives its members."""
    parts: dict[str, Record] = {"record": {}, "identity": {}, "resource": {}}
    for column, part, name in _targets(tuple(row)):
        parts[part][name] = row[column]
    if parts["record"].get(_ROW):
        whole, complete = unwrapped({_ROW: parts["record"][_ROW]})
        if complete:
            return whole
    record = relabelled(parts["record"])
    identity = record["userIdentity"]
    said = {name: value for name, value in parts["identity"].items() if value}
    if said:
        record["userIdentity"] = {**said, **identity}
    if any(parts["resource"].values()) and not record.get("resources"):
        record["resources"] = [parts["resource"]]
    if "errorCode" not in record:
        record.setdefault(_ROW, None)  # what makes it a row that does not say whether the call failed
    return record


def row_values(record: Record, times: Times) -> EventValues | str:
    """The event of what `record_of` gives, or why there is none."""
    values = call_values(record, times)
    if isinstance(values, str):
        return values
    written = record.get("eventTime")
    stamp = _UTC.iso(written)
    if stamp is not None:
        values.update(stamp._replace(basis="stated").values())
    elif values.get("timestamp") is None and (stamp := times.written(written, *_CONSOLE_TIMES)) is not None:
        values.update(stamp.values())
    return values


def query_rows(record: Record) -> list[Record]:
    """The rows of an answer of CloudTrail Lake, which come as lists of objects of one member each; [] for all else."""
    rows = record.get("QueryResultRows")
    if not isinstance(rows, list):
        return []
    return [
        {name: value for part in row if isinstance(part, dict) for name, value in part.items()}
        for row in rows
        if isinstance(row, list)
    ]
