"""What Leakline exported is read back: the same events, redacted ones still redacted, formulas as they were."""

from pathlib import Path

import pytest

from tests.evidence_files import ingested, put, trail_file
from timeline.model.event import Event
from timeline.session.case import Case

TOKEN = "ghp_" + "Ab3" * 12
LINES = [
    f'198.51.100.7 - =cmd [30/Mar/2026:22:36:48 +0000] "GET /get?access_token={TOKEN} HTTP/1.1" 200 12 "-" "-1+1"',
    '2001:db8::9 - - [30/Mar/2026:22:36:49 +0000] "GET /b,c HTTP/1.1" 403 0 "-" "\'@agent \\"x\\""',
]
BROUGHT = (
    "timestamp", "timestamp_desc", "timestamp_precision", "timestamp_basis", "action", "outcome", "actor", "credential", "session",
    "src_ip", "user_agent", "resource", "account", "region", "bytes_out", "status", "uid", "message",
)  # fmt: skip


def original(tmp_path: Path) -> Case:
    files: dict[str, str | bytes] = {"access.log": "\n".join(LINES) + "\n", "trail.json": trail_file(range(3))}
    return ingested(tmp_path / "a.db", put(tmp_path / "e", files))


def events_of(case: Case) -> list[Event]:
    with case.find("") as found:
        return list(found.events())


def brought(events: list[Event]) -> list[tuple[object, ...]]:
    return sorted((tuple(getattr(event, name) for name in BROUGHT) for event in events), key=repr)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_our_own_exports(tmp_path: Path, form: str) -> None:
    out = tmp_path / "out" / f"events.{form}"
    out.parent.mkdir()
    with original(tmp_path) as case:
        case.annotate_matches("status:403", star=True, tags=("key",))
        case.export(form, out, redact=False)
        before = events_of(case)
    with ingested(tmp_path / "b.db", out.parent) as case:
        assert [info.kind for info in case.sources()] == [f"leakline.{form}"]
        after = events_of(case)
        assert {event.kind for event in after} == {"leakline.event"}
        assert brought(after) == brought(before)
        with case.find("raw.kind:aws.cloudtrail raw.source:trail.json raw.record:2") as found:
            assert len(list(found.events())) == 1
        with case.find("raw.tags:key raw.starred:*") as found:
            assert [event.status for event in found.events()] == [403]
        assert all(not check.problems for check in case.verify())


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_what_was_redacted_stays_redacted(tmp_path: Path, form: str) -> None:
    out = tmp_path / "out" / f"events.{form}"
    out.parent.mkdir()
    with original(tmp_path) as case:
        case.export(form, out)
    with ingested(tmp_path / "b.db", out.parent) as case:
        resources = [event.resource or "" for event in events_of(case)]
        assert any("⟦" in resource for resource in resources)
        assert not any(TOKEN in resource for resource in resources)


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_our_exports_for_timesketch(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / "out" / f"events.{suffix}"
    out.parent.mkdir()
    with original(tmp_path) as case:
        case.export("timesketch", out, redact=False)
        before = [event for event in events_of(case) if event.timestamp is not None]
    with ingested(tmp_path / "b.db", out.parent) as case:
        assert [info.kind for info in case.sources()] == [f"timesketch.{suffix}"]
        after = events_of(case)
    left_out = {"message", "uid"}
    places = [place for place, name in enumerate(BROUGHT) if name not in left_out]
    assert [[row[place] for place in places] for row in brought(after)] == [
        [row[place] for place in places] for row in brought(before)
    ]
