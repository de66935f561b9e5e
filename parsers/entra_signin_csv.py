"""Entra ID sign-ins as CSV: the portal's download (of each family of sign-ins), and Log Analytics' export.

    Date (UTC),Request ID,User agent,User ID,User,Username,Application,Resource,IP address,Status,Sign-in error code
    2026-03-30T22:36:48Z,s1,Mozilla/5.0,u1,Dana,dana@example.com,Azure Portal,Microsoft Graph,198.51.100.9,Success,0

    "TimeGenerated [UTC]",ResultType,UserPrincipalName,AppDisplayName,IPAddress,Id,Category
    "3/30/2026, 10:36:48.424 PM",0,dana@example.com,Azure Portal,198.51.100.9,s1,SignInLogs

Times are UTC, as both say of themselves. The event's id is the request's, as in the other forms of the log.
Reference: https://learn.microsoft.com/en-us/entra/identity/monitoring-health/howto-download-logs.
"""

from collections.abc import Mapping
from typing import Any, Final

from parsers.lib.csv_records import csv_fields, decode_csv
from parsers.lib.entra_logs import read_sign_in
from parsers.lib.json_reading import Record
from parsers.lib.portal_rows import nested, sniff_header
from parsers.lib.records import RecordFormat, Warn
from timeline.model.parser import Chunk, DecodeContext, Decoded, Framing, Sample, Sniff

KIND: Final = "entra.signin.csv"
VERSION: Final = 1
TITLE: Final = "Entra ID sign-ins as CSV: portal, Log Analytics"
REFERENCE: Final = "https://learn.microsoft.com/en-us/entra/identity/monitoring-health/howto-download-logs"
FRAMING: Final[Framing] = "csv"
COLUMNAR: Final = False
EMITS: Final = ("entra.signin",)

_USERS: Final = b"""\
Date (UTC),Request ID,User agent,Correlation ID,User ID,User,Username,User type,Application,Application ID ,Resource,\
Resource tenant ID,Home tenant ID,IP address,Location,Status,Sign-in error code,Failure reason,Client app,Session ID
2026-03-30T22:36:48Z,s1,Mozilla/5.0,c1,u1,Dana Example,dana@example.com,Member,Azure Portal,a1,\
Windows Azure Service Management API,t1,t1,198.51.100.9,"Berlin, Berlin, DE",Success,0,Other.,Browser,x1
2026-03-30T22:40:00Z,s2,python-requests/2.31,c2,u2,Eve Example,eve@example.com,Member,Graph Explorer,a2,Microsoft Graph,t1,t1,\
2001:db8::7,"Paris, Paris, FR",Failure,50126,Error validating credentials,Browser,
"""
_APPLICATIONS: Final = b"""\
"Date (UTC)","Request ID","Correlation ID","Service principal ID","Service principal name","Credential key ID","Resource",\
"Resource ID","IP address","Status","Sign-in error code"
"2026-03-30T22:50:00Z","s3","c3","sp1","ci-deploy","k1","Azure Storage","r1","203.0.113.4","Success",""
"""
_ANALYTICS: Final = b"""\
"TimeGenerated [UTC]",OperationName,Category,ResultType,ResultDescription,AADTenantId,UserPrincipalName,AppDisplayName,\
IPAddress,ResourceDisplayName,UserAgent,Id,Status
"3/30/2026, 10:36:48.424 PM","Sign-in activity",SignInLogs,0,,t1,dana@example.com,"Azure Portal",198.51.100.9,\
"Windows Azure Service Management API",Mozilla/5.0,s1,"{""errorCode"":0}"
"""
SAMPLES: Final = (_USERS, _APPLICATIONS, _ANALYTICS)

_NAMES: Final = {
    "date": "createdDateTime", "requestid": "id", "useragent": "userAgent", "correlationid": "correlationId",
    "userid": "userId", "user": "userDisplayName", "username": "userPrincipalName", "application": "appDisplayName",
    "applicationid": "appId", "resource": "resourceDisplayName", "resourceid": "resourceId",
    "resourcetenantid": "resourceTenantId", "hometenantid": "homeTenantId", "ipaddress": "ipAddress",
    "signinerrorcode": "resultType", "failurereason": "failureReason", "clientapp": "clientAppUsed",
    "sessionid": "sessionId", "uniquetokenidentifier": "uniqueTokenIdentifier", "timegenerated": "timeGenerated",
    "serviceprincipalid": "servicePrincipalId", "serviceprincipalname": "servicePrincipalName",
    "credentialkeyid": "servicePrincipalCredentialKeyId", "serviceprincipalcredentialkeyid": "servicePrincipalCredentialKeyId",
}  # fmt: skip
_TIMES: Final = ("date", "createddatetime", "timegenerated")
_IDS: Final = ("requestid", "id", "uniquetokenidentifier", "userprincipalname")
_CODES: Final = ("signinerrorcode", "resulttype", "status")
_MARKS: Final = (
    "signinerrorcode", "username", "userprincipalname", "serviceprincipalname", "appdisplayname", "application", "aadtenantid",
    "serviceprincipalid",
)  # fmt: skip


def sniff(sample: Sample) -> Sniff:
    """By a header with a time, an address, an application or resource and how the sign-in ended."""
    found = (
        sniff_header(sample, mark, _TIMES, _IDS, _CODES, ("ipaddress",), _RESOURCES, also=_MARKS) for mark in _HEADERS
    )
    return max(found, key=lambda sniffed: sniffed.confidence)


_HEADERS: Final = (b"IP address", b"IPAddress", b"ipAddress")
_RESOURCES: Final = ("application", "resource", "appdisplayname", "resourcedisplayname")


def decode(chunk: Chunk) -> Decoded:
    """Events of the rows, one each."""
    return decode_csv(chunk, _FORMAT)


def fields(record: bytes, header: bytes, context: DecodeContext) -> Mapping[str, Any]:  # noqa: ARG001 - the protocol
    """The row as a sign-in, its members by the names that Graph gives them."""
    return csv_fields(record, header, _FORMAT)


def _unwrap(row: Record, warn: Warn) -> Record:  # noqa: ARG001 - the signature of Unwrap
    return nested(row, _NAMES)


_FORMAT: Final = RecordFormat("entra.signin", read_sign_in, _unwrap)
