r"""What one test means on one text: wildcards, regexes, networks, lists.

The store resolves a TextTest to ranges of ids where it can (`prefix_bounds`, `literal_prefix`) and otherwise
asks `text_matcher` about each distinct text.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from socket import AF_INET, inet_pton
from typing import TypeAlias

from timeline.query.tree import TextTest

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Matcher: TypeAlias = Callable[[str], bool]

_PATTERN_PART = re.compile(r"\\(.)|(\*+)|(\?)|([^\\*?]+)|\\", re.DOTALL)


def text_matcher(test: TextTest) -> Matcher:
    """Make the function that says whether a text fulfils the test. ValueError for a bad network or regex."""
    if test.op == "present":
        return lambda _text: True
    if isinstance(test.value, tuple) or test.op == "in":
        values = (test.value,) if isinstance(test.value, str) else test.value
        if test.op == "contains":
            return _holding_matcher(values, test.ignore_case)
        return network_matcher(values) if test.op == "cidr" else _in_matcher(values, test.ignore_case)
    return value_matcher(test.op, test.value, test.ignore_case)


def value_matcher(op: str, value: str, ignore_case: bool) -> Matcher:
    """As `text_matcher`, for one value. ValueError for an op that takes no single text."""
    wanted = value.casefold() if ignore_case else value
    match op:
        case "exact":
            return (lambda text: text.casefold() == wanted) if ignore_case else (lambda text: text == wanted)
        case "prefix":
            if ignore_case:
                return lambda text: text.casefold().startswith(wanted)
            return lambda text: text.startswith(wanted)
        case "contains":
            return (lambda text: wanted in text.casefold()) if ignore_case else (lambda text: wanted in text)
        case "wildcard":
            full = wildcard_regex(value, ignore_case).fullmatch
            return lambda text: full(text) is not None
        case "regex":
            search = re.compile(value, re.IGNORECASE if ignore_case else 0).search
            return lambda text: search(text) is not None
        case "cidr":
            return network_matcher((value,))
    raise ValueError(f"no such test on a text: {op}")


def prefix_bounds(prefix: str) -> tuple[bytes, bytes | None]:
    """Bound the texts that begin with `prefix`, as UTF-8: low <= bytes < high; high None is no end."""
    low = prefix.encode("utf-8", "surrogatepass")
    if not low:
        return low, None
    return low, low[:-1] + bytes([low[-1] + 1])  # UTF-8 has no byte 0xff


def literal_prefix(pattern: str) -> str:
    """Cut the literal text that every match of a canonical pattern begins with; "" before a wildcard."""
    literal = []
    for part in _PATTERN_PART.finditer(pattern):
        escaped, stars, mark, plain = part.groups()
        if stars or mark:
            break
        literal.append(escaped or plain or "\\")
    return "".join(literal)


def wildcard_regex(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    """Turn a canonical pattern into a regex for `fullmatch`; atomic groups keep it linear for each star."""
    pieces: list[str] = [""]
    for part in _PATTERN_PART.finditer(pattern):
        escaped, stars, mark, plain = part.groups()
        if stars:
            pieces.append("")
        else:
            pieces[-1] += "." if mark else re.escape(escaped or plain or "\\")
    if len(pieces) == 1:
        text = pieces[0]
    else:
        text = pieces[0] + "".join(f"(?>.*?{piece})" for piece in pieces[1:-1] if piece) + ".*" + pieces[-1]
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def network(text: str) -> Network:
    """Read a network in canonical form: host bits cleared, IPv4 in IPv6 as IPv4. ValueError if none."""
    net = ipaddress.ip_network(text, strict=False)
    if isinstance(net, ipaddress.IPv6Network) and net.prefixlen >= 96:
        mapped = net.network_address.ipv4_mapped
        if mapped is not None:
            return ipaddress.ip_network((mapped, net.prefixlen - 96))
    return net


def network_matcher(networks: Iterable[str]) -> Matcher:
    """Whether a text is an address in one of the networks; any text that is not an address is in none.

    Cost grows with the number of distinct prefix lengths, not of networks. ValueError for what is no network.
    """
    wanted: dict[tuple[int, int], set[int]] = {}
    found = [network(text) for text in networks]
    begins = tuple({_first_octets(net) for net in found})
    for net in found:
        shift = net.max_prefixlen - net.prefixlen
        wanted.setdefault((net.version, shift), set()).add(int(net.network_address) >> shift)

    of_v4 = [(shift, numbers) for (version, shift), numbers in wanted.items() if version == 4]

    def matches(text: str) -> bool:
        if not text.startswith(begins) and ":" not in text:
            return False  # most texts need not be read as addresses
        number = None if ":" in text else _number4(text)
        if number is not None:
            return any(number >> shift in numbers for shift, numbers in of_v4)
        address = _address(text)
        if address is None:
            return False
        number = int(address)
        return any(
            version == address.version and number >> shift in numbers for (version, shift), numbers in wanted.items()
        )

    return matches


def network_prefixes(networks: Iterable[str]) -> tuple[str, ...] | None:
    """Give prefixes one of which every address in the networks has; None where they would not leave much out.

    An IPv4 address that is written as IPv6 begins with `::` or a zero.
    """
    found = {_first_octets(net) for net in map(network, networks)}
    return None if "" in found or "\0" in found else (":", "0", *sorted(found))


def _first_octets(net: Network) -> str:
    """Cut what every IPv4 address of a network begins with, written with dots; an address with colons may not."""
    if isinstance(net, ipaddress.IPv6Network):
        return "\0"  # nothing with dots
    return "".join(f"{octet}." for octet in str(net.network_address).split(".")[: net.prefixlen // 8])[
        : -1 if net.prefixlen == 32 else None
    ]


def _number4(text: str) -> int | None:
    """The number of an IPv4 address in its four decimal parts; None for any other text. Takes a tenth of the time of `_address`."""
    try:
        return int.from_bytes(inet_pton(AF_INET, text))
    except (OSError, ValueError):
        return None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if len(text) > 45:  # the longest address; garbage is refused before it is parsed
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _in_matcher(values: tuple[str, ...], ignore_case: bool) -> Matcher:
    if ignore_case:
        folded = frozenset(value.casefold() for value in values)
        return lambda text: text.casefold() in folded
    return frozenset(values).__contains__


def _holding_matcher(parts: tuple[str, ...], ignore_case: bool) -> Matcher:
    """Whether a text holds any of the parts."""
    if not ignore_case:
        return lambda text: any(part in text for part in parts)
    folded = tuple(part.casefold() for part in parts)

    def matches(text: str) -> bool:
        lowered = text.casefold()
        return any(part in lowered for part in folded)

    return matches
