"""On what a CloudTrail call acted: the ARN that the record names, else the best of its request parameters.

Reference: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
(`resources`, `requestParameters`); the parameters' names are those of each service's API.
"""

from collections.abc import Iterator
from typing import Final

from parsers.lib.json_reading import Record
from parsers.lib.json_values import as_text, first_text, inner, items, list_of, object_of, text, text_or_first

# Request parameters that name the thing acted on. Of those that a call has, the one that stands first here counts:
# what is narrow before what contains it, the thing itself before the person or policy it is given to.
_NAMING: Final = """
    resourceArn ResourceArn resourceARN
    secretId keyId functionName layerName tableName streamName deliveryStreamName queueUrl topicArn
    modelId modelIdentifier trainingJobName endpointName notebookInstanceName
    imageId snapshotId volumeId dBSnapshotIdentifier dBClusterSnapshotIdentifier
    sourceDBSnapshotIdentifier sourceSnapshotId dBInstanceIdentifier dBClusterIdentifier clusterIdentifier
    fileSystemId repositoryName registryId projectName pipelineName stackName stateMachineArn executionArn
    logGroupName logGroupIdentifier trailName trailARN eventDataStore detectorId flowLogId
    accessKeyId serialNumber userName UserName roleName groupName instanceProfileName roleArn policyArn policyName
    instanceId instanceIds target
    networkInterfaceId routeTableId internetGatewayId networkAclId natGatewayId subnetId groupId vpcEndpointId vpcId
    allocationId associationId keyName
    distributionId hostedZoneId certificateArn domainName loadBalancerArn restApiId apiId identityPoolId userPoolId
    documentName associationName commandId
    clusterName cluster workGroup databaseName database queryExecutionId jobName
    accountId targetId organizationId
    name names Name arn Arn ARN resourceName resourceId resourceIdList resources bucket
    """.split()  # noqa: SIM905 - a table of names, read by people
_RANK: Final = {name: rank for rank, name in enumerate(_NAMING)}
# lists that EC2 writes as {"items": [{"<name>": ...}]}, and requests that EC2 nests under their own name
_EC2_SETS: Final = {
    "instancesSet": "instanceId", "imagesSet": "imageId", "snapshotSet": "snapshotId", "volumeSet": "volumeId",
    "vpcSet": "vpcId", "subnetSet": "subnetId", "routeTableIdSet": "routeTableId", "networkAclIdSet": "networkAclId",
    "internetGatewayIdSet": "internetGatewayId", "securityGroupIdSet": "groupId",
    "networkInterfaceIdSet": "networkInterfaceId", "flowLogIdSet": "flowLogId",
}  # fmt: skip
_EC2_REQUESTS: Final = {
    "DeleteFlowLogsRequest": "FlowLogId", "CreateFlowLogsRequest": "ResourceId", "DescribeFlowLogsRequest": "FlowLogId",
    "DescribeNatGatewaysRequest": "NatGatewayId", "ModifyVpcEndpointRequest": "VpcEndpointId",
}  # fmt: skip
_PARTITIONS: Final = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"))


def resource_of(record: Record) -> str | None:
    """The resource of a record; None where neither its resources nor its request name one."""
    get = record.get
    named = resource_named(get("resources"), get("requestParameters"), get("awsRegion"))
    return named or endpoint_of(get("eventCategory"), get("vpcEndpointId"))


def endpoint_of(category: object, endpoint: object) -> str | None:
    """The VPC endpoint, where its network activity is what was recorded."""
    return as_text(endpoint) if category == "NetworkActivity" else None


def resource_named(resources: object, parameters: object, region: object) -> str | None:
    """The same by the values of `resources`, `requestParameters` and `awsRegion`."""
    listed = list_of(resources)
    if listed and isinstance(listed[0], dict):
        named = first_text(listed[0], "ARN", "arn", "ARNPrefix", "resourceName", "ResourceName")
        if named is not None:
            return named
    request = object_of(parameters)
    if not request:
        return None
    return _bucket(request, region) or _best(request)


def _bucket(request: Record, region: object) -> str | None:
    bucket = text(request, "bucketName")
    if bucket is None or bucket.startswith("arn:"):
        return bucket
    place = as_text(region) or ""
    partition = next((name for prefix, name in _PARTITIONS if place.startswith(prefix)), "aws")
    key = text(request, "key")
    return f"arn:{partition}:s3:::{bucket}" if key is None else f"arn:{partition}:s3:::{bucket}/{key}"


def _best(request: Record) -> str | None:
    for name in sorted(request.keys() & _RANK.keys(), key=_RANK.__getitem__):
        found = text_or_first(request[name])
        if found is not None:
            return found
    nested = next(_nested(request), None)
    return nested or next(
        (value for value in request.values() if isinstance(value, str) and value.startswith("arn:")), None
    )


def _nested(request: Record) -> Iterator[str]:
    for name in request:
        if name in _EC2_SETS:
            for item in items(inner(request, name), "items"):
                found = text(item, _EC2_SETS[name])
                if found is not None:
                    yield found
        elif name in _EC2_REQUESTS:
            value = inner(request, name).get(_EC2_REQUESTS[name])
            found = text(value, "content") or text_or_first(value)
            if found is not None:
                yield found
