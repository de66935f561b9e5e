"""Small complete CloudTrail sources of our own, one per shape; addresses and names are those set aside for examples."""

from typing import Final

DELIVERED: Final = rb"""{"Records":[{"eventVersion":"1.09","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLEROLE:deploy-17","arn":"arn:aws:sts::111122223333:assumed-role/Deploy/deploy-17","accountId":"111122223333","accessKeyId":"ASIAIOSFODNN7EXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLEROLE","arn":"arn:aws:iam::111122223333:role/Deploy","accountId":"111122223333","userName":"Deploy"}}},"eventTime":"2026-03-30T22:36:48Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-west-2","sourceIPAddress":"192.0.2.7","userAgent":"[aws-cli/2.15.30]","requestParameters":{"bucketName":"example-models","Host":"example-models.s3.us-west-2.amazonaws.com","key":"v2/shard-00.safetensors"},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4","bytesTransferredIn":0,"bytesTransferredOut":734003200.0},"requestID":"3E57427F3EXAMPLE","eventID":"0d2c7c1e-5a51-4f0b-8a52-1f6f2a0c7d11","readOnly":true,"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::example-models/v2/shard-00.safetensors"},{"accountId":"111122223333","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::example-models"}],"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data"},
{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLEUSER","arn":"arn:aws:iam::111122223333:user/dana","accountId":"111122223333","accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"dana"},"eventTime":"2026-03-30T22:40:02Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-west-2","sourceIPAddress":"2001:db8::23","userAgent":"Boto3/1.34.2","errorCode":"AccessDeniedException","errorMessage":"User is not authorized","requestParameters":{"secretId":"prod/npm-token"},"responseElements":null,"requestID":"7c1","eventID":"4f1be3a9-8a64-4f55-8f0c-3b0a1a2b3c4d","eventType":"AwsApiCall","recipientAccountId":"111122223333"},
{"eventVersion":"1.08","userIdentity":{"type":"AWSService","invokedBy":"cloudtrail.amazonaws.com"},"eventTime":"2026-03-30T22:41:00Z","eventSource":"s3.amazonaws.com","eventName":"GetBucketAcl","awsRegion":"us-west-2","sourceIPAddress":"cloudtrail.amazonaws.com","userAgent":"cloudtrail.amazonaws.com","requestParameters":{"bucketName":"example-trail","acl":""},"responseElements":null,"eventID":"91d0b9a2-0f3f-4a54-9a52-6f1f8f2d1a10","eventType":"AwsApiCall","recipientAccountId":"111122223333","sharedEventID":"5b0d"}]}
"""  # noqa: E501 - delivered files have no line breaks inside records

LOOKUP_ROWS: Final = rb"""{
    "Events": [
        {
            "EventId": "b7a1d2c3-0f3f-4a54-9a52-6f1f8f2d1a11",
            "EventName": "StopLogging",
            "ReadOnly": "false",
            "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
            "EventTime": "2026-03-31T00:43:12+02:00",
            "EventSource": "cloudtrail.amazonaws.com",
            "Username": "dana",
            "Resources": [{"ResourceType": "AWS::CloudTrail::Trail", "ResourceName": "example-trail"}],
            "CloudTrailEvent": "{\"eventVersion\":\"1.09\",\"userIdentity\":{\"type\":\"IAMUser\",\"arn\":\"arn:aws:iam::111122223333:user/dana\",\"accountId\":\"111122223333\",\"accessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"userName\":\"dana\"},\"eventTime\":\"2026-03-30T22:43:12Z\",\"eventSource\":\"cloudtrail.amazonaws.com\",\"eventName\":\"StopLogging\",\"awsRegion\":\"us-west-2\",\"sourceIPAddress\":\"198.51.100.23\",\"userAgent\":\"console.amazonaws.com\",\"requestParameters\":{\"name\":\"arn:aws:cloudtrail:us-west-2:111122223333:trail/example-trail\"},\"responseElements\":null,\"eventID\":\"b7a1d2c3-0f3f-4a54-9a52-6f1f8f2d1a11\",\"recipientAccountId\":\"111122223333\"}"
        },
        {
            "EventId": "c8b2e3d4-0f3f-4a54-9a52-6f1f8f2d1a12",
            "EventName": "DeleteTrail",
            "EventTime": 1774910640.0,
            "EventSource": "cloudtrail.amazonaws.com",
            "Username": "dana",
            "Resources": [{"ResourceType": "AWS::CloudTrail::Trail", "ResourceName": "example-trail"}],
            "CloudTrailEvent": "{\"eventVersion\":\"1.09\",\"userIdent"
        }
    ]
}
"""  # noqa: E501 - the tool writes the record as one text

