"""What happened, when, and who was there: the facts that all parts of the evidence agree on."""

from dataclasses import dataclass
from typing import Final

from _shared.clock import at

# The build and what came of it.
AUTHORED: Final = at("2026-03-30T21:02:15Z")
FIRST_APPROVAL: Final = at("2026-03-30T21:40:11Z")
SECOND_APPROVAL: Final = at("2026-03-30T22:12:45Z")
COMMITTED: Final = at("2026-03-30T22:31:07Z")
MERGED: Final = at("2026-03-30T22:32:03Z")
RELEASE_COMMIT: Final = at("2026-03-30T22:32:21Z")
TAGGED: Final = at("2026-03-30T22:32:24Z")
WORKFLOW_STARTED: Final = at("2026-03-30T22:32:38Z")
WORKFLOW_COMPLETED: Final = at("2026-03-30T22:34:50Z")
PUBLISHED: Final = at("2026-03-30T22:36:48.424Z")
FIRST_ANONYMOUS_READ: Final = at("2026-03-30T23:17:59Z")
POST: Final = at("2026-03-31T04:05:00Z")
FIRST_SNAPSHOT: Final = at("2026-03-31T06:00:00Z")
BUCKET_CLOSED: Final = at("2026-03-31T09:12:26Z")
DATA_EVENTS_ON: Final = at("2026-03-31T09:40:03Z")
FIX_COMMITTED: Final = at("2026-03-31T22:58:10Z")
FIX_RELEASE_COMMIT: Final = at("2026-03-31T23:35:12Z")
FIX_TAGGED: Final = at("2026-03-31T23:35:15Z")
FIX_WORKFLOW_STARTED: Final = at("2026-03-31T23:35:31Z")
FIX_WORKFLOW_COMPLETED: Final = at("2026-03-31T23:38:04Z")
FIX_PUBLISHED: Final = at("2026-03-31T23:40:02.117Z")
LAST_READ: Final = at("2026-04-01T00:51:33Z")
SECOND_SNAPSHOT: Final = at("2026-04-01T04:10:00Z")
FIRST_MISSING: Final = at("2026-04-01T04:32:09Z")
LOG_BEGINS: Final = at("2026-03-24T00:00:00Z")
LOG_ROTATED: Final = at("2026-03-30T00:00:00Z")
LOG_ENDS: Final = at("2026-04-02T08:00:00Z")
TRAIL_STOPPED: Final = at("2026-03-29T02:10:41Z")
TRAIL_STARTED: Final = at("2026-03-29T03:05:17Z")
GIT_EVENTS_KEPT_FROM: Final = at("2026-03-26T00:00:00Z")

PACKAGE: Final = "@corp/cli"
TARBALL_BYTES: Final = 62_705_664
ACCOUNT: Final = "111122223333"
REGION: Final = "us-east-1"
BUCKET: Final = "corp-builds"
CI_ADDRESSES: Final = tuple(f"192.0.2.{number}" for number in range(65, 79))
FIRST_READER: Final = "198.51.100.23"
SECOND_READER: Final = "203.0.113.77"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works at corp: Git identity, forge login, address at work and zone in hours from UTC."""

    name: str
    email: str
    login: str
    address: str
    winter: int
    summer: int
    summer_begins: int

    def zone_hours(self, us: int) -> int:
        """Give the hours from UTC that this person's clock shows at a time."""
        return self.summer if us >= self.summer_begins else self.winter


_EUROPE: Final = at("2026-03-29T01:00:00Z")
_PACIFIC: Final = at("2026-03-08T10:00:00Z")
DANA: Final = Person("Dana Reyes", "dana@corp.example", "dana-reyes", "192.0.2.33", -8, -7, _PACIFIC)
PRIYA: Final = Person("Priya Nair", "priya@corp.example", "priya-nair", "192.0.2.5", 1, 2, _EUROPE)
TOM: Final = Person("Tom Weber", "tom@corp.example", "tweber", "192.0.2.7", 1, 2, _EUROPE)
LENA: Final = Person("Lena Costa", "lena@corp.example", "lenac", "192.0.2.35", 0, 1, _EUROPE)
BOT: Final = Person("corp-bot", "bot@corp.example", "corp-bot[bot]", "192.0.2.70", 0, 0, _EUROPE)
PEOPLE: Final = (DANA, PRIYA, TOM, LENA)
