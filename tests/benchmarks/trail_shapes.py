"""What CloudTrail records look like: one template for each sort of call, with places for values.

Shapes follow
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html; names,
accounts and addresses are invented. Places are %-formats: `%(person)d`, `%(role)d`, `%(session)d`, `%(credential)d`, `%(bucket)s`,
`%(number)d`, `%(region)s`, `%(address)s`, `%(agent)s`, `%(day)s`, `%(time)s`, `%(uid)s`, `%(request)s`, `%(size)d`.
"""

import json
from typing import Any, Final

ACCOUNT: Final = "111122223333"
REGIONS: Final = ("us-east-1", "us-west-2", "eu-central-1")
BUCKETS: Final = tuple(f"corp-{team}-{use}" for team in ("ml", "web", "data") for use in ("build", "logs", "models"))
AGENTS: Final = (
    "aws-cli/2.15.30 Python/3.11.8 Linux/5.15.0 exe/x86_64.ubuntu.22 prompt/off command/s3.cp",
    "Boto3/1.34.69 md/Botocore#1.34.69 ua/2.0 os/linux#5.10.209 md/arch#x86_64 lang/python#3.11.8",
    "[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.488 Linux/5.4.247 OpenJDK_64-Bit_Server_VM/25.372-b08]",
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.4 terraform-provider-aws/5.41.0 aws-sdk-go-v2/1.25.2",
)
_Fields = dict[str, Any]
_IAM: Final = f"arn:aws:iam::{ACCOUNT}"
_SESSION: Final = f"arn:aws:sts::{ACCOUNT}:assumed-role/service-role-%(role)d/session-%(session)d"
_USER: Final[_Fields] = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLE%(person)06d",
    "arn": f"{_IAM}:user/person-%(person)d",
    "accountId": ACCOUNT,
    "accessKeyId": "AKIAEXAMPLE%(person)09d",
    "userName": "person-%(person)d",
    "sessionContext": {"attributes": {"creationDate": "%(day)sT06:00:00Z", "mfaAuthenticated": "false"}},
}
_ROLE: Final[_Fields] = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLE%(role)06d:session-%(session)d",
    "arn": _SESSION,
    "accountId": ACCOUNT,
    "accessKeyId": "ASIAEXAMPLE%(credential)09d",
    "sessionContext": {
        "sessionIssuer": {
            "type": "Role",
            "principalId": "AROAEXAMPLE%(role)06d",
            "arn": f"{_IAM}:role/service-role-%(role)d",
            "accountId": ACCOUNT,
            "userName": "service-role-%(role)d",
        },
        "attributes": {"creationDate": "%(day)sT06:00:00Z", "mfaAuthenticated": "false"},
    },
}
_SERVICE: Final[_Fields] = {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}
_KEY: Final = "v%(role)d/shard-%(number)d.safetensors"
_DATA: Final[_Fields] = {
    "additionalEventData": {
        "SignatureVersion": "SigV4",
        "bytesTransferredIn": 0,
        "x-amz-id-2": "%(uid)s/+==",
        "bytesTransferredOut": "%(size)d.0",
    },
    "resources": [{"accountId": ACCOUNT, "type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::%(bucket)s/{_KEY}"}],
    "managementEvent": False,
    "eventCategory": "Data",
}
_MANAGEMENT: Final[_Fields] = {"managementEvent": True, "eventCategory": "Management"}
_OBJECT: Final[_Fields] = {"bucketName": "%(bucket)s", "key": _KEY}
_GET: Final[_Fields] = {"requestParameters": _OBJECT, "responseElements": None, **_DATA}
_PUT: Final[_Fields] = {
    "requestParameters": {**_OBJECT, "x-amz-acl": "private"},
    "responseElements": {"x-amz-server-side-encryption": "AES256"},
    **_DATA,
}
_DENIED: Final[_Fields] = {
    **_GET,
    "errorCode": "AccessDenied",
    "errorMessage": f"User: {_IAM}:user/person-%(person)d is not authorized to perform: s3:GetObject",
}
_ASSUME: Final[_Fields] = {
    "requestParameters": {
        "roleArn": f"{_IAM}:role/service-role-%(role)d",
        "roleSessionName": "session-%(session)d",
        "durationSeconds": 3600,
    },
    "responseElements": {
        "credentials": {
            "accessKeyId": "ASIAEXAMPLE%(number)09d",
            "expiration": "Mar 30, 2026, 11:00:00 PM",
            "sessionToken": "%(request)s" * 12,
        },
        "assumedRoleUser": {"assumedRoleId": "AROAEXAMPLE%(role)06d:session-%(session)d", "arn": _SESSION},
    },
    **_MANAGEMENT,
}
_DECRYPT: Final[_Fields] = {
    "requestParameters": {
        "encryptionContext": {"aws:s3:arn": f"arn:aws:s3:::%(bucket)s/{_KEY}"},
        "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
    },
    "responseElements": None,
    "resources": [
        {
            "accountId": ACCOUNT,
            "type": "AWS::KMS::Key",
            "ARN": f"arn:aws:kms:%(region)s:{ACCOUNT}:key/00000000-0000-4000-8000-%(role)012d",
        }
    ],
    **_MANAGEMENT,
}
_INSTANCES: Final = [{"instanceId": "i-0%(session)012d"}, {"instanceId": "i-0%(person)012d"}]
_DESCRIBE: Final[_Fields] = {
    "requestParameters": {"instancesSet": {"items": _INSTANCES}, "filterSet": {}},
    "responseElements": None,
    **_MANAGEMENT,
}
_SECRET: Final[_Fields] = {
    "requestParameters": {"secretId": "prod/db-%(role)d"},
    "responseElements": None,
    **_MANAGEMENT,
}
_NEW_KEY: Final[_Fields] = {
    "requestParameters": {"userName": "person-%(person)d"},
    "responseElements": {"accessKey": {"userName": "person-%(person)d", "accessKeyId": "AKIAEXAMPLE%(number)09d"}},
    **_MANAGEMENT,
}
_CALLS: Final[
    tuple[tuple[int, str, str, _Fields, _Fields], ...]
] = (  # how often in a hundred, service, name, who, the rest
    (38, "s3", "GetObject", _ROLE, _GET),
    (10, "s3", "PutObject", _ROLE, _PUT),
    (8, "s3", "GetObject", _USER, _GET),
    (4, "s3", "GetObject", _USER, _DENIED),
    (14, "sts", "AssumeRole", _SERVICE, _ASSUME),
    (14, "kms", "Decrypt", _ROLE, _DECRYPT),
    (8, "ec2", "DescribeInstances", _ROLE, _DESCRIBE),
    (3, "secretsmanager", "GetSecretValue", _USER, _SECRET),
    (1, "iam", "CreateAccessKey", _USER, _NEW_KEY),
)


def templates() -> list[str]:
    """A hundred templates of one record, each sort as often as it occurs."""
    return [
        text for weight, service, name, who, rest in _CALLS for text in [_template(service, name, who, rest)] * weight
    ]


def _template(service: str, name: str, identity: _Fields, rest: _Fields) -> str:
    record = {
        "eventVersion": "1.09",
        "userIdentity": identity,
        "eventTime": "%(day)sT%(time)sZ",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "%(region)s",
        "sourceIPAddress": "%(address)s",
        "userAgent": "%(agent)s",
        **rest,
        "requestID": "%(request)s",
        "eventID": "%(uid)s",
        "readOnly": name.startswith(("Get", "Describe", "Decrypt")),
        "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT,
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"},
    }
    return json.dumps(record, separators=(",", ":")).replace('"%(size)d.0"', "%(size)d.0")
