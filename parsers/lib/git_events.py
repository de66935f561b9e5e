"""What each record of a Git stream becomes."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.columns import event_batch
from parsers.lib.git_objects import Ident, decoded, read_ident, read_object, read_reflog, subject_of
from parsers.lib.git_records import GitRecord, text
from parsers.lib.identity import content_hash_bytes
from timeline.model.parser import Refusal
from timeline.model.time import SECOND_US

COMMIT: Final = "git.commit"
TAG: Final = "git.tag"
REF: Final = "git.ref"
REFLOG: Final = "git.reflog"
REPOSITORY: Final = "git.repository"

MAX_MESSAGE: Final = 4096
"""Characters of a subject that the event carries; the record has all of it."""

NO_COMMIT_TIME: Final = "the committer time cannot be read: the event is undated"
NO_AUTHOR_TIME: Final = "the author time cannot be read: the event is undated"
NO_TAG_TIME: Final = "the tagger time cannot be read: the event is undated"
NO_REFLOG_TIME: Final = "the time of the reflog line cannot be read: the event is undated"
NOT_A_REF: Final = "the ref does not name an object"
PATHS_CUT: Final = "the commit changes more paths than are kept"
BAD_LINE: Final = "the reflog line cannot be read"
REFUSED: Final = {
    b"unreadable": "the object is damaged and cannot be read",
    b"forged": "the object does not hash to its name",
    b"long": "the object is longer than any honest commit or tag",
}
UNKNOWN_TYPE: Final = "a Git record of a type that this version does not know"

_COMMIT: Final = re.compile(
    rb"tree [0-9a-f]+\n(?:parent [0-9a-f]+\n)*author ([^\n]*)\ncommitter ([^\n]*)\n"
)  # the shape of nearly all commits; others are taken apart header by header
_USER_INFO: Final = re.compile(r"(?<=://)[^/@\s]*@")
_OBJECT_ID: Final = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Row(NamedTuple):
    """One event; the fields that all kinds of this format share are added in `Rows.batch`."""

    record: int | None
    offset: int
    length: int
    kind: str
    action: str
    resource: str
    us: int | None = None
    desc: str | None = None
    actor: str | None = None
    outcome: str | None = None
    uid: str | None = None
    message: str | None = None
    content: int | None = None


class Place(NamedTuple):
    """Where a record stands: 1-based ordinal, byte offset and length in the stream."""

    record: int
    offset: int
    length: int


@dataclass(slots=True)
class Rows:
    """Everything that the records of one chunk gave so far. `repository` is its name.

    `columns` hold the events, by the fields of `Row`. Those in which all commits are alike may be shorter than the
    others: `even` fills them up.
    """

    repository: str
    columns: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in Row._fields})
    rejects: list[Refusal] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)

    def take(self, place: Place, record: GitRecord) -> None:
        """Make one record into events, or reject it."""
        handler = _HANDLERS.get(record.kind)
        if handler is None:
            self.reject(place, UNKNOWN_TYPE)
        else:
            handler(self, place, record)

    def reject(self, place: Place, reason: str) -> None:
        """That this record gave no event."""
        self.rejects.append(Refusal(*place, reason))

    def add(self, row: Row) -> None:
        """Take one event."""
        self.even()
        for column, value in zip(self.columns.values(), row, strict=True):
            column.append(value)

    def even(self) -> None:
        """Make all columns equally long: the rows that lack some are commits."""
        lacking = len(self.columns["offset"]) - len(self.columns["kind"])
        alike = {"record": None, "kind": COMMIT, "action": "commit", "resource": self.repository, "outcome": "success"}
        for name, value in alike.items() if lacking else ():
            self.columns[name].extend([value] * lacking)

    def about(self, place: Place, record: GitRecord, message: str, resource: str = "", oid: bytes = b"") -> None:
        """A fact about the repository, undated. `oid` is the object that it names, if any."""
        named = _OBJECT_ID.fullmatch(oid) is not None
        name = f"{self.repository} {resource}" if resource else self.repository
        self.add(
            Row(
                *place,
                REPOSITORY,
                record.kind.decode("ascii"),
                name,
                uid=oid.decode("ascii") if named else None,
                message=shortened(message),
                content=self.content_of(record) if named else None,
            )
        )

    def content_of(self, record: GitRecord) -> int:
        """Identity of what a repository says of an object: other repositories may say the same, and it counts apart."""
        said = b"%b %b %b\n%b" % (self.repository.encode(), record.kind, record.name, record.payload)
        return content_hash_bytes(said)

    def batch(self) -> pa.RecordBatch:
        """The events, in order."""
        self.even()
        count = len(self.columns["offset"])
        arrays = {_COLUMNS.get(name, name): pa.array(values) for name, values in self.columns.items()}
        if count:
            dated = arrays["timestamp"].is_valid()
            arrays["timestamp_precision"] = pc.if_else(dated, pa.scalar(SECOND_US), pa.scalar(None, pa.int64()))
            arrays["timestamp_basis"] = pc.if_else(dated, pa.scalar("stated"), pa.scalar(None, pa.utf8()))
        return event_batch(count, {name: array for name, array in arrays.items() if array.type != pa.null()})


_COLUMNS: Final = {"us": "timestamp", "desc": "timestamp_desc"}


def shortened(message: str) -> str | None:
    """A message as events carry it: None where it is empty."""
    return (message if len(message) <= MAX_MESSAGE else message[: MAX_MESSAGE - 1] + "…") or None


def commit(rows: Rows, place: Place, record: GitRecord) -> None:
    """A commit: one event by the committer's clock; one by the author's where it says something else."""
    raw = record.payload
    plain = _COMMIT.match(raw)
    if plain is not None and raw.find(b"\nencoding ", plain.end() - 1, raw.find(b"\n\n") + 1) < 0:
        author, committer = read_ident(plain[1]), read_ident(plain[2])
        encoding = "utf-8"
        message = raw.partition(b"\n\n")[2]
    else:
        parts = read_object(raw)
        author, committer = parts.ident(b"author"), parts.ident(b"committer")
        encoding, message = parts.encoding, parts.message
    subject = shortened(decoded(subject_of(message[: 4 * MAX_MESSAGE]), encoding))
    oid = record.name.decode("ascii")
    content = content_hash_bytes(raw)
    for ident, desc, uid, undated in (
        (committer, "commit", oid, NO_COMMIT_TIME),
        (author, "author", f"{oid}#author", NO_AUTHOR_TIME),
    ):
        if desc == "author" and ident.stated_time == committer.stated_time and ident.seconds is not None:
            continue
        if ident.seconds is None:
            rows.warnings.append((place.record, undated))
        actor = decoded(ident.email, encoding) or None
        rows.add(
            Row(
                None, place.offset, place.length, COMMIT, "commit", rows.repository,
                ident.us, desc, actor, "success", uid, subject, content,
            )
        )  # fmt: skip
    if b"paths_cut" in record.flags:
        rows.warnings.append((place.record, PATHS_CUT))


def tag(rows: Rows, place: Place, record: GitRecord) -> None:
    """A tag object, by the tagger's clock."""
    parts = read_object(record.payload)
    tagger: Ident = parts.ident(b"tagger")
    if tagger.seconds is None:
        rows.warnings.append((place.record, NO_TAG_TIME))
    name = parts.text(parts.first(b"tag") or b"")
    rows.add(
        Row(
            *place,
            TAG,
            "tag",
            f"{rows.repository} refs/tags/{name}",
            us=tagger.us,
            desc="tag",
            actor=parts.text(tagger.email) or None,
            outcome="success",
            uid=record.name.decode("ascii"),
            message=shortened(parts.text(subject_of(parts.message[: 4 * MAX_MESSAGE]))),
            content=content_hash_bytes(record.payload),
        )
    )


