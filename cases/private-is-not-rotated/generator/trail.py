"""CloudTrail of four days, management events only: the nightly import, the use from elsewhere, the change of the key."""

from typing import Final

from _shared.clock import DAY, HOUR, SECOND, at, iso
from _shared.cloudtrail import Record, Trail, user
from _shared.dice import Dice

from generator import story
from generator.story import BUCKET, FOREIGN, IMPORTER, JOB_ADDRESSES, NEW_KEY, OLD_KEY, SWITCHED_OFF

_JOB: Final = "Boto3/1.26.4 Python/3.9.2 Linux/5.10 Botocore/1.29.4"
_FOREIGN_AGENT: Final = "aws-cli/2.15.10 Python/3.11.6 Linux/6.5.0 source/x86_64.kali.2023"
_ROUTINE: Final = (
    "ec2:DescribeInstances",
    "logs:DescribeLogGroups",
    "iam:ListRoles",
    "sts:GetCallerIdentity",
    "kms:ListAliases",
)


def make_trail() -> tuple[dict[str, bytes], list[int]]:
    """Give the delivered files by path, and the times of every use of the old key from elsewhere."""
    trail, dice = Trail(3301), Dice(3302)
    days = (at(story.TRAIL_TO) - at(story.TRAIL_FROM)) // DAY
    for hour in range(days * 24):
        for _ in range(2):
            when = at(story.TRAIL_FROM) + hour * HOUR + dice.below(3600) * SECOND
            trail.add(when, dice.pick(_ROUTINE), user("monitoring", "AKIAEXAMPLEMONITOR01"), "192.0.2.100")
    for day in range(days):
        for hour in (2, 8, 14, 20):
            _import(trail, at(story.TRAIL_FROM) + day * DAY + hour * HOUR + dice.below(300) * SECOND, dice)
    foreign = _foreign(trail)
    _change(trail)
    return trail.deliver(story.TRAIL_FROM, story.TRAIL_TO, 3 * HOUR), foreign


def _import(trail: Trail, when: int, dice: Dice) -> None:
    key = OLD_KEY if when < SWITCHED_OFF else NEW_KEY
    who, address, named = user(IMPORTER, key), dice.pick(JOB_ADDRESSES), {"bucketName": BUCKET}
    trail.add(when, "sts:GetCallerIdentity", who, address, _JOB)
    trail.add(when + 2 * SECOND, "s3:GetBucketLocation", who, address, _JOB, requestParameters=named)


def _foreign(trail: Trail) -> list[int]:
    who, start = user(IMPORTER, OLD_KEY), story.FOREIGN_USE
    denied: Record = {
        "errorCode": "AccessDenied",
        "errorMessage": f"User: {who['arn']} is not authorized to perform: iam:ListUsers on resource: *",
    }
    named = {"bucketName": BUCKET, "Host": f"{BUCKET}.s3.amazonaws.com"}
    trail.add(start, "sts:GetCallerIdentity", who, FOREIGN, _FOREIGN_AGENT)
    trail.add(start + 14 * SECOND, "s3:ListBuckets", who, FOREIGN, _FOREIGN_AGENT)
    trail.add(start + 36 * SECOND, "s3:GetBucketLocation", who, FOREIGN, _FOREIGN_AGENT, requestParameters=named)
    trail.add(start + 57 * SECOND, "iam:ListUsers", who, FOREIGN, _FOREIGN_AGENT, **denied)
    return [start, start + 14 * SECOND, start + 36 * SECOND, start + 57 * SECOND]


def _change(trail: Trail) -> None:
    tom, address = user("tom.weber", "AKIAEXAMPLETOMWEBER1"), "192.0.2.7"
    made = {"accessKey": {
        "userName": IMPORTER, "accessKeyId": NEW_KEY, "status": "Active", "createDate": iso(story.NEW_KEY_CREATED),
    }}  # fmt: skip
    named = {"userName": IMPORTER}
    create, off = story.NEW_KEY_CREATED, {"status": "Inactive", "accessKeyId": OLD_KEY}
    trail.add(create - 40 * SECOND, "iam:ListAccessKeys", tom, address, requestParameters=named)
    trail.add(create, "iam:CreateAccessKey", tom, address, requestParameters=named, responseElements=made)
    trail.add(SWITCHED_OFF, "iam:UpdateAccessKey", tom, address, requestParameters=named | off)
    trail.add(story.DELETED, "iam:DeleteAccessKey", tom, address, requestParameters=named | {"accessKeyId": OLD_KEY})
