"""What the events of 1Password's Events API share: who the client was, and when."""

from parsers.lib.addresses import client_address
from parsers.lib.json_reading import Record
from parsers.lib.json_values import inner, text
from parsers.lib.times import Times
from timeline.model.event import EventValues


def event_values(record: Record, times: Times) -> EventValues:
    """What every event says: id, account, time, and of the client its address and software."""
    client = inner(record, "client")
    values: EventValues = {
        "timestamp_desc": "event",
        "src_ip": client_address(text(client, "ip_address")),
        "user_agent": _software(client),
        "account": text(record, "account_uuid"),
        "uid": text(record, "uuid"),
    }
    stamp = times.iso(record.get("timestamp"))
    if stamp is not None:
        values.update(stamp.values())
    return values


def person(holder: Record) -> str | None:
    """A person as 1Password names them: the e-mail address, else the name, else the id."""
    return text(holder, "email") or text(holder, "name") or text(holder, "uuid")


def has_texts(record: Record, *names: str) -> bool:
    """Whether the record has a text at each of these names."""
    return all(isinstance(record.get(name), str) for name in names)


def _software(client: Record) -> str | None:
    """`1Password for Mac 81000000`: 1Password names the program and its version apart."""
    name, version = text(client, "app_name"), text(client, "app_version")
    return name if name is None or version is None else f"{name} {version}"
