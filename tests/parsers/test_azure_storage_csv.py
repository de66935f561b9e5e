import pytest

from parsers import azure_storage_csv
from tests.parsers.registry import load, run
from timeline.model.parser import Sample


def test_rows() -> None:
    first, second = run(load(azure_storage_csv.KIND), azure_storage_csv.SAMPLES[0]).events
    assert first["timestamp"] == 1774912679250000
    assert (first["kind"], first["action"], first["outcome"], first["status"]) == (
        "azure.storage",
        "GetBlob",
        "success",
        200,
    )
    assert first["credential"] == "key1(77AA),SasSignature(88BB)"
    assert (first["actor"], first["src_ip"], first["bytes_out"]) == (None, "203.0.113.9", 6144)
    assert (second["actor"], second["outcome"], second["account"]) == ("dana@example.com", "denied", "exampledata")


@pytest.mark.parametrize(
    "head",
    [
        b"TimeGenerated,OperationName,Caller,CallerIpAddress,ResourceId\n",
        b"TimeGenerated,OperationName,ResultType,UserPrincipalName,IPAddress\n",
        b'{"TimeGenerated":1,"OperationName":2,"StatusText":3,"Uri":4,"AuthenticationHash":5}\n',
        b"TimeGenerated OperationName",
    ],
)
def test_neighbours_are_left_alone(head: bytes) -> None:
    assert azure_storage_csv.sniff(Sample(head + b"a,b\n")).confidence == 0
