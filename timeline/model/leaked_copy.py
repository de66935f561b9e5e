"""The copy that surfaced, and what of the case it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file of the copy: its name there, its size in bytes, and its hashes (hex; `npm` as registries write integrity).

    `is_archive`: its members are files of the copy too.
    """

    name: str
    size: int
    sha256: str
    git_sha1: str
    git_sha256: str
    npm_shasum: str
    npm_integrity: str
    is_archive: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A commit that holds some files of the copy. `names` are tags and branches at it, and packages made from it.

    `us` is the committer's time; `matched` how many files of the copy it holds, of all that any commit holds.
    """

    repository: str
    commit: str
    key: str
    us: int | None
    matched: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageMatch:
    """A file of the copy that is, byte for byte, a published package version."""

    file: str
    package: str
    key: str
    us: int | None


@dataclass(frozen=True, slots=True)
class CopyMatch:
    """What a copy matches.

    `known` are names of files that some commit holds, byte for byte, `unknown` all others; empty files count as neither.
    `versions` hold the most files together, the earliest first; `whole` says that they hold all that are known.
    `earliest_us`: the copy cannot have been taken before (the latest of the first times at which each known file existed);
    None where that is not known.
    """

    files: int
    empty: int
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    versions: tuple[Version, ...]
    more_versions: int
    whole: bool
    packages: tuple[PackageMatch, ...]
    earliest_us: int | None
    notes: tuple[str, ...] = ()
