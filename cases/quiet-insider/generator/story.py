"""What happened, when, and who was there: the facts that all parts of the evidence agree on."""

from typing import Final

from _shared.clock import DAY, HOUR, at
from _shared.cloudtrail import ACCOUNT, Record
from _shared.dice import Dice

TRAIL_FROM: Final = "2026-08-31T00:00:00Z"
TRAIL_TO: Final = "2026-11-09T00:00:00Z"
RAISED: Final = at("2026-10-26T00:00:00Z")  # the last two of ten weeks
STOPPED: Final = at("2026-11-04T23:10:20Z")
STARTED: Final = at("2026-11-05T00:09:47Z")
WORK_BEGINS: Final = 7 * HOUR  # UTC
NIGHT: Final = 21 * HOUR

BUCKET: Final = "corp-training"
NETWORK: Final = "192.0.2"


class Colleague:
    """Somebody with valid access: name, address at home or in the office, program, and reads on a usual day."""

    def __init__(self, name: str, host: int, agent: str, usual: int) -> None:
        self.name, self.address, self.agent, self.usual = name, f"{NETWORK}.{host}", agent, usual
        self.session = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Research_a1b2c3/{name}@corp.example"

    def identity(self, when: int) -> Record:
        """The session of this person at a time; its key is of the day."""
        key = "ASIA" + Dice(when // DAY * 100 + len(self.name)).letters(16)
        return {
            "type": "AssumedRole", "principalId": f"AROAEXAMPLERESEARCH1:{self.name}@corp.example",
            "arn": self.session, "accountId": ACCOUNT, "accessKeyId": key,
        }  # fmt: skip


INSIDER: Final = Colleague(
    "ruben.vos", 37, "aws-cli/2.17.30 md/awscrt#0.21.2 ua/2.0 os/macos#24.1.0 lang/python#3.11.9", 4
)
COLLEAGUES: Final = (
    INSIDER,
    Colleague("mara.lindt", 12, "aws-cli/2.17.30 md/awscrt#0.21.2 ua/2.0 os/linux#6.8.0 lang/python#3.11.9", 5),
    Colleague("jon.abara", 14, "Boto3/1.35.20 md/Botocore#1.35.20 ua/2.0 os/linux#6.8.0 lang/python#3.12.6", 7),
    Colleague("ines.kraft", 19, "aws-cli/2.18.1 md/awscrt#0.22.0 ua/2.0 os/macos#23.6.0 lang/python#3.12.6", 3),
)
