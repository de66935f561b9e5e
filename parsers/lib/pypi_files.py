"""Files of a Python package as an index lists them: one upload each, the same whichever of the index's answers has it.

The JSON API and the simple index state the same name, time and hash of a file, so that an upload that both show is one
event with two witnesses. References: https://docs.pypi.org/api/json/, https://peps.python.org/pep-0700/.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from parsers.lib.identity import content_hash
from parsers.lib.json_documents import Part
from parsers.lib.json_members import Member
from parsers.lib.json_reading import Record
from parsers.lib.json_values import inner, text
from parsers.lib.times import Stamp, Times
from timeline.model.event import EventValues


def time_of(file: Record, times: Times) -> Stamp | None:
    """When the file was uploaded, by the name that either answer has for it. The index's times are UTC."""
    for name in ("upload_time_iso_8601", "upload-time", "upload_time"):
        value = file.get(name)
        if name == "upload_time" and isinstance(value, str):
            value = f"{value}Z"
        if (stamp := times.iso(value)) is not None:
            return stamp
    return None


def in_order(files: Iterable[Member], about: Mapping[str, Any]) -> list[Part]:
    """Files as the parts of their document: in order of time, then name, the undated last; of a name twice, the first."""
    times = Times()
    found: dict[str, tuple[bool, int, str, Member]] = {}
    for place, member in enumerate(files):
        value = member.value()
        file = value if isinstance(value, dict) else {}
        name = text(file, "filename") or f"#{place}"
        stamp = time_of(file, times)
        found.setdefault(name, (stamp is None, stamp.us if stamp else 0, name, member))
    return [Part(member, about) for *_, member in sorted(found.values(), key=lambda entry: entry[:3])]


def upload_of(file: Record, times: Times) -> EventValues | str:
    """The event of one file, or why there is none. An index does not say who uploaded it."""
    name = text(file, "filename")
    if name is None:
        return "names no file"
    values: EventValues = {
        "timestamp_desc": "published",
        "action": "upload",
        "outcome": "success",
        "resource": name,
        "message": text(file, "yanked_reason") or text(file, "yanked"),
    }
    stamp = time_of(file, times)
    if stamp is not None:
        values.update(stamp.values())
        values["uid"] = f"pypi:{name}"
        values["content"] = content_hash([name, stamp.us, sha256_of(file)])
    return values


def sha256_of(file: Record) -> str | None:
    """The file's hash by which it can be found elsewhere."""
    return text(inner(file, "digests") or inner(file, "hashes"), "sha256")
