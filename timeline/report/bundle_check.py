"""Check a hand-over bundle of Leakline. Needs Python 3.11 and nothing else.

    python3 verify.py                  check the bundle that this file lies in
    python3 verify.py --reveal FILE    also check a record that was revealed later

It checks: every file against SHA256SUMS; every record against its commitment, or, where it is redacted, that its commitment
belongs under the root; that events and records are the same, one by one. Compare the root that it prints with the one that
you were given: whoever made the bundle can make another one with another root.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any


def sha256(path: Path) -> str:
    """Hash of a file, in hex."""
    value = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            value.update(block)
    return value.hexdigest()


def check_files(folder: Path) -> Iterator[str]:
    """Files that are not as SHA256SUMS lists them."""
    listed: dict[str, str] = {}
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"SHA256SUMS"}
    yield from (f"{name}: is not in SHA256SUMS" for name in sorted(there - set(listed)))
    for name, digest in sorted(listed.items()):
        path = folder / name
        if "/" in name or "\\" in name or path.is_symlink() or not path.is_file():
            yield f"{name}: is missing"
        elif sha256(path) != digest:
            yield f"{name}: is not the file that SHA256SUMS lists"


def climbed(leaf: bytes, proof: Sequence[Sequence[str]]) -> str:
    """The root that a leaf and its partners lead to, in hex."""
    value = leaf
    for side, partner in proof:
        other = bytes.fromhex(partner)
        value = hashlib.sha256(b"\x01" + (other + value if side == "left" else value + other)).digest()
    return value.hex()


def steps_of(place: int, count: int) -> list[str]:
    """The sides that the partners of a place must have in a tree of so many leaves."""
    sides = []
    while count > 1:
        if place ^ 1 < count:
            sides.append("left" if place & 1 else "right")
        place, count = place // 2, (count + 1) // 2
    return sides


def check_records(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Records that are not what was committed to, or not those of the events."""
    keys: list[str] = []
    with (folder / "records.jsonl").open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            record = json.loads(line)
            keys.append(record["event"])
            where = f"records.jsonl:{number}"
            if record["leaf"] != number - 1 or steps_of(number - 1, manifest["records"]) != [s for s, _ in record["proof"]]:
                yield f"{where}: its proof is not that of its place"
            if climbed(bytes.fromhex(record["commitment"]), record["proof"]) != manifest["merkle_root"]:
                yield f"{where}: its commitment is not under the root"
            if record["redacted"]:
                continue
            salted = b"\x00" + bytes.fromhex(record["salt"]) + record["text"].encode("utf-8", "surrogatepass")
            if hashlib.sha256(salted).hexdigest() != record["commitment"]:
                yield f"{where}: is not the record that was committed to"
    if len(keys) != manifest["records"]:
        yield f"records.jsonl: {len(keys)} records, the manifest says {manifest['records']}"
    with (folder / "events.jsonl").open(encoding="utf-8") as file:
        if [json.loads(line)["key"] for line in file] != keys:
            yield "events.jsonl: its events are not those of the records"


def check_revealed(folder: Path, path: Path) -> Iterator[str]:
    """Whether a record that was revealed is the one that the bundle committed to."""
    shown = json.loads(path.read_text(encoding="utf-8"))
    raw = base64.b64decode(shown["record_base64"], validate=True)
    found = hashlib.sha256(b"\x00" + bytes.fromhex(shown["salt"]) + raw).hexdigest()
    with (folder / "records.jsonl").open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if record["event"] == shown["event"]:
                if record["commitment"] != found:
                    yield f"{path.name}: is not the record that was committed to for {shown['event']}"
                return
    yield f"{path.name}: the bundle has no event {shown['event']}"


def main(arguments: list[str]) -> int:
    """Check, print, and give the exit code: 1 when something is wrong."""
    reveal = None
    if arguments[:1] == ["--reveal"] and len(arguments) > 1:
        reveal, arguments = Path(arguments[1]), arguments[2:]
    folder = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        problems = list(check_files(folder))
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        problems += check_records(folder, manifest)
        if reveal is not None:
            problems += check_revealed(folder, reveal)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stdout.write(f"FAILED  the bundle cannot be read: {error!a}\n")
        return 1
    for problem in problems:
        sys.stdout.write(f"FAILED  {ascii(problem)[1:-1]}\n")
    if not problems:
        sys.stdout.write(f"ok      {manifest['records']} records, {manifest['redacted']} of them redacted\n")
        sys.stdout.write(f"root    {manifest['merkle_root']}\ncustody {manifest['custody_head']}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
