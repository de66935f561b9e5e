"""The registry of actions: key bindings, the help screen, the key line and the command palette are all made from it.

`id` names the method `action_<id>` of the screen that `where` says (for "query": of the query input).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from textual.binding import Binding

Where = Literal["timeline", "query", "facets", "sources", "rejects", "overview", "beside", "journal"]
"""The screen, or part of it, that an action belongs to."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do. `footer` is its word in the key line at the bottom, "" for none."""

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    group: str
    footer: str = ""
    where: Where = "timeline"

    @property
    def name(self) -> str:
        """What it is called in a file of keys: its id, with its screen unless that is the timeline."""
        return self.id if self.where == "timeline" else f"{self.where}.{self.id}"


_VALUES: Final = "Among the values"
_JOURNAL: Final = "In the journal"
_BESIDE: Final = "In the second pane"
_SOURCES: Final = "Among the sources"
_REJECTS: Final = "Among the rejects"
_OVERVIEW: Final = "In the overview"
ACTIONS: Final[tuple[Action, ...]] = (
    Action("filter", ("/",), "Filter", "Type a query; in the detail: find text there, n N go on", "Find", "filter"),
    Action("filter_cell", ("f",), "Filter to this value", "Keep events with the value of the focused column", "Find"),
    Action("exclude_cell", ("x",), "Exclude this value", "Drop events with the value of the focused column", "Find"),
    Action("filter_ip", ("i",), "Filter to this IP", "Keep events from the address of this event", "Find", "this IP"),
    Action(
        "filter_actor", ("a",), "Filter to this actor", "Keep events of the actor of this event", "Find", "this actor"
    ),
    Action(
        "back", ("b",), "Previous filter", "Go back to the filter before this one, and to its place", "Find", "back"
    ),
    Action("show_all", ("F",), "Show all events", "Drop the filter, stay on the event", "Find"),
    Action(
        "hide_noise",
        ("H",),
        "Hide noise",
        "Hide or show scanners, crawlers, health checks",
        "Find",
    ),
    Action("facets", ("v",), "Values", "The most frequent values of each field, with counts", "Find"),
    Action("next_same", ("]",), "Next of the same", "To the next event with the value of the focused column", "Move"),
    Action("previous_same", ("[",), "Previous of the same", "To the previous event with that value", "Move"),
    Action("crumbs", ("B",), "Conditions", "The filter's conditions: off and on, another order, away", "Find"),
    Action("pivot", ("o",), "Pivot", "What can be asked from this cell: keep, drop, first, last, around, same actor", "Find"),
    Action("beside", ("|",), "Second pane", "Show what is asked from this cell below the timeline", "Find"),
    Action("other_pane", ("tab",), "Other pane", "The keys go to the second pane, and back", "Move"),
    Action("sources", ("s",), "Sources", "Every source with counts, clock offset and rejects", "Find"),
    Action("overview", ("W",), "Overview", "The case at a glance: what it holds, what is new, first questions", "Find"),
    Action("ingest", ("I",), "Read evidence", "Read a file, folder, archive or repository into the case", "Find"),
    Action("saved", ("Q",), "Saved queries", "Save the filter under a name, and come back to saved ones", "Find"),
    Action(
        "findings", ("w",), "Findings", "What was open, what logs cover, bursts, new to credentials", "Find", "findings"
    ),
    Action("star", ("space",), "Star", "Star the event, or take its star away", "Annotate", "star"),
    Action("tag", ("t",), "Tag", "Add tags to the event; -name takes one away", "Annotate", "tag"),
    Action("severity", ("!",), "Severity", "Say how much the event weighs: low to critical, none", "Annotate"),
    Action("why", ("K",), "Why it matters", "Say why the event matters: the report says it", "Annotate"),
    Action("comment", ("c",), "Comment", "Write a comment on the event", "Annotate", "comment"),
    Action(
        "annotate_all",
        ("S",),
        "Annotate all matches",
        "Star or tag every match, after asking with the count",
        "Annotate",
    ),
    Action("journal", ("L",), "Journal", "Notes on the case: read them, add one", "Annotate"),
    Action("select_rows", ("V",), "Select rows", "Begin a run of rows here; what is said then goes for all", "Annotate"),
    Action("pick", (".",), "Pick the event", "Pick single events one by one, or pick them no more", "Annotate"),
    Action("undo", ("u",), "Undo", "Take the last annotation back", "Annotate", "undo"),
    Action("redo", ("ctrl+r",), "Redo", "Do the last undone annotation again", "Annotate"),
    Action(
        "open_detail",
        ("enter",),
        "Event in detail",
        "Fields, raw record and provenance; Escape closes",
        "See",
        "detail",
    ),
    Action("spread", ("p",), "Raw record as received", "Show JSON over many lines, or exactly as received", "See"),
    Action("zone", ("z",), "Switch zone", "Show times in UTC, the case's zone or this machine's zone", "See", "zone"),
    Action("zoom_in", ("+",), "Zoom histogram in", "Show a quarter of the time, around the cursor", "See"),
    Action("zoom_out", ("-",), "Zoom histogram out", "Show four times the time", "See"),
    Action(
        "brush", ("\\",), "Brush a time", "Begin at the cursor; again at another event: zoom to the time between", "See"
    ),
    Action("zoom_back", ("(",), "Zoom before this one", "Back through the zooms of the histogram", "See"),
    Action("zoom_forward", (")",), "Zoom after this one", "Forward through the zooms again", "See"),
    Action(
        "filter_time", ("T",), "Filter to the time shown", "Keep events of the time that the histogram shows", "Find"
    ),
    Action("stack_by", ("y",), "Stack the histogram", "Bars by kind, by outcome, or all alike", "See"),
    Action(
        "relative_time",
        ("d",),
        "Relative times",
        "Times, time since the row above, or since the event under the cursor",
        "See",
    ),
    Action("choose_columns", ("C",), "Columns", "Choose, order and widen the columns of the table", "See"),
    Action("set_mark", ("M",), "Set a mark", "M and a letter: remember this event under the letter", "Move"),
    Action("go_to_mark", ("'",), "Go to a mark", "' and the letter: back to that event", "Move"),
    Action("earlier", ("<",), "Histogram earlier", "Move the zoomed histogram back in time", "See"),
    Action("later", (">",), "Histogram later", "Move the zoomed histogram on in time", "See"),
    Action("cursor_down", ("j", "down"), "Next row", "One row down", "Move"),
    Action("cursor_up", ("k", "up"), "Previous row", "One row up", "Move"),
    Action("column_left", ("h", "left"), "Column to the left", "Focus the column to the left", "Move"),
    Action("column_right", ("l", "right"), "Column to the right", "Focus the column to the right", "Move"),
    Action("half_down", ("ctrl+d",), "Half a page down", "Half a page down", "Move"),
    Action("half_up", ("ctrl+u",), "Half a page up", "Half a page up", "Move"),
    Action("page_down", ("pagedown", "ctrl+f"), "Page down", "One page down", "Move"),
    Action("page_up", ("pageup", "ctrl+b"), "Page up", "One page up", "Move"),
    Action("first", ("g", "home"), "First row", "To the first event", "Move"),
    Action("last", ("G", "end"), "Last row", "To the last event", "Move"),
    Action("jump", ("J",), "Jump to time", "To the first event at or after a time", "Move"),
    Action("next_starred", ("n", "*"), "Next starred", "To the next starred event", "Move"),
    Action("previous_starred", ("N",), "Previous starred", "To the previous starred event", "Move"),
    Action("export", ("e",), "Export the view", "Events of the filter, report or bundle, in a chosen form", "Out", "export"),
    Action("report", ("r",), "Write the report", "Write the Markdown report of the case", "Out", "report"),
    Action("redaction", ("R",), "Redaction on or off", "Whether exports hide secrets", "Out"),
    Action("leave", ("escape",), "Close, leave", "Close what is open, or stop what is under way", "App"),
    Action("help", ("?",), "Keys", "Show all keys", "App", "keys"),
    Action("quit", ("q",), "Quit", "Leave; everything is saved already", "App"),
    Action("keep", ("enter",), "Keep the value", "Keep events with the value under the cursor", _VALUES, "keep", "facets"),
    Action("drop", ("x",), "Drop the value", "Drop events with it", _VALUES, "drop", "facets"),
    Action("next_field", ("tab", "l", "right"), "Next field", "The values of the next field", _VALUES, "field", "facets"),
    Action("previous_field", ("shift+tab", "h", "left"), "Previous field", "The field before", _VALUES, "", "facets"),
    Action("search", ("/",), "Search the values", "Only values that hold a text", _VALUES, "search", "facets"),
    Action("down", ("j",), "Down", "One down", _VALUES, "", "facets"),
    Action("up", ("k",), "Up", "One up", _VALUES, "", "facets"),
    Action("help", ("?",), "Keys", "Show all keys", _VALUES, "keys", "facets"),
    Action("close", ("escape", "q"), "Back", "Back to the timeline", _VALUES, "back", "facets"),
    Action("show_events", ("enter",), "Events of the source", "Keep events of the source", _SOURCES, "events", "sources"),
    Action("rejects", ("r",), "Rejects", "The source's rejects, with reasons and bytes", _SOURCES, "rejects", "sources"),
    Action("offset", ("o",), "Clock offset", "Set the source's clock right; 0 takes that back", _SOURCES, "offset", "sources"),
    Action("format", ("f",), "Format", "Read the source as another format", _SOURCES, "format", "sources"),
    Action("zone", ("z",), "Zone", "Say in which zone times without one are; auto takes that back", _SOURCES, "zone", "sources"),
    Action("ingest", ("i",), "Read evidence", "Read a file, folder, archive or repository", _SOURCES, "read", "sources"),
    Action("stop_reading", ("X",), "Stop reading", "Stop what is being read; what was read stays", _SOURCES, "", "sources"),
    Action("sort", ("S",), "Sort", "By path, first event, events or rejects", _SOURCES, "", "sources"),
    Action("down", ("j",), "Down", "One down", _SOURCES, "", "sources"),
    Action("up", ("k",), "Up", "One up", _SOURCES, "", "sources"),
    Action("help", ("?",), "Keys", "Show all keys", _SOURCES, "keys", "sources"),
    Action("close", ("escape", "q"), "Back", "Back to the timeline", _SOURCES, "back", "sources"),
    Action("ask", ("enter",), "Open", "Open the question under the cursor, or the timeline", _OVERVIEW, "open", "overview"),
    Action("when", ("n",), "When it is shown", "When something is new, always, or never by itself", _OVERVIEW, "when", "overview"),
    Action("down", ("j",), "Down", "One down", _OVERVIEW, "", "overview"),
    Action("up", ("k",), "Up", "One up", _OVERVIEW, "", "overview"),
    Action("help", ("?",), "Keys", "Show all keys", _OVERVIEW, "keys", "overview"),
    Action("close", ("escape", "q"), "To the timeline", "To the timeline", _OVERVIEW, "timeline", "overview"),
    Action("next_reason", ("tab",), "Next reason", "Only rejects of the next reason; then all", _REJECTS, "reason", "rejects"),
    Action("down", ("j",), "Down", "One down", _REJECTS, "", "rejects"),
    Action("up", ("k",), "Up", "One up", _REJECTS, "", "rejects"),
    Action("help", ("?",), "Keys", "Show all keys", _REJECTS, "keys", "rejects"),
    Action("close", ("escape", "q"), "Back", "Back to the sources", _REJECTS, "back", "rejects"),
    Action("down", ("j", "down"), "Down", "One row down", _BESIDE, where="beside"),
    Action("up", ("k", "up"), "Up", "One row up", _BESIDE, where="beside"),
    Action("page_down", ("pagedown", "ctrl+f", "ctrl+d"), "Page down", "One page down", _BESIDE, where="beside"),
    Action("page_up", ("pageup", "ctrl+b", "ctrl+u"), "Page up", "One page up", _BESIDE, where="beside"),
    Action("first", ("g", "home"), "First row", "To the first event", _BESIDE, where="beside"),
    Action("last", ("G", "end"), "Last row", "To the last event", _BESIDE, where="beside"),
    Action("star", ("space",), "Star", "Star the event, or take its star away", _BESIDE, "star", "beside"),
    Action("to_timeline", ("enter",), "Go there", "To this event in the timeline", _BESIDE, "there", "beside"),
    Action("make_filter", ("=",), "Make it the filter", "Filter the timeline to what is shown here", _BESIDE, "filter", "beside"),
    Action("follow", ("~",), "Follow or stay", "Follow the time of the timeline's cursor, or stay", _BESIDE, "follow", "beside"),
    Action("other_pane", ("tab",), "Other pane", "The keys go back to the timeline", _BESIDE, "timeline", "beside"),
    Action("close", ("escape", "q"), "Close", "Close the second pane", _BESIDE, "close", "beside"),
    Action("down", ("j",), "Down", "One down", _JOURNAL, where="journal"),
    Action("up", ("k",), "Up", "One up", _JOURNAL, where="journal"),
    Action("show_events", ("enter",), "Go to the event", "The event that the note is about", _JOURNAL, "event", "journal"),
    Action("add", ("a",), "Add a note", "Write a note", _JOURNAL, "add", "journal"),
    Action("add_event", ("e",), "On the event", "Write a note on the event under the cursor", _JOURNAL, "on event", "journal"),
    Action("add_report", ("r",), "For the report", "Write a note that the report shows", _JOURNAL, "for report", "journal"),
    Action("help", ("?",), "Keys", "Show all keys", _JOURNAL, "keys", "journal"),
    Action("close", ("escape", "q"), "Back", "Back to the timeline", _JOURNAL, "back", "journal"),
    Action("older", ("up",), "Older query", "The query before this one", "In the query bar", where="query"),
    Action("newer", ("down",), "Newer query", "The query after this one", "In the query bar", where="query"),
    Action(
        "complete", ("tab",), "Complete", "List completions; again: the next one", "In the query bar", where="query"
    ),
    Action(
        "complete_back", ("shift+tab",), "Previous completion", "The previous one", "In the query bar", where="query"
    ),
    Action(
        "leave_query", ("escape",), "Leave", "Back to the table, the query as it was", "In the query bar", where="query"
    ),
)


