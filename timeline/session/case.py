"""One open case: everything that commands, the terminal UI and Python may do with it."""

import getpass
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, Unpack

import pyarrow as pa

from timeline.model.case_file import CaseConfig
from timeline.model.errors import UsageError
from timeline.model.event import EVENT_SCHEMA, FIELD_BY_NAME, Event
from timeline.model.groups import Group
from timeline.model.source import Check, CustodyEntry, Histogram, IngestSummary, RefusedRecord, SourceInfo
from timeline.query.compile import Plan, compile_query
from timeline.query.tree import EVERYTHING, TextTest
from timeline.session.annotatable import file_identity
from timeline.session.matches import Matches, event_of
from timeline.session.outline import Outlined
from timeline.session.paths import CasePaths, find_case, load_config
from timeline.session.records import CaseRecords
from timeline.store import aggregate, annotations
from timeline.store.conditions import Condition
from timeline.store.connection import create_case
from timeline.store.custody import GENESIS
from timeline.store.groups import group_events
from timeline.store.reader import Reader
from timeline.store.streams import refusals, source_infos

if TYPE_CHECKING:
    from typing import IO

    from timeline.ingest.progress import Progress
    from timeline.model.finding_rows import FindingRow, Findings
    from timeline.query.complete import Completion
    from timeline.session.analysing import CaseFindings
    from timeline.session.bundling import BundleSummary
    from timeline.session.exporting import ExportSummary
    from timeline.session.ingesting import IngestOptions

_ARROW_ROWS = 10_000
PUBLIC_SCHEMA = pa.schema(
    [pa.field("key", pa.utf8()), pa.field("source", pa.utf8())]
    + [
        field.with_type(pa.utf8()) if pa.types.is_dictionary(field.type) else field
        for field in EVENT_SCHEMA
        if field.name != "content"
    ]
)


PERSON: Final = "person"


