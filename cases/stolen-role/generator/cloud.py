"""What the cloud says: CloudTrail with data events of the bucket, the bucket's own access log, GuardDuty."""

import json
from typing import Final

from _shared.clock import DAY, HOUR, MINUTE, SECOND, iso, moment
from _shared.cloudtrail import ACCOUNT, Trail, user
from _shared.dice import Dice
from _shared.packed import gzip_packed

from generator import story
from generator.story import BUCKET, FOREIGN, FOREIGN_AGENT, LOGS_FROM, LOGS_TO, SERVER, USUAL_AGENT, Read, session

_OWNER: Final = "1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a"
_ROUTINE: Final = (
    "ec2:DescribeInstances", "logs:DescribeLogGroups", "iam:ListRoles", "sts:GetCallerIdentity", "kms:ListAliases",
    "cloudwatch:DescribeAlarms", "elasticloadbalancing:DescribeTargetHealth", "ssm:DescribeInstanceInformation",
)  # fmt: skip
_HOST: Final = f"{BUCKET}.s3.us-east-1.amazonaws.com"


def make_trail(reads: list[Read]) -> dict[str, bytes]:
    """Give the delivered files of three days by path."""
    trail, dice = Trail(8201), Dice(8202)
    for hour in range(story.DAYS * 24):
        for _ in range(dice.between(6, 10)):
            when = LOGS_FROM + hour * HOUR + dice.below(3600) * SECOND
            trail.add(when, dice.pick(_ROUTINE), user("monitoring", "AKIAEXAMPLEMONITOR01"), "192.0.2.100")
        when = LOGS_FROM + hour * HOUR + dice.below(3600) * SECOND
        trail.add(when, "sts:GetCallerIdentity", session(when), SERVER, USUAL_AGENT)
    for read in reads:
        asked: dict[str, object] = {"bucketName": BUCKET, "Host": _HOST, "key": read.key}
        if read.span is not None:
            asked["range"] = read.span
        objects = {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{BUCKET}/{read.key}"}
        bucket = {"accountId": ACCOUNT, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{BUCKET}"}
        trail.add(
            read.when, "s3:GetObject", session(read.when), read.address, f"[{read.agent}]", requestParameters=asked,
            additionalEventData={"bytesTransferredIn": 0, "bytesTransferredOut": read.sent}, requestID=read.request,
            resources=[objects, bucket], managementEvent=False, eventCategory="Data",
        )  # fmt: skip
    who = session(story.FIRST_USE)
    trail.add(story.FIRST_USE, "sts:GetCallerIdentity", who, FOREIGN, FOREIGN_AGENT)
    trail.add(story.FIRST_USE + 31 * SECOND, "s3:ListBuckets", who, FOREIGN, FOREIGN_AGENT)
    denied = {"errorCode": "AccessDenied", "errorMessage": "not authorized to perform: iam:ListUsers"}
    trail.add(story.FIRST_USE + 64 * SECOND, "iam:ListUsers", who, FOREIGN, FOREIGN_AGENT, **denied)
    policy = {"roleName": story.ROLE, "policyName": "AWSRevokeOlderSessions", "policyDocument": "{}"}
    tom = user("tom.weber", "AKIAEXAMPLETOMWEBER1")
    trail.add(story.REVOKED, "iam:PutRolePolicy", tom, "192.0.2.7", requestParameters=policy)
    return trail.deliver(iso(LOGS_FROM), iso(LOGS_TO), 6 * HOUR, gzip_packed)


def make_access_log(reads: list[Read]) -> dict[str, bytes]:
    """Give the bucket's access log by path, a file a day."""
    dice, days = Dice(8301), [[] for _ in range(story.DAYS)]  # type: list[list[str]]
    for read in reads:
        took = max(20, read.sent // 250_000)  # milliseconds
        host = f"{dice.letters(24)}= SigV4 TLS_AES_128_GCM_SHA256 AuthHeader {_HOST} TLSv1.3 - -"
        days[(read.when - LOGS_FROM) // DAY].append(
            f"{_OWNER} {BUCKET} [{moment(read.when):%d/%b/%Y:%H:%M:%S} +0000] {read.address} {story.SESSION} {read.request}"
            f' REST.GET.OBJECT {read.key} "GET /{read.key} HTTP/1.1" {read.status} - {read.sent} {read.size} {took} 18'
            f' "-" "{read.agent}" - {host}\n'
        )
    names = [f"s3-access/{BUCKET}/{moment(LOGS_FROM + day * DAY):%Y-%m-%d}.log" for day in range(story.DAYS)]
    return {name: "".join(lines).encode() for name, lines in zip(names, days, strict=True)}


def make_findings() -> bytes:
    """Give the findings of GuardDuty, one a line: a scan from outside, and the credentials elsewhere."""

    def finding(number: int, sort: str, resource: object, action: object, times: tuple[int, int], title: str) -> str:
        service = {
            "serviceName": "guardduty", "detectorId": "12ab", "action": action, "archived": False, "count": 3,
            "eventFirstSeen": iso(times[0]), "eventLastSeen": iso(times[1]), "resourceRole": "TARGET",
        }  # fmt: skip
        made = iso(times[1] + 14 * MINUTE)
        return json.dumps({
            "schemaVersion": "2.0", "accountId": ACCOUNT, "region": "us-east-1", "partition": "aws",
            "id": f"{number:032x}", "arn": f"arn:aws:guardduty:us-east-1:{ACCOUNT}:detector/12ab/finding/{number:032x}",
            "type": sort, "resource": resource, "service": service, "severity": 8 if number > 1 else 2,
            "createdAt": made, "updatedAt": made, "title": title, "description": title,
        }, separators=(",", ":")) + "\n"  # fmt: skip

    probe = {"actionType": "PORT_PROBE", "portProbeAction": {"blocked": False, "portProbeDetails": []}}
    server = {"resourceType": "Instance", "instanceDetails": {"instanceId": story.INSTANCE}}
    key = {
        "accessKeyId": story.key_id(story.FIRST_USE), "userType": "Role", "userName": story.ROLE,
        "principalId": f"AROAEXAMPLECORPWEB01:{story.INSTANCE}",
    }  # fmt: skip
    called = {
        "actionType": "AWS_API_CALL",
        "awsApiCallAction": {
            "api": "ListBuckets", "serviceName": "s3.amazonaws.com", "callerType": "Remote IP",
            "remoteIpDetails": {"ipAddressV4": FOREIGN},
        },
    }  # fmt: skip
    probed = (LOGS_FROM + 9 * HOUR, LOGS_FROM + 9 * HOUR)
    used = (story.FIRST_USE, story.FIRST_USE + 64 * SECOND)
    outside = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"
    return (
        finding(1, "Recon:EC2/PortProbeUnprotectedPort", server, probe, probed, "An unprotected port was probed.")
        + finding(2, outside, {"resourceType": "AccessKey", "accessKeyDetails": key}, called, used,
                  "Credentials of an instance role were used from outside AWS.")
    ).encode()  # fmt: skip
