"""Seeded CloudTrail files: large ones as an organisation's export has them, and thousands of tiny ones as delivered."""

import gzip
import random
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.benchmarks.make_access import BEGIN
from tests.benchmarks.trail_shapes import ACCOUNT, AGENTS, BUCKETS, REGIONS, templates

RECORDS_A_FILE: Final = 15_000
MOST_IN_TINY: Final = 5


class Trail:
    """An endless trail of records, four a second, each with an id of its own."""

    def __init__(self, seed: int = 3) -> None:
        self._dice = random.Random(seed)
        self._templates = templates()
        self._number = 0

    def record(self) -> str:
        """The next record, as JSON."""
        dice, self._number = self._dice, self._number + 1
        second = self._number // 4
        bits = f"{dice.getrandbits(128):032x}"
        template = dice.choice(self._templates)
        session = int(dice.random() * 3_000)
        values = {
            "number": self._number,
            "day": (BEGIN + timedelta(days=second // 86_400)).strftime("%Y-%m-%d"),
            "time": f"{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}",
            "uid": f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-8{bits[17:20]}-{bits[20:]}",
            "request": bits[16:].upper(),
            "person": int(dice.random() ** 2 * 60),
            "role": int(dice.random() ** 2 * 40),
            "session": session,
            "credential": session,
            "bucket": dice.choice(BUCKETS),
            "region": REGIONS[int(dice.random() ** 2 * len(REGIONS))],
            "address": f"203.0.113.{int(dice.random() ** 2 * 250)}",
            "agent": dice.choice(AGENTS),
            "size": int(dice.random() ** 3 * 50_000_000),
        }
        return template % self._acting(template, values)

    def _acting(self, template: str, values: dict[str, object]) -> dict[str, object]:
        """The record's values with who acts from where: here anybody, from anywhere."""
        return values

    def file(self, records: int) -> bytes:
        """The next records, as one delivered file."""
        return f'{{"Records":[{",".join(self.record() for _ in range(records))}]}}'.encode()


class SettledTrail(Trail):
    """A trail of people and machines as an organisation has them: everybody works from a few addresses with a few agents.

    A role is assumed on a host of its own, which acts with the latest credential that this gave it.
    """

    def __init__(self, seed: int = 3) -> None:
        super().__init__(seed)
        self._latest: dict[tuple[int, int], int] = {}

    def _acting(self, template: str, values: dict[str, object]) -> dict[str, object]:
        role, number, person = int(str(values["role"])), int(str(values["number"])), int(str(values["person"]))
        host = role, number % 5
        if '"AWSService"' in template:
            self._latest[host] = number
        own = person * 2 + number % 2 if '"IAMUser"' in template else 120 + role * 5 + host[1]
        return values | {
            "session": role * 5 + host[1],
            "credential": self._latest.get(host, 0),
            "address": f"203.0.113.{own}" if own < 256 else f"198.51.100.{own - 256}",
            "agent": AGENTS[own % len(AGENTS)],
        }


def write_settled_files(folder: Path, files: int) -> None:
    """Write that many large files of a settled trail."""
    write_large_files(folder, files, trail=SettledTrail())


def write_large_files(
    folder: Path, files: int, *, records: int = RECORDS_A_FILE, trail: Trail | None = None
) -> None:
    """Write that many files of `records` records each, uncompressed, into a new folder."""
    trail = trail or Trail()
    folder.mkdir(parents=True)
    for number in range(files):
        (folder / f"{ACCOUNT}_CloudTrail_export_{number:03d}.json").write_bytes(trail.file(records))


def write_tiny_files(folder: Path, files: int) -> None:
    """Write that many gzip files of one to five records, in the folders and under the names of a delivery."""
    trail, dice = Trail(seed=4), random.Random(5)
    for number in range(files):
        when = BEGIN + timedelta(minutes=5 * (number // 4))
        region = REGIONS[number % len(REGIONS)]
        place = folder / "AWSLogs" / ACCOUNT / "CloudTrail" / region / f"{when:%Y/%m/%d}"
        place.mkdir(parents=True, exist_ok=True)
        name = f"{ACCOUNT}_CloudTrail_{region}_{when:%Y%m%dT%H%M}Z_{dice.getrandbits(64):016x}.json.gz"
        (place / name).write_bytes(gzip.compress(trail.file(dice.randrange(1, MOST_IN_TINY + 1)), 6, mtime=0))
