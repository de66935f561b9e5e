"""Who read the tarball of 2.1.88: 1,204 reads from 1,180 addresses, and the requests that gave nothing."""

from dataclasses import dataclass, field
from typing import Final

from _shared.clock import HOUR, MINUTE, SECOND, at
from _shared.dice import Dice

from generator.access_lines import FETCHERS, INSTALLERS, Lines
from generator.story import (
    DANA,
    FIRST_ANONYMOUS_READ,
    FIRST_MISSING,
    FIRST_READER,
    LAST_READ,
    LOG_ENDS,
    POST,
    PUBLISHED,
    SECOND_READER,
    TARBALL_BYTES,
)

TARBALL: Final = "/@corp/cli/-/cli-2.1.88.tgz"
GET: Final = f"GET {TARBALL}"
_RESUMED: Final = 24  # reads that broke off and went on: two lines, one download
_GLANCES: Final = 12  # reads of the first 4,096 bytes only
_GLANCE_BYTES: Final = 4_096
# From, to, and how many addresses begin to read in between.
_WAVES: Final = (
    (FIRST_ANONYMOUS_READ + 9 * SECOND, POST, 66),
    (POST, POST + 2 * HOUR, 150),
    (POST + 2 * HOUR, at("2026-03-31T12:00:00Z"), 450),
    (at("2026-03-31T12:00:00Z"), at("2026-03-31T20:00:00Z"), 320),
    (at("2026-03-31T20:00:00Z"), LAST_READ - 30 * MINUTE, 190),
)


@dataclass(slots=True)
class Reads:
    """What the answers say about the reads: how many lines, from where, bytes as logged."""

    lines: int = 0
    addresses: set[str] = field(default_factory=set)
    sent: int = 0


def public_addresses(dice: Dice) -> list[str]:
    """Give addresses of the world outside: documentation networks, in random order, each once."""
    special = {FIRST_READER, SECOND_READER, "203.0.113.250"}
    four = [f"{net}.{host}" for net in ("198.51.100", "203.0.113") for host in range(1, 255)]
    six = [f"2001:db8:{0x100 + number * 37:x}::{dice.between(1, 0xFFFF):x}" for number in range(1_000)]
    return dice.shuffled([address for address in four if address not in special] + six)


def add_reads(lines: Lines, addresses: list[str]) -> Reads:
    """Add every request for the tarball; `addresses` are taken from the end of the list."""
    dice = Dice(2401)
    reads = Reads()

    def read(when: int, address: str, status: int, sent: int, agent: str, user: str | None = None) -> None:
        lines.add(when, address, GET, status, sent, agent, user)
        reads.lines += 1
        reads.addresses.add(address)
        reads.sent += sent

    read(PUBLISHED // SECOND * SECOND + 43 * SECOND, "192.0.2.66", 200, TARBALL_BYTES, INSTALLERS[0], "ci-publisher")
    read(at("2026-03-30T22:52:10Z"), DANA.address, 200, TARBALL_BYTES, INSTALLERS[2], DANA.login)
    read(FIRST_ANONYMOUS_READ, FIRST_READER, 200, TARBALL_BYTES, INSTALLERS[0])
    read(FIRST_ANONYMOUS_READ + 3 * SECOND, SECOND_READER, 200, TARBALL_BYTES, INSTALLERS[1])
    times = _times(dice)
    resumed, glances = set(range(90, 90 + _RESUMED * 40, 40)), set(range(55, 55 + _GLANCES * 90, 90))
    for number, when in enumerate(times):
        address, agent = addresses.pop(), _agent(dice, when)
        if number in glances:
            read(when, address, 206, _GLANCE_BYTES, "curl/8.5.0")
        elif number in resumed:
            part = dice.between(1_000_000, TARBALL_BYTES - 1_000_000)
            read(when, address, 200, part, agent)
            read(when + dice.between(20, 400) * SECOND, address, 206, TARBALL_BYTES - part, agent)
        else:
            read(when, address, 200, TARBALL_BYTES, agent)
    _fruitless(lines, sorted(reads.addresses), dice)
    return reads


def _times(dice: Dice) -> list[int]:
    times = [begin + dice.below((end - begin) // SECOND) * SECOND for begin, end, many in _WAVES for _ in range(many)]
    times.sort()
    times[-1] = LAST_READ
    return times


def _agent(dice: Dice, when: int) -> str:
    curious = 0.1 if when < POST else 0.65
    return dice.pick(FETCHERS) if dice.chance(curious) else dice.pick(INSTALLERS)


def _fruitless(lines: Lines, addresses: list[str], dice: Dice) -> None:
    for _ in range(40):
        when = POST + dice.below((LAST_READ - POST) // SECOND) * SECOND
        lines.add(when, dice.pick(addresses), GET, 304, None, dice.pick(INSTALLERS))
    for _ in range(22):
        when = POST + dice.below((LAST_READ - POST) // SECOND) * SECOND
        lines.add(when, dice.pick(addresses), f"HEAD {TARBALL}", 200, None, dice.pick(FETCHERS))
    lines.add(FIRST_MISSING, dice.pick(addresses), GET, 404, 153, FETCHERS[0])
    for _ in range(93):
        when = FIRST_MISSING + dice.early(30, (LOG_ENDS - FIRST_MISSING) // SECOND - 60) * SECOND
        lines.add(when, dice.pick(addresses), GET, 404, 153, dice.pick(FETCHERS))
