"""AWS CloudTrail as CSV: results of Athena and CloudTrail Lake queries, and Event history downloaded from the console.

    eventtime,eventname,eventsource,awsregion,sourceipaddress,useridentity,requestparameters
    2026-03-30T22:36:48Z,GetObject,s3.amazonaws.com,us-west-2,192.0.2.7,"{type=IAMUser, arn=arn:aws:iam::1:user/dana}","{...}"

    Event name,Event time,User name,Event source,Resource type,Resource name,AWS access key,Event ID
    StopLogging,2026-03-30T22:43:12Z,dana,cloudtrail.amazonaws.com,AWS::CloudTrail::Trail,example-trail,AKIA...,b7a1d2c3

Columns are told by their names, in any order; a query gives those that it selects (`arn` where it selects
`useridentity.arn`). Structures are JSON, or text as Presto writes it. CloudTrail writes its times in UTC, so times without
a zone are UTC. Where no column says whether the call failed, the outcome is not known.
References: https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table.html,
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-console.html.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.cloudtrail_rows import record_of, row_values, squeezed
from parsers.lib.csv_records import csv_fields, csv_header, decode_csv
from parsers.lib.json_reading import Record
from parsers.lib.records import RecordFormat, Warn
from parsers.lib.times import Times
from timeline.model.event import EventValues
from timeline.model.parser import NO, Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "aws.cloudtrail.csv"
VERSION: Final = 1
TITLE: Final = "AWS CloudTrail as CSV: Athena, CloudTrail Lake, Event history"
REFERENCE: Final = "https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table.html"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = ("aws.cloudtrail",)

_ATHENA: Final = b"""\
"eventversion","useridentity","eventtime","eventsource","eventname","awsregion","sourceipaddress","useragent","errorcode",\
"requestparameters","additionaleventdata","eventid","resources","recipientaccountid"
"1.09","{type=AssumedRole, principalid=AROAEXAMPLEROLE:deploy-17, arn=arn:aws:sts::111122223333:assumed-role/Deploy/deploy-17, \
accountid=111122223333, invokedby=null, accesskeyid=ASIAIOSFODNN7EXAMPLE, username=null, sessioncontext={attributes=\
{mfaauthenticated=false, creationdate=2026-03-30T22:00:00Z}, sessionissuer={type=Role, username=Deploy}}}",\
"2026-03-30T22:36:48Z","s3.amazonaws.com","GetObject","us-west-2","192.0.2.7","aws-cli/2.15.30","",\
"{""bucketName"":""example-models"",""key"":""v2/shard-00.safetensors""}","{""bytesTransferredOut"":734003200}",\
"0d2c7c1e-5a51-4f0b-8a52-1f6f2a0c7d11","[{arn=arn:aws:s3:::example-models/v2/shard-00.safetensors, accountid=null, \
type=AWS::S3::Object}]","111122223333"
"1.09","{type=IAMUser, arn=arn:aws:iam::111122223333:user/dana, accountid=111122223333}","2026-03-30T22:40:02Z",\
"secretsmanager.amazonaws.com","GetSecretValue","us-west-2","2001:db8::23","Boto3/1.34.2","AccessDeniedException",\
"{""secretId"":""prod/npm-token""}","","4f1be3a9-8a64-4f55-8f0c-3b0a1a2b3c4d","","111122223333"
"""
_LAKE: Final = b"""\
eventTime,eventName,eventSource,arn,accessKeyId,sourceIPAddress,requestParameters
2026-03-30 22:36:52.000,CreateAccessKey,iam.amazonaws.com,arn:aws:iam::111122223333:user/dana,AKIAIOSFODNN7EXAMPLE,192.0.2.7,\
{userName=backup}
"""
_HISTORY: Final = b"""\
Event name,Event time,User name,Event source,Resource type,Resource name,AWS access key,AWS region,Source IP address,Event ID
StopLogging,2026-03-30T22:43:12Z,dana,cloudtrail.amazonaws.com,AWS::CloudTrail::Trail,example-trail,AKIAIOSFODNN7EXAMPLE,\
us-west-2,198.51.100.23,b7a1d2c3-0f3f-4a54-9a52-6f1f8f2d1a11
ConsoleLogin,2026-03-30T21:02:11Z,dana,signin.amazonaws.com,,,,us-east-1,203.0.113.77,e1f2a3b4-0f3f-4a54-9a52-6f1f8f2d1a13
"""
SAMPLES: Final = (_ATHENA, _LAKE, _HISTORY)

_NEEDED: Final = ("eventname", "eventtime")
_OWN_MARKS: Final = (
    "eventsource", "useridentity", "awsregion", "sourceipaddress", "recipientaccountid", "awsaccesskey", "cloudtrailevent",
    "eventid", "requestparameters",
)  # fmt: skip


def sniff(sample: Sample) -> Sniff:
    """By a header that names eventName, eventTime and two more columns that only CloudTrail has."""
    first = sample.lines[0] if sample.lines else ""
    if len(first) > 8192 or first[:1] in {"", "{", "["}:
        return NO
    plain = squeezed(first)
    if not all(name in plain for name in _NEEDED):
        return NO
    names = {squeezed(name) for name in csv_header(first.encode()).names}
    marks = [mark for mark in _OWN_MARKS if mark in names]
    if not names.issuperset(_NEEDED) or len(marks) < 2:
        return NO
    return Sniff(96 if len(marks) > 2 else 88, (f"the header names eventName, eventTime, {', '.join(marks)}",))


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The row as a CloudTrail record: its structures read, its names as CloudTrail writes them."""
    return csv_fields(record, header, _FORMAT)


def _unwrap(row: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    return record_of(row)


def _read(record: Record, times: Times, warn: Warn) -> EventValues | str:  # noqa: ARG001 - the signature of ReadRecord
    return row_values(record, times)


_FORMAT: Final = RecordFormat("aws.cloudtrail", _read, _unwrap)
