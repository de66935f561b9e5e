"""A case in memory, with invented events and a small query language, that notes which thread called it."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.tui.fake_evidence import FakeEvidence
from tests.tui.fake_query import parse
from timeline.model.coverage import Interval
from timeline.model.errors import Cancelled
from timeline.model.event import FIELD_BY_NAME, Event, Note, Witness
from timeline.model.finding_rows import FindingRow, Findings
from timeline.model.journal import JournalEntry
from timeline.model.source import Histogram, SourceInfo
from timeline.model.time import HOUR_US, MINUTE_US, SECOND_US

START_US = 1_774_310_400 * SECOND_US  # 2026-03-24 00:00 UTC
SHA = "9f2c" * 16


def make_event(number: int, **values: Any) -> Event:
    """An event of our own making; `values` replace what the number gives."""
    kinds = ("web.access", "aws.cloudtrail", "git.commit", "github.audit", "npm.registry")
    kind = kinds[number % 5]
    outcome = ("success", "success", "denied", "failure", "success", "unknown", None)[number % 7]
    made = Event(
        key=f"k{number:06d}",
        source=f"logs/{kind}.log",
        stream_sha256=SHA,
        timestamp=START_US + number * 4 * MINUTE_US + (424_000 if number % 10 == 3 else 0),
        timestamp_desc="event",
        timestamp_precision=1000 if number % 10 == 3 else SECOND_US,
        timestamp_basis="zone_assumed" if number % 11 == 5 else "stated",
        record=number + 1,
        offset=number * 120,
        length=118,
        kind=kind,
        action=("GET", "s3:GetObject", "commit", "workflows.completed", "publish")[number % 5],
        outcome=outcome,
        actor=("alice", "ci-publisher", "dana@corp.example", None)[number % 4],
        src_ip=f"198.51.100.{number % 50}" if number % 3 else None,
        resource=f"/@corp/cli/-/cli-2.1.{number % 90}.tgz",
        bytes_out=62_705_664 if number % 6 == 0 else None,
        status={"success": 200, "denied": 403, "failure": 404}.get(outcome or ""),
    )
    return replace(made, **values)


def make_events(count: int) -> list[Event]:
    """Events in canonical order; the last three are undated."""
    events = [make_event(number) for number in range(count - 3)]
    undated = {"timestamp": None, "timestamp_precision": None, "timestamp_basis": None}
    return events + [make_event(number, **undated) for number in range(count - 3, count)]


EVENTS = make_events(3000)


@dataclass(frozen=True)
class Completion:
    start: int
    end: int
    text: str
    detail: str


@dataclass(frozen=True)
class Summary:
    rows: int
    redacted: int = 0
    left_out: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Bundled:
    events: int = 4
    redacted: int = 1
    root: str = "ab" * 32


@dataclass(frozen=True)
class Config:
    zone: str = "Europe/Berlin"


@dataclass
class FakeMatches:
    case: "FakeCase"
    query: str
    wanted: Callable[[Event], bool]
    cancel: threading.Event | None

    def _found(self) -> list[Event]:
        self.case.note("matches")
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled("stopped")
        return [event for event in self.case.events if self.wanted(event)]

    def count(self) -> int:
        self.case.gate("count", self.cancel)
        return len(self._found())

    def page(self, offset: int, limit: int) -> list[Event]:
        self.case.gate("page", self.cancel)
        return self._found()[offset : offset + limit]

    def close(self) -> None:
        self.case.note("close")

    def offset_of_time(self, us: int) -> int:
        return sum(event.timestamp is not None and event.timestamp < us for event in self._found())

    def offset_of_key(self, key: str) -> int | None:
        return next((row for row, event in enumerate(self._found()) if event.key == key), None)


@dataclass
class FakeCase(FakeEvidence):
    events: list[Event] = field(default_factory=lambda: list(EVENTS))
    name: str = "npm-source-map"
    path: Path = Path("case.db")
    folder: Path | None = None
    analyst: str = "kim"
    config: Config = Config()
    threads: set[int] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    gates: dict[str, threading.Event] = field(default_factory=dict)
    broken: dict[str, Exception] = field(default_factory=dict)
    raws: dict[str, bytes] = field(default_factory=dict)
    findings: dict[str, Sequence[FindingRow]] = field(default_factory=dict)
    notes: list[JournalEntry] = field(default_factory=list)
    decided: list[tuple[str, str, str | None]] = field(default_factory=list)
    done: list[tuple[str, list[Event], list[Event]]] = field(default_factory=list)
    undone: list[tuple[str, list[Event], list[Event]]] = field(default_factory=list)
    remembered: dict[str, Any] = field(default_factory=dict)
    reject_count: int = 30
    gaps: Mapping[str, Sequence[Interval]] | None = None

    # --- the test's hooks

    def note(self, name: str) -> None:
        self.threads.add(threading.get_ident())
        self.calls.append(name)
        if (error := self.broken.get(name)) is not None:
            raise error

    def gate(self, name: str, cancel: threading.Event | None) -> None:
        """Wait until the test opens this gate, or the caller is cancelled."""
        gate = self.gates.get(name)
        while gate is not None and not gate.wait(0.005):
            if cancel is not None and cancel.is_set():
                raise Cancelled("stopped")

    # --- reading

    def find(self, query: str = "", *, cancel: threading.Event | None = None) -> FakeMatches:
        self.note("find")
        self.gate("find", cancel)
        return FakeMatches(self, query, parse(query), cancel)

    def raw(self, key: str) -> bytes:
        self.note("raw")
        self.gate("raw", None)
        return self.raws.get(key, f'{{"key":"{key}","nested":{{"list":[1,true,null]}}}}'.encode())

    def raw_fields(self, key: str) -> Mapping[str, Any]:
        self.note("raw_fields")
        return {"key": key, "nested": {"list": [1, True, None]}, "a.very.long.name.of.a.field": "x" * 200}

    def source(self, path: str) -> SourceInfo:
        self.note("source")
        return next(source for source in self.sources() if source.path == path)

    def sources(self) -> list[SourceInfo]:
        self.note("sources")
        return [source_info(number, name) for number, name in enumerate(sorted({e.source for e in self.events}))]

    def span(self, query: str = "") -> tuple[int, int] | None:
        self.note("span")
        times = [event.timestamp for event in self.events if event.timestamp is not None and parse(query)(event)]
        return (min(times), max(times)) if times else None

    def histogram(
        self,
        query: str = "",
        *,
        bins: int = 100,
        start_us: int | None = None,
        end_us: int | None = None,
        by: str = "kind",
        cancel: threading.Event | None = None,
    ) -> Histogram:
        self.note("histogram")
        self.gate("histogram", cancel)
        span = self.span(query)
        if span is None:
            return Histogram(0, 1, {})
        start, end = (span[0], span[1] + 1) if start_us is None or end_us is None else (start_us, end_us)
        width = max(1, -(-(end - start) // bins))
        series: dict[str, list[int]] = {}
        for event in self.events:
            if event.timestamp is not None and start <= event.timestamp < end and parse(query)(event):
                series.setdefault(getattr(event, by) or "", [0] * bins)[(event.timestamp - start) // width] += 1
        return Histogram(start, width, {name: tuple(counts) for name, counts in series.items()})

    def facet(
        self, field: str, query: str = "", *, limit: int = 20, cancel: threading.Event | None = None
    ) -> list[tuple[Any, int]]:
        self.note("facet")
        self.gate("facet", cancel)
        name = "actor" if field == "person" else field
        counts = Counter(getattr(event, name) for event in self.events if parse(query)(event))
        return sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))[:limit]

    def finding_rows(self, which: Findings, *, cancel: threading.Event | None = None) -> Sequence[FindingRow]:
        self.note("finding_rows")
        self.gate("finding_rows", cancel)
        return self.findings.get(which, ())

    def noise_of(self, event: Event, raw: bytes, fields: Mapping[str, Any]) -> Sequence[str]:
        self.note("noise_of")
        return ["crawler: says it is a crawler (a-rule)"] if event.src_ip == "198.51.100.7" else []

    def complete(self, text: str, cursor: int) -> Sequence[Completion]:
        self.note("complete")
        start = text.rfind(" ", 0, cursor) + 1
        word = text[start:cursor]
        if word.startswith("actor:"):
            names = [("actor:alice", "750"), ("actor:ci-publisher", "750")]
        else:
            names = [(f"{name}:", entry.meaning) for name, entry in FIELD_BY_NAME.items()]
        return [Completion(start, cursor, name, detail) for name, detail in names if name.startswith(word)]

    def tags(self) -> list[tuple[str, int]]:
        self.note("tags")
        names = [tag for event in self.events for tag in event.tags]
        return sorted((name, names.count(name)) for name in set(names))

    # --- writing

    def annotate(self, keys: Sequence[str], **said: Any) -> int:
        self.note("annotate")
        before = [event for event in self.events if event.key in set(keys)]
        after = [self._annotated(event, **said) for event in before]
        self._put(after)
        self.done.append((f"annotation of {len(after)} events", before, after))
        self.undone.clear()
        return len(after)

    def _annotated(
        self, event: Event, *, star: bool | None = None, tags: Sequence[str] = (), untag: Sequence[str] = (),
        comment: str | None = None, severity: str | None = None, why: str | None = None,
    ) -> Event:  # fmt: skip
        names = tuple(sorted((set(event.tags) | set(tags)) - set(untag)))
        notes = event.comments if comment is None else (*event.comments, Note(self.analyst, START_US, comment))
        weight = event.severity if severity is None else None if severity == "none" else severity
        return replace(
            event, starred=event.starred if star is None else star, tags=names, comments=notes, severity=weight,
            why=event.why if why is None else why or None,
        )  # fmt: skip

    def _put(self, changed: Sequence[Event]) -> None:
        new = {event.key: event for event in changed}
        self.events = [new.get(event.key, event) for event in self.events]

    def journal(self) -> Sequence[JournalEntry]:
        self.note("journal")
        return tuple(self.notes)

    def add_note(self, text: str, *, event: str | None = None, in_report: bool = False) -> JournalEntry:
        self.note("add_note")
        self.notes.append(JournalEntry(f"{len(self.notes)}", START_US, self.analyst, text, event, in_report))
        return self.notes[-1]

    def decide(self, subject: str, state: str, comment: str | None = None) -> None:
        self.note("decide")
        self.decided.append((subject, state, comment))

    def annotate_matches(self, query: str, **said: Any) -> int:
        return self.annotate([event.key for event in self.events if parse(query)(event)], **said)

    def check_file(self) -> None:
        self.note("check_file")

    def settings(self) -> dict[str, Any]:
        self.note("settings")
        return dict(self.remembered)

    def keep_settings(self, values: Mapping[str, Any]) -> bool:
        self.note("keep_settings")
        self.remembered |= values
        self.remembered = {name: value for name, value in self.remembered.items() if value is not None}
        return True

    def undo(self) -> str | None:
        self.note("undo")
        if not self.done:
            return None
        step = self.done.pop()
        self._put(step[1])
        self.undone.append(step)
        return step[0]

    def redo(self) -> str | None:
        self.note("redo")
        if not self.undone:
            return None
        step = self.undone.pop()
        self._put(step[2])
        self.done.append(step)
        return step[0]

    def export(self, format: str, output: Path, *, query: str = "", redact: bool = True) -> Summary:  # noqa: A002 Case's word
        self.note("export")
        found = [event for event in self.events if parse(query)(event)]
        output.write_text(f"{format} {len(found)} {'redacted' if redact else 'whole'}", encoding="utf-8")
        return Summary(len(found))

    def bundle(self, path: Path) -> Bundled:
        self.note("bundle")
        path.write_bytes(b"bundle")
        return Bundled()

    def write_report(self, path: Path) -> list[Path]:
        self.note("write_report")
        path.write_text("# report", encoding="utf-8")
        return [path]


def source_info(number: int, path: str) -> SourceInfo:
    return SourceInfo(
        number=number,
        path=path,
        kind="web.access",
        parser_version=1,
        file_sha256="ab12" * 16,
        file_bytes=1,
        file_mtime_us=None,
        stream_sha256=SHA,
        stream_bytes=1,
        records=1,
        with_events=1,
        events=1,
        duplicates=0,
        rejects=0,
        ignored=0,
        first_us=START_US,
        last_us=START_US + HOUR_US,
        undated=0,
        zone=None,
        year=None,
        clock_offset_us=0,
        collector=None,
        method=None,
        acquired=None,
        detection=(),
        state="complete",
        problem=None,
        same_as=None,
    )


HOSTILE = (
    "\x1b[31mred\x1b[0m \x9b2J",
    "\u202eexe.gpj\u2066 \u200b\u200dzero",
    "[bold]markup[/bold] [@click=app.quit]x[/] [/]",
    "e" + "\u0301" * 300,
    "漢字" * 60,
    "👨\u200d👩\u200d👧 ❤\ufe0f 🇩🇪 👍🏽" * 10,
    "\u1100\u1161\u11a8" * 30,
    "A" * 1_000_000,
    "é" * 1_000_000,
    "line\nline\r\ntab\tnul\x00",
    "\ud800 lone",
    "\u0301" * 50,
    "\ufffe\U000e0041\U0010ffff\U000f0000",
)


def hostile_events() -> list[Event]:
    """Each hostile text in every text field."""
    names = ("kind", "action", "actor", "src_ip", "resource", "user_agent", "message", "uid", "source", "session")
    return [
        make_event(
            number,
            **dict.fromkeys(names, text),
            tags=(text[:200],),
            comments=(Note(text[:200], START_US, text[:5000]),),
            witnesses=tuple(Witness(text[:300], row) for row in range(30)),
        )
        for number, text in enumerate(HOSTILE)
    ]
