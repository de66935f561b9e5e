"""Invented report models: an ordinary case, and one in which every text is hostile."""

from dataclasses import replace
from pathlib import Path

from tests.report.events import STREAM, event, hostile_event, us
from timeline.model.case_file import CaseConfig, Marker, Network, Person
from timeline.model.event import Event, Note, Witness
from timeline.model.source import Histogram, RefusedRecord, SourceInfo
from timeline.report.build import build_report
from timeline.report.model import ReportModel
from timeline.report.redact import Redactor

GOLDEN = Path(__file__).parent / "golden"
OTHER = "0f2b" * 16
TOKEN = "np" + "m_" + "A1b2" * 9

CONFIG = CaseConfig(
    name="npm-source-map",
    title="Source map published with @corp/cli",
    zone="Europe/Berlin",
    people=(Person(name="Release robot", identities=("ci-publisher", "ci-publisher[bot]"), role="CI identity"),),
    networks=(
        Network(name="office", cidr=("198.51.100.0/24",), role="own"),
        Network(name="runners", cidr=("192.0.2.0/25", "2001:db8::/32"), role="ci"),
    ),
    markers=(
        Marker(at_us=us("2026-03-30T22:00:00Z"), text='press: "leaked on the 31st"', precision_us=86_400_000_000),
        Marker(
            at_us=us("2026-03-31T07:10:00Z"), text="call with the registry", precision_us=60_000_000,
            until_us=us("2026-03-31T07:40:00Z"),
        ),
    ),
)  # fmt: skip

PUBLISH = event(
    1, key="c0ffee0000000001", source="npm/cli.json", stream_sha256=OTHER, timestamp=us("2026-03-30T22:36:48.424Z"),
    timestamp_desc="published", timestamp_precision=1000, record=88, offset=41_220, length=311, kind="npm.registry",
    action="publish", actor="ci-publisher", src_ip=None, user_agent=None, resource="@corp/cli@2.1.88", bytes_out=None,
    status=None, starred=True, tags=("exposure",),
    comments=(Note("kim", 1, "The build was meant to leave the map out.\n1. see the build script\n- and its review"),),
)  # fmt: skip
READ = event(
    2, starred=True, timestamp_basis="offset_applied", witnesses=(Witness("logs/rotated.log.gz", 14),),
    comments=(Note("kim", 2, "first anonymous read"), Note("ana", 3, "agreed")),
)  # fmt: skip
COMMIT = event(
    3, key="c0ffee0000000003", source="cli.git", timestamp=us("2026-03-30T22:31:07Z"), timestamp_desc="commit",
    record=None, offset=None, length=None, kind="git.commit", action="commit", actor="dana@corp.example", src_ip=None,
    resource="cli", user_agent=None, bytes_out=None, status=None, uid="2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
    message="build: faster bundles", tags=("cause",),
)  # fmt: skip
UNDATED = event(4, key="c0ffee0000000004", timestamp=None, timestamp_precision=None, timestamp_basis=None, starred=True)


def source(path: str, **values: object) -> SourceInfo:
    """A complete source; `values` replaces fields."""
    plain = SourceInfo(
        number=9, path=path, kind="web.access", parser_version=1, file_sha256=STREAM, file_bytes=3_204_305,
        file_mtime_us=None, stream_sha256=STREAM, stream_bytes=3_204_305, records=20_119, with_events=20_110,
        events=20_110, duplicates=0, rejects=8, ignored=1, first_us=us("2026-03-24T00:00:01Z"),
        last_us=us("2026-04-02T09:59:58Z"), undated=1, zone=None, year=None, clock_offset_us=0, collector=None,
        method=None, acquired=None, detection=("combined format",), state="complete", problem=None, same_as=None,
    )  # fmt: skip
    return replace(plain, **values)  # type: ignore[arg-type]  # test values by name


