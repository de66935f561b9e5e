"""A trail of CloudTrail: records, and the files in which they are delivered, gzipped."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from _shared.clock import MINUTE, at, iso, moment
from _shared.dice import Dice
from _shared.stored import gzip_stored

ACCOUNT = "111122223333"
CLI = "aws-cli/2.25.6 md/awscrt#0.23.8 ua/2.1 os/linux#6.8 md/arch#x86_64 lang/python#3.12.9"
Record = dict[str, object]


def user(name: str, key_id: str) -> Record:
    """The identity of an IAM user with an access key."""
    return {
        "type": "IAMUser", "principalId": f"AIDAEXAMPLE{name[:4].upper()}", "accountId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "accessKeyId": key_id, "userName": name,
    }  # fmt: skip


@dataclass(slots=True)
class Trail:
    """Collects records with their times (microseconds UTC)."""

    seed: int
    region: str = "us-east-1"
    records: list[tuple[int, Record]] = field(default_factory=list)
    _dice: Dice = field(init=False)

    def __post_init__(self) -> None:
        self._dice = Dice(self.seed)

    def add(self, when: int, call: str, identity: Record, address: str, agent: str = CLI, **rest: object) -> None:
        """Add one management event, `call` as in `iam:CreateAccessKey`; `rest` are further members, or others for them."""
        service, _, name = call.partition(":")
        record: Record = {
            "eventVersion": "1.11", "userIdentity": identity, "eventTime": iso(when),
            "eventSource": f"{service}.amazonaws.com", "eventName": name, "awsRegion": self.region,
            "sourceIPAddress": address, "userAgent": agent, "requestParameters": None, "responseElements": None,
            "requestID": self._dice.uuid(), "eventID": self._dice.uuid(), "eventType": "AwsApiCall",
            "readOnly": name.startswith(("Get", "List", "Describe")), "managementEvent": True,
            "recipientAccountId": ACCOUNT, "eventCategory": "Management",
        }  # fmt: skip
        self.records.append((when, record | rest))

    def deliver(
        self, begin: str, end: str, slot: int, pack: Callable[[bytes], bytes] = gzip_stored
    ) -> dict[str, bytes]:
        """Give the delivered files by path: one for each `slot` (microseconds) from `begin` to `end` that has records.

        `pack` makes a gzip file of their content.
        """
        files: dict[str, bytes] = {}
        for start in range(at(begin), at(end), slot):
            inside = [pair for pair in self.records if start <= pair[0] < start + slot]
            records = [record for _, record in sorted(inside, key=lambda pair: (pair[0], str(pair[1]["eventID"])))]
            if records:
                delivered = moment(start + slot + 5 * MINUTE)
                letters = Dice(start // slot + self.seed).letters(16)
                name = f"{ACCOUNT}_CloudTrail_{self.region}_{delivered:%Y%m%dT%H%MZ}_{letters}.json.gz"
                folder = f"AWSLogs/{ACCOUNT}/CloudTrail/{self.region}/{delivered:%Y/%m/%d}"
                files[f"{folder}/{name}"] = pack(json.dumps({"Records": records}, separators=(",", ":")).encode())
        return files
