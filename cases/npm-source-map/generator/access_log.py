"""The registry's access log: the reads that matter among ten days of everything else."""

from typing import Final

from _shared.clock import DAY, HOUR, MINUTE, SECOND, at
from _shared.dice import Dice
from _shared.stored import gzip_stored

from generator.access_lines import HOSTILE, INSTALLERS, Lines
from generator.npm_metadata import RELEASES, tarball_bytes
from generator.story import CI_ADDRESSES, LOG_BEGINS, LOG_ENDS, LOG_ROTATED, PUBLISHED
from generator.tarball_reads import Reads, add_reads, public_addresses

_DAYS: Final = 9
_METADATA: Final = "/@corp%2fcli"
_OTHER: Final = (
    ("/@corp%2fsdk", "/@corp/sdk/-/sdk-4.0.2.tgz", 412_880),
    ("/@corp%2fsdk", "/@corp/sdk/-/sdk-4.1.0.tgz", 418_304),
    ("/@corp%2fui", "/@corp/ui/-/ui-0.38.1.tgz", 1_204_112),
    ("/@corp%2flint-config", "/@corp/lint-config/-/lint-config-3.2.0.tgz", 8_731),
    ("/@corp%2ftypes", "/@corp/types/-/types-1.9.4.tgz", 22_016),
)
_SCANNED: Final = (
    "/.env", "/.git/config", "/.git/HEAD", "/wp-login.php", "/actuator/env", "/server-status",
    "/backup.zip", "/admin/", "/api/v1/users", "/phpinfo.php", "/.npmrc", "/config.json", "/debug/pprof/",
    "/.aws/credentials", "/%2e%2e/etc/passwd",
)  # fmt: skip
_CUT: Final = b'198.51.100.88 - - [31/Mar/2026:11:02:17 +0000] "GET /@corp%2fcl'
_AFTER_CUT: Final = at("2026-03-31T11:02:17Z")
_NULS: Final = b"\x00" * 160


def make_access_log() -> tuple[bytes, bytes, Reads]:
    """Give the rotated log (gzipped), the current one, and what there is to know about the reads."""
    dice = Dice(2501)
    lines = Lines()
    addresses = public_addresses(dice)
    reads = add_reads(lines, addresses)
    addresses = addresses[-160:]
    _health_checks(lines, dice)
    _installs(lines, dice, addresses)
    _builds(lines, dice)
    _publishing(lines)
    _scans(lines, dice)
    _hostile(lines, dice, addresses)
    ordered = sorted(lines.found, key=lambda line: (line.when_us, line.order))
    old = "".join(f"{line.text()}\n" for line in ordered if line.when_us < LOG_ROTATED).encode()
    current = [line for line in ordered if line.when_us >= LOG_ROTATED]
    early = "".join(f"{line.text()}\n" for line in current if line.when_us <= _AFTER_CUT).encode()
    late = "".join(f"{line.text()}\n" for line in current if line.when_us > _AFTER_CUT).encode()
    # The server stopped hard: a line cut short, then the zeros of a block never written, then a blank line.
    return gzip_stored(old), early + _CUT + b"\n" + _NULS + b"\n\n" + late, reads


def _newest(when: int) -> str:
    return max(release.version for release in RELEASES if release.published_us < when)


