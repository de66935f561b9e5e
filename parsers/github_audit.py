"""GitHub audit log: exports of an organisation or enterprise (JSON array, JSON lines), the REST API, and streams.

    {"@timestamp": 1774910088123, "_document_id": "Zm9vYmFyMQ", "action": "git.clone", "actor": "dana-gh",
     "actor_ip": "198.51.100.9", "hashed_token": "9f8b7c6d5e4f", "org": "example-org", "org_id": 42,
     "repo": "example-org/cli", "repository_public": false, "user_agent": "git/2.43.0",
     "transport_protocol_name": "http"}

Times are epoch milliseconds: `@timestamp`, else `created_at`. Empty texts mean that there is no value. The credential
is GitHub's own hash of the token, never the token. An entry is written when the thing was done, so its outcome is
success, except where its status, its conclusion or its very name says otherwise. Git events are kept for seven days
only; the web export leaves them out unless they are asked for.
Reference: https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/audit-log-events-for-your-organization.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import NoneType
from typing import Any, Final, cast

import msgspec

from parsers.lib.addresses import client_address
from parsers.lib.github_entry import TIMES, outcome_of, read_entry, time_of
from parsers.lib.identity import content_hashes
from parsers.lib.json_columns import UNDATED, Derived, EventColumns
from parsers.lib.json_reading import Record, shallow
from parsers.lib.json_records import decode_json, json_fields
from parsers.lib.json_values import as_text, first_text, http_status, text
from parsers.lib.records import RecordFormat
from parsers.lib.times import Times
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "github.audit"
VERSION: Final = 1
TITLE: Final = "GitHub audit log: export, API, stream; with Git events"
REFERENCE: Final = (
    "https://docs.github.com/en/organizations/keeping-your-organization-secure/"
    "managing-security-settings-for-your-organization/audit-log-events-for-your-organization"
)
FRAMING: Final[Framing] = "json"
COLUMNAR: Final = False
EMITS: Final = (KIND,)

_EXPORT: Final = b"""[{"@timestamp":1774910088123,"_document_id":"Zm9vYmFyMQ","action":"git.clone","actor":"dana-gh",\
"actor_id":17,"actor_ip":"198.51.100.9","hashed_token":"9f8b7c6d5e4f","org":"example-org","org_id":42,\
"repo":"example-org/cli","repository":"example-org/cli","repository_public":false,"transport_protocol":1,\
"transport_protocol_name":"http","user":"","user_agent":"git/2.43.0"},
{"@timestamp":1774910099000,"_document_id":"Zm9vYmFyMg","action":"repo.access","actor":"kim-gh",\
"actor_location":{"country_code":"DE"},"created_at":1774910099000,"org":"example-org","repo":"example-org/cli",\
"previous_visibility":"private","visibility":"public"}]
"""
_LINES: Final = b"""{"action":"org.add_member","actor":"kim-gh","created_at":1774910100456,"org":"example-org","user":"eve-gh"}
{"action":"protected_branch.rejected_ref_update","actor":"eve-gh","created_at":1774910101000,"org":"example-org",\
"repo":"example-org/cli","_document_id":"Zm9vYmFyMw"}
{"action":"team.add_repository","actor":"kim-gh","created_at":1774910102000,"org":"example-org","repo":"example-org/cli"}
"""
_STREAM: Final = b"""{"@timestamp":1774910103000,"_document_id":"Zm9vYmFyNA","action":"api.request","actor":"eve-gh",\
"actor_ip":"2001:db8::9","business":"example","business_id":7,"org":"example-org","request_method":"GET",\
"status_code":403,"url_path":"/repos/example-org/weights","user_agent":"curl/8.5.0","hashed_token":"77aa"}
{"@timestamp":1774910104000,"_document_id":"Zm9vYmFyNQ","action":"workflows.completed_workflow_run","actor":"kim-gh",\
"business":"example","conclusion":"failure","name":"release","org":"example-org","repo":"example-org/cli"}
"""
SAMPLES: Final = (_EXPORT, _LINES, _STREAM)

_OWNERS: Final = ("org", "repo", "repository", "business", "enterprise")
_OWN_MARKS: Final = (
    "_document_id", "hashed_token", "actor_ip", "actor_location", "org_id", "business_id", "programmatic_access_type"
)  # fmt: skip
_NO_TEXTS: Final = frozenset({"", "-"})


def sniff(sample: Sample) -> Sniff:
    """By actions with a dot beside an owner and a time of GitHub's."""
    objects = sample.objects
    good = [item for item in objects if _is_own(item)]
    if not good:
        return NO
    reason = (
        f"{len(good)} of the first {len(objects)} records have a dotted action, an owner and @timestamp or created_at"
    )
    if len(good) < len(objects) / 2:
        return Sniff(40, (reason,))
    named = {mark for item in good for mark in _OWN_MARKS if mark in item}
    confidence = (97 if named else 88) if len(good) > len(objects) * 0.9 else 80
    return Sniff(confidence, (reason, f"names {', '.join(sorted(named))}") if named else (reason,))


