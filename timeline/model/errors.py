"""Every error that Leakline raises on purpose.

LeaklineError                 one line: what, where, what to do; exit code 2 unless a subclass says otherwise
├── UsageError                the call itself is wrong: an option, an argument, a folder that is not a case
├── QueryError                a query that cannot be understood; carries the column
├── CaseFileError             case.yaml: unknown key, bad zone; carries file, line and key
├── CaseError                 case.db: not SQLite, newer version, foreign schema, damaged
│   └── CaseBusyError         another process is writing to the case
├── EvidenceError             a source that cannot be read (exit code 3: the rest goes on)
├── StorageError              the disk is full or the folder read-only
└── Cancelled                 the person asked to stop; what was committed stays
"""

from pathlib import Path

EXIT_DONE = 0
EXIT_CHECK_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTIAL = 3


class LeaklineError(Exception):
    """Root of the tree. `where` is a path, a query or a place in one; `hint` says what to do; None leaves that part out."""

    exit_code = EXIT_USAGE

    def __init__(self, what: str, *, where: str | Path | None = None, hint: str | None = None) -> None:
        super().__init__(what, where, hint)
        self.what = what
        self.where = None if where is None else str(where)
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Errors travel between processes whole, whatever their constructor takes."""
        return _rebuilt, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{hint}"


def _rebuilt(kind: type[LeaklineError], args: tuple[object, ...], values: dict[str, object]) -> LeaklineError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(values)
    return error


class UsageError(LeaklineError):
    """The call itself is wrong."""


class QueryError(LeaklineError):
    """A query that cannot be understood.

    `query` is the text as typed, `column` the 1-based column of the fault, `expected` what could stand there.
    """

    def __init__(self, what: str, *, query: str, column: int, expected: str | None = None) -> None:
        super().__init__(what, where=f"column {column}", hint=expected)
        self.query = query
        self.column = column
        self.expected = expected


class CaseFileError(LeaklineError):
    """case.yaml is wrong; `where` is `file:line`, the text names the key."""


class CaseError(LeaklineError):
    """case.db cannot be used as a case."""


class CaseBusyError(CaseError):
    """Another process is writing to the case."""


class EvidenceError(LeaklineError):
    """A source that cannot be read, wholly or from some byte on."""

    exit_code = EXIT_PARTIAL


class StorageError(LeaklineError):
    """The case cannot be written: disk full, folder read-only."""


class Cancelled(LeaklineError):  # noqa: N818  # it says what happened; nothing went wrong
    """The person asked to stop."""
