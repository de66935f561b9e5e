"""GitHub's entries read many at a time give what they give one by one, whatever is in them."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import github_audit
from parsers.lib.json_records import decode_json
from timeline.model.parser import Chunk, Decoded

FORMAT = github_audit._FORMAT
ONE_BY_ONE = replace(FORMAT, typed=None)

odd = st.sampled_from([None, True, 1, 1.5, "", "-", [], ["x"], {}, {"a": [1]}])
texts = st.one_of(st.sampled_from(["x", "git.clone", "repo.fail", "192.0.2.7:80", "\u00e4"]), odd)
times = st.sampled_from([1774910088123, 1774910088, "2026-03-30T22:36:48Z", "1774910088123", -1, 10**30, None, "later"])
entries = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(
            ["actor", "hashed_token", "actor_ip", "user_agent", "repo", "repository", "org", "business"], texts
        ),
        "action": st.sampled_from(["git.clone", "x.failed", "a.rejected_ref_update", "", "-", None, 3]),
        "_document_id": st.sampled_from(["id-1", "id-2", "", "-", None, 5]),
        "@timestamp": times,
        "created_at": times,
        "status_code": st.sampled_from([200, "403", 500, 0, -1, None, True]),
        "conclusion": st.sampled_from(["success", "timed_out", "new", None, 1]),
        "more": odd,
    },
)
usual = entries.map(
    lambda entry: {
        **{name: value for name, value in entry.items() if isinstance(value, str | int) and not isinstance(value, bool)},
        "action": "git.clone", "_document_id": "id-3", "actor_ip": "192.0.2.7", "user_agent": "git",
    }
)  # fmt: skip
damage = st.sampled_from([b"", b" ", b"{", b"[]", b"\0", b'{"action": "git.clone", "org": "\xff"}', b'{"a":' * 400])
raws = st.one_of(
    usual.map(lambda entry: json.dumps(entry).encode()), entries.map(lambda e: json.dumps(e).encode()), damage
)


def told(decoded: Decoded) -> tuple[object, ...]:
    decoded.events.validate(full=True)
    events = decoded.events.to_pylist()
    return events, decoded.records, list(decoded.rejects), list(decoded.ignored), list(decoded.warnings)


@given(st.lists(raws, max_size=6) | st.lists(usual.map(lambda entry: json.dumps(entry).encode()), max_size=6))
@settings(deadline=None, max_examples=300)
def test_many_at_a_time_and_one_by_one_agree(parts: list[bytes]) -> None:
    chunk = Chunk(b"".join(part + b"\n" for part in parts), 1000, 11)
    assert told(decode_json(chunk, FORMAT)) == told(decode_json(chunk, ONE_BY_ONE))


def test_entries_without_an_id_have_no_content() -> None:
    lines = b'{"action":"git.clone","_document_id":"id","org":"o"}\n{"action":"git.clone","org":"o"}\n'
    contents = decode_json(Chunk(lines), FORMAT).events.column("content").to_pylist()
    assert contents[0] is not None
    assert contents[1] is None