class KeysOf(Protocol):
    """Which keys an action has."""

    def of(self, action: Action) -> tuple[str, ...]:
        """Its keys."""
        ...


# done before the next key is looked at, so that a query typed in one breath with `/` goes to the query bar
_AT_ONCE: Final = frozenset({"filter"})
_FOOTER_FIRST: Final = ("filter", "open_detail", "help", "star", "tag", "comment", "undo")
_KEY_NAMES: Final = {"escape": "Esc", "enter": "Enter", "space": "Space", "pagedown": "PgDn", "pageup": "PgUp"}
_ARROWS: Final = {"up": "↑", "down": "↓", "left": "←", "right": "→", "home": "Home", "end": "End", "tab": "Tab"}


def key_name(key: str) -> str:
    """A key as people write it: `^R`, `PgDn`, `?`."""
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+').upper()}"
    if key.startswith("shift+"):
        return f"Shift-{key_name(key.removeprefix('shift+'))}"
    return (_KEY_NAMES | _ARROWS).get(key, key)


def bindings(where: Where) -> list[Binding]:
    """Key bindings for Textual."""
    return [
        Binding(key, action.id, action.label, show=False, priority=action.id in _AT_ONCE, id=action.name)
        for action in ACTIONS
        if action.where == where
        for key in action.keys
    ]


def groups() -> Iterator[tuple[str, list[Action]]]:
    """The actions by group, in the order in which the groups first occur."""
    names = dict.fromkeys(action.group for action in ACTIONS)
    for name in names:
        yield name, [action for action in ACTIONS if action.group == name]


def key_line(where: Where = "timeline", keymap: KeysOf | None = None) -> list[tuple[str, str]]:
    """(key, word) for the line at the bottom, the most needed first, since a narrow screen has room for a few."""
    shown = [action for action in ACTIONS if action.footer and action.where == where]
    shown.sort(key=lambda action: _FOOTER_FIRST.index(action.id) if action.id in _FOOTER_FIRST else len(_FOOTER_FIRST))
    return [(key_name((keymap.of(action) if keymap else action.keys)[0]), action.footer) for action in shown]