SOURCES = (
    source("logs/access.log", clock_offset_us=90_000_000, zone="Europe/Berlin", collector="kim",
           method="rsync from web-1", acquired="2026-04-02T12:00:00+02:00"),
    source("cli.git", kind="git", file_sha256=None, file_bytes=None, stream_sha256="ab" * 32, stream_bytes=88_123,
           records=214, with_events=214, events=220, rejects=0, ignored=0, undated=0),
    source("npm/cli.json", kind="npm.registry", stream_sha256=OTHER, stream_bytes=99_120, file_bytes=99_120, records=88,
           with_events=88, events=88, rejects=0, ignored=0, first_us=us("2025-01-01T00:00:00Z"), undated=0),
    source("logs/rotated.log.gz", state="partial", problem="the gzip stream ends early", same_as="logs/access.log"),
    source("notes.bin", kind=None, parser_version=None, stream_sha256=None, stream_bytes=0, records=0, with_events=0,
           events=0, rejects=0, ignored=0, first_us=None, last_us=None, undated=0, state="unreadable",
           problem="no parser recognises it"),
)  # fmt: skip

REJECTS = [
    RefusedRecord("logs/access.log", 17, 2_001, 44, "the request line is not closed"),
    *(RefusedRecord("logs/access.log", 30 + n, 4_000 + n, 9, "not a log line") for n in range(7)),
]

RAW = {
    PUBLISH.key: b'{"version": "2.1.88",\n "_npmUser": "ci-publisher", "token": "' + TOKEN.encode() + b'"}',
    READ.key: b'198.51.100.23 - - [30/Mar/2026:23:17:59 +0000] "GET /@corp/cli/-/cli-2.1.88.tgz HTTP/1.1" 200 62705664',
    COMMIT.key: b"tree 0\n\nbuild: faster bundles\n\n```\n\xff\x00" + b"long line " * 400,
    UNDATED.key: b"",
}


def ordinary(**values: object) -> ReportModel:
    """The report of an ordinary case."""
    arguments: dict[str, object] = {
        "config": CONFIG, "version": "0.1.0", "events": 20_418, "undated": 1,
        "span": (us("2025-01-01T00:00:00Z"), us("2026-04-02T09:59:58Z")),
        "key_events": (COMMIT, PUBLISH, READ, UNDATED), "sources": SOURCES, "rejects": REJECTS,
        "bases": (("stated", 20_000), (None, 1), ("offset_applied", 400), ("zone_assumed", 17)),
        "histogram": Histogram(
            us("2026-03-30T00:00:00Z"), 3_600_000_000,
            {"web.access": tuple(range(48)), "git.commit": (0,) * 22 + (1,), "npm.registry": (0,) * 22 + (1, 0)},
        ),
        "raw": RAW.__getitem__, "redact": Redactor(b"an invented key"),
    }  # fmt: skip
    return build_report(**(arguments | values))  # type: ignore[arg-type]  # test values by name


def hostile(text: str) -> ReportModel:
    """A report in which every text that people or evidence give is `text`."""
    config = CaseConfig(
        name=text, title=text, people=(Person(name=text, identities=(text,), role=text),),
        networks=(Network(name=text, cidr=("192.0.2.0/24",)),), markers=(Marker(at_us=0, text=text, precision_us=1),),
    )  # fmt: skip
    events: tuple[Event, ...] = (hostile_event(text, 1), event(2, source=text, actor=text, src_ip="192.0.2.9"))
    broken = source(text, kind=text, collector=text, method=text, acquired=text, problem=text, state="partial",
                    same_as=text, zone=text)  # fmt: skip
    return ordinary(
        config=config, key_events=events, sources=(broken, *SOURCES), raw=lambda _key: text.encode("utf-8", "replace"),
        rejects=[RefusedRecord(text, 1, 0, 1, text)],
        histogram=Histogram(us("2026-03-30T00:00:00Z"), 3_600_000_000, {text: (1, 2), "b": (3,)}),
    )  # fmt: skip