def ref(rows: Rows, place: Place, record: GitRecord) -> None:
    """A ref as it stood when the evidence was taken: undated."""
    target = record.payload
    oid = _OBJECT_ID.match(target)
    symbolic = target.startswith(b"ref: ")
    if oid is None and not symbolic:
        rows.warnings.append((place.record, NOT_A_REF))
    rest = text(target if oid is None else target[oid.end() :]).strip()
    notes = [flag for flag in record.flag_names if flag != "malformed"]
    rows.add(
        Row(
            *place,
            REF,
            "ref",
            f"{rows.repository} {record.title}",
            uid=oid[0].decode("ascii") if oid else None,
            message=shortened(" ".join(filter(None, [rest, *notes]))),
            content=rows.content_of(record) if oid else None,
        )
    )


def reflog(rows: Rows, place: Place, record: GitRecord) -> None:
    """One move of a ref, by the clock of the machine that kept the log; a push where the line says so."""
    line = read_reflog(record.payload)
    if line is None:
        rows.reject(place, BAD_LINE)
        return
    if line.ident.seconds is None:
        rows.warnings.append((place.record, NO_REFLOG_TIME))
    name = record.title
    rows.add(
        Row(
            *place,
            REFLOG,
            line.action(forced="forced" in record.flag_names, stash=name == "refs/stash"),
            f"{rows.repository} {name}",
            us=line.ident.us,
            desc="push" if line.pushed else "reflog",
            actor=text(line.ident.email) or None,
            outcome="success",
            uid=line.named,
            message=shortened(line.message),
            content=rows.content_of(record) if line.named else None,
        )
    )


def _repository(rows: Rows, place: Place, record: GitRecord) -> None:
    rows.about(place, record, ", ".join(text(record.payload).splitlines()))


def _config(rows: Rows, place: Place, record: GitRecord) -> None:
    rows.about(place, record, "")


def _remote(rows: Rows, place: Place, record: GitRecord) -> None:
    settings = (line.partition(" ") for line in text(record.payload).splitlines())
    urls = [value for key, _, value in settings if key in {"url", "pushurl"}]
    rows.about(place, record, " ".join(without_user_info(url) for url in urls), f"remote {record.title}")


def without_user_info(url: str) -> str:
    """A URL without the name and password that may stand before its host."""
    return _USER_INFO.sub("", url)


def _file(rows: Rows, place: Place, record: GitRecord) -> None:
    folder = "hooks/" if record.kind == b"hook" else ""
    rows.about(place, record, " ".join(text(record.payload).splitlines()), folder + record.title)


def _object(rows: Rows, place: Place, record: GitRecord) -> None:
    message = f"by {text(record.payload)}" if record.kind == b"replace" else text(record.payload)
    rows.about(place, record, message, oid=record.name)


def _hole(rows: Rows, place: Place, record: GitRecord) -> None:
    why = " ".join(record.flag_names)
    message = f"{why}: {text(record.payload)}" if record.payload else why
    rows.about(place, record, message.replace("\n", " "), oid=record.name)


def _refused(rows: Rows, place: Place, record: GitRecord) -> None:
    rows.reject(place, REFUSED.get(record.flags, UNKNOWN_TYPE))


_HANDLERS: Final[dict[bytes, Callable[[Rows, Place, GitRecord], None]]] = {
    b"repository": _repository,
    b"config": _config,
    b"remote": _remote,
    b"hook": _file,
    b"pointer": _file,
    b"alternate": _file,
    b"shallow": _object,
    b"graft": _object,
    b"replace": _object,
    b"hole": _hole,
    b"ref": ref,
    b"reflog": reflog,
    b"tag": tag,
    b"commit": commit,
    b"refused": _refused,
}
