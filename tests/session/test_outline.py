"""What a case says of itself at once: the same as what is counted event by event, and what is new since somebody looked."""

import json
from pathlib import Path

from tests.analysis.trails import call, made_case, user
from tests.tui.test_real_case import access_log
from timeline.session.case import open_case
from timeline.session.outline import Volumes

ANN = user("ann", "AKIAEXAMPLEANN")


def trail(hours: range) -> list[dict[str, object]]:
    return [call(n, f"2026-03-24T{n:02}:00:00Z", "s3", "GetObject", ANN) for n in hours]


def test_numbers_and_volumes_are_those_of_the_events(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text(access_log(400) + "no log line\n", encoding="utf-8")
    with made_case(tmp_path / "case", {"trail.json": trail(range(10, 20))}) as case:
        case.ingest([log], jobs=1)
        found = case.outline()
        assert (found.events, found.span, found.undated) == (410, case.span(), 0)
        assert {kind.kind: (kind.sources, kind.events) for kind in found.kinds} == {
            "web.access": (1, 400), "aws.cloudtrail": (1, 10),
        }  # fmt: skip
        assert [kind.kind for kind in found.kinds] == ["web.access", "aws.cloudtrail"]
        assert found.rejects == 1
        assert found.news is None
        told: list[Volumes] = []
        volumes = case.volumes(bins=50, tell=told.append)
        expected = case.histogram("", bins=50, by="kind").series
        assert {kind: tuple(counts) for kind, counts in volumes.items()} == expected
        assert told[-1] == volumes


def test_segments_of_several_kinds_are_counted_by_row(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "access.log").write_text(access_log(300), encoding="utf-8")
    (folder / "trail.json").write_text(json.dumps({"Records": trail(range(8, 22))}), encoding="utf-8")
    with open_case(tmp_path / "case.db", create=True) as case:
        case.ingest([folder], jobs=1)
        with case.reading() as reader:
            assert any(len(segment.streams) > 1 for segment in reader.segments)
        for bins in (1, 7, 60):
            expected = case.histogram("", bins=bins, by="kind").series
            assert {kind: tuple(counts) for kind, counts in case.volumes(bins=bins).items()} == expected


def test_an_empty_case(tmp_path: Path) -> None:
    with open_case(tmp_path / "case.db", create=True) as case:
        found = case.outline()
        assert (found.span, found.events, found.sources, found.kinds) == (None, 0, 0, ())
        assert case.volumes(bins=10) == {}


def test_what_is_new(tmp_path: Path) -> None:
    more = tmp_path / "more.log"
    more.write_text(access_log(30), encoding="utf-8")
    with made_case(tmp_path / "case", {"trail.json": trail(range(10, 14))}) as case:
        database, analyst = case.path, case.analyst
        assert case.mark_seen()
        seen = case.settings()["seen"]
        news = case.outline(seen).news
        assert news is not None
        assert not news.is_any
    with open_case(database, analyst="sam") as other:
        other.ingest([more], jobs=1)
        other.annotate([event.key for event in other.find().page(0, 3)], star=True)
        other.annotate([other.find().page(0, 1)[0].key], tags=["undone"])
        other.undo()
        other.finding_rows("coverage")
    with open_case(database, analyst=analyst) as case:
        before = case.generation()
        found = case.outline(case.settings()["seen"])
        news = found.news
        assert news is not None
        assert (news.events, news.sources, news.source_names) == (30, 1, ("more.log",))
        assert news.said == (("sam", 3),)
        assert "coverage" in news.findings
        assert found.starred == 3
        assert case.generation() == before
        case.finding_rows("actors")
        case.mark_seen()
    with open_case(database, analyst=analyst) as case:
        news = case.outline(case.settings()["seen"]).news
        assert news is not None
        assert not news.is_any  # what was found in the session is not new
        case.remove("more.log")
        assert case.generation() != before
        assert case.outline("nonsense").news is None
