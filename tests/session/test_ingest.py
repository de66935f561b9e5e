import bz2
import gzip
import json
import lzma
import random
from pathlib import Path

import pytest
import zstandard

from tests.evidence_files import access_line, access_log, ingested, new_case, put, rows_of, trail_file, trail_record
from timeline.model.errors import UsageError
from timeline.session.case import Case


def counts(case: Case) -> tuple[int, int, int, int, int]:
    infos = [info for info in case.sources() if info.same_as is None]
    for info in infos:
        assert info.records == info.with_events + info.duplicates + info.rejects + info.ignored
    names = ("records", "events", "duplicates", "rejects", "ignored")
    records, events, duplicates, rejects, ignored = (sum(getattr(info, name) for info in infos) for name in names)
    return records, events, duplicates, rejects, ignored


def assert_sound(case: Case) -> None:
    assert [problem for check in case.verify() for problem in check.problems] == []


def mixed(folder: Path) -> Path:
    return put(
        folder,
        {
            "web/access.log": access_log(range(300)),
            "web/other.log.gz": gzip.compress(access_log(range(500, 700)).encode(), mtime=0),
            "trail/a.json": trail_file(range(40)),
            "trail/b.json": trail_file(range(30, 70)),
            "trail/c.jsonl": "\n".join(json.dumps(trail_record(n)) for n in range(60, 90)) + "\n",
        },
    )


def test_every_record_is_accounted_for(tmp_path: Path) -> None:
    folder = put(tmp_path / "e", {"access.log": access_log(range(20)) + "\nnot a record\n\x00\x00\n" + access_line(21)})
    with ingested(tmp_path / "c.db", folder) as case:
        assert counts(case) == (24, 21, 0, 2, 1)
        assert [(r.record, r.source) for r in case.rejects()] == [(22, "access.log"), (23, "access.log")]
        assert [r.record for r in case.ignored()] == [21]
        assert_sound(case)


def test_the_same_bytes_again_add_nothing_and_it_says_so(tmp_path: Path) -> None:
    folder = mixed(tmp_path / "e")
    with ingested(tmp_path / "c.db", folder) as case:
        before = case.digest()
        summary = case.ingest([folder], jobs=1)
        assert (summary.events, summary.records, summary.already_held) == (0, 0, 5)
        assert all("nothing added" in note for note in summary.notes)
        assert case.digest() == before


def test_a_copy_under_another_name_adds_nothing(tmp_path: Path) -> None:
    log = access_log(range(50))
    folder = put(tmp_path / "e", {"a.log": log, "b/copy.log": log, "c.log.gz": gzip.compress(log.encode())})
    with ingested(tmp_path / "c.db", folder) as case:
        assert counts(case)[:2] == (50, 50)
        assert [info.same_as for info in case.sources()] == [None, "a.log", "a.log"]


def test_sightings_of_one_event_become_witnesses(tmp_path: Path) -> None:
    with ingested(tmp_path / "c.db", mixed(tmp_path / "e")) as case:
        assert counts(case) == (500 + 40 + 40 + 30, 500 + 90, 20, 0, 0)
        with case.find("kind:aws.cloudtrail") as matches:
            seen = {event.uid: {event.source, *(w.source for w in event.witnesses)} for event in matches.events()}
        assert len(seen) == 90
        assert seen[trail_record(35)["eventID"]] == {"trail/a.json", "trail/b.json"}
        assert seen[trail_record(65)["eventID"]] == {"trail/b.json", "trail/c.jsonl"}


def test_the_same_id_with_other_content_is_another_event(tmp_path: Path) -> None:
    records = [trail_record(1), trail_record(1, eventName="DeleteObject"), trail_record(1)]
    folder = put(tmp_path / "e", {"t.json": json.dumps({"Records": records})})
    with ingested(tmp_path / "c.db", folder) as case:
        assert counts(case) == (3, 2, 1, 0, 0)
        assert_sound(case)


@pytest.mark.parametrize("seed", range(3))
def test_the_case_does_not_depend_on_how_it_came_about(tmp_path: Path, seed: int) -> None:
    folder = mixed(tmp_path / "e")
    with ingested(tmp_path / "whole.db", folder) as whole:
        expected, rows = whole.digest(), rows_of(whole)
    names = ["web/access.log", "web/other.log.gz", "trail/a.json", "trail/b.json", "trail/c.jsonl"]
    random.Random(seed).shuffle(names)
    with new_case(tmp_path / "parts.db") as parts:
        for name in names:
            part = put(tmp_path / f"only-{seed}" / name.replace("/", "-"), {name: (folder / name).read_bytes()})
            parts.ingest([part], jobs=1, segment_rows=(64, 7, 1000)[seed], first_flush_rows=16)
        assert parts.digest() == expected
        assert rows_of(parts) == rows
        assert counts(parts) == (610, 590, 20, 0, 0)
        assert_sound(parts)


def test_workers_change_nothing(tmp_path: Path) -> None:
    folder = mixed(tmp_path / "e")
    with ingested(tmp_path / "one.db", folder, jobs=1) as one, ingested(tmp_path / "two.db", folder, jobs=2) as two:
        assert one.digest() == two.digest()


