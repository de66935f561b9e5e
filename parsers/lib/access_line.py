r"""One line of an access log, whichever common shape it has, split into named texts exactly as logged.

    192.0.2.7 - alice [30/Mar/2026:23:17:59 +0000] "GET /a?b=c HTTP/1.1" 200 512 "-" "curl/8.5.0"
    www.example.com:443 192.0.2.7 - - [30/Mar/2026:23:17:59 +0000] "GET / HTTP/1.1" 200 512 "-" "-"
    198.51.100.4, 10.0.0.1 - - [30/Mar/2026:23:17:59 +0000] "GET / HTTP/1.1" 200 512 "-" "-"
    [30/Mar/2026:23:17:59 +0000] - 200 200 - GET https www.example.com "/a" [Client 192.0.2.7] [Length 512] [Gzip -] "-"
    [30/Mar/2026:23:17:59 +0000] www.example.com 192.0.2.7 0.003 "GET / HTTP/1.1" 200 512 700 "-" "curl/8.5.0"

These are: common or combined; the virtual host first; X-Forwarded-For first; nginx-proxy-manager; the time first.

Names: vhost, forwarded_for, remote_host, identity, request_id, user, time, request (or method and target), status,
bytes, referer, user_agent; `extra` is the list of what follows; `before` what stood between time and request; `cut` is
true where the line ends inside a quoted text.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypedDict, cast

from parsers.lib.splitting import Pattern, Shape

_IN_QUOTES: Final = r'[^"\\]*(?:\\.[^"\\]*)*'
# The clean lines of common, combined and vhost_combined, with a virtual host or a list of addresses first, and with one
# more quoted text at the end. What these take, `split_access_line` splits alike.
_BRACKETED: Final = r"\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} [+-][0-9]{4}\] $"
_TIME_AT: Final = {"time": (-28, -2)}
_PREFIXES: Final = (
    (r"[^ ,\[\]]+ (?:-|[A-Za-z0-9_]+) [^ \[\]]+", ("remote_host", "", "user")),
    (
        r"[A-Za-z0-9_-]*[A-Za-z_][A-Za-z0-9_.-]*(?::[0-9]{1,5})? (?:[0-9]{1,3}\.){3}[0-9]{1,3} (?:-|[A-Za-z0-9_]+) [^ \[\]]+",
        ("", "remote_host", "", "user"),
    ),
    (r"(?P<forwarded_for>[^ ,\[\]]+(?:, [^ ,\[\]]+)+) - (?P<user>[^ \[\]]+)", ()),
)
# What stands before the time of a clean line, alone; and with the time, up to the quote.
PREFIXES: Final = tuple(Pattern(f"^{prefix}$", words=words) for prefix, words in _PREFIXES)
_HEADS: Final = tuple(
    Pattern(f"^{prefix} {_BRACKETED}", words=(*words, "", "", "") if words else (), slices=_TIME_AT)
    for prefix, words in _PREFIXES
)
_STATUS_BYTES: Final = r"^ (?P<status>[0-9]{3}|-) (?P<bytes>[0-9]+|-)"
_NEXT: Final = (Pattern("^ $"),)
_LAST: Final = (Pattern("^$"),)
CLEAN: Final = (
    Shape((_HEADS, (Pattern(_STATUS_BYTES + " $"),), _NEXT, _LAST), ("request", "", "user_agent")),
    Shape((_HEADS, (Pattern(_STATUS_BYTES + "$"),)), ("request",)),
    Shape((_HEADS, (Pattern(_STATUS_BYTES + " $"),), _NEXT, _NEXT, _LAST), ("request", "", "user_agent", "")),
)
_TIME: Final = r'\[(?P<time>[0-9][^\]\["]{9,39})\]'
_NUMBERS: Final = r"(?P<status>[0-9]{3}|-) (?P<bytes>[0-9]+|-)(?: (?P<rest>.*))?"
_CLASSIC = re.compile(rf'(?P<prefix>.*?) ?{_TIME} "(?P<request>{_IN_QUOTES})" {_NUMBERS}', re.DOTALL)
_UNESCAPED = re.compile(rf'(?P<prefix>(?:"[^"]*" )?[^"]*?) ?{_TIME} "(?P<request>.*?)" {_NUMBERS}', re.DOTALL)
_PROXY = re.compile(
    rf"{_TIME} (?:(?P<cache>[A-Z-]+) (?P<upstream_status>[0-9, :-]+) )?(?P<status>[0-9]{{3}}) - (?P<method>[^ ]+)"
    rf' (?P<scheme>[^ ]+) (?P<vhost>[^ ]+) "(?P<target>{_IN_QUOTES})" \[Client (?P<remote_host>[^\]]*)\]'
    r" \[Length (?P<bytes>[^\]]*)\] \[Gzip (?P<gzip>[^\]]*)\](?: \[Sent-to (?P<upstream>[^\]]*)\])? (?P<rest>.*)",
    re.DOTALL,
)
_TIME_FIRST = re.compile(
    rf'{_TIME} (?P<before>[^"\[\]]+) "(?P<request>{_IN_QUOTES})"'
    r"(?: (?P<status>[0-9]{3}|-)(?= [0-9-]))? (?P<bytes>[0-9]+|-)(?: (?P<rest>.*))?",
    re.DOTALL,
)
_SYSLOG = re.compile(r"(?:<[0-9]{1,3}>)?[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} [^ ]+ [^ :]+: ")
_LIST = re.compile(r'"(?P<quoted>[^"]*)" |(?P<bare>[^ ,"]+(?:, ?[^ ,"]+)+) ')
_PART = re.compile(rf'"({_IN_QUOTES})"(?= |$)|([^ "][^ ]*)|"(.*)', re.DOTALL)
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
_PORT = re.compile(r"([^:]+):[0-9]{1,5}|\[([^\]]*)\](?::[0-9]{1,5})?")
_INSIDE: Final = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)
_URL = re.compile(r"-|[a-z][a-z0-9+.-]*://.*", re.DOTALL)


class AccessLine(TypedDict, total=False):
    """The texts of one line as logged; what the line does not have is absent."""

    vhost: str
    forwarded_for: str
    remote_host: str
    identity: str
    request_id: str
    user: str
    time: str
    before: str
    cache: str
    upstream_status: str
    scheme: str
    upstream: str
    gzip: str
    request: str
    method: str
    target: str
    status: str
    bytes: str
    referer: str
    user_agent: str
    extra: list[str]
    cut: bool


def split_access_line(text: str) -> AccessLine | None:
    """Split a line of any of the shapes above; None when it has none of them."""
    if syslog := _SYSLOG.match(text):
        text = text[syslog.end() :]
    if text.startswith("["):
        return _proxy_line(text) or _time_first_line(text) or _classic_line(text)
    return _classic_line(text)


def _classic_line(text: str) -> AccessLine | None:
    match = _CLASSIC.fullmatch(text) or _UNESCAPED.fullmatch(text)
    if match is None or not match["prefix"]:
        return None
    line = AccessLine(time=match["time"], request=match["request"], status=match["status"], bytes=match["bytes"])
    _read_prefix(line, match["prefix"])
    _read_rest(line, match["rest"])
    return line


def _read_prefix(line: AccessLine, prefix: str) -> None:
    """`[vhost] [list of addresses] [remote] [identity [request id] [user, which may hold spaces]]`."""
    if forwarded := _LIST.match(prefix + " "):
        line["forwarded_for"] = forwarded["bare"] or forwarded["quoted"] or ""
        words = prefix[forwarded.end() :].split(" ")
        if words[0] not in {"", "-"}:
            line["remote_host"] = words.pop(0)
    else:
        words = prefix.split(" ")
        if len(words) > 1:
            _read_first_of_two(line, words)
        line["remote_host"] = words.pop(0)
    if words:
        line["identity"] = words.pop(0)
    if len(words) > 1 and _REQUEST_ID.fullmatch(words[0]):
        line["request_id"] = words.pop(0)
    if words:
        line["user"] = " ".join(words)


def _read_first_of_two(line: AccessLine, words: list[str]) -> None:
    """Take away what stands before the remote host: the virtual host, or the address that a proxy forwarded.

    Of two addresses the first is the virtual host, as in `%v %h`, unless only the second is a private one: then the
    second is the proxy.
    """
    first, second = _address(words[0]), _address(words[1])
    if second is None:
        if first is None and len(words) > 3 and words[1] != "-" and words[2] == "-":
            line["vhost"] = words.pop(0)
    elif first is not None and _is_inside(second) and not _is_inside(first):
        line["forwarded_for"] = words.pop(0)
    else:
        line["vhost"] = words.pop(0)


def _proxy_line(text: str) -> AccessLine | None:
    match = _PROXY.fullmatch(text)
    if match is None:
        return None
    values = {name: value for name, value in match.groupdict().items() if value is not None and name != "rest"}
    line = cast("AccessLine", values)  # the pattern's groups are the class's names
    parts = [value for value, _, _ in _parts(match["rest"])]
    for name, value in zip(("user_agent", "referer"), parts, strict=False):
        line[name] = value  # type: ignore[literal-required]  # the two names are in the class
    if parts[2:]:
        line["extra"] = parts[2:]
    return line


def _time_first_line(text: str) -> AccessLine | None:
    match = _TIME_FIRST.fullmatch(text)
    if match is None:
        return None
    line = AccessLine(time=match["time"], before=match["before"], request=match["request"], bytes=match["bytes"])
    if match["status"] is not None:
        line["status"] = match["status"]
    words = match["before"].split(" ")
    place = next((number for number, word in enumerate(words) if _address(word)), 0)
    line["remote_host"] = words[place]
    if place:
        line["vhost"] = words[0]
    _read_rest(line, match["rest"])
    extra = line.get("extra", [])
    if "user_agent" not in line and len(extra) > 2:  # sent bytes, then referer and agent without quotes
        line["referer"], line["user_agent"] = extra[1], " ".join(extra[2:])
        line["extra"] = extra[:1]
    return line


def _read_rest(line: AccessLine, rest: str | None) -> None:
    """Referer and agent are the first two quoted texts in a row; one alone is the referer when it looks like one."""
    if not rest:
        return
    parts = _parts(rest)
    if parts and parts[-1][2]:
        line["cut"] = True
    first = next((number for number, part in enumerate(parts) if part[1]), None)
    values = [part[0] for part in parts]
    if first is not None:
        if first + 1 < len(parts) and parts[first + 1][1]:
            line["referer"], line["user_agent"] = values[first : first + 2]
            del values[first : first + 2]
        elif _URL.fullmatch(values[first]):
            line["referer"] = values.pop(first)
        else:
            line["user_agent"] = values.pop(first)
    if values:
        line["extra"] = values


def _parts(rest: str) -> list[tuple[str, bool, bool]]:
    """(text, whether it was quoted, whether its closing quote is missing) of each part.

    A quoted text that holds quotes nobody escaped goes on to the end of the line.
    """
    parts = []
    for match in _PART.finditer(rest):
        quoted, bare, broken = match.groups()
        if quoted is not None:
            parts.append((quoted, True, False))
        elif bare is not None:
            parts.append((bare, False, False))
        else:
            parts.append((broken.removesuffix('"'), True, not broken.endswith('"')))
    return parts


def _is_inside(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in _INSIDE)


def _address(word: str) -> IPv4Address | IPv6Address | None:
    match = _PORT.fullmatch(word)
    bare = word if match is None else match[1] or match[2] or ""
    if not bare or not (bare[0].isalnum() or bare[0] == ":"):
        return None
    try:
        return ip_address(bare)
    except ValueError:
        return None


def client_address(text: str) -> str | None:
    """The client of `client, proxy1, proxy2`, without port and brackets; None when nothing is there."""
    first = text.partition(",")[0].strip().strip('"')
    if match := _PORT.fullmatch(first):
        first = match[1] or match[2] or ""
    return first if first not in {"", "-", "unknown"} else None
