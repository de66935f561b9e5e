"""CloudTrail digest files: what one says, and whether those at hand form an unbroken chain.

CloudTrail writes a digest every hour, also where nothing happened. It lists the log files delivered in that hour with
their SHA-256, and names its predecessor with the SHA-256 of that one's uncompressed bytes. Who deletes or changes log
files or digests breaks the chain. Signatures lie in the metadata of the S3 object, not in the file, and are not checked.
Reference: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from parsers.lib.json_reading import Record, load_object
from parsers.lib.json_values import items, text
from parsers.lib.times import Times

SHA256: Final = "SHA-256"
FindingKind = Literal["unreadable", "begins", "missing", "restart", "altered", "unchecked", "gap", "fork", "twofold"]
"""unreadable: it is no digest. begins: the first digest at hand names a predecessor that is not there. missing: a later
one does. restart: a later one names none, so validation had been off. altered: the predecessor's bytes have another hash.
unchecked: another algorithm was used, or no hash is given. gap: a digest starts later than its predecessor ended. fork: two
digests name the same predecessor. twofold: two documents claim to be the same digest and differ."""

_UTC: Final = Times()


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A log file as a digest lists it. `name` is `<bucket>/<object>`; the times are those of its events, us UTC."""

    name: str
    sha256: str | None
    oldest_us: int | None
    newest_us: int | None


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest file. `source` is the name it was given with, `name` the `<bucket>/<object>` that it states; us UTC."""

    source: str
    name: str
    start_us: int | None
    end_us: int | None
    previous: str | None
    previous_sha256: str | None
    algorithm: str
    sha256: str
    files: tuple[ListedFile, ...]


@dataclass(frozen=True, slots=True)
class DigestFinding:
    """What is wrong, or worth knowing, at one digest.

    `source` is the name that its document was given with. `other` is the `<bucket>/<object>` of the digest it has to do
    with. For missing, restart and gap, `start_us` to `end_us` is what no digest at hand covers (us UTC, None: unknown).
    """

    kind: FindingKind
    source: str
    other: str | None = None
    start_us: int | None = None
    end_us: int | None = None


def object_name(bucket: str | None, key: str | None) -> str | None:
    """`<bucket>/<object>`, or what there is of it."""
    return "/".join(part for part in (bucket, key) if part is not None) or None


def previous_of(record: Record) -> str | None:
    """`<bucket>/<object>` of the digest before this one; None where the chain begins."""
    key = text(record, "previousDigestS3Object")
    return None if key is None else object_name(text(record, "previousDigestS3Bucket"), key)


def read_digest(source: str, document: bytes) -> Digest | None:
    """One digest file, uncompressed; None where it is none."""
    record = load_object(document).value
    if record is None or text(record, "digestS3Object") is None:
        return None
    return Digest(
        source=source,
        name=object_name(text(record, "digestS3Bucket"), text(record, "digestS3Object")) or "",
        start_us=_us(record, "digestStartTime"),
        end_us=_us(record, "digestEndTime"),
        previous=previous_of(record),
        previous_sha256=(text(record, "previousDigestHashValue") or "").lower() or None,
        algorithm=text(record, "previousDigestHashAlgorithm") or SHA256,
        sha256=sha256(document).hexdigest(),
        files=tuple(_listed(item) for item in items(record, "logFiles") if isinstance(item, dict)),
    )


def chain_findings(documents: Mapping[str, bytes]) -> list[DigestFinding]:
    """Findings over digest files, given uncompressed by their names; by chain and time. [] where nothing is amiss.

    There is one chain for each trail and region. The same digest twice is one, if its bytes are the same.
    """
    findings: list[DigestFinding] = []
    chains: dict[str, dict[str, Digest]] = defaultdict(dict)
    for source, document in documents.items():
        digest = read_digest(source, document)
        if digest is None:
            findings.append(DigestFinding("unreadable", source))
            continue
        known = chains[_chain(digest.name)].setdefault(digest.name, digest)
        if known.sha256 != digest.sha256:
            findings.append(DigestFinding("twofold", source, digest.name, digest.start_us, digest.end_us))
    for _, chain in sorted(chains.items()):
        in_order = sorted(chain.values(), key=lambda digest: (digest.end_us or 0, digest.name))
        findings += _of_chain(in_order, chain)
    return findings


def _of_chain(in_order: Sequence[Digest], chain: Mapping[str, Digest]) -> Iterator[DigestFinding]:
    followed: set[str] = set()
    covered_us: int | None = None
    for place, digest in enumerate(in_order):
        previous = None if digest.previous is None else chain.get(digest.previous)
        if previous is not None:
            yield from _link(digest, previous)
        elif place:
            kind: FindingKind = "missing" if digest.previous else "restart"
            yield DigestFinding(kind, digest.source, digest.previous, covered_us, digest.start_us)
        elif digest.previous:
            yield DigestFinding("begins", digest.source, digest.previous, None, digest.start_us)
        if digest.previous in followed:
            yield DigestFinding("fork", digest.source, digest.previous)
        if digest.previous:
            followed.add(digest.previous)
        covered_us = digest.end_us if covered_us is None else max(covered_us, digest.end_us or covered_us)


def _link(digest: Digest, previous: Digest) -> Iterator[DigestFinding]:
    if digest.algorithm != SHA256 or digest.previous_sha256 is None:
        yield DigestFinding("unchecked", digest.source, previous.name)
    elif digest.previous_sha256 != previous.sha256:
        yield DigestFinding("altered", digest.source, previous.name, previous.start_us, previous.end_us)
    if digest.start_us is not None and previous.end_us is not None and digest.start_us > previous.end_us:
        yield DigestFinding("gap", digest.source, previous.name, previous.end_us, digest.start_us)


def _chain(name: str) -> str:
    """What digests of one trail and region have in common: their file names without the time; `_backfill` stays."""
    file = name.rpartition("/")[2].partition(".")[0]
    trail, _, last = file.rpartition("_")
    if last == "backfill":
        trail = f"{trail.rpartition('_')[0]}_backfill"
    return f"{name.partition('/')[0]}/{trail}"


def _listed(item: Record) -> ListedFile:
    return ListedFile(
        object_name(text(item, "s3Bucket"), text(item, "s3Object")) or "",
        (text(item, "hashValue") or "").lower() or None,
        _us(item, "oldestEventTime"),
        _us(item, "newestEventTime"),
    )


def _us(record: Record, name: str) -> int | None:
    stamp = _UTC.iso(record.get(name))
    return None if stamp is None else stamp.us
