import json

import pytest

from parsers import azure_storage_json
from timeline.model.parser import Chunk, DecodeContext, Sample

REQUEST = {
    "time": "2026-03-30T23:17:59.2504419Z",
    "resourceId": "/subscriptions/0f0f/providers/Microsoft.Storage/storageAccounts/exampledata/blobServices/default",
    "category": "StorageRead",
    "operationName": "GetBlob",
    "statusCode": 200,
    "statusText": "Success",
    "callerIpAddress": "192.0.2.7:50100",
    "correlationId": "9d8c7b6a",
    "identity": {"type": "OAuth", "tokenHash": "5EXAMPLE6", "requester": {"objectId": "77", "upn": "dana@example.com"}},
    "location": "westeurope",
    "properties": {"accountName": "exampledata", "userAgentHeader": '"curl/8.5.0"', "responseBodySize": 4096},
    "uri": "https://exampledata.blob.core.windows.net/m/a.bin",
}


def event(record: object) -> dict[str, object]:
    (found,) = azure_storage_json.decode(Chunk(json.dumps(record).encode())).events.to_pylist()
    return {name: value for name, value in found.items() if value is not None}


def test_a_request() -> None:
    found = event(REQUEST)
    assert isinstance(found.pop("content"), int)
    assert found == {
        "timestamp": 1774912679250441,
        "timestamp_desc": "request",
        "timestamp_precision": 1,
        "timestamp_basis": "stated",
        "record": 1,
        "offset": 0,
        "length": len(json.dumps(REQUEST)),
        "kind": "azure.storage",
        "action": "GetBlob",
        "outcome": "success",
        "actor": "dana@example.com",
        "credential": "5EXAMPLE6",
        "src_ip": "192.0.2.7",
        "user_agent": "curl/8.5.0",
        "resource": "https://exampledata.blob.core.windows.net/m/a.bin",
        "account": "exampledata",
        "region": "westeurope",
        "bytes_out": 4096,
        "status": 200,
        "uid": "9d8c7b6a",
    }


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"statusCode": "403"}, "outcome", "denied"),
        ({"statusCode": 500}, "outcome", "failure"),
        ({"statusCode": 0, "statusText": "Success"}, "outcome", "success"),
        ({"statusCode": None, "statusText": "AuthorizationFailure"}, "outcome", "denied"),
        ({"statusCode": 3221225524, "statusText": "ResourceNotFound"}, "outcome", "failure"),
        ({"statusCode": 3221225524}, "status", None),
        ({"identity": {"type": "AccountKey", "tokenHash": "key1(AB)"}}, "credential", "key1(AB)"),
        ({"identity": {"type": "Anonymous"}}, "actor", None),
        ({"identity": {"requester": {"appId": "12"}}}, "actor", "12"),
        ({"properties": {}}, "account", "exampledata"),
        ({"properties": {}, "resourceId": "/x"}, "account", None),
        ({"properties": "[1]"}, "bytes_out", None),
        ({"uri": "", "properties": {"objectKey": "/e/m/a.bin"}}, "resource", "/e/m/a.bin"),
        ({"time": "3/30/2026, 11:17:59.212 PM"}, "timestamp", 1774912679212000),
        ({"time": 5}, "timestamp", None),
    ],
)
def test_values(change: dict[str, object], field: str, value: object) -> None:
    assert event(REQUEST | change).get(field) == value


def test_what_is_no_request() -> None:
    decoded = azure_storage_json.decode(Chunk(b'{"category":"StorageRead"}\n{"category"'))
    assert [refusal.reason for refusal in decoded.rejects] == ["names no operation", "not valid JSON"]
    assert azure_storage_json.fields(b"7", b"", DecodeContext()) == {}


@pytest.mark.parametrize(
    "record",
    [
        REQUEST | {"category": "Administrative"},
        {"category": "StorageRead"},
        {"text": ["StorageRead"]},
    ],
)
def test_neighbours_are_left_alone(record: dict[str, object]) -> None:
    assert azure_storage_json.sniff(Sample(json.dumps(record).encode())).confidence < 50
