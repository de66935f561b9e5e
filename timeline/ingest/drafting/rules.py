"""What names and values tell about a field of a record. Names are compared without case, blanks and marks."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from timeline.model.mapping import OUTCOME_WORDS


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field of the event is recognised.

    `names` are the usual ones, most telling first; `never` are words that speak against it. `test` says whether a value can be
    one, `what` what such values are called. `by_values` is how much the values alone count; 0: a name is needed.
    """

    field: str
    names: tuple[str, ...]
    what: str
    test: Callable[[str], bool]
    never: frozenset[str] = frozenset()
    by_values: int = 0


_METHODS: Final = frozenset(
    {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "CONNECT", "TRACE"}
)
_CLEAR_AGENT: Final = re.compile(r"Mozilla/|curl/|python-requests/|okhttp/|Go-http-client/|aws-cli/|git/\d")
_REQUEST: Final = re.compile(r"[A-Z]{3,10} \S+ HTTP/\d")


def is_address(text: str) -> bool:
    """An IP address, perhaps with a port, or a list of them."""
    first = text.partition(",")[0].strip()
    bare = first[1:].partition("]")[0] if first.startswith("[") else first
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return False
    return True


def is_request(text: str) -> bool:
    """The first line of an HTTP request."""
    return _REQUEST.match(text) is not None


def _is_status(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isdecimal() and "100" <= text < "600"


def _is_count(text: str) -> bool:
    return len(text) < 16 and text.isascii() and text.isdecimal()


def _is_text(text: str) -> bool:
    return not _is_count(text) and not is_address(text)


def _is_short(text: str) -> bool:
    return len(text) <= 120 and _is_text(text)


def _is_outcome(text: str) -> bool:
    return text.lower() in OUTCOME_WORDS


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


RULES: Final = (
    Rule(
        "src_ip",
        _names("clientip srcip sourceip remoteip remoteaddr ipaddress calleripaddress ip cip clientaddress sourceaddress"
               " callerip remotehost peer xforwardedfor client"),
        "IP addresses", is_address,
        frozenset({"dst", "dest", "destination", "server", "local", "upstream", "gateway", "origin", "internal"}), 20,
    ),
    Rule(
        "user_agent", _names("useragent csuseragent httpuseragent requestuseragent ua agent"),
        "texts", _is_text, frozenset({"server"}),
    ),
    Rule(
        "status", _names("statuscode responsestatus responsecode httpstatus scstatus status code"),
        "HTTP statuses", _is_status, frozenset({"upstream", "origin", "cache"}),
    ),
    Rule("outcome", _names("outcome result decision verdict success allowed state status"), "outcomes", _is_outcome),
    Rule(
        "actor",
        _names("actor username userprincipalname useremail user principal login email who author subject csusername uname userid"
               " accountname principalemail account uid"),
        "short texts", _is_short, frozenset({"agent", "target", "group", "role"}),
    ),
    Rule(
        "action",
        _names("action method requestmethod httpmethod verb csmethod eventname eventtype event operationname operation activity"
               " command did methodname type"),
        "short texts", _is_short, frozenset({"content", "mime", "id", "auth"}),
    ),
    Rule(
        "resource",
        _names("resource objectkey requesturi requestpath requesturl path url uri csuristem object key target filename file"
               " repository repo repoid bucket endpoint resourcename"),
        "texts", _is_text, frozenset({"api", "referer", "referrer", "access"}),
    ),
    Rule(
        "bytes_out",
        _names("bytesout bytessent sentbytes bodybytessent responsesize responsebytes responsebodysize respbodysize bodysize"
               " scbytes sent size bytes contentlength length"),
        "whole numbers", _is_count, frozenset({"in", "received", "request", "upload", "header", "req"}),
    ),
    Rule(
        "credential", _names("accesskeyid keyid tokenid apikeyid credential apikey accesstoken token authtoken"),
        "texts", lambda text: not is_address(text), frozenset({"csrf"}),
    ),
    Rule("message", _names("message msg description detail details text summary"), "texts", _is_text),
)  # fmt: skip
METHOD_BONUS: Final = 15
EMAIL_BONUS: Final = 8
EMAIL_OF_SOMEBODY: Final = 50
_EMAIL: Final = re.compile(r"[^@\s]{1,80}@[^@\s]{1,200}\.[A-Za-z]{2,20}")
_SOMEBODY: Final = frozenset({"actor", "user", "principal", "caller", "initiator", "identity", "author", "member"})


def are_methods(values: tuple[str, ...]) -> bool:
    """Whether these are methods of HTTP requests."""
    return bool(values) and set(values) <= _METHODS


def are_agents(values: tuple[str, ...]) -> bool:
    """Whether most of these are without doubt the agents of requests."""
    return sum(_CLEAR_AGENT.match(value) is not None for value in values) > len(values) / 2


def are_emails_of_somebody(values: tuple[str, ...], words: frozenset[str]) -> bool:
    """Whether these are nearly all e-mail addresses of one who acts, as the words of the names say."""
    return bool(_SOMEBODY & words) and are_emails(values)


def are_emails(values: tuple[str, ...]) -> bool:
    """Whether these are nearly all e-mail addresses."""
    return bool(values) and sum(_EMAIL.fullmatch(value) is not None for value in values) >= len(values) * 0.8
