"""CloudTrail of the build account: the slots that were collected, gzipped as delivered (in stored blocks)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from _shared.clock import MINUTE, SECOND, at, iso, moment
from _shared.dice import Dice
from _shared.stored import gzip_stored

from generator import story
from generator.repository import History
from generator.story import ACCOUNT, BUCKET, REGION

_FOLDER: Final = f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}"
_ROLE: Final = "corp-ci-release"
_ROLE_ARN: Final = f"arn:aws:iam::{ACCOUNT}:role/{_ROLE}"
_TRAIL: Final = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/main"
_SECRET: Final = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:npm/ci-publisher-Ab3dEf"
_CLI: Final = "aws-cli/2.25.6 md/awscrt#0.23.8 ua/2.1 os/linux#6.8 md/arch#x86_64 lang/python#3.12.9"
_SLOT: Final = 15 * MINUTE
SLOTS: Final = (
    "2026-03-24T13:45:00Z", "2026-03-29T02:00:00Z", "2026-03-29T03:05:00Z", "2026-03-30T22:30:00Z",
    "2026-03-30T23:15:00Z", "2026-03-31T09:00:00Z", "2026-03-31T09:30:00Z", "2026-03-31T23:30:00Z",
    "2026-04-01T04:00:00Z",
)  # fmt: skip

Record = dict[str, object]


@dataclass(slots=True)
class Trail:
    """Collects records with their times, and the numbers that the answers need."""

    records: list[tuple[int, Record]] = field(default_factory=list)
    dice: Dice = field(default_factory=lambda: Dice(2301))

    def add(
        self,
        when: int,
        source: str,
        name: str,
        identity: Record,
        address: str,
        extra: Record | None = None,
        **rest: object,
    ) -> None:
        """Add one management event; `extra` and `rest` are further keys of the record, or other values for its keys."""
        record: Record = {
            "eventVersion": "1.11", "userIdentity": identity, "eventTime": iso(when),
            "eventSource": f"{source}.amazonaws.com", "eventName": name, "awsRegion": REGION,
            "sourceIPAddress": address, "userAgent": _CLI, "requestParameters": None, "responseElements": None,
            "requestID": self.dice.uuid(), "eventID": self.dice.uuid(), "eventType": "AwsApiCall",
            "readOnly": name.startswith(("Get", "List", "Describe")), "managementEvent": True,
            "recipientAccountId": ACCOUNT, "eventCategory": "Management",
        }  # fmt: skip
        self.records.append((when, record | (extra or {}) | rest))


def make_trail(history: History) -> dict[str, bytes]:
    """Give the delivered files by path."""
    trail = Trail()
    _release(trail, history, "v2.1.87", at("2026-03-24T13:48:46Z"), data_events=False)
    _release(trail, history, "v2.1.88", story.WORKFLOW_COMPLETED, data_events=False)
    _release(trail, history, "v2.1.89", story.FIX_WORKFLOW_COMPLETED, data_events=True)
    _trail_off_and_on(trail)
    _response(trail)
    _bucket_reads(trail)
    _noise(trail)
    return _deliver(trail)


def _assumed(session: str, key_id: str) -> Record:
    issuer = {"type": "Role", "principalId": "AROAEXAMPLECI", "arn": _ROLE_ARN, "accountId": ACCOUNT, "userName": _ROLE}
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLECI:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{_ROLE}/{session}",
        "accountId": ACCOUNT,
        "accessKeyId": key_id,
        "sessionContext": {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "false"}},
    }


def _user(name: str, key_id: str) -> Record:
    return {
        "type": "IAMUser", "principalId": f"AIDAEXAMPLE{name[:3].upper()}", "accountId": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "accessKeyId": key_id, "userName": name,
    }  # fmt: skip


def _release(trail: Trail, history: History, tag: str, completed: int, *, data_events: bool) -> None:
    session, key_id = f"release-{tag[1:]}", f"ASIAEXAMPLE{tag[-2:]}RELEASE"
    address = trail.dice.pick(story.CI_ADDRESSES)
    identity = _assumed(session, key_id)
    subject = f"repo:corp/cli:ref:refs/tags/{tag}"
    web: Record = {"type": "WebIdentityUser", "principalId": f"forge:sts.amazonaws.com:{subject}", "userName": subject}
    web["identityProvider"] = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.forge.corp.example"
    trail.add(
        completed + 21 * SECOND, "sts", "AssumeRoleWithWebIdentity", web, address,
        requestParameters={"roleArn": _ROLE_ARN, "roleSessionName": session, "durationSeconds": 900},
        responseElements={
            "credentials": {"accessKeyId": key_id, "expiration": iso(completed + 921 * SECOND)},
            "assumedRoleUser": {"assumedRoleId": f"AROAEXAMPLECI:{session}", "arn": identity["arn"]},
            "subjectFromWebIdentityToken": subject,
        },
        resources=[{"ARN": _ROLE_ARN, "accountId": ACCOUNT, "type": "AWS::IAM::Role"}],
        additionalEventData={"commit": history.tagged_commits[tag]},
    )  # fmt: skip
    trail.add(completed + 24 * SECOND, "sts", "GetCallerIdentity", identity, address)
    trail.add(
        completed + 31 * SECOND, "secretsmanager", "GetSecretValue", identity, address,
        requestParameters={"secretId": _SECRET},
        resources=[{"ARN": _SECRET, "accountId": ACCOUNT, "type": "AWS::SecretsManager::Secret"}],
    )  # fmt: skip
    trail.add(completed + 40 * SECOND, "kms", "Decrypt", identity, address, readOnly=True)
    if data_events:
        key = f"cli/{tag}/cli.tgz"
        _object(trail, completed + 44 * SECOND, "GetObject", (identity, address), key, sent=3_379_860)
        receipt = f"cli/{tag}/published.json"
        _object(trail, completed + 112 * SECOND, "PutObject", (identity, address), receipt, received=412)


def _object(
    trail: Trail,
    when: int,
    name: str,
    who: tuple[Record, str],
    key: str,
    *,
    sent: int = 0,
    received: int = 0,
    extra: Record | None = None,
) -> None:
    arn = f"arn:aws:s3:::{BUCKET}"
    bucket = {"type": "AWS::S3::Bucket", "ARN": arn, "accountId": ACCOUNT}
    data: Record = {
        "eventCategory": "Data", "managementEvent": False,
        "resources": [{"type": "AWS::S3::Object", "ARN": f"{arn}/{key}"}, bucket],
        "additionalEventData": {"bytesTransferredIn": float(received), "bytesTransferredOut": float(sent)},
        "requestParameters": {"bucketName": BUCKET, "Host": f"{BUCKET}.s3.amazonaws.com", "key": key},
    }  # fmt: skip
    trail.add(when, "s3", name, *who, data | (extra or {}))


def _trail_off_and_on(trail: Trail) -> None:
    identity = _user("ops-legacy", "AKIAIOSFODNN7EXAMPLE")
    trail_named: Record = {"requestParameters": {"name": _TRAIL}}
    trail.add(story.TRAIL_STOPPED, "cloudtrail", "StopLogging", identity, "192.0.2.12", trail_named)
    trail.add(story.TRAIL_STARTED, "cloudtrail", "StartLogging", identity, "192.0.2.12", trail_named)


def _response(trail: Trail) -> None:
    identity = _user("tom.weber", "ASIAEXAMPLETOMWEBER1")
    release = {"Sid": "Release", "Effect": "Allow", "Principal": {"AWS": _ROLE_ARN}, "Action": "s3:*Object"}
    policy = {"Version": "2012-10-17", "Statement": [release | {"Resource": f"arn:aws:s3:::{BUCKET}/*"}]}
    for offset, name in enumerate(("GetBucketPolicy", "GetBucketAcl", "GetBucketLogging")):
        when = story.BUCKET_CLOSED - (90 - 20 * offset) * SECOND
        trail.add(when, "s3", name, identity, "192.0.2.7", requestParameters={"bucketName": BUCKET})
    parameters: Record = {"bucketName": BUCKET, "bucketPolicy": policy, "policy": ""}
    trail.add(story.BUCKET_CLOSED, "s3", "PutBucketPolicy", identity, "192.0.2.7", requestParameters=parameters)
    switches = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    block = dict.fromkeys(switches, True)
    trail.add(
        story.BUCKET_CLOSED + 33 * SECOND, "s3", "PutBucketPublicAccessBlock", identity, "192.0.2.7",
        requestParameters={"bucketName": BUCKET, "PublicAccessBlockConfiguration": block},
    )  # fmt: skip
    selector: Record = {"readWriteType": "All", "includeManagementEvents": True}
    selector["dataResources"] = [{"type": "AWS::S3::Object", "values": [f"arn:aws:s3:::{BUCKET}/"]}]
    trail.add(
        story.DATA_EVENTS_ON, "cloudtrail", "PutEventSelectors", identity, "192.0.2.7",
        requestParameters={"trailName": _TRAIL, "eventSelectors": [selector]},
    )  # fmt: skip
    for name in ("DescribeTrails", "GetEventSelectors", "GetTrailStatus"):
        when = story.DATA_EVENTS_ON - 75 * SECOND
        trail.add(when, "cloudtrail", name, identity, "192.0.2.7", requestParameters={"trailName": _TRAIL})


def _bucket_reads(trail: Trail) -> None:
    anonymous: Record = {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
    denied: Record = {"errorCode": "AccessDenied", "errorMessage": "Access Denied", "userAgent": "curl/8.5.0"}
    source_map = "maps/v2.1.88/cli.mjs.map"
    for number, address in enumerate(("198.51.100.23", "203.0.113.77", "198.51.100.201", "203.0.113.9")):
        when = story.DATA_EVENTS_ON + (41 + 55 * number) * SECOND
        _object(trail, when, "GetObject", (anonymous, address), source_map, extra=denied)
    tom = (_user("tom.weber", "ASIAEXAMPLETOMWEBER1"), "192.0.2.7")
    _object(trail, story.DATA_EVENTS_ON + 95 * SECOND, "GetObject", tom, source_map, sent=41_266_110)


_ROUTINE: Final = (
    ("ec2", "DescribeInstances"), ("ec2", "DescribeVolumes"), ("logs", "DescribeLogGroups"),
    ("iam", "ListRoles"), ("sts", "GetCallerIdentity"), ("config", "DescribeConfigurationRecorders"),
    ("s3", "ListBuckets"), ("kms", "ListAliases"),
)  # fmt: skip


def _noise(trail: Trail) -> None:
    monitor = _user("monitoring", "AKIAEXAMPLEMONITOR01")
    for slot in SLOTS:
        for _ in range(trail.dice.between(16, 22)):
            when = at(slot) + trail.dice.below(_SLOT) // SECOND * SECOND
            source, name = trail.dice.pick(_ROUTINE)
            if not story.TRAIL_STOPPED < when < story.TRAIL_STARTED:
                trail.add(when, source, name, monitor, trail.dice.pick(("192.0.2.100", "192.0.2.101")))


def _deliver(trail: Trail) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    repeated: Sequence[Record] = ()
    for slot in SLOTS:
        begin = at(slot)
        inside = [pair for pair in trail.records if begin <= pair[0] < begin + _SLOT]
        records = [record for _, record in sorted(inside, key=lambda pair: (pair[0], str(pair[1]["eventID"])))]
        delivered = moment(begin + 20 * MINUTE)
        name = f"{ACCOUNT}_CloudTrail_{REGION}_{delivered:%Y%m%dT%H%MZ}_{Dice(begin // SECOND).letters(16)}.json.gz"
        content = json.dumps({"Records": [*repeated, *records]}, separators=(",", ":")).encode()
        files[f"{_FOLDER}/{delivered:%Y/%m/%d}/{name}"] = gzip_stored(content)
        # The trail delivers at least once: the last two records of the publishing slot come again with the next one.
        repeated = records[-2:] if begin == at("2026-03-30T22:30:00Z") else ()
    return files
