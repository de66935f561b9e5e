"""One line of the registry's access log, in the combined format, and the software that asks."""

from dataclasses import dataclass
from typing import Final

from _shared.clock import moment

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
INSTALLERS: Final = (
    "npm/10.9.0 node/v22.3.0 linux x64 workspaces/false",
    "npm/10.9.0 node/v22.3.0 linux x64 workspaces/false ci/github-actions",
    "npm/10.8.2 node/v20.18.1 darwin arm64 workspaces/false",
    "npm/11.2.0 node/v23.9.0 win32 x64 workspaces/false",
    "pnpm/9.15.4 npm/? node/v22.3.0 linux x64",
    "yarn/1.22.22 npm/? node/v20.18.1 linux x64",
    "bun/1.2.5",
)
FETCHERS: Final = (
    "curl/8.5.0", "curl/8.7.1", "Wget/1.21.4", "python-requests/2.32.3", "aria2/1.37.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:136.0) Gecko/20100101 Firefox/136.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3",
)  # fmt: skip
# Harmless here, and meant to be: what a log may hold that a terminal, a browser or a spreadsheet would obey.
HOSTILE: Final = (
    "=HYPERLINK(\\x22https://example.com/\\x22,\\x22open the report\\x22)",
    "<script>alert(1)</script> [bold red]all clear[/] ![x](https://example.com/x.png) | **no leak**",
    "curl/8.5.0 \x1b]0;nothing to see\x07\x1b[2J\x1b[31mroot@forge\x1b[0m",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One request: `when_us` at its end, `order` keeps lines of one second apart; `sent` None is written `-`."""

    when_us: int
    order: int
    address: str
    user: str | None
    request: str
    status: int
    sent: int | None
    agent: str

    def text(self) -> str:
        """Write it as the server did."""
        when = moment(self.when_us)
        stamp = f"{when.day:02d}/{_MONTHS[when.month - 1]}/{when.year}:{when:%H:%M:%S} +0000"
        who = f"{self.address} - {self.user or '-'}"
        sent = "-" if self.sent is None else self.sent
        return f'{who} [{stamp}] "{self.request} HTTP/1.1" {self.status} {sent} "-" "{self.agent}"'


class Lines:
    """Collects lines."""

    def __init__(self) -> None:
        self.found: list[Line] = []

    def add(
        self,
        when_us: int,
        address: str,
        request: str,
        status: int,
        sent: int | None,
        agent: str,
        user: str | None = None,
    ) -> None:
        """Add a line; `request` is the request line without its protocol."""
        self.found.append(Line(when_us, len(self.found), address, user, request, status, sent, agent))