def _health_checks(lines: Lines, dice: Dice) -> None:
    for number in range((LOG_ENDS - LOG_BEGINS) // (20 * MINUTE)):
        when = LOG_BEGINS + number * 20 * MINUTE + (7 + dice.below(4)) * SECOND
        lines.add(when, dice.pick(("192.0.2.98", "192.0.2.99")), "GET /-/ping", 200, 2, "ELB-HealthChecker/2.0")


def _daytime(dice: Dice, day: int) -> int:
    hour = dice.between(6, 19) if dice.chance(0.8) else dice.below(24)
    return LOG_BEGINS + day * DAY + hour * HOUR + dice.below(3600) * SECOND


def _installs(lines: Lines, dice: Dice, addresses: list[str]) -> None:
    for day in range(_DAYS):
        weekend = day in {4, 5}
        for _ in range(90 if weekend else 210):
            when, address, agent = _daytime(dice, day), dice.pick(addresses), dice.pick(INSTALLERS)
            if dice.chance(0.45):
                _install_cli(lines, dice, when, address, agent)
                continue
            metadata, tarball, size = dice.pick(_OTHER)
            if dice.chance(0.3):
                lines.add(when, address, f"GET {metadata}", 304, None, agent)
                continue
            lines.add(when, address, f"GET {metadata}", 200, dice.between(1_400, 6_200), agent)
            lines.add(when + SECOND, address, f"GET {tarball}", 200, size, agent)


def _install_cli(lines: Lines, dice: Dice, when: int, address: str, agent: str) -> None:
    version = _newest(when)
    lines.add(when, address, f"GET {_METADATA}", 200, 5_489 if version == "2.1.88" else 4_870, agent)
    if version != "2.1.88" and dice.chance(0.8):  # reads of 2.1.88 are counted apart
        lines.add(when + 2 * SECOND, address, f"GET /@corp/cli/-/cli-{version}.tgz", 200, tarball_bytes(version), agent)


def _builds(lines: Lines, dice: Dice) -> None:
    for day in range(_DAYS):
        for _ in range(24):
            when, address = _daytime(dice, day), dice.pick(CI_ADDRESSES)
            metadata, tarball, size = dice.pick(_OTHER)
            lines.add(when, address, f"GET {metadata}", 200, dice.between(1_400, 6_200), INSTALLERS[1], "corp-ci")
            lines.add(when + SECOND, address, f"GET {tarball}", 200, size, INSTALLERS[1], "corp-ci")
        for _ in range(6):
            when = _daytime(dice, day)
            search, advisories = "GET /-/v1/search?text=%40corp&size=20", "POST /-/npm/v1/security/advisories/bulk"
            lines.add(when, "192.0.2.5", search, 200, dice.between(900, 4_000), INSTALLERS[2])
            lines.add(when + 2 * SECOND, dice.pick(CI_ADDRESSES), advisories, 200, 2, INSTALLERS[1], "corp-ci")


def _publishing(lines: Lines) -> None:
    for release in RELEASES:
        if release.published_us >= LOG_BEGINS:
            when = release.published_us // SECOND * SECOND + SECOND
            address = "192.0.2.66" if release.published_us == PUBLISHED else "192.0.2.71"
            lines.add(when, address, f"PUT {_METADATA}", 200, 17, INSTALLERS[0], "ci-publisher")


def _scans(lines: Lines, dice: Dice) -> None:
    for begin, address, agent in (
        (at("2026-03-26T02:14:00Z"), "203.0.113.250", "Mozilla/5.0 zgrab/0.x"),
        (at("2026-03-31T16:40:00Z"), "203.0.113.250", "Mozilla/5.0 zgrab/0.x"),
        (at("2026-03-28T03:00:00Z"), "192.0.2.200", "corp-scanner/3.1 (+https://security.corp.example/scanner)"),
    ):
        for number in range(90):
            path = _SCANNED[number % len(_SCANNED)] + ("" if number < len(_SCANNED) else f"?n={number}")
            lines.add(begin + number * SECOND, address, f"GET {path}", 403 if dice.chance(0.1) else 404, 153, agent)


def _hostile(lines: Lines, dice: Dice, addresses: list[str]) -> None:
    for number, agent in enumerate(HOSTILE):
        when = at("2026-03-31T13:07:11Z") + number * 37 * MINUTE
        lines.add(when, dice.pick(addresses), f"GET {_METADATA}", 200, 5_489, agent)
    bidi = "GET /@corp/cli/-/\u202egzt.88.1.2-ilc"
    lines.add(at("2026-03-31T15:30:00Z"), dice.pick(addresses), bidi, 404, 153, "curl/8.5.0")
