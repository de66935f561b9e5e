"""Every operator of the language, in one segment and in fifty, against a naive evaluation over all events."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.query.oracle import Sample, holds
from tests.query.reading import LISTS, read
from tests.store.conftest import RECORDS
from tests.store.invented import invent, write
from timeline.model.event import FIELDS, Event
from timeline.session.case import Case

TEXTS = [field.name for field in FIELDS if field.type == "text"]
NUMBERS = [field.name for field in FIELDS if field.type != "text"]

QUERIES = [
    "", "*", "alice", "-alice", "models", '"alice smith"', "GET", "curl*8", "wei?hts", "/GetO[a-z]+/",
    "/GETO/i", "line", "straße", "actor:alice", 'actor:"alice smith"', "actor:Alice", "actor:ali*",
    "actor:*lic*", "actor:a?ice", "actor:*e", "actor:*", "actor:/^A/", "actor:/^A/i",
    "actor:(alice OR bob OR carol)", r"actor:b\*b", "actor:b*b", "actor:nobody", "actor:nul*", "actor:/nul.a/",
    "actor:nul", 'actor:"nul\x01"', 'actor:"nul\0a"', "actor:ü*", "actor:\U00010000", "actor:\uffff*",
    "actor:@names.txt", "-actor:*", "kind:github.*", "outcome:denied", "-outcome:denied",
    "outcome:(success OR denied)", "src_ip:192.0.2.7", "src_ip:192.0.2.0/24", "src_ip:2001:db8::1",
    "src_ip:2001:db8::/32", 'src_ip:"2001:db8::1"', "src_ip:192.0.*", "src_ip:@ips.txt",
    "-src_ip:(192.0.2.0/24 OR 198.51.100.0/24)", "src_ip:::ffff:192.0.2.7", "src_ip:0.0.0.0/0",
    "resource:s3://models/*", "resource:*.tgz", "resource:/pkg/1*", "resource:100%", "resource:under_score",
    "resource:under?score", r"resource:C:\Users\x", 'resource:"quote\\"d"', "resource:/a?b=c", "user_agent:*x*",
    "user_agent:*curl*", "uid:*", "uid:id-20", "uid:id-2*", "message:*", "message:*line*0", "session:*",
    "session:x", "-session:x", "timestamp_basis:stated", "status:404", "-status:404", "status:4xx",
    "status:400..499", "status:[400 TO *]", "status:{404 TO 500]", "status:(>=500 OR 301)", "status:*",
    "-status:*", "status:@codes.txt", "bytes_out:>10MB", "bytes_out:<=999", "bytes_out:>=9223372036854775807",
    "bytes_out:>9223372036854775806", "bytes_out:<-9223372036854775807", "bytes_out:[1 TO 1kB]",
    "bytes_out:..0", "length:>60", "record:12", "record:12..40", "offset:0", "offset:0..500",
    "timestamp_precision:1000000", "after:2026-03-30T19:47:00Z", "before:2026-03-30T19:47:00Z",
    "after:2026-03-30T19:46:50Z before:2026-03-30T19:46:59Z", "timestamp:2026-03-30T19:47:05Z",
    "timestamp:2026-03-30", "around:2026-03-30T19:47:00Z±5s", "after:1900-01-01", "before:9999-12-31",
    "after:9999-12-31", "before:1900-01-01", "is:undated", "is:dated", "-is:undated actor:alice", "timestamp:*",
    "source:a.log", "source:logs/*", "source:*.log", 'source:"logs/deep/c*.json"', "source:/[ab].log$/",
    "source:none", "-source:a.log", "source:(a.log OR logs/b.log)", "is:starred", "-is:starred", "star:no",
    "is:tagged", "tag:exfil", "tag:Key", "tag:key", "tag:lead/*", "tag:/^[A-Z]/", "tag:*", "comment:HR",
    "comment:strasse", "comment:*", "-comment:*", "is:commented -tag:Key", "alice denied", "alice OR denied",
    "alice OR bob denied", "(alice OR bob) denied", "-(alice OR bob)", "-(status:404 OR actor:alice)",
    "-(status:404 actor:alice)", "(actor:(a* -alice) OR -status:*) -(is:undated OR src_ip:*)",
    "NOT (NOT actor:bob)", "actor:alice actor:bob", "actor:alice OR -actor:alice", "status:404 -status:404",
    "raw:alice", "-raw:alice", "raw:/\"n\": 1\\d,/", "raw:straße", "raw.who:alice", "-raw.who:alice",
    "raw.who:*", "-raw.who:*", "raw.n:7", "raw.n:10..20", "raw.n:>300", 'raw.in."x.y":3', "raw.tags:2",
    "raw.tags.0:1", "raw.nothing:*", "raw.who:/^[ab]/", "raw.who:*o*", "raw.n:>100 actor:alice",
    "raw.n:>100 OR actor:alice", "-(raw.n:>100 OR actor:alice)", "-(raw.n:>100 actor:alice)",
    "(raw.n:<50 OR is:starred) -(raw.who:bob OR status:404)", "-raw.n:>100 -status:*",
    "raw.n:>100 OR -raw.n:>100", "source:a.log (raw.tags:0 OR tag:exfil) -is:undated",
    "-(actor:alice -raw.who:alice)",
]  # fmt: skip


@dataclass(frozen=True)
class Stored(Sample):
    """An event of a case, with the bytes of its record."""

    record: bytes = b""

    def raw_bytes(self) -> bytes:
        return self.record


def stored(case: Case, event: Event) -> Stored:
    values = {field.name: getattr(event, field.name) for field in FIELDS}
    return Stored(
        key=event.key,
        source=event.source,
        texts={name: values[name] for name in TEXTS if values[name] is not None},
        numbers={name: values[name] for name in NUMBERS if values[name] is not None},
        starred=event.starred,
        tags=event.tags,
        comments=tuple(note.text for note in event.comments),
        raw=case.raw_fields(event.key),
        record=case.raw(event.key),
    )


@pytest.fixture(scope="module")
def samples(whole: Case, events: list[Event]) -> list[Stored]:
    return [stored(whole, event) for event in events]


@pytest.fixture(scope="module", autouse=True)
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("lists")
    for name, lines in LISTS.items():
        (folder / name).write_text("\n".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield


def keys(case: Case, query: str) -> list[str]:
    with case.find(query) as matches:
        found = list(matches.keys())
        assert matches.count() == len(found)
    with case.find(query) as matches:
        assert matches.count() == len(found)
    return found


def negation(query: str) -> str:
    return f"-({query})" if query else "-*"


def test_the_cases_hold_what_was_invented(whole: Case, parts: Case, events: list[Event]) -> None:
    streams = invent(RECORDS)
    expected = {
        (stream.path, number, sub): values
        for stream in streams
        for number, record in enumerate(stream.events, 1)
        for sub, values in enumerate(record)
    }
    with parts.find() as matches:
        assert list(matches.events()) == events
    found: dict[tuple[str, int | None], int] = {}
    for event in sorted(events, key=lambda event: (event.key.startswith("u"), event.key)):
        place = (event.source, event.record)
        subs = [expected[*place, sub] for sub in range(2) if (*place, sub) in expected]  # type: ignore[index]  # every record has a number
        assert any(
            all(getattr(event, name) == value for name, value in values.items() if name != "content") for values in subs
        )
        found[place] = found.get(place, 0) + 1
    assert sum(found.values()) == len(expected)
    stamps = [(event.timestamp is None, event.timestamp) for event in events if event.timestamp is not None]
    assert stamps == sorted(stamps)
    assert [event.timestamp is None for event in events] == sorted(event.timestamp is None for event in events)
    with whole.reading() as one, parts.reading() as many:
        assert len(one.segments) == 1
        assert len(many.segments) > 40


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_finds_what_it_says(whole: Case, parts: Case, samples: list[Stored], query: str) -> None:
    node = read(query)
    expected = [sample.key for sample in samples if holds(node, sample)]
    others = [sample.key for sample in samples if not holds(node, sample)]
    for case in (whole, parts):
        assert keys(case, query) == expected
        assert keys(case, negation(query)) == others


def test_a_key_finds_its_event(whole: Case, parts: Case, events: list[Event]) -> None:
    for case in (whole, parts):
        for event in events[::13]:
            assert case.event(event.key).key == event.key
        some = [event.key for event in events[::7]]
        assert keys(case, " OR ".join(f"key:{key}" for key in some)) == some
        assert len(keys(case, f"-key:{some[0]}")) == len(events) - 1
        assert keys(case, "key:000000000000-0 OR key:u0000000000000000 OR key:nonsense") == []


def test_a_long_list_is_the_same_as_its_members(whole: Case, parts: Case, tmp_path: Path, events: list[Event]) -> None:
    wanted = [f"id-{number}" for number in range(200)]
    (tmp_path / "ids.txt").write_text("\n".join(wanted))
    expected = [event.key for event in events if event.uid in set(wanted)]
    for case in (whole, parts):
        assert keys(case, f'uid:@"{tmp_path / "ids.txt"}"') == expected


def test_marks_made_later_are_seen_by_an_open_result(tmp_path: Path) -> None:
    with write(tmp_path / "c.db", invent(30), chunk_records=30) as case, case.find("is:starred") as matches:
        assert matches.page(0, 5) == []
        with case.find() as every:
            first = next(every.keys())
        case.annotate([first], star=True)
        assert [event.key for event in matches.page(0, 5)] == [first]
        assert matches.count() == 1
        case.undo()
        assert matches.count() == 0
