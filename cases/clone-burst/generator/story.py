"""What happened, when, and who was there: the facts that all parts of the evidence agree on."""

from typing import Final

from _shared.clock import at
from _shared.dice import Dice
from _shared.github import token_hash

AUDIT_FROM: Final = at("2026-08-17T00:00:00Z")
GIT_FROM: Final = at("2026-09-10T08:20:00Z")  # seven days before the export
BURST_FROM: Final = at("2026-09-16T14:00:41.310Z")
BURST_TO: Final = at("2026-09-16T14:39:52.884Z")
TOKEN_REVOKED: Final = at("2026-09-17T07:12:05.020Z")
EXPORTED: Final = at("2026-09-17T08:20:00Z")

ORG: Final = "corp"
OWNER: Final = "noor-haddad"
OWNER_ADDRESS: Final = "192.0.2.34"
OWNER_AGENT: Final = "git/2.47.1"
FOREIGN: Final = "203.0.113.140"
FOREIGN_AGENT: Final = "git/2.34.1"
TOKEN: Final = token_hash("noor-haddad, nightly mirror")
LOGINS: Final = {
    "priya-nair": "192.0.2.5", "tweber": "192.0.2.7", "lenac": "192.0.2.35", "dana-reyes": "192.0.2.33",
    OWNER: OWNER_ADDRESS,
}  # fmt: skip
BOT: Final = "corp-ci[bot]"
BOT_ADDRESSES: Final = tuple(f"192.0.2.{number}" for number in range(65, 73))
MIRRORED: Final = ("corp/cli", "corp/docs", "corp/design")
_FIRST: Final = ("api", "auth", "billing", "data", "edge", "infra", "model", "search", "train", "web")
_SECOND: Final = ("client", "jobs", "server", "tools")


def repositories() -> list[str]:
    """Every repository of the organisation, in the order in which the API lists them."""
    made = [f"corp/{first}-{second}" for first in _FIRST for second in _SECOND]
    kept = Dice(7101).shuffled(made)[:38]
    return sorted([*kept, *MIRRORED, "corp/handbook", "corp/setup-cache"])
