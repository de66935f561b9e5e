"""Actions that annotate: star, tag, comment, all matches at once, undo and redo."""

from functools import partial

from textual import on

from timeline.model.event import SEVERITIES, Event
from timeline.tui import messages
from timeline.tui.messages import Change
from timeline.tui.screens.prompt import Answer, CommentScreen, ConfirmScreen, PromptScreen
from timeline.tui.screens.selecting import Selecting

STAR_WORD = "*"
NO_SEVERITY = "none"


def typed_change(text: str) -> Change:
    """`exfil -noise *` -> tag exfil, take noise away, star; `-*` unstars. Spaces or commas part the words."""
    words = text.replace(",", " ").split()
    star = True if STAR_WORD in words else False if f"-{STAR_WORD}" in words else None
    names = [word for word in words if word.strip("-") != STAR_WORD]
    return Change(
        star=star,
        tags=tuple(dict.fromkeys(word for word in names if not word.startswith("-"))),
        untag=tuple(dict.fromkeys(word[1:] for word in names if word.startswith("-") and len(word) > 1)),
    )


class Annotating(Selecting):
    """Each action is one step of undo."""

    _tagging: Event | None = None
    _tag_all = False

    def action_star(self) -> None:
        """Star, or take the star away."""
        if (event := self.table.cursor_event) is not None:
            self.annotate(event.key, Change(star=not event.starred))

    def action_tag(self) -> None:
        """Ask for tags, once those in use are known."""
        if (event := self.table.cursor_event) is not None:
            self._tagging, self._tag_all = event, False
            self.session.tags()

    def action_annotate_all(self) -> None:
        """Ask what to do to every match."""
        if self.table.cache.total:
            self._tag_all = True
            self.session.tags()

    @on(messages.TagsReady)
    def _tags_ready(self, message: messages.TagsReady) -> None:
        known = tuple(name for name, _ in message.tags)
        hint = "names parted by spaces; -name takes one away; * stars, -* takes stars away; Tab completes"
        if self._tag_all:
            prompt = PromptScreen("Annotate all matches", hint=hint, known=known)
            self.app.push_screen(prompt, self._bulk_typed)
        elif (event := self._tagging) is not None:
            now = f" (now: {', '.join(event.tags)})" if event.tags else ""
            prompt = PromptScreen(f"Tag {self.of_what}{now}", hint=hint, known=known)
            self.app.push_screen(prompt, partial(self._tag_typed, event))

    def _tag_typed(self, event: Event, answer: Answer | None) -> None:
        if answer is not None and answer.accepted and (change := typed_change(answer.text)).words():
            self.annotate(event.key, change)

    def _bulk_typed(self, answer: Answer | None) -> None:
        if answer is not None and answer.accepted and (change := typed_change(answer.text)).words():
            self.session.count_bulk(change)

    @on(messages.BulkCounted)
    def _bulk_counted(self, message: messages.BulkCounted) -> None:
        of_what = f"that match {message.query}" if message.query else "of the case"
        question = f"{message.change.words()}: all {message.total:,} events {of_what}?"

        def answered(yes: bool | None) -> None:
            if yes:
                self.session.annotate_matches(message.query, message.change)

        self.app.push_screen(ConfirmScreen(question), answered)

    def action_comment(self) -> None:
        """Ask for a comment; a draft that was left is there again."""
        if (event := self.table.cursor_event) is not None:
            keep = partial(self.keep_draft, event.key)
            screen = CommentScreen(f"Comment on {self.of_what}", self.drafts.get(event.key, ""), keep)
            self.app.push_screen(screen, partial(self._comment_typed, event.key))

    def _comment_typed(self, key: str, answer: Answer | None) -> None:
        if answer is None:
            return
        text = answer.text.strip()
        self.keep_draft(key, "" if answer.accepted else answer.text)
        if answer.accepted and text:
            self.annotate(key, Change(comment=text))
        elif text:
            self.say("draft kept: c on this event goes on with it")

    def action_severity(self) -> None:
        """Ask how much the event weighs."""
        if (event := self.table.cursor_event) is None:
            return
        now = f" (now: {event.severity})" if event.severity else ""
        words = (*SEVERITIES, NO_SEVERITY)

        def typed(answer: Answer | None) -> None:
            if answer is None or not answer.accepted or not (word := answer.text.strip().lower()):
                return
            found = [name for name in words if name.startswith(word)]
            if len(found) == 1:
                self.annotate(event.key, Change(severity=found[0]))
            else:
                self.say(f"no severity {word}: one of {', '.join(words)}", bad=True)

        hint = f"{', '.join(words)}; the first letters are enough"
        self.app.push_screen(PromptScreen(f"Severity of {self.of_what}{now}", hint=hint, known=words), typed)

    def action_why(self) -> None:
        """Ask why the event matters."""
        if (event := self.table.cursor_event) is None:
            return
        kept = self.drafts.get(f"why {event.key}", event.why or "")

        def typed(answer: Answer | None) -> None:
            if answer is None:
                return
            text = answer.text.strip()
            is_new = text != (event.why or "")
            self.keep_draft(f"why {event.key}", answer.text if is_new and not answer.accepted else "")
            if answer.accepted and is_new:
                self.annotate(event.key, Change(why=text))

        title = f"Why {self.of_what} {'matter' if self.table.selection else 'matters'} (the report says it)"
        self.app.push_screen(CommentScreen(title, kept, partial(self.keep_draft, f"why {event.key}")), typed)

    def action_journal(self) -> None:
        """Show the notes on the case."""
        from timeline.tui.screens.journal import JournalScreen

        event = self.table.cursor_event
        screen = JournalScreen(self.session.case, self.display_zone, None if event is None else event.key)
        self.app.push_screen(screen, lambda query: self.run_query(query) if query else None)

    def action_undo(self) -> None:
        """Take the last step back."""
        self.session.undo()

    def action_redo(self) -> None:
        """Do it again."""
        self.session.redo()
