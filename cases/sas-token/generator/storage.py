"""Storage Analytics logs of the account: one file a day, and only 90 days of them."""

from dataclasses import dataclass, field
from typing import Final

from _shared.clock import DAY, HOUR, MINUTE, SECOND, moment
from _shared.dice import Dice

from generator.story import (
    ACCOUNT,
    CONTAINER,
    CURIOUS,
    HOST,
    LAST_EXPIRY,
    LOGS_FROM,
    LOGS_TO,
    PIPELINE_EXPIRY,
    READER,
    REVOKED,
)

_TOOLS: Final = (
    "azsdk-python-storage-blob/12.16.0",
    "AzCopy/10.18.1",
    "Wget/1.21.3",
    "curl/7.88.1",
    "python-requests/2.31.0",
)
_SETS: Final = tuple((f"{CONTAINER}/set-{number:02d}.tar", 180_000_000 + number * 7_919) for number in range(12))
_BACKUPS: Final = tuple(
    f"{CONTAINER}/backups/{name}" for name in ("laptop-2019.zip", "mail-2018.pst", "notes.tar", "team-2020.zip")
)
_JOB: Final = "192.0.2.70"


@dataclass(slots=True)
class Reads:
    """What the answers say of requests with the renewed signature that were answered."""

    requests: int = 0
    sent: int = 0
    addresses: set[str] = field(default_factory=set)
    times: list[int] = field(default_factory=list)
    blobs: dict[str, int] = field(default_factory=dict)  # path -> times read


class Log:
    """Collects lines."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, int, str]] = []
        self.dice = Dice(4201)

    def add(
        self, when: int, operation: str, path: str, address: str, agent: str, *, by: str, expiry: str = "", query: str = "",
        status: int = 200, sent: int = 0,
    ) -> None:  # fmt: skip
        """Add one request; `by` is sas, authenticated or anonymous."""
        said = {"sas": "SAS", "anonymous": "Anonymous", "authenticated": ""}[by]
        said += "Success" if status < 400 else "AuthorizationError" if status == 403 else "ClientOtherError"
        shared = f"?sv=2020-08-04&se={expiry}&sr=c&sp=racwdl&sig=XXXXX" if expiry else ""
        if query:
            shared = f"{shared}&{query}" if shared else f"?{query}"
        url = f"{HOST}/{path}{shared}".replace("&", "&amp;")
        stamp = f"{moment(when):%Y-%m-%dT%H:%M:%S}.{when % SECOND:06d}0Z"
        who = ACCOUNT if by == "authenticated" else ""
        line = (
            f"1.0;{stamp};{operation};{said};{status};{self.dice.between(6, 90)};{self.dice.between(4, 60)};{by};{who};"
            f'{ACCOUNT};blob;"{url}";"/{ACCOUNT}/{path}";{self.dice.uuid()};0;{address}:{self.dice.between(40000, 60000)};'
            f'2020-08-04;{self.dice.between(280, 480)};0;{self.dice.between(280, 420)};{sent};0;"";"";"";;;"{agent}";"";""'
        )
        self.lines.append((when, len(self.lines), line))

    def files(self) -> dict[str, bytes]:
        """Give one file a day by path."""
        by_day: dict[str, list[str]] = {}
        for when, _, line in sorted(self.lines):
            by_day.setdefault(f"storage/$logs/blob/{moment(when):%Y/%m/%d}/0000/000000.log", []).append(line)
        return {path: "".join(f"{line}\n" for line in lines).encode() for path, lines in by_day.items()}


def make_logs() -> tuple[dict[str, bytes], Reads]:
    """Give the files by path, and what there is to know of requests with the renewed signature."""
    log, reads, dice = Log(), Reads(), Dice(4202)
    people = [f"{net}.{host}" for net in ("198.51.100", "203.0.113") for host in range(10, 120, 5)]

    def shared(when: int, operation: str, path: str, address: str, agent: str, sent: int, query: str = "") -> None:
        log.add(when, operation, path, address, agent, by="sas", expiry=LAST_EXPIRY, query=query, sent=sent)
        reads.requests += 1
        reads.sent += sent
        reads.addresses.add(address)
        reads.times.append(when)
        if operation == "GetBlob":
            reads.blobs[path] = reads.blobs.get(path, 0) + 1

    for day in range((LOGS_TO - LOGS_FROM) // DAY):
        midnight = LOGS_FROM + day * DAY
        for hour in (1, 9, 17):
            when = midnight + hour * HOUR + dice.below(1800) * SECOND
            log.add(
                when,
                "PutBlob",
                f"{CONTAINER}/runs/{day:03d}-{hour:02d}.json",
                _JOB,
                _TOOLS[0],
                by="authenticated",
            )
            log.add(
                when + MINUTE,
                "GetBlob",
                "pipeline/settings.json",
                _JOB,
                _TOOLS[0],
                by="sas",
                expiry=PIPELINE_EXPIRY,
                sent=812,
            )
        if dice.chance(0.4):
            log.add(
                midnight + dice.below(86_400) * SECOND,
                "GetBlob",
                ".env",
                "203.0.113.250",
                "zgrab/0.x",
                by="anonymous",
                status=404,
            )
        for _ in range(dice.below(4)):
            when = midnight + dice.below(86_400) * SECOND + dice.below(SECOND)
            path, size = dice.pick(_SETS)
            address, agent = dice.pick(people), dice.pick(_TOOLS)
            if when < REVOKED:
                shared(when, "GetBlob", path, address, agent, size)
            else:
                log.add(when, "GetBlob", path, address, agent, by="sas", expiry=LAST_EXPIRY, status=403, sent=412)
    shared(CURIOUS, "ListBlobs", CONTAINER, READER, _TOOLS[3], 18_204, "restype=container&comp=list")
    for number, path in enumerate(_BACKUPS):
        shared(CURIOUS + (2 + 3 * number) * MINUTE, "GetBlob", path, READER, _TOOLS[3], 40_000_000 + number * 1_000_003)
    for number in range(3):
        when = REVOKED + (7 + 31 * number) * MINUTE
        log.add(
            when,
            "GetBlob",
            _SETS[number][0],
            people[number],
            _TOOLS[2],
            by="sas",
            expiry=LAST_EXPIRY,
            status=403,
            sent=412,
        )
    return log.files(), reads
