"""Deliveries of webhooks as receivers keep them: the body alone, or wrapped with its headers, its time and its id.

    {"headers": {"X-GitHub-Event": "push", "X-GitHub-Delivery": "72d3162e"}, "body": {...}}
    {"event": "push", "delivered_at": "2026-03-30T22:36:48Z", "request": {"headers": {...}, "payload": {...}}}

Header names count without case, and may be written as WSGI does (HTTP_X_GITHUB_EVENT); their values may be lists. A body
may be an object, JSON as text, or a form whose field `payload` is JSON. Secrets that come with a delivery are withheld.
References: https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers,
https://docs.gitlab.com/user/project/integrations/webhooks/#delivery-headers.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, first_text, object_in_text, text_or_first
from parsers.lib.times import MILLISECOND_US, Stamp, Times
from timeline.model.time import SECOND_US

WITHHELD: Final = "[withheld]"
_BODIES: Final = ("payload", "body", "content", "data", "json", "rawBody", "raw_body")
_HOLDERS: Final = ("request", *_BODIES)
_HEADERS: Final = ("headers", "header", "request_headers", "requestHeaders")
_TIMES: Final = (
    "delivered_at", "received_at", "receivedAt", "received", "@timestamp", "timestamp", "time", "created_at", "date"
)  # fmt: skip
_SECRET_HEADERS: Final = frozenset({"x-gitlab-token", "authorization", "cookie", "proxy-authorization"})
_INITIALS: Final = frozenset("xXhHaAcCpP")  # of such headers, also as WSGI writes them
_LONGEST_NAME: Final = 64  # characters of a header's name
_LONGEST_FORM: Final = 1 << 24  # characters


class Delivery(NamedTuple):
    """One delivery. `headers` have names in lower case; `received` is whatever the wrapper says of its time, or None."""

    body: Record
    headers: dict[str, str]
    wrapper: Record
    received: Any

    def header(self, *names: str) -> str | None:
        """The first of these headers (in lower case) that there is."""
        if not self.headers:
            return None
        return next((self.headers[name] for name in names if name in self.headers), None)


def delivery_of(record: Record) -> Delivery:
    """The delivery in a record; a record that wraps nothing is the body itself."""
    for holder in (record.get("request"), record):
        if isinstance(holder, dict) and (body := _body(holder)) is not None:
            headers = dict(_headers(holder))
            if headers or first_text(record, "event", "event_type", "eventType") or holder is not record:
                received = next((record[name] for name in _TIMES if record.get(name) is not None), None)
                return Delivery(body, headers, record, received)
    return Delivery(record, {}, {}, None)


def received_at(delivery: Delivery, times: Times) -> Stamp | None:
    """The receiver's time, however it wrote it; numbers are seconds or milliseconds."""
    value = delivery.received
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):  # today's seconds have ten digits
        return times.epoch(value, MILLISECOND_US if value > 10**11 else SECOND_US)
    return times.iso(value)


def _body(holder: Record) -> Record | None:
    for name in _BODIES:
        value = holder.get(name)
        if isinstance(value, dict):
            return value
        if isinstance(value, str) and (found := _in_text(value)) is not None:
            return found
    return None


def _in_text(value: str) -> Record | None:
    if value[:1] == "{":
        return object_in_text(value)
    if value.startswith("payload=") and len(value) <= _LONGEST_FORM:
        try:
            written = parse_qs(value, max_num_fields=8).get("payload", [""])[0]
        except ValueError:
            return None
        return object_in_text(written) if written[:1] == "{" else None
    return None


def _headers(holder: Record) -> Iterator[tuple[str, str]]:
    for name in _HEADERS:
        value = holder.get(name)
        if isinstance(value, dict):
            pairs = list(value.items())
        elif isinstance(value, list):
            pairs = [(part.get("name"), part.get("value")) for part in value if isinstance(part, dict)]
        else:
            continue
        yield from _named(pairs)
    for name in holder:
        if name[:1] in _INITIALS and _plain(name).startswith("x-git"):
            yield from _named([(name, holder[name])])


def _named(pairs: list[tuple[Any, Any]]) -> Iterator[tuple[str, str]]:
    for name, value in pairs:
        said = text_or_first(value)
        if isinstance(name, str) and said is not None:
            yield _plain(name), said


def _plain(name: str) -> str:
    return _plain_name(name) if len(name) <= _LONGEST_NAME else name


@lru_cache(maxsize=4_096)
def _plain_name(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("http-")


def without_secrets(record: Record) -> Record:
    """The record without the secrets that a webhook or an alert may carry; the same object where there is none."""
    found = without_header_secrets(_without_alert_secret(record))
    for name in _HOLDERS:
        value = found.get(name)
        if value is None:
            continue
        part = value if isinstance(value, dict) else None
        if isinstance(value, str) and "secret_type" in value:
            part = _in_text(value)
        if part is not None:
            clean = without_secrets(part) if name == "request" else _without_alert_secret(part)
            clean = without_header_secrets(clean)
            if clean is not part:
                found = {**found, name: clean}
    return found


def _without_alert_secret(record: Record) -> Record:
    if "secret_type" in record and as_text(record.get("secret")) is not None:
        return {**record, "secret": WITHHELD}
    alert = record.get("alert")
    if isinstance(alert, dict) and alert.get("secret") is not None:
        return {**record, "alert": {**alert, "secret": WITHHELD}}
    return record


def without_header_secrets(record: Record) -> Record:
    """The record without the secrets among its headers; the same object where there is none."""
    for name in _HEADERS:
        value = record.get(name)
        if value is None:
            continue
        kept: Any = value
        if isinstance(value, dict):
            kept = {key: WITHHELD if _plain(key) in _SECRET_HEADERS else part for key, part in value.items()}
        elif isinstance(value, list):
            kept = [_withheld_pair(part) for part in value]
        if kept != value:
            record = {**record, name: kept}
    flat = [key for key in record if key[:1] in _INITIALS and _plain(key) in _SECRET_HEADERS]
    return {**record, **dict.fromkeys(flat, WITHHELD)} if flat else record


def _withheld_pair(pair: Any) -> Any:
    if isinstance(pair, dict) and isinstance(pair.get("name"), str) and _plain(pair["name"]) in _SECRET_HEADERS:
        return {**pair, "value": WITHHELD}
    return pair
