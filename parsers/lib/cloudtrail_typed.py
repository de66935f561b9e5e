"""CloudTrail records as they are delivered, read many at a time.

msgspec decodes a record of the documented shape into a struct in half the time of a dictionary, and writes its canonical
text from there. Identities repeat themselves, so each distinct one is read once. A record of any other shape (a member
that is not documented, a number where a text belongs, nested deeper than is usual, damage) is refused here, and is then
read by `parsers.aws_cloudtrail` itself, which gives the same for all that is read here.
Reference: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, Raw

from parsers.lib.addresses import client_address
from parsers.lib.cloudtrail_resources import endpoint_of, resource_named
from parsers.lib.cloudtrail_values import LOGIN, action_of, actor_of, login_outcome, outcome_of, session_of, time_of
from parsers.lib.identity import canonical, content_hashes
from parsers.lib.json_columns import UNDATED, Derived, EventColumns, JoinedColumns
from parsers.lib.json_reading import shallow
from parsers.lib.json_values import as_count, as_text, object_of
from parsers.lib.times import Times

_OTHER_MEMBERS: Final = """
    addendum additionalEventData apiVersion edgeDeviceDetails errorMessage eventCategory eventType eventVersion
    managementEvent readOnly requestID requestParameters resources responseElements serviceEventDetails
    sessionCredentialFromConsole sharedEventID tlsDetails vpcEndpointAccountId vpcEndpointId
    """.split()  # noqa: SIM905 - a table of names, read by people
_TEXTS: Final = ("awsRegion", "errorCode", "eventSource", "recipientAccountId", "sourceIPAddress", "userAgent")
_MAX_IDENTITIES: Final = 8_192
_MAX_IDENTITY_BYTES: Final = 1_024
_SURELY_FITS: Final = 2**62
_VALUE: Final = msgspec.json.Decoder(shallow())


@lru_cache(maxsize=1)
def _decoder() -> msgspec.json.Decoder[Any]:
    """Made when it is first needed: that takes milliseconds.

    The fields stand in the order of their names, so that the struct is written as canonical text is.
    """
    # not "" and not "-", which say that there is none; what has no name or time is not for this path
    said = Annotated[str, msgspec.Meta(min_length=2)]
    needed: dict[str, Any] = {"eventID": said, "eventName": said, "eventTime": str, "userIdentity": Raw}
    optional = dict.fromkeys(_TEXTS, str | None) | dict.fromkeys(_OTHER_MEMBERS, shallow())
    fields: list[Any] = [
        (name, needed.get(name) or optional[name] | msgspec.UnsetType) for name in sorted(needed | optional)
    ]
    fields = [field if field[0] in needed else (*field, UNSET) for field in fields]
    record = msgspec.defstruct("CloudTrailRecord", fields, kw_only=True, gc=False, forbid_unknown_fields=True)
    return msgspec.json.Decoder(record)


class _Identity(NamedTuple):
    """What a distinct userIdentity says: its canonical text, and what becomes of it in the event."""

    text: Raw
    who: tuple[str | None, str | None, str | None]  # actor, credential, session
    account: str | None


class _Identities(dict[bytes, _Identity]):
    """Identities by their bytes, across chunks and files. Bounded in number and length; it starts afresh when full."""

    def __missing__(self, raw: bytes) -> _Identity:
        value = _VALUE.decode(raw)
        identity = object_of(value)
        found = _Identity(
            Raw(canonical(value)),
            (actor_of(identity), as_text(identity.get("accessKeyId")), session_of(identity)),
            as_text(identity.get("accountId")),
        )
        if len(raw) <= _MAX_IDENTITY_BYTES:
            if len(self) >= _MAX_IDENTITIES:
                self.clear()
            self[raw] = found
        return found


_IDENTITIES: Final = _Identities()


class _When(dict[str, int]):
    """The code of a time in the columns of one chunk, by its text."""

    def __init__(self, times: Times, columns: JoinedColumns) -> None:
        super().__init__()
        self._times = times
        self._columns = columns

    def __missing__(self, text: str) -> int:
        code = self[text] = self._columns[time_of(text, self._times) or UNDATED]
        return code


class TypedRecords:
    """Reads the records of one chunk into its columns."""

    def __init__(self, columns: EventColumns, times: Times) -> None:
        texts = columns.texts
        self.decode: Callable[[bytes], Any] = _decoder().decode
        self._when = _When(times, columns.joined["when"])
        self._who = columns.joined["who"]
        self._actions = Derived(texts["action"], lambda key: action_of(as_text(key[0]), key[1]))
        self._outcomes = Derived(texts["outcome"], lambda error: outcome_of(as_text(error)))
        self._addresses = Derived(texts["src_ip"], lambda address: client_address(as_text(address)))
        self._agents = Derived(texts["user_agent"], as_text)
        self._accounts = Derived(texts["account"], lambda key: as_text(key[0]) or key[1])
        self._regions = Derived(texts["region"], as_text)
        self._outcome = texts["outcome"]
        self._clocks = texts["timestamp_desc"]

    def values(self, records: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
        """Columns of these records, of which `decode` gave each. Raises DAMAGE where an identity cannot be read."""
        identities = [_IDENTITIES[bytes(record.userIdentity)] for record in records]
        for record, (text, _, _) in zip(records, identities, strict=True):
            record.userIdentity = text
        return {
            "timestamp_desc": [self._clocks["event"]] * len(records),
            "when": [self._when[record.eventTime] for record in records],
            "who": [self._who[who] for _, who, _ in identities],
            "action": [self._actions[record.eventSource, record.eventName] for record in records],
            "outcome": [
                self._outcomes[record.errorCode] if record.eventName != LOGIN else self._login(record)
                for record in records
            ],
            "src_ip": [self._addresses[record.sourceIPAddress] for record in records],
            "user_agent": [self._agents[record.userAgent] for record in records],
            "resource": [_resource(record) for record in records],
            "account": [
                self._accounts[record.recipientAccountId, account]
                for record, (_, _, account) in zip(records, identities, strict=True)
            ],
            "region": [self._regions[record.awsRegion] for record in records],
            "bytes_out": [_bytes_out(record.additionalEventData) for record in records],
            "uid": [record.eventID for record in records],
            "content": content_hashes(records),
        }

    def _login(self, record: Any) -> int | None:
        if as_text(record.errorCode) is not None:
            return self._outcomes[record.errorCode]
        return self._outcome[login_outcome(record.responseElements)]


def _resource(record: Any) -> str | None:
    listed = record.resources
    if type(listed) is list and listed and type(listed[0]) is dict:
        named = listed[0].get("ARN")
        if type(named) is str and len(named) > 1:
            return named
    found = resource_named(listed, record.requestParameters, record.awsRegion)
    return found or endpoint_of(record.eventCategory, record.vpcEndpointId)


def _bytes_out(data: object) -> int | None:
    if type(data) is dict:
        found = data.get("bytesTransferredOut")
        if found is None or (type(found) is int and 0 <= found <= _SURELY_FITS):
            return found
        return as_count(found)
    return as_count(object_of(data).get("bytesTransferredOut")) if type(data) is str else None
