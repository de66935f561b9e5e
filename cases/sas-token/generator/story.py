"""What happened, when, and who was there: the facts that all parts of the evidence agree on."""

from typing import Final

from _shared.clock import at
from _shared.dice import Dice
from _shared.history import Author

COMMITTED: Final = at("2020-07-20T11:02:45Z")
RENEWED: Final = at("2021-10-06T07:14:02Z")
LOGS_FROM: Final = at("2023-03-28T00:00:00Z")
CURIOUS: Final = at("2023-06-18T21:40:12Z")
REVOKED: Final = at("2023-06-24T11:48:30Z")
REMOVED: Final = at("2023-06-24T12:05:19Z")
LOGS_TO: Final = at("2023-06-26T00:00:00Z")
FIRST_EXPIRY: Final = "2021-10-06T00%3A00%3A00Z"
LAST_EXPIRY: Final = "2051-10-06T07%3A09%3A59Z"
PIPELINE_EXPIRY: Final = "2023-12-31T00%3A00%3A00Z"

ACCOUNT: Final = "corpmodels"
CONTAINER: Final = "models"
HOST: Final = f"https://{ACCOUNT}.blob.core.windows.net"
REPOSITORY: Final = "vision-models"
SUBSCRIPTION: Final = "11112222-0000-4000-8000-000000000000"
READER: Final = "198.51.100.140"
READ_BLOB: Final = f"{HOST}/{CONTAINER}/backups/laptop-2019.zip"
UNREAD_BLOB: Final = f"{HOST}/{CONTAINER}/backups/keys-2019.zip"

MARA: Final = Author("Mara Lindt", "mara@corp.example", 2)
JON: Final = Author("Jon Abara", "jon@corp.example", 1)
PRIYA: Final = Author("Priya Nair", "priya@corp.example", 2)


def signature(number: int) -> str:
    """An invented signature of a SAS, as it stands in a URL."""
    return Dice(4000 + number).letters(43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") + "%3D"


FIRST_SIGNATURE: Final = signature(1)
LAST_SIGNATURE: Final = signature(2)


def shared_url(expiry: str, signed: str) -> str:
    """The whole URL of the container, as somebody pasted it."""
    version = "2019-12-12" if expiry == FIRST_EXPIRY else "2020-08-04"
    return f"{HOST}/{CONTAINER}?sv={version}&se={expiry}&sr=c&sp=racwdl&sig={signed}"