PRETTY: Final = rb"""{
    "eventVersion": "1.08",
    "userIdentity": {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLEUSER",
        "arn": "arn:aws:iam::111122223333:user/dana",
        "accountId": "111122223333",
        "userName": "dana"
    },
    "eventTime": "2026-03-30T21:02:11Z",
    "eventSource": "signin.amazonaws.com",
    "eventName": "ConsoleLogin",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "203.0.113.77",
    "userAgent": "Mozilla/5.0 (X11; Linux x86_64)",
    "errorMessage": "Failed authentication",
    "requestParameters": null,
    "responseElements": {"ConsoleLogin": "Failure"},
    "additionalEventData": {"MFAUsed": "No"},
    "eventID": "e1f2a3b4-0f3f-4a54-9a52-6f1f8f2d1a13",
    "eventType": "AwsConsoleSignIn",
    "recipientAccountId": "111122223333"
}
"""

ROWS_OF_OTHER_TOOLS: Final = rb"""{"@timestamp":"2026-03-30T22:36:50.000Z","eventVersion":"1.09","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/dana","accountId":"111122223333"},"eventSource":"ec2.amazonaws.com","eventName":"ModifySnapshotAttribute","awsRegion":"us-west-2","sourceIPAddress":"198.51.100.23","userAgent":"aws-cli/2.15.30","requestParameters":{"snapshotId":"snap-0123456789abcdef0","createVolumePermission":{"add":{"items":[{"group":"all"}]}}},"eventID":"f2a3b4c5-0f3f-4a54-9a52-6f1f8f2d1a14"}
{"eventversion":"1.09","useridentity":{"type":"AssumedRole","principalid":"AROAEXAMPLEROLE:deploy-17","arn":"arn:aws:sts::111122223333:assumed-role/Deploy/deploy-17","accountid":"111122223333","accesskeyid":"ASIAIOSFODNN7EXAMPLE"},"eventtime":"2026-03-30T22:36:52Z","eventsource":"iam.amazonaws.com","eventname":"CreateAccessKey","awsregion":"us-east-1","sourceipaddress":"192.0.2.7","useragent":"aws-cli/2.15.30","requestparameters":"{\"userName\":\"backup\"}","responseelements":"{\"accessKey\":{\"userName\":\"backup\",\"status\":\"Active\"}}","eventid":"a3b4c5d6-0f3f-4a54-9a52-6f1f8f2d1a15","recipientaccountid":"111122223333"}
{"version":"0","id":"12ab","detail-type":"AWS API Call via CloudTrail","source":"aws.kms","account":"111122223333","time":"2026-03-30T22:36:55Z","region":"us-west-2","resources":[],"detail":{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/dana","accountId":"111122223333"},"eventTime":"2026-03-30T22:36:55Z","eventSource":"kms.amazonaws.com","eventName":"Decrypt","awsRegion":"us-west-2","sourceIPAddress":"198.51.100.23","userAgent":"aws-cli/2.15.30","errorCode":"KMSInvalidStateException","requestParameters":null,"eventID":"b4c5d6e7-0f3f-4a54-9a52-6f1f8f2d1a16","recipientAccountId":"111122223333"}}
"""  # noqa: E501 - one record, one line