def test_a_log_that_has_grown_adds_its_tail(tmp_path: Path) -> None:
    folder = put(tmp_path / "e", {"access.log": access_log(range(100))})
    with (
        ingested(tmp_path / "c.db", folder) as case,
        ingested(tmp_path / "whole.db", put(tmp_path / "w", {"access.log": access_log(range(150))})) as whole,
    ):
        case.annotate_matches("record:5", star=True)
        put(tmp_path / "e", {"access.log": access_log(range(150))})
        summary = case.ingest([folder], jobs=1)
        assert (summary.events, summary.extended) == (50, 1)
        assert case.digest() == whole.digest()
        with case.find("is:starred") as starred:
            assert [event.record for event in starred.events()] == [5]
        assert_sound(case)


def test_a_last_line_that_was_cut_is_read_again_when_the_log_has_grown(tmp_path: Path) -> None:
    whole = access_log(range(160))
    cut = len(access_log(range(100))) + 70
    folder = put(tmp_path / "e", {"access.log": whole[:cut]})
    with ingested(tmp_path / "c.db", folder) as case:
        assert counts(case)[0] == 101
        put(tmp_path / "e", {"access.log": whole})
        case.ingest([folder], jobs=1)
        assert counts(case)[:2] == (160, 160)
        with ingested(tmp_path / "whole.db", put(tmp_path / "w", {"access.log": whole})) as expected:
            assert rows_of(case) == rows_of(expected)
            assert case.digest() == expected.digest()
        assert_sound(case)


@pytest.mark.parametrize("order", [("short", "long"), ("long", "short")])
def test_an_earlier_state_of_a_log_adds_nothing_to_a_later_one(tmp_path: Path, order: tuple[str, str]) -> None:
    logs = {"short": access_log(range(80)), "long": access_log(range(120))}
    with new_case(tmp_path / "c.db") as case:
        for name in order:
            case.ingest([put(tmp_path / name, {f"{name}.log": logs[name]})], jobs=1)
        assert counts(case)[:2] == (120, 120)
        assert_sound(case)


def test_two_logs_that_begin_alike_are_two_logs(tmp_path: Path) -> None:
    start = access_log(range(100))
    folder = put(
        tmp_path / "e", {"a.log": start + access_log(range(200, 220)), "b.log": start + access_log(range(300, 330))}
    )
    with ingested(tmp_path / "c.db", folder) as case:
        assert counts(case)[:2] == (250, 250)
        assert_sound(case)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
def test_containers_hold_what_they_hold(tmp_path: Path, pack: object) -> None:
    data = pack(access_log(range(50)).encode())  # type: ignore[operator]  # the four have one shape
    with ingested(tmp_path / "c.db", put(tmp_path / "e", {"access.log.packed": data})) as case:
        assert counts(case)[:2] == (50, 50)


def test_a_truncated_gz_gives_what_it_holds_and_says_so(tmp_path: Path) -> None:
    rng = random.Random(5)
    lines = "".join(access_line(n, path=f"/{rng.getrandbits(200):x}") + "\n" for n in range(400))
    data = gzip.compress(lines.encode())
    folder = put(tmp_path / "e", {"access.log.gz": data[: len(data) * 2 // 3]})
    with new_case(tmp_path / "c.db") as case:
        summary = case.ingest([folder], jobs=1)
        assert [path for path, _ in summary.failures] == ["access.log.gz"]
        assert 100 < summary.events < 400
        assert case.source("access.log.gz").state == "partial"
        assert_sound(case)
        put(tmp_path / "e", {"access.log.gz": data})
        assert case.ingest([folder], jobs=1).failures == ()
        assert counts(case)[:2] == (400, 400)
        assert case.source("access.log.gz").state == "complete"
        assert_sound(case)


def test_what_nobody_recognises_is_kept_and_accounted_for(tmp_path: Path) -> None:
    folder = put(tmp_path / "e", {"notes.txt": "hello\nworld\n", "image.bin": bytes(range(256)) * 40, "empty.log": ""})
    with new_case(tmp_path / "c.db") as case:
        summary = case.ingest([folder], jobs=1)
        assert {path for path, _ in summary.failures} == {"notes.txt", "image.bin"}
        assert any("empty.log" in note for note in summary.notes)
        assert summary.rejects == 2
        assert_sound(case)


def test_the_wrong_path_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    with new_case(tmp_path / "c.db") as case, pytest.raises(UsageError, match="no such file"):
        case.ingest([tmp_path / "none"])


def test_undated_events_are_kept_and_come_last(tmp_path: Path) -> None:
    records = [trail_record(1), {**trail_record(2), "eventTime": "yesterday"}, trail_record(3)]
    with ingested(tmp_path / "c.db", put(tmp_path / "e", {"t.json": json.dumps({"Records": records})})) as case:
        assert [row[1] is None for row in rows_of(case)] == [False, False, True]
        with case.find("is:undated") as undated:
            assert undated.count() == 1
