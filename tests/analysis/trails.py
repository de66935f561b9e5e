"""CloudTrail records of our own, and cases made of them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from timeline.session.case import Case, open_case

ACCOUNT = "111122223333"


def user(name: str, key: str) -> dict[str, Any]:
    """The identity of an IAM user with an access key."""
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return {"type": "IAMUser", "arn": arn, "accountId": ACCOUNT, "userName": name, "accessKeyId": key}


def session(role: str, name: str, key: str) -> dict[str, Any]:
    """The identity of a session of an assumed role."""
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{name}"
    return {"type": "AssumedRole", "arn": arn, "accountId": ACCOUNT, "accessKeyId": key}


def call(number: int, time: str, service: str, name: str, who: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """One record; `number` makes its id, `more` are further members."""
    return {
        "eventVersion": "1.09", "userIdentity": who, "eventTime": time, "eventSource": f"{service}.amazonaws.com",
        "eventName": name, "awsRegion": "us-west-2", "sourceIPAddress": "192.0.2.7", "userAgent": "aws-cli/2.15",
        "requestParameters": None, "responseElements": None, "requestID": f"r{number}",
        "eventID": f"00000000-0000-4000-8000-{number:012d}", "readOnly": True, "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT, **more,
    }  # fmt: skip


def given(key: str) -> dict[str, Any]:
    """responseElements of a call that gave this key."""
    return {"credentials": {"accessKeyId": key, "sessionToken": "x", "expiration": "Mar 30, 2026, 11:00:00 PM"}}


def made_case(folder: Path, files: Mapping[str, Iterable[object] | bytes], case_yaml: str = "name: made\n") -> Case:
    """A case of these files: bytes as they are, anything else as lines of JSON."""
    evidence = folder / "evidence"
    evidence.mkdir(parents=True)
    (folder / "case.yaml").write_text(case_yaml)
    for name, content in files.items():
        path = evidence / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else b"".join(json.dumps(one).encode() + b"\n" for one in content)
        path.write_bytes(data)
    case = open_case(folder, create=True, analyst="kim", now_us=lambda: 1_780_000_000_000_000)
    case.ingest(jobs=1)
    return case
