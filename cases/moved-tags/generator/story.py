"""What happened, when, and who was there: the facts that all parts of the evidence agree on."""

from typing import Final

from _shared.clock import DAY, HOUR, SECOND, at
from _shared.history import Author

LOGS_FROM: Final = at("2026-07-08T00:00:00Z")
MOVED: Final = at("2026-07-14T09:04:10Z")
MIRRORED: Final = at("2026-07-14T09:15:02Z")
RESTORED: Final = at("2026-07-14T17:40:21Z")
MIRRORED_AGAIN: Final = at("2026-07-14T17:45:03Z")
LOGS_TO: Final = at("2026-07-15T12:00:00Z")
STEP: Final = 2 * SECOND  # between one tag and the next
# The job log writes wall-clock time of Los Angeles, which is 7 hours behind UTC in July, and calls it PST.
WALL_CLOCK: Final = -7 * HOUR
FORGED: Final = MOVED - 14 * DAY

REPOSITORY: Final = "corp/setup-cache"
RELEASES: Final = (
    ("v1.0.0", "2025-11-04T10:12:00Z"), ("v1.1.0", "2026-01-20T09:31:00Z"), ("v1.2.0", "2026-03-17T14:02:00Z"),
    ("v1.3.0", "2026-05-26T11:40:00Z"), ("v1.4.0", "2026-07-09T10:05:00Z"),
)  # fmt: skip
ROLLING: Final = "v1"
TAGS: Final = (*(tag for tag, _ in RELEASES), ROLLING)
BOT_ADDRESS: Final = "192.0.2.70"
FOREIGN: Final = "203.0.113.45"

PRIYA: Final = Author("Priya Nair", "priya@corp.example", 2)
LENA: Final = Author("Lena Costa", "lena@corp.example", 1)
BOT: Final = Author("corp-relbot", "relbot@corp.example", 0)
MIRROR: Final = Author("mirror", "mirror@corp.example", 0)
BOT_LOGIN: Final = "corp-relbot"
LOGINS: Final = {PRIYA: "priya-nair", LENA: "lenac", BOT: BOT_LOGIN}
ADDRESSES: Final = {"priya-nair": "192.0.2.5", "lenac": "192.0.2.35", BOT_LOGIN: BOT_ADDRESS}