def _is_own(record: Record) -> bool:
    action = record.get("action")
    if not isinstance(action, str) or "." not in action or " " in action or len(action) > 200:
        return False
    if isinstance(record.get("actor"), dict) or "entity" in record or "date_create" in record:  # Slack and others
        return False
    timed = any(isinstance(record.get(name), int | float | str) for name in TIMES)
    return timed and any(isinstance(record.get(name), str | list) for name in _OWNERS)


def decode(chunk: Chunk) -> Decoded:
    """Events of the entries, one each."""
    return decode_json(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The entry's own fields."""
    return json_fields(record, _FORMAT)


class _Entries:
    """Reads the entries of one chunk many at a time."""

    def __init__(self, columns: EventColumns, times: Times) -> None:
        self.decode: Callable[[bytes], Any] = _objects().decode
        self._times = times
        self._when, self._who = columns.joined["when"], columns.joined["who"]
        self._texts = columns.texts
        self._addresses = Derived(self._texts["src_ip"], lambda address: client_address(as_text(address)))
        self._agents = Derived(self._texts["user_agent"], as_text)

    def values(self, records: Sequence[Record]) -> Mapping[str, Sequence[Any]]:
        """Columns of these entries. Raises ValueError where one of them has no action, or other than texts for texts."""
        actions, uids = _texts(records, "action"), _texts(records, "_document_id")
        if None in actions or not _NO_TEXTS.isdisjoint(actions) or not _NO_TEXTS.isdisjoint(uids):
            raise ValueError
        contents: Sequence[int | None] = content_hashes(records)
        if None in uids:
            contents = [None if uid is None else content for uid, content in zip(uids, contents, strict=True)]
        statuses = [http_status(record, "status_code") if "status_code" in record else None for record in records]
        texts = self._texts
        outcomes = map(outcome_of, records, cast("list[str]", actions), statuses)
        return {
            "timestamp_desc": [texts["timestamp_desc"]["event"]] * len(records),
            "when": [self._when[time_of(record, self._times) or UNDATED] for record in records],
            "who": [self._who[text(record, "actor"), text(record, "hashed_token"), None] for record in records],
            "action": [texts["action"][action] for action in actions],
            "outcome": [texts["outcome"][outcome] for outcome in outcomes],
            "src_ip": [self._addresses[address] for address in _texts(records, "actor_ip")],
            "user_agent": [self._agents[agent] for agent in _texts(records, "user_agent")],
            "resource": [first_text(record, "repo", "repository", "org") for record in records],
            "account": [texts["account"][first_text(record, "org", "business", "enterprise")] for record in records],
            "status": statuses,
            "uid": uids,
            "content": contents,
        }


@lru_cache(maxsize=1)
def _objects() -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(dict[str, shallow()])  # type: ignore[misc]  # made here, at run time


def _texts(records: Sequence[Record], name: str) -> list[str | None]:
    found = [record.get(name) for record in records]
    if not set(map(type, found)) <= {str, NoneType}:
        raise ValueError
    return found


_FORMAT: Final = RecordFormat(KIND, read_entry, typed=_Entries)
