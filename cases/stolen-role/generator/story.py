"""What happened, when, and who was there: the facts that all parts of the evidence agree on."""

from dataclasses import dataclass
from typing import Final

from _shared.clock import DAY, HOUR, SECOND, at
from _shared.cloudtrail import ACCOUNT, Record
from _shared.dice import Dice

LOGS_FROM: Final = at("2026-10-05T00:00:00Z")
LOGS_TO: Final = at("2026-10-08T00:00:00Z")
FIRST_REQUEST: Final = at("2026-10-07T01:31:08Z")
CREDENTIALS_GIVEN: Final = at("2026-10-07T01:33:47Z")
FIRST_USE: Final = at("2026-10-07T01:58:20Z")
FIRST_SHARD: Final = at("2026-10-07T02:01:12Z")
REVOKED: Final = at("2026-10-07T08:40:15Z")
ROTATES: Final = 6 * HOUR

ROLE: Final = "corp-web"
INSTANCE: Final = "i-0a17c2e5b9d30f486"
SERVER: Final = "192.0.2.140"
BUCKET: Final = "corp-models"
MODEL: Final = "releases/atlas-2"
PROBER: Final = "198.51.100.61"
FOREIGN: Final = "203.0.113.88"
FOREIGN_AGENT: Final = "aws-cli/2.15.10 Python/3.11.6 Linux/6.5.0 source/x86_64.kali.2023"
USUAL_AGENT: Final = "aws-sdk-nodejs/2.1692.0 linux/v20.18.0"
SHARDS: Final = 12
SHARD_BYTES: Final = 4_976_698_672
LAST_SHARD_BYTES: Final = 1_168_138_808
INDEX_BYTES: Final = 23_950
SESSION: Final = f"arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE}/{INSTANCE}"


@dataclass(frozen=True, slots=True)
class Read:
    """A GetObject that CloudTrail and the bucket's access log both see. `span` is the range asked for, None for all."""

    when: int
    key: str
    size: int
    sent: int
    span: str | None
    address: str
    agent: str
    request: str

    @property
    def status(self) -> int:
        """206 for a part, else 200."""
        return 200 if self.span is None else 206


def key_id(when: int) -> str:
    """The id of the temporary access key that the instance has at this time."""
    return "ASIA" + Dice((when - LOGS_FROM) // ROTATES + 8801).letters(16)


def session(when: int) -> Record:
    """The identity of the role's session on the instance."""
    principal = f"AROAEXAMPLECORPWEB01:{INSTANCE}"
    issuer = {"type": "Role", "principalId": "AROAEXAMPLECORPWEB01", "arn": f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"}
    context = {"sessionIssuer": issuer | {"accountId": ACCOUNT, "userName": ROLE}, "ec2RoleDelivery": "1.0"}
    return {
        "type": "AssumedRole", "principalId": principal, "arn": SESSION, "accountId": ACCOUNT,
        "accessKeyId": key_id(when), "sessionContext": context,
    }  # fmt: skip


def shard(number: int) -> tuple[str, int]:
    """Key and size of a shard, from 1 on."""
    name = f"{MODEL}/model-{number:05d}-of-{SHARDS:05d}.safetensors"
    return name, LAST_SHARD_BYTES if number == SHARDS else SHARD_BYTES


def all_reads() -> list[Read]:
    """What the role reads of the bucket: its settings now and then, and in one night the model."""
    dice = Dice(8101)

    def read(when: int, key: str, size: int, sent: int, span: str | None = None, *, foreign: bool = False) -> Read:
        address, agent = (FOREIGN, FOREIGN_AGENT) if foreign else (SERVER, USUAL_AGENT)
        request = dice.letters(16, "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        return Read(when, key, size, sent, span, address, agent, request)

    found = []
    for hour in range((LOGS_TO - LOGS_FROM) // HOUR):
        for _ in range(dice.between(1, 3)):
            when = LOGS_FROM + hour * HOUR + dice.below(3600) * SECOND
            if when < REVOKED or when > REVOKED + 900 * SECOND:
                number = dice.between(1, 9)
                found.append(read(when, f"preview/settings-{number}.json", 2_048 + number, 2_048 + number))
    when = FIRST_SHARD
    found.append(read(when, f"{MODEL}/model.safetensors.index.json", INDEX_BYTES, INDEX_BYTES, foreign=True))
    for number in range(1, SHARDS + 1):
        key, size = shard(number)
        when += dice.between(20, 33) * SECOND
        if number in {3, 7}:  # breaks off, and is continued
            part = dice.between(10**9, 4 * 10**9)
            found.append(read(when, key, size, part, foreign=True))
            when += dice.between(20, 30) * SECOND
            found.append(read(when, key, size, size - part, f"bytes={part}-", foreign=True))
        elif number == 10:  # breaks off, and is read again from its beginning
            found.append(read(when, key, size, dice.between(10**8, 10**9), foreign=True))
            when += dice.between(20, 30) * SECOND
            found.append(read(when, key, size, size, foreign=True))
        else:
            found.append(read(when, key, size, size, foreign=True))
    return sorted(found, key=lambda one: (one.when, one.request))


DAYS: Final = (LOGS_TO - LOGS_FROM) // DAY
