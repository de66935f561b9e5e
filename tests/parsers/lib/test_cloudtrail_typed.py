"""CloudTrail records read many at a time give what they give one by one, whatever is in them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import aws_cloudtrail
from parsers.lib import cloudtrail_typed
from parsers.lib.json_records import decode_json
from parsers.lib.records import RecordFormat
from timeline.model.parser import Chunk, Decoded

FORMAT = aws_cloudtrail._FORMAT
ONE_BY_ONE = replace(FORMAT, typed=None)

texts = st.sampled_from(
    ["", "-", " ", "x", "ConsoleLogin", "AccessDenied", "s3.amazonaws.com", '\u00e4"\\\n', '{"arn": "a"}']
)
leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["ARN", "arn", "accountId", "bucketName", "key", "bytesTransferredOut"]), inner
        ),
    ),
    max_leaves=6,
)
identities = st.one_of(
    values,
    st.fixed_dictionaries(
        {"type": st.sampled_from(["AssumedRole", "IAMUser"])},
        optional={
            "arn": st.sampled_from(["arn:aws:sts::1:assumed-role/a/b", "arn:aws:iam::1:user/c", "", 7]),
            "principalId": st.sampled_from(["A:b", "A", None]),
            "accessKeyId": texts,
            "accountId": texts,
            "sessionContext": values,
        },
    ),
)
times = st.sampled_from(["2026-03-30T22:36:48Z", "2026-02-30T00:00:00Z", "1774910208", 1774910208, None, "", "later"])
records = st.fixed_dictionaries(
    {},
    optional={
        "eventName": texts,
        "eventSource": texts,
        "eventTime": times,
        "@timestamp": times,
        "eventID": st.sampled_from(["id-1", "id-2", "", "-", None, 5]),
        "userIdentity": identities,
        "errorCode": texts | st.none(),
        "sourceIPAddress": st.sampled_from(["192.0.2.7:80", "-", "192.0.2.7, 198.51.100.9", None, 4]),
        "userAgent": texts | st.none(),
        "awsRegion": st.sampled_from(["cn-north-1", "us-east-1", "-", None]),
        "recipientAccountId": texts,
        "requestParameters": values,
        "responseElements": values | st.just({"ConsoleLogin": "Failure"}),
        "additionalEventData": values,
        "resources": values | st.just([{"ARN": "arn:aws:s3:::a"}]),
        "new": values,
    },
)
usual = records.map(
    lambda record: {
        "eventName": "GetObject", "eventTime": "2026-03-30T22:36:48Z", "eventID": "id-3", "userIdentity": {"arn": "b"},
        **{name: value for name, value in record.items() if name not in {"new", "@timestamp"}},
    }
)  # fmt: skip
damage = st.sampled_from(
    [
        b"",
        b" ",
        b"{",
        b"[]",
        b"\0",
        b'{"eventName": "x", "eventID": "\xff"}',
        b'{"eventName":"xy","eventTime":"","eventID":"id","userIdentity":"\xff"}',
    ]
)
raws = st.one_of(st.one_of(records, usual).map(lambda record: json.dumps(record).encode()), damage)


def chunk_of(parts: list[bytes]) -> Chunk:
    spans, data = [], b""
    for part in parts:
        spans.append((len(data), len(part)))
        data += part + b",\n"
    return Chunk(data, 1000, 11, tuple(spans))


def told(decoded: Decoded) -> tuple[object, ...]:
    decoded.events.validate(full=True)
    events = decoded.events.to_pylist()
    return events, decoded.records, list(decoded.rejects), list(decoded.ignored), list(decoded.warnings)


@given(st.lists(raws, max_size=8))
@settings(deadline=None, max_examples=300)
def test_many_at_a_time_and_one_by_one_agree(parts: list[bytes]) -> None:
    chunk = chunk_of(parts)
    assert told(decode_json(chunk, FORMAT)) == told(decode_json(chunk, ONE_BY_ONE))


def test_a_usual_record_is_read_as_a_struct() -> None:
    def never(*_: object) -> Any:
        raise AssertionError("read one by one")

    form = RecordFormat(FORMAT.kind, never, typed=FORMAT.typed)
    sample = json.loads(aws_cloudtrail.SAMPLES[0])["Records"]
    done = decode_json(chunk_of([json.dumps(record).encode() for record in sample * 50]), form)
    assert (done.records, len(done.rejects), done.events.num_rows) == (150, 0, 150)
    assert done.events.to_pylist()[149]["actor"] == "cloudtrail.amazonaws.com"


def test_odd_records_between_usual_ones_keep_their_places() -> None:
    good = b'{"eventName":"GetObject","eventTime":"2026-03-30T22:36:48Z","eventID":"%d","userIdentity":{}}'
    odd = b'{"eventName":"GetObject","eventTime":"2026-03-30T22:36:48Z","eventID":"%d","never":"documented"}'
    parts = [(odd if number % 7 == 3 else good) % number for number in range(200)]
    chunk = chunk_of(parts)
    events = decode_json(chunk, FORMAT).events.to_pylist()
    assert [event["uid"] for event in events] == [str(number) for number in range(200)]
    assert [event["record"] for event in events] == list(range(11, 211))
    for event, part in zip(events, parts, strict=True):
        start = event["offset"] - 1000
        assert chunk.data[start : start + event["length"]] == part


def test_what_is_nested_deeply_is_read_one_by_one() -> None:
    nested = b"[" * 20 + b"]" * 20
    parts = [
        b'{"eventName":"Run","eventTime":"2026-03-30T22:36:48Z","eventID":"id","userIdentity":{},"requestParameters":%s}'
        % nested,
        b'{"eventName":"Run","eventTime":"2026-03-30T22:36:48Z","eventID":"id","userIdentity":{"arn":"a","x":%s}}'
        % nested,
    ]
    chunk = chunk_of(parts)
    done = decode_json(chunk, FORMAT)
    assert told(done) == told(decode_json(chunk, ONE_BY_ONE))
    assert done.events.num_rows == 2


def test_the_identities_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloudtrail_typed, "_MAX_IDENTITIES", 4)
    parts = [
        b'{"eventName":"Get","eventTime":"2026-03-30T22:36:48Z","eventID":"id","userIdentity":{"arn":"user/%d"}}'
        % number
        for number in range(40)
    ] + [b'{"eventName":"Get","eventTime":"","eventID":"id","userIdentity":{"arn":"%s"}}' % (b"x" * 5000)]
    actors = [event["actor"] for event in decode_json(chunk_of(parts), FORMAT).events.to_pylist()]
    assert actors == [f"user/{number}" for number in range(40)] + ["x" * 5000]
    assert len(cloudtrail_typed._IDENTITIES) <= 4
    assert all(len(raw) <= 1024 for raw in cloudtrail_typed._IDENTITIES)


def test_no_text_is_handed_on_that_no_event_has() -> None:
    good = b'{"eventName":"Get","eventTime":"2026-03-30T22:36:48Z","eventID":"id","userIdentity":{"arn":"a"}}'
    late = b'{"eventName":"Put","eventTime":"later","eventID":"id","userIdentity":%s}'
    for chunk in (chunk_of([late % b'"\xff"']), chunk_of([good, late % b'"\xff"', b"{"]), chunk_of([b"{"])):
        events = decode_json(chunk, FORMAT).events
        for column in events.columns:
            if hasattr(column, "dictionary"):
                assert set(column.dictionary.to_pylist()) == set(column.to_pylist()) - {None}
