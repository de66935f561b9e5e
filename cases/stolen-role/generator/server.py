"""What the web server and its network say: the access log, with a few requests that reach the metadata service; flows."""

from typing import Final

from _shared.clock import DAY, HOUR, MINUTE, SECOND, moment
from _shared.cloudtrail import ACCOUNT
from _shared.dice import Dice
from _shared.packed import gzip_packed

from generator import story
from generator.story import LOGS_FROM, PROBER, SERVER

_AGENTS: Final = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Gecko/20100101 Firefox/136.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36",
)
_SCANNER: Final = "Mozilla/5.0 zgrab/0.x"
_PATHS: Final = (
    "/",
    "/docs",
    "/docs/start",
    "/models",
    "/models/atlas",
    "/assets/app.js",
    "/assets/app.css",
    "/pricing",
)
_GUESSES: Final = ("/.env", "/wp-login.php", "/.git/config", "/admin", "/server-status")
_METADATA: Final = "/preview?url=http://169.254.169.254/latest/meta-data/"
_FLOW_FIELDS: Final = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes "
    "start end action log-status\n"
)
_LINES_AN_HOUR: Final = 190
_FLOWS_AN_HOUR: Final = 110
Line = tuple[int, str]


def _line(when: int, address: str, target: str, status: int, sent: int, agent: str) -> Line:
    stamp = f"{moment(when):%d/%b/%Y:%H:%M:%S} +0000"
    return when, f'{address} - - [{stamp}] "GET {target} HTTP/1.1" {status} {sent} "-" "{agent}"\n'


def _address(dice: Dice) -> str:
    return f"{dice.pick(('198.51.100', '203.0.113'))}.{dice.between(100, 250)}"


def make_access_log() -> tuple[dict[str, bytes], list[int]]:
    """Give the access log by path, a file a day, and the times of the requests that reached the metadata service."""
    dice, lines = Dice(8401), []  # type: tuple[Dice, list[Line]]
    for hour in range(story.DAYS * 24):
        for _ in range(dice.between(_LINES_AN_HOUR - 20, _LINES_AN_HOUR + 20)):
            when, chance = LOGS_FROM + hour * HOUR + dice.below(3600) * SECOND, dice.below(100)
            if chance < 3:
                lines.append(_line(when, _address(dice), dice.pick(_GUESSES), 404, 153, _SCANNER))
            elif chance < 8:
                target = f"/preview?url=https://img.example.com/{dice.below(400)}.png"
                lines.append(_line(when, _address(dice), target, 200, dice.between(4_000, 40_000), dice.pick(_AGENTS)))
            else:
                sent = dice.between(900, 60_000)
                lines.append(_line(when, _address(dice), dice.pick(_PATHS), 200, sent, dice.pick(_AGENTS)))
    asked = (
        ("/preview?url=http://127.0.0.1/", 502, 0), ("/preview?url=http://127.0.0.1:8080/", 502, 12),
        (_METADATA, 200, 31), (_METADATA + "iam/security-credentials/", 200, 70),
        (_METADATA + "iam/security-credentials/" + story.ROLE, 200, 159),
    )  # fmt: skip
    reached = []
    for target, status, seconds in asked:
        when = story.FIRST_REQUEST + seconds * SECOND
        lines.append(_line(when, PROBER, target, status, 157 if status == 502 else 1_270, "curl/8.5.0"))
        if status == 200:
            reached.append(when)
    days: list[list[Line]] = [[] for _ in range(story.DAYS)]
    for line in sorted(lines):
        days[(line[0] - LOGS_FROM) // DAY].append(line)
    files = {
        f"web/access.log-{moment(LOGS_FROM + day * DAY):%Y%m%d}.gz": "".join(text for _, text in found).encode()
        for day, found in enumerate(days)
    }
    return {name: gzip_packed(content) for name, content in files.items()}, reached


def make_flows() -> dict[str, bytes]:
    """Give the flow log of the server's interface, a file a day."""
    dice, files = Dice(8501), {}
    for day in range(story.DAYS):
        lines = [_FLOW_FIELDS]
        for hour in range(24):
            begin = LOGS_FROM + day * DAY + hour * HOUR
            for place in range(_FLOWS_AN_HOUR):
                start = (begin + place * HOUR // _FLOWS_AN_HOUR) // SECOND
                packets = dice.between(6, 90)
                source, target, port = SERVER, _address(dice), f"443 {dice.between(32_768, 60_999)}"
                if dice.chance(0.5):
                    source, target, port = target, source, " ".join(reversed(port.split()))
                done = "ACCEPT" if dice.chance(0.97) else "REJECT"
                sizes = f"6 {packets} {packets * dice.between(60, 1400)}"
                lines.append(
                    f"2 {ACCOUNT} eni-0e25a1 {source} {target} {port} {sizes} {start} {start + 59} {done} OK\n"
                )
        if LOGS_FROM + day * DAY <= story.FIRST_REQUEST < LOGS_FROM + (day + 1) * DAY:
            start = (story.FIRST_REQUEST // MINUTE * MINUTE) // SECOND
            lines.append(
                f"2 {ACCOUNT} eni-0e25a1 {SERVER} {PROBER} 443 51544 6 44 19310 {start} {start + 179} ACCEPT OK\n"
            )
        name = f"vpc-flow/{moment(LOGS_FROM + day * DAY):%Y%m%d}_eni-0e25a1.log.gz"
        files[name] = gzip_packed("".join(lines).encode())
    return files
