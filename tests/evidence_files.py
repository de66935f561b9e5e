"""Invented evidence for tests: access-log lines and CloudTrail records, by number."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import timeline
from timeline.session.case import Case
from timeline.session.ingesting import IngestOptions

NOW_US = 1_775_000_000_000_000  # a clock for tests: 2026-03-31T23:33:20Z


def access_line(number: int, *, step: int = 1, path: str | None = None, status: int | None = None) -> str:
    """Line `number` of a log in which a second passes every `step` lines."""
    second = number // step
    stamp = (
        f"{1 + second // 86400:02d}/Mar/2026:{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d} +0000"
    )
    address = f"198.51.100.{number % 50}"
    code = status or (200, 304, 404, 403)[number % 4]
    target = path or f"/pkg/{number % 37}.tgz"
    return (
        f'{address} - user{number % 5} [{stamp}] "GET {target} HTTP/1.1" {code} {number * 10} "-" "npm/10.{number % 3}"'
    )


def access_log(numbers: Iterable[int], **shape: Any) -> str:
    """A log of these lines."""
    return "".join(access_line(number, **shape) + "\n" for number in numbers)


def trail_record(number: int, **extra: object) -> dict[str, Any]:
    """CloudTrail record `number`."""
    return {
        "eventVersion": "1.09",
        "eventTime": f"2026-03-30T22:{number // 60 % 60:02d}:{number % 60:02d}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": ("GetObject", "PutObject", "ListBuckets")[number % 3],
        "awsRegion": "us-east-1",
        "sourceIPAddress": f"203.0.113.{number % 20}",
        "userAgent": "aws-cli/2.15",
        "userIdentity": {
            "type": "IAMUser",
            "arn": f"arn:aws:iam::111122223333:user/u{number % 4}",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        },
        "requestParameters": {"bucketName": "corp-builds", "key": f"k{number}"},
        "eventID": f"00000000-0000-4000-8000-{number:012d}",
        "recipientAccountId": "111122223333",
        **extra,
    }


def trail_file(numbers: Iterable[int]) -> str:
    """A file as CloudTrail delivers it."""
    return json.dumps({"Records": [trail_record(number) for number in numbers]})


def put(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a folder; the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def new_case(path: Path, analyst: str = "kim") -> Case:
    """A bare case with the tests' clock."""
    return timeline.open_case(path, create=True, analyst=analyst, now_us=lambda: NOW_US)


def ingested(path: Path, folder: Path, **options: Any) -> Case:
    """A case that has read a folder, in this process but for the writer."""
    case = new_case(path)
    chosen: IngestOptions = {"jobs": 1, **options}  # type: ignore[typeddict-item]  # the keys of IngestOptions
    case.ingest([folder], **chosen)
    return case


def rows_of(case: Case, query: str = "") -> list[tuple[object, ...]]:
    """What a query gives, in order, as comparable tuples."""
    with case.find(query) as matches:
        return [
            (event.key, event.timestamp, event.source, event.record, event.actor, event.resource, event.status)
            for event in matches.events()
        ]
