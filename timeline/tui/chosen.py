"""Which rows a person chose to act on together: single events, and a run of rows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """Events by key, and the rows from one to another (from 0, in any order, both included)."""

    picked: frozenset[str] = frozenset()
    run: tuple[int, int] | None = None

    def __bool__(self) -> bool:
        return self.run is not None or bool(self.picked)

    @property
    def rows(self) -> range:
        """The rows of the run."""
        return range(0) if self.run is None else range(min(self.run), max(self.run) + 1)

    def has(self, row: int, key: str | None) -> bool:
        """Whether a row is chosen; `key` is None where its event is not known yet."""
        return row in self.rows or key in self.picked

    def toggled(self, key: str) -> "Selection":
        """With an event picked, or picked no more."""
        return Selection(self.picked ^ {key}, self.run)

    def shifted(self, rows: int) -> "Selection":
        """As it is where all its rows stand so many rows further down."""
        return self if self.run is None else Selection(self.picked, (self.run[0] + rows, self.run[1] + rows))

    def words(self) -> str:
        """`12 rows`, `3 events`, `12 rows and 3 events`."""
        rows, events = len(self.rows), len(self.picked)
        parts = [f"{rows:,} {'row' if rows == 1 else 'rows'}"] if rows else []
        parts += [f"{events:,} {'event' if events == 1 else 'events'}"] if events else []
        return " and ".join(parts)
