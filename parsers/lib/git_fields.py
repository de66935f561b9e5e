"""All fields of one record of a Git stream, nested, for the detail pane and for `raw.path` in queries."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from parsers.lib.git_objects import GitObject, Ident, changed_paths, decoded, read_object, read_reflog
from parsers.lib.git_records import GitRecord, text

MAX_DIGITS: Final = 18
_REACHED: Final = {"reachable": "refs", "reflog": "reflog", "unreachable": "nowhere"}
"""Which of a repository's names lead to a commit; a stream whose refs could not be read says none of these."""


def record_fields(record: GitRecord) -> Mapping[str, Any]:
    """The fields of a record of any type; `record` is its type."""
    shared: dict[str, Any] = {"record": record.kind.decode("ascii"), "flags": list(record.flag_names)}
    return shared | _FIELDS.get(record.kind, _plain)(record)


def _plain(record: GitRecord) -> dict[str, Any]:
    return {"name": record.title, "text": text(record.payload)}


def _lines(record: GitRecord) -> dict[str, Any]:
    pairs = (line.partition(" ") for line in text(record.payload).splitlines())
    return {"name": record.title} | {key: value for key, _, value in pairs if key}


def _ident(parts: GitObject, ident: Ident) -> dict[str, Any]:
    return {
        "name": parts.text(ident.name),
        "email": parts.text(ident.email),
        "time": _time(ident),
        "zone": decoded(ident.zone) or None,
    }


def _time(ident: Ident) -> int | str | None:
    """The seconds as stated; as text where 64 bits may not hold them, so that every consumer of fields can."""
    stated = ident.stated_time.decode("ascii")
    if not stated:
        return None
    return int(stated) if len(stated) <= MAX_DIGITS else stated


def _reach(record: GitRecord) -> dict[str, Any]:
    found = next((_REACHED[flag] for flag in record.flag_names if flag in _REACHED), None)
    return {"reachable": None if found is None else found == "refs", "reached_from": found}


def _commit(record: GitRecord) -> dict[str, Any]:
    parts = read_object(record.payload)
    signature = parts.first(b"gpgsig") or parts.first(b"gpgsig-sha256")
    known = {b"tree", b"parent", b"author", b"committer", b"gpgsig", b"gpgsig-sha256", b"encoding"}
    return {
        "oid": record.title,
        "tree": text(parts.first(b"tree") or b""),
        "parents": [text(oid) for oid in parts.all(b"parent")],
        "author": _ident(parts, parts.ident(b"author")),
        "committer": _ident(parts, parts.ident(b"committer")),
        "encoding": parts.encoding,
        "gpgsig": signature is not None,
        "headers": {text(key): parts.text(value) for key, value in parts.headers if key not in known},
        "message": parts.text(parts.message),
        "paths": changed_paths(record.second),
        "paths_cut": "paths_cut" in record.flag_names,
        "paths_unknown": "paths_unknown" in record.flag_names,
        **_reach(record),
    }


def _tag(record: GitRecord) -> dict[str, Any]:
    parts = read_object(record.payload)
    return {
        "oid": record.title,
        "object": text(parts.first(b"object") or b""),
        "type": text(parts.first(b"type") or b""),
        "tag": parts.text(parts.first(b"tag") or b""),
        "tagger": _ident(parts, parts.ident(b"tagger")),
        "message": parts.text(parts.message),
        **_reach(record),
    }


def _ref(record: GitRecord) -> dict[str, Any]:
    target = text(record.payload)
    symbolic = target.startswith("ref: ")
    return {"ref": record.title, "symbolic": symbolic, "target": target.removeprefix("ref: ")}


def _reflog(record: GitRecord) -> dict[str, Any]:
    line = read_reflog(record.payload)
    if line is None:
        return _plain(record)
    ident = line.ident
    return {
        "ref": record.title,
        "old": line.old,
        "new": line.new,
        "name": text(ident.name),
        "email": text(ident.email),
        "time": _time(ident),
        "zone": text(ident.zone) or None,
        "message": line.message,
        "forced": "forced" in record.flag_names,
    }


def _hole(record: GitRecord) -> dict[str, Any]:
    return {"object": record.title or None, "why": " ".join(record.flag_names), "detail": text(record.payload)}


_FIELDS: Final[dict[bytes, Callable[[GitRecord], dict[str, Any]]]] = {
    b"repository": _lines,
    b"remote": _lines,
    b"hook": _lines,
    b"ref": _ref,
    b"replace": _ref,
    b"reflog": _reflog,
    b"hole": _hole,
    b"tag": _tag,
    b"commit": _commit,
}