INSIGHTS: Final = rb"""{"Records":[
{"eventVersion":"1.09","eventTime":"2026-03-30T22:40:00Z","awsRegion":"us-west-2","eventID":"c5d6e7f8-0f3f-4a54-9a52-6f1f8f2d1a17","eventType":"AwsCloudTrailInsight","recipientAccountId":"111122223333","sharedEventID":"0f3f9a52-0f3f-4a54-9a52-6f1f8f2d1a18","insightDetails":{"state":"Start","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","insightType":"ApiErrorRateInsight","errorCode":"AccessDeniedException","insightContext":{"statistics":{"baseline":{"average":0.0125},"insight":{"average":42.5},"insightDuration":1,"baselineDuration":10080},"attributions":[{"attribute":"userIdentityArn","insight":[{"value":"arn:aws:sts::111122223333:assumed-role/Deploy","average":42.5}],"baseline":[]},{"attribute":"userAgent","insight":[{"value":"Boto3/1.34.2","average":42.5}],"baseline":[]},{"attribute":"errorCode","insight":[{"value":"null","average":42.5}],"baseline":[]}]}},"eventCategory":"Insight"},
{"eventVersion":"1.09","eventTime":"2026-03-30T22:44:00Z","awsRegion":"us-west-2","eventID":"d6e7f8a9-0f3f-4a54-9a52-6f1f8f2d1a19","eventType":"AwsCloudTrailInsight","recipientAccountId":"111122223333","sharedEventID":"0f3f9a52-0f3f-4a54-9a52-6f1f8f2d1a18","insightDetails":{"state":"End","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","insightType":"ApiErrorRateInsight","errorCode":"AccessDeniedException","insightContext":{"statistics":{"baseline":{"average":0.0125},"insight":{"average":31.2}}}},"eventCategory":"Insight"},
{"eventVersion":"1.09","userIdentity":{"type":"AWSAccount","principalId":"AIDAEXAMPLEUSER","accountId":"444455556666"},"eventTime":"2026-03-30T22:45:10Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","awsRegion":"us-west-2","sourceIPAddress":"192.0.2.7","errorCode":"VpceAccessDenied","errorMessage":"The request was denied due to a VPC endpoint policy","requestID":"77aa","eventID":"e7f8a9b0-0f3f-4a54-9a52-6f1f8f2d1a20","eventType":"AwsVpceEvent","recipientAccountId":"111122223333","sharedEventID":"1a2b","vpcEndpointId":"vpce-0123456789abcdef0","vpcEndpointAccountId":"111122223333","eventCategory":"NetworkActivity"}]}
"""  # noqa: E501 - delivered files have no line breaks inside records

LAKE: Final = rb"""{
    "QueryStatus": "FINISHED",
    "QueryStatistics": {"ResultsCount": 1, "TotalResultsCount": 1, "BytesScanned": 4096},
    "QueryResultRows": [
        [
            {"eventTime": "2026-03-30 22:36:48.000"},
            {"eventName": "GetObject"},
            {"eventSource": "s3.amazonaws.com"},
            {"userIdentity": "{type=IAMUser, arn=arn:aws:iam::111122223333:user/dana, accesskeyid=AKIAIOSFODNN7EXAMPLE}"},
            {"sourceIPAddress": "192.0.2.7"},
            {"requestParameters": "{bucketName=example-models, key=v2/shard-00.safetensors}"},
            {"eventID": "f8a9b0c1-0f3f-4a54-9a52-6f1f8f2d1a21"}
        ]
    ]
}
"""

LOG_EVENTS: Final = rb"""{
    "events": [
        {
            "logStreamName": "111122223333_CloudTrail_us-west-2",
            "timestamp": 1774910500000,
            "message": "{\"eventVersion\":\"1.09\",\"userIdentity\":{\"type\":\"Root\",\"arn\":\"arn:aws:iam::111122223333:root\",\"accountId\":\"111122223333\"},\"eventTime\":\"2026-03-30T22:36:48Z\",\"eventSource\":\"iam.amazonaws.com\",\"eventName\":\"CreateUser\",\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"198.51.100.23\",\"requestParameters\":{\"userName\":\"eve\"},\"eventID\":\"b0c1d2e3-0f3f-4a54-9a52-6f1f8f2d1a23\",\"recipientAccountId\":\"111122223333\"}",
            "ingestionTime": 1774910505000,
            "eventId": "3900"
        }
    ]
}
"""  # noqa: E501 - CloudWatch Logs keeps the record as one text
