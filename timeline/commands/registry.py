"""The verbs of the command line: name, module, one line of help. `leakline --help` reads this and loads nothing else."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb; its module has a click command named `command`."""

    name: str
    module: str
    summary: str


VERBS: Final = (
    Verb("demo", "demo", "Try Leakline on a sample case."),
    Verb("new", "new", "Make a case folder with a commented case.yaml."),
    Verb("ingest", "ingest", "Read evidence into a case."),
    Verb("open", "open", "Open a case in the terminal UI."),
    Verb("search", "search", "Print or count the events that match a query."),
    Verb("export", "export", "Write events as JSONL, CSV or for Timesketch, or the rejects."),
    Verb("exposures", "exposures", "List what was open to whom, from when to when, and who touched it."),
    Verb("coverage", "coverage", "Show what the logs of a case cover, and where the holes are."),
    Verb("ask-read", "ask_read", "Answer whether a resource was read: by whom, not at all, or not answerable."),
    Verb("actors", "actors", "List who acted, under which names and keys, and why these belong together."),
    Verb("secrets", "secrets", "Tell the life of each secret: found where, open since when, used by whom, revoked when."),
    Verb("radius", "radius", "Show what was taken: objects, bytes, complete sets, without counting a download twice."),
    Verb("assets", "assets", "Show what was at stake by class: weights, source, secrets, customer data ..."),
    Verb("bursts", "bursts", "Show who read many things in a short time, and what is new to credentials."),
    Verb("clocks", "clocks", "Show which clocks are off, which order is not established, and set clocks right."),
    Verb("tampering", "tampering", "Show what was done to logs and to history."),
    Verb("noise", "noise", "Show what scanners, canaries, health checks and crawlers made, apart from the rest."),
    Verb("hypotheses", "hypotheses", "Show what speaks for and against what may have happened, and what is missing."),
    Verb("measures", "measures", "List what to do now and what would have prevented it; tick it off."),
    Verb("match", "match", "Tell which version of a repository or package a leaked copy is."),
    Verb("report", "report", "Write the Markdown report."),
    Verb("bundle", "bundle", "Write what is handed over: report, events, records, and what checks them."),
    Verb("annotate", "annotate", "Star, tag or comment on all events that match a query."),
    Verb("annotations", "annotations", "Bring together what two responders said of one case."),
    Verb("journal", "journal", "Read and write the notes on a case."),
    Verb("event", "event", "Put a statement of yours on the timeline."),
    Verb("status", "status", "Show what a case holds."),
    Verb("verify", "verify", "Check evidence, order, accounting and custody."),
    Verb("reparse", "reparse", "Decode a source again, with another format, zone or clock."),
    Verb("remove", "remove", "Remove a source and what only it holds."),
    Verb("formats", "formats", "List the log formats that are understood; suggest a mapping for another."),
    Verb("help", "help", "Read the manual."),
)