class Case(Outlined):
    """An open case. May be used from any thread; each gets a reader of its own. A context manager."""

    def __init__(
        self,
        paths: CasePaths,
        config: CaseConfig,
        *,
        analyst: str | None = None,
        now_us: Callable[[], int] | None = None,
    ) -> None:
        self.paths = paths
        self.path = paths.database
        self.folder = paths.folder
        self.config = config
        self.name = config.name
        self.analyst = analyst or config.analyst or os.environ.get("LEAKLINE_ANALYST") or _login()
        self.now_us = now_us or (lambda: time.time_ns() // 1000)
        self._local = threading.local()
        self._readers: list[Reader] = []
        self._lock = threading.Lock()
        self._first_reader()
        self._file = file_identity(self.path)

    @cached_property
    def findings(self) -> "CaseFindings":
        """What the analyses find."""
        from timeline.session.analysing import CaseFindings

        return CaseFindings(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection, and keep what analyses found in the case, where that can be written."""
        with self._lock:
            for reader in self._readers:
                reader.close()
            self._readers.clear()
            self._local = threading.local()
        if "findings" in self.__dict__:
            self.findings.keep()

    def _first_reader(self) -> None:
        self._local.reader = Reader(self.path, check_schema=True)
        self._readers.append(self._local.reader)

    @contextmanager
    def reading(self, cancel: threading.Event | None = None) -> Iterator[Reader]:
        """Give this thread's reader, inside one snapshot; `cancel` set ends what runs with Cancelled."""
        reader: Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            self.check_file()
            reader = self._local.reader = Reader(self.path)
            with self._lock:
                self._readers.append(reader)
        before, reader.cancel = reader.cancel, cancel
        try:
            with reader.snapshot():
                yield reader
        finally:
            reader.cancel = before

    # --- reading -----------------------------------------------------------------------------------------------

    def plan(self, query: str) -> Plan:
        """Compile a query. QueryError with the column when it is wrong."""
        from timeline.query.parsing import parse

        return compile_query(self.findings.resolved(parse(query, now_us=self.now_us(), read_list=_read_list)))

    def find(self, query: str = "", *, cancel: threading.Event | None = None) -> Matches:
        """The events that match, in canonical order."""
        return Matches(Reader(self.path, cancel=cancel), self.plan(query), query)

    def search(self, query: str = "") -> Iterator[pa.RecordBatch]:
        """The same as Arrow batches of PUBLIC_SCHEMA."""
        with self.find(query) as matches:
            columns: dict[str, list[Any]] = {name: [] for name in PUBLIC_SCHEMA.names}
            for event in matches.events():
                for name, column in columns.items():
                    column.append(getattr(event, name))
                if len(columns["key"]) >= _ARROW_ROWS:
                    yield pa.RecordBatch.from_pydict(columns, schema=PUBLIC_SCHEMA)
                    columns = {name: [] for name in PUBLIC_SCHEMA.names}
            if columns["key"]:
                yield pa.RecordBatch.from_pydict(columns, schema=PUBLIC_SCHEMA)

    def event(self, key: str) -> Event:
        """The event of a public key. UsageError when the case has none."""
        with self.reading() as reader:
            return event_of(reader, key)

    def raw(self, key: str) -> bytes:
        """The record of an event, as it stands in the evidence; b"" where the case does not hold its bytes."""
        with self.reading() as reader:
            event = event_of(reader, key)
            stream = next(s for s in reader.streams.values() if s.path == event.source)
            return CaseRecords(reader).raw(stream, event.offset or 0, event.length or 0)

    def raw_fields(self, key: str) -> Mapping[str, Any]:
        """All fields of an event's record, nested as in the record."""
        with self.reading() as reader:
            event = event_of(reader, key)
            stream = next(s for s in reader.streams.values() if s.path == event.source)
            records = CaseRecords(reader)
            return records.fields(stream, event.offset or 0, records.raw(stream, event.offset or 0, event.length or 0))

    def unprintable(self, key: str) -> Sequence[str]:
        """Texts of an event's record that nothing that leaves the case may show: the secrets that a scanner found."""
        with self.reading() as reader:
            event = event_of(reader, key)
            stream = next(s for s in reader.streams.values() if s.path == event.source)
            records, offset = CaseRecords(reader), event.offset or 0
            return records.unprintable(stream, offset, records.raw(stream, offset, event.length or 0))

    def sources(self) -> list[SourceInfo]:
        """Every source, by path."""
        with self.reading() as reader:
            return source_infos(reader)

    def source(self, path: str) -> SourceInfo:
        """One source by its path or number. UsageError, with the nearest names, when there is none."""
        import difflib

        infos = self.sources()
        for info in infos:
            if path in {info.path, str(info.number)}:
                return info
        near = difflib.get_close_matches(path, [info.path for info in infos], 3, 0.3)
        raise UsageError(
            "no such source in this case",
            where=path,
            hint=f"did you mean {', '.join(near)}?" if near else "`leakline status` lists them",
        )

    def rejects(self, source: str | None = None) -> Iterator[RefusedRecord]:
        """Records that gave no event because something is wrong with them."""
        with self.reading() as reader:
            return iter(refusals(reader, ignored=False, source=source))

    def ignored(self, source: str | None = None) -> Iterator[RefusedRecord]:
        """Records that hold nothing: blank lines, comments, headers."""
        with self.reading() as reader:
            return iter(refusals(reader, ignored=True, source=source))

    def refused_bytes(self, refused: RefusedRecord) -> bytes:
        """The bytes of a refused record, as received."""
        with self.reading() as reader:
            stream = next(s for s in reader.streams.values() if s.path == refused.source)
            return CaseRecords(reader).raw(stream, refused.offset, refused.length)

    def span(self, query: str = "", *, cancel: threading.Event | None = None) -> tuple[int, int] | None:
        """(first, last) time of matching dated events, microseconds UTC; None without any."""
        plan = self.plan(query)
        with self.reading(cancel) as reader:
            return aggregate.span(reader, Condition(reader, plan, CaseRecords(reader)))

    def histogram(
        self, query: str = "", *, bins: int = 100, start_us: int | None = None, end_us: int | None = None, by: str = "kind",
        cancel: threading.Event | None = None,
    ) -> Histogram:  # fmt: skip
        """Matching dated events counted in equal bins from `start_us` to `end_us` (None: their own span)."""
        plan = self.plan(query)
        _text_field(by)
        with self.reading(cancel) as reader:
            condition = Condition(reader, plan, CaseRecords(reader))
            if start_us is None or end_us is None:
                own = aggregate.span(reader, condition)
                if own is None:
                    return Histogram(start_us or 0, 1, {})
                start_us, end_us = (own[0] if start_us is None else start_us, own[1] if end_us is None else end_us)
            return aggregate.histogram(reader, condition, start_us=start_us, end_us=end_us, bins=bins, by=by)

    def facet(
        self, field: str, query: str = "", *, limit: int = 20, cancel: threading.Event | None = None
    ) -> list[tuple[str | None, int]]:
        """The most frequent values of a field among the matches, most frequent first, then by text.

        `person` is no field but may be asked for: the people whom the matches are attributed to (None: nobody), by the names
        that `person:` finds in queries.
        """
        if field == PERSON:
            return self.findings.by_person(query, limit=limit, cancel=cancel)
        if field not in FIELD_BY_NAME:
            raise UsageError(f"there is no field {field}", hint=f"one of {', '.join(FIELD_BY_NAME)}")
        plan = self.plan(query)
        with self.reading(cancel) as reader:
            condition = Condition(reader, plan, CaseRecords(reader))
            return aggregate.facet(reader, condition, field, text=FIELD_BY_NAME[field].type == "text", limit=limit)

    def groups(
        self, fields: Sequence[str], query: str = "", *, cancel: threading.Event | None = None
    ) -> list[Group]:
        """The matches grouped by the values of these fields (or `source`), with sums, times and first and last event."""
        plan = self.plan(query)
        with self.reading(cancel) as reader:
            return group_events(reader, Condition(reader, plan, CaseRecords(reader)), fields)

    def finding_rows(self, which: "Findings", *, cancel: threading.Event | None = None) -> "list[FindingRow]":
        """What the analyses of one sort found, as rows."""
        from timeline.session.finding_rows import finding_rows

        return finding_rows(self, which, cancel=cancel)

    def noise_of(self, event: Event, raw: bytes, fields: Mapping[str, Any]) -> list[str]:
        """What an event is labelled as by rules of noise, in words; `raw` is its record, `fields` what that holds."""
        from timeline.session.noise_rules import noise_of

        return noise_of(self, event, raw, fields)

    def complete(self, text: str, cursor: int) -> "list[Completion]":
        """What could stand at the cursor of a query."""
        from timeline.query.complete import complete

        return complete(text, cursor, values=self._values)

    def _values(self, field: str, prefix: str) -> list[tuple[str, int]]:
        if field not in FIELD_BY_NAME or FIELD_BY_NAME[field].type != "text":
            return []
        begins = TextTest(field, "prefix", prefix, ignore_case=True) if prefix else EVERYTHING
        with self.reading() as reader:
            condition = Condition(reader, compile_query(begins), CaseRecords(reader))
            found = aggregate.facet(reader, condition, field, text=True, limit=51)
        return [(value, count) for value, count in found if value is not None][:50]

    def custody(self) -> list[CustodyEntry]:
        """The custody log, oldest first."""
        with self.reading() as reader:
            rows = reader.rows("SELECT number, at_us, analyst, action, detail, hash FROM custody ORDER BY number")
        return [CustodyEntry(*row) for row in rows]

    def custody_head(self) -> str:
        """Hash of the last custody entry."""
        entries = self.custody()
        return entries[-1].hash if entries else GENESIS

    def redaction_key(self) -> bytes:
        """The case's own key for fingerprints of secrets."""
        with self.reading() as reader:
            return reader.redaction_key()

    # --- evidence in, statements in ------------------------------------------------------------------------------

    def ingest(
        self, paths: Sequence[Path | str] = (), *, progress: "Callable[[Progress], None] | None" = None,
        cancel: threading.Event | None = None, **options: "Unpack[IngestOptions]",
    ) -> IngestSummary:  # fmt: skip
        """Ingest files and folders (none: the case's own evidence folder). See `timeline.session.ingesting`."""
        self.check_file()
        from timeline.session.ingesting import ingest

        return ingest(self, [Path(path) for path in paths], options, progress, cancel)

    def reparse(
        self, source: str, *, progress: "Callable[[Progress], None] | None" = None, cancel: threading.Event | None = None,
        **options: "Unpack[IngestOptions]",
    ) -> IngestSummary:  # fmt: skip
        """Decode a source again from the bytes in the case, with another kind, zone, offset or parser version."""
        from timeline.session.reparsing import reparse

        return reparse(self, self.source(source), options, progress, cancel)

    def remove(self, source: str) -> None:
        """Remove a source with every byte and event that only it holds."""
        from timeline.session.reparsing import remove

        remove(self, source)

    def add_event(
        self,
        *,
        when: str,
        text: str,
        actor: str | None = None,
        resource: str | None = None,
        exhibit: Path | None = None,
    ) -> str:
        """Put a statement of the analyst on the timeline (a call, an e-mail, a screenshot); its key."""
        from timeline.session.statements import add_event

        return add_event(self, when=when, text=text, actor=actor, resource=resource, exhibit=exhibit)

    # --- what leaves the case ------------------------------------------------------------------------------------

    def export(self, format: str, output: "Path | IO[str]", *, query: str = "", redact: bool = True) -> "ExportSummary":  # noqa: A002  # the option's own name
        """Write matching events as jsonl, csv or timesketch (by the output's suffix, .jsonl or .csv)."""
        from timeline.session.exporting import export

        return export(self, format, output, query=query, redact=redact)

    def export_rejects(self, output: "Path | IO[str]", *, redact: bool = True) -> "ExportSummary":
        """Write every rejected record as a line of {source, record, reason}."""
        from timeline.session.exporting import export_rejects

        return export_rejects(self, output, redact=redact)

    def report(self, *, template: Path | None = None, custody: bool = False) -> str:
        """The Markdown report. `template` is a folder, see `timeline.report.template`; `custody` adds the custody log."""
        from timeline.session.reporting import report

        return report(self, template=template, custody=custody)

    def write_report(self, path: Path, *, template: Path | None = None, custody: bool = False) -> list[Path]:
        """Write the report and its figure; the files written. Options as of `report`."""
        from timeline.session.reporting import write_report

        return write_report(self, path, template=template, custody=custody)

    def bundle(self, path: Path, *, query: str | None = None) -> "BundleSummary":
        """Write a bundle to hand over, of the key events or those of a query: a new folder, or a .tar.gz."""
        from timeline.session.bundling import write_bundle

        return write_bundle(self, path, query=query)

    def verify(
        self, *, originals: Path | None = None, expect_head: str | None = None, report: Path | None = None,
        template: Path | None = None,
    ) -> list[Check]:  # fmt: skip
        """Check everything that the case can prove of itself; `report`: whether that file says what the case says."""
        from timeline.session.verifying import verify

        return verify(self, originals=originals, expect_head=expect_head, report=report, template=template)

    def digest(self) -> str:
        """SHA-256 over events, rejects and evidence hashes in canonical order; the same for the same evidence."""
        from timeline.session.verifying import digest

        return digest(self)


def open_case(
    path: str | Path, *, create: bool = False, analyst: str | None = None, now_us: Callable[[], int] | None = None
) -> Case:
    """Open a case: a folder with case.yaml, or a .db file; `create` makes the database if it is missing.

    CaseError when it is no case, CaseFileError when case.yaml is wrong, StorageError when it cannot be made.
    """
    paths = find_case(Path(path))
    config = load_config(paths)
    if create and not paths.database.exists():
        create_case(paths.database, case_id=secrets.token_hex(8), redaction_key=secrets.token_hex(32))
        case = Case(paths, config, analyst=analyst, now_us=now_us)
        annotations.log_alone(
            case.path, at_us=case.now_us(), analyst=case.analyst, action="create", detail={"name": config.name}
        )
        return case
    if paths.folder is not None and not paths.database.exists():
        raise UsageError(
            "the case has no events yet",
            where=paths.folder,
            hint=f"`leakline ingest {paths.folder}` reads its evidence folder",
        )
    return Case(paths, config, analyst=analyst, now_us=now_us)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _read_list(name: str) -> list[str]:
    """Lines of a list file, without comments and blank ones. OSError when it cannot be read."""
    text = Path(name).read_text(encoding="utf-8", errors="replace")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _text_field(name: str) -> None:
    if name not in FIELD_BY_NAME or FIELD_BY_NAME[name].type != "text":
        raise UsageError(f"{name} is not a text field", hint="kind, outcome, actor ...")
