"""CloudTrail of ten weeks, with data events of the bucket: four people's reads, and an hour in which nothing is logged."""

from typing import Final

from _shared.clock import DAY, HOUR, MINUTE, SECOND, at, moment
from _shared.cloudtrail import ACCOUNT, CLI, Record, Trail, user
from _shared.dice import Dice
from _shared.packed import gzip_packed

from generator import story
from generator.story import BUCKET, COLLEAGUES, INSIDER, NIGHT, RAISED, STARTED, STOPPED, Colleague

_ROUTINE: Final = ("ec2:DescribeInstances", "logs:DescribeLogGroups", "iam:ListRoles", "kms:ListAliases")
_TRAIL: Final = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main"
_SETS: Final = ("dialogue", "images", "code", "speech", "reviews")
_HOST: Final = f"{BUCKET}.s3.us-east-1.amazonaws.com"
_NIGHTLY: Final = 11
_DAILY: Final = 9
Read = tuple[int, str, int]
"""(time, object, bytes)."""


def make_trail() -> tuple[dict[str, bytes], list[Read], dict[int, int]]:
    """Give the delivered files by path, what the insider read in the raised weeks, and their reads by week before."""
    trail, dice = Trail(9201), Dice(9202)
    begin, end = at(story.TRAIL_FROM), at(story.TRAIL_TO)
    for hour in range((end - begin) // HOUR):
        when = begin + hour * HOUR + dice.below(3600) * SECOND
        _add(trail, when, dice.pick(_ROUTINE), user("monitoring", "AKIAEXAMPLEMONITOR01"), "192.0.2.100")
    raised: list[Read] = []
    weeks: dict[int, int] = {}
    for day in range((end - begin) // DAY):
        start = begin + day * DAY
        if moment(start).weekday() >= 5:
            continue
        for person in COLLEAGUES:
            for _ in range(dice.between(0, 2 * person.usual)):
                read = _read(trail, start + story.WORK_BEGINS + dice.below(9 * 3600) * SECOND, person, dice)
                if person is INSIDER:
                    weeks[(start - begin) // (7 * DAY)] = weeks.get((start - begin) // (7 * DAY), 0) + 1
                    raised += [read] if start >= RAISED else []
        if start >= RAISED:  # spread out: seldom more than two in ten minutes
            raised += [
                _read(trail, start + story.WORK_BEGINS + (place * 55 + dice.below(30)) * MINUTE, INSIDER, dice)
                for place in range(_DAILY)
            ]
            raised += [
                _read(trail, start + NIGHT + (place * 14 + dice.below(9)) * MINUTE, INSIDER, dice)
                for place in range(_NIGHTLY)
            ]
    who, named = INSIDER.identity(STOPPED), {"requestParameters": {"name": _TRAIL}, "readOnly": False}
    trail.add(STOPPED - 3 * MINUTE, "cloudtrail:DescribeTrails", who, INSIDER.address, INSIDER.agent)
    trail.add(STOPPED, "cloudtrail:StopLogging", who, INSIDER.address, INSIDER.agent, **named)
    trail.add(STARTED, "cloudtrail:StartLogging", INSIDER.identity(STARTED), INSIDER.address, INSIDER.agent, **named)
    logged = sorted(read for read in raised if not STOPPED < read[0] < STARTED)
    before = {week: count for week, count in weeks.items() if week < (RAISED - begin) // (7 * DAY)}
    return trail.deliver(story.TRAIL_FROM, story.TRAIL_TO, 7 * DAY, gzip_packed), logged, before


def _add(trail: Trail, when: int, call: str, identity: Record, address: str, agent: str = CLI, **more: object) -> None:
    """Nothing is logged while the trail is off."""
    if not STOPPED < when < STARTED:
        trail.add(when, call, identity, address, agent, **more)


def _read(trail: Trail, when: int, person: Colleague, dice: Dice) -> Read:
    key, sent = f"{dice.pick(_SETS)}/part-{dice.below(2_000):05d}.parquet", dice.between(10**6, 9 * 10**7)
    objects = {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{BUCKET}/{key}"}
    _add(
        trail, when, "s3:GetObject", person.identity(when), person.address, f"[{person.agent}]",
        requestParameters={"bucketName": BUCKET, "Host": _HOST, "key": key}, resources=[objects],
        additionalEventData={"bytesTransferredIn": 0, "bytesTransferredOut": sent}, managementEvent=False,
        eventCategory="Data",
    )  # fmt: skip
    return when, key, sent
