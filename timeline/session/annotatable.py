"""What analysts write into a case, and what keeps it from being written into a file that is another one by now."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, cast

from timeline.model.errors import CaseError
from timeline.model.journal import JournalEntry
from timeline.store import annotations
from timeline.store.reader import Reader
from timeline.store.settings import keep_settings
from timeline.store.settings import settings as stored_settings

if TYPE_CHECKING:
    from timeline.session.annotating import Said
    from timeline.session.case import Case


def file_identity(path: Path) -> tuple[int, int] | None:
    """Which file it is, (device, inode); None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Annotatable:
    """The part of `Case` that writes for an analyst."""

    path: Path
    analyst: str
    now_us: Callable[[], int]
    _file: tuple[int, int] | None

    def reading(self, cancel: threading.Event | None = None) -> AbstractContextManager[Reader]:
        """Give this thread's reader, inside one snapshot."""
        raise NotImplementedError

    def check_file(self) -> None:
        """CaseError when the case's file was deleted, or is another one than when it was opened: nothing is to be written there."""
        now = file_identity(self.path)
        if now is None:
            hint = "what is shown is still the case: put it back, or export it"
            raise CaseError("was deleted or moved while it was open", where=self.path, hint=hint)
        if now != self._file:
            raise CaseError(
                "was replaced by another file while it was open", where=self.path, hint="leave, and open it again"
            )

    def annotate(self, keys: Sequence[str], **said: "Unpack[Said]") -> int:
        """Star, tag or comment on events, as one undoable step; how many it changed. UsageError for an unknown key."""
        self.check_file()
        from timeline.session.annotating import annotate

        return annotate(cast("Case", self), keys, said)

    def journal(self) -> list[JournalEntry]:
        """The notes of all analysts, oldest first."""
        from timeline.session.journal import journal

        return journal(cast("Case", self))

    def add_note(self, text: str, *, event: str | None = None, in_report: bool = False) -> JournalEntry:
        """Write a note, about an event where its key is given; `in_report`: the report shows it. UsageError for an empty one."""
        from timeline.session.journal import add_note

        return add_note(cast("Case", self), text, event=event, in_report=in_report)

    def decide(self, subject: str, state: str, comment: str | None = None) -> None:
        """Decide a finding, by the `subject` and one of the `choices` of its row; "" takes that back. UsageError for any other."""
        from timeline.session.deciding import decide_finding

        decide_finding(cast("Case", self), subject, state, comment)

    def annotate_matches(self, query: str, **said: "Unpack[Said]") -> int:
        """The same for every match of a query."""
        self.check_file()
        from timeline.session.annotating import annotate_matches

        return annotate_matches(cast("Case", self), query, said)

    def undo(self) -> str | None:
        """Undo this analyst's last step; what it was, in words, or None when there is none."""
        self.check_file()
        return annotations.undo(self.path, analyst=self.analyst, at_us=self.now_us())

    def redo(self) -> str | None:
        """Do the step undone last again; what it was, in words, or None when there is none."""
        self.check_file()
        return annotations.redo(self.path, analyst=self.analyst, at_us=self.now_us())

    def settings(self) -> dict[str, Any]:
        """What this analyst's screens remember, by name, as JSON has it."""
        with self.reading() as reader:
            return stored_settings(reader, self.analyst)

    def keep_settings(self, values: Mapping[str, Any]) -> bool:
        """Remember values for this analyst (None: forget one); False where the case cannot be written now."""
        return file_identity(self.path) == self._file and keep_settings(self.path, self.analyst, values)

    def tags(self) -> list[tuple[str, int]]:
        """Every tag with the number of events that have it, most frequent first."""
        from timeline.session.annotating import tags

        return tags(cast("Case", self))
