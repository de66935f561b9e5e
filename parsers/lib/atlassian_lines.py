"""Lines of the access logs that Jira and Confluence have Tomcat write, split into named texts exactly as logged.

    [30/Mar/2026:23:17:59 +0200] dana http-nio-8090-exec-6 192.0.2.7 GET /index.action HTTP/1.1 200 88ms 2048 - curl/8.5.0
    192.0.2.7 1397x5161x1 dana [30/Mar/2026:23:17:59 +0000] "GET /browse/ML-1 HTTP/1.1" 200 5120 0.0450 "-" "curl/8.5.0" "9nrl"

The first is the pattern of Confluence, which Jira is often given, too; addresses that a proxy forwarded may stand before
its user. The second is Jira's own. References:
https://confluence.atlassian.com/doc/configure-access-logs-1044780567.html,
https://confluence.atlassian.com/adminjiraserver/logging-and-profiling-938847671.html,
https://tomcat.apache.org/tomcat-9.0-doc/config/valve.html#Access_Logging.
"""

import re
from collections.abc import Mapping
from datetime import tzinfo
from ipaddress import ip_address
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from parsers.lib.access_events import access_events
from parsers.lib.clf_time import read_time
from parsers.lib.columns import chunk_lines, event_batch, known, per_distinct
from parsers.lib.splitting import Pattern, Shape, split_lines
from timeline.model.parser import NO, Chunk, Decoded, Sample, Sniff
from timeline.model.time import zone_named

LineTexts = dict[str, str]
NOT_THIS_FORMAT: Final = "the line is not an access log record of Jira or Confluence"
_NAMES: Final = (
    "time", "forwarded_for", "user", "thread", "remote_host", "method", "target", "request", "status", "bytes", "user_agent",
    "session",
)  # fmt: skip
_METHOD: Final = "[A-Z][A-Z-]{2,15}"
_BRACKETED: Final = r"\[(?P<time>[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} [+-][0-9]{4})\]"
_REQUEST_ID: Final = "[a-z]{0,2}[0-9]+x[0-9]+x[0-9]+"
CLEAN: Final = (
    Shape(
        (
            (
                Pattern(
                    rf"^{_BRACKETED} (?P<user>[^ ]+) (?P<thread>[^ ]+) (?P<remote_host>[^ ]+) (?P<method>{_METHOD})"
                    r" (?P<target>/[^ ]*) HTTP/[0-9](?:\.[0-9])? (?P<status>[0-9]{3}) [0-9]+ms (?P<bytes>[0-9]+|-)"
                    r" [^ ]+ (?P<user_agent>[^ ].*)$"
                ),
            ),
        )
    ),
    Shape(
        (
            (Pattern(rf"^(?P<remote_host>[^ ,\[]+) {_REQUEST_ID} (?P<user>[^ \[]+) {_BRACKETED} $"),),
            (Pattern(r"^ (?P<status>[0-9]{3}|-) (?P<bytes>[0-9]+|-) (?:[0-9.]+|-) $"),),
            (Pattern("^ $"),),
            (Pattern("^ $"),),
            (Pattern("^$"),),
        ),
        ("request", "", "user_agent", "session"),
    ),
)
_ANSWER = re.compile(
    r" (?P<protocol>HTTP/[0-9](?:\.[0-9])?) (?P<status>[0-9]{3}|-) (?P<duration>[0-9]+)(?:ms)? (?P<bytes>[0-9]+|-)(?: |$)"
)
_ANSWER_OF_JIRA = re.compile(r'" (?P<status>[0-9]{3}|-) (?P<bytes>[0-9]+|-) (?P<duration>[0-9.]+|-)(?: |$)')
_IS_METHOD = re.compile(_METHOD)
_IS_REQUEST_ID = re.compile(_REQUEST_ID)
_THREAD: Final = ("http", "ajp", "catalina", "tomcat", "exec")
_OF_JIRA = re.compile(
    r"/secure/|/browse/|/rest/(?:api/(?:2|3|latest)|agile|greenhopper|gadget)/|/projects/|\.jspa\b|[/.]jira\b"
)
_OF_CONFLUENCE = re.compile(
    r"/pages/|/display/|/spaces/|\.action\b|/rest/(?:quickreload|mywork|tinymce|likes|api/content|api/space)\b"
    r"|[/.]confluence\b|nio-8090|:8090\b|/profilepics/"
)
_HEAD: Final = 2048
_REQUEST_ID_IN_LINE = re.compile(rb"(?:^|\n)[^\n\[]{1,200} [a-z]{0,2}[0-9]+x[0-9]+x[0-9]+ ")


def split_atlassian_line(text: str) -> LineTexts | None:
    """The texts of one line as logged; None when it has neither of the two shapes."""
    return _thread_line(text) if text.startswith("[") else _jira_line(text)


def _thread_line(text: str) -> LineTexts | None:
    time, closed, rest = text[1:].partition("] ")
    answer = _ANSWER.search(rest)
    if not closed or answer is None:
        return None
    words = rest[: answer.start()].split(" ")
    asked = next((n for n in range(3, len(words)) if _IS_METHOD.fullmatch(words[n]) and n + 1 < len(words)), None)
    if asked is None:
        return None
    line = answer.groupdict() | {"time": time, "method": words[asked], "target": " ".join(words[asked + 1 :])}
    before = words[:asked]
    thread = next((n for n in range(1, asked - 1) if before[n].lower().startswith(_THREAD)), asked - 2)
    line |= {"user": before[thread - 1], "thread": " ".join(before[thread:-1]), "remote_host": before[-1]}
    if thread > 1:
        line["forwarded_for"] = " ".join(before[: thread - 1])
    line["referer"], _, agent = rest[answer.end() :].partition(" ")
    if agent:
        line["user_agent"] = agent
    return line


def _jira_line(text: str) -> LineTexts | None:
    head, opened, rest = text.partition(" [")
    time, closed, rest = rest.partition('] "')
    answer = _ANSWER_OF_JIRA.search(rest)
    words = head.split(" ")
    place = next((n for n, word in enumerate(words) if n and _IS_REQUEST_ID.fullmatch(word)), None)
    if not opened or not closed or answer is None or place is None:
        return None
    line = answer.groupdict() | {"time": time, "request": rest[: answer.start()], "request_id": words[place]}
    line |= {"remote_host": " ".join(words[:place]), "user": " ".join(words[place + 1 :])}
    quoted = rest[answer.end() :].removeprefix('"').removesuffix('"').split('" "')
    line["referer"] = quoted[0]
    if len(quoted) > 1:
        line["user_agent"] = '" "'.join(quoted[1:-1]) if len(quoted) > 2 else quoted[1]
    if len(quoted) > 2:
        line["session"] = quoted[-1]
    return line


def decode_atlassian(kind: str, chunk: Chunk) -> Decoded:
    """Events of the lines, one each."""
    zone = None if chunk.context.zone is None else _zone(chunk.context.zone)
    lines = chunk_lines(chunk)
    split = split_lines(lines, CLEAN, _NAMES, split_atlassian_line, NOT_THIS_FORMAT)
    columns = dict(split.columns)
    session = columns.pop("session")
    is_thread_line = pc.is_valid(columns.pop("thread"))
    del columns["forwarded_for"]  # the address before the method is the client's, as the server took it
    remote = columns["remote_host"]
    if is_thread_line.true_count:  # which may be a name
        columns["remote_host"] = pc.if_else(is_thread_line, per_distinct(remote, _address, pa.utf8()), remote)
    batch, warnings = access_events(kind, lines, split.rows, columns, lambda text: read_time(text, zone))
    return Decoded(with_columns(batch, {"session": known(session)}), len(lines), split.rejects, split.ignored, warnings)


def with_columns(batch: pa.RecordBatch, columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
    """An event batch with these columns in place of what it had there."""
    return event_batch(len(batch), {name: batch.column(name) for name in batch.schema.names} | dict(columns))


def sniff_atlassian(sample: Sample, *, is_jira: bool) -> Sniff:
    """How sure it is that the first lines are of Jira or, else, of Confluence: by their shape, then by what they ask for.

    Where neither is there, the name of the source decides, and then whose pattern it is: Confluence's.
    """
    data = sample.data[:_HEAD]
    is_thread = b" HTTP/" in data and (data[:1] == b"[" or b"\n[" in data)
    if not is_thread and not (b'] "' in data and _REQUEST_ID_IN_LINE.search(data)):
        return NO
    lines = [line for line in sample.lines if len(line) < 65_536]
    found = [line for line in map(split_atlassian_line, lines) if line is not None]
    if not found:
        return NO
    share = len(found) / len(lines)
    confidence = 97 if share > 0.9 else 88 if share >= 0.5 else 60
    reason = f"{len(found)} of the first {len(lines)} lines are of the access log"
    of_jira_alone = sum("request_id" in line for line in found)
    if of_jira_alone * 2 > len(found):
        return Sniff(min(100, confidence + 7), (reason, "with Jira's request ids")) if is_jira else NO
    texts = [f"{line['thread']} {line['target']} {line['referer']}" for line in found if "thread" in line]
    jira = sum(_OF_JIRA.search(text) is not None for text in texts)
    confluence = sum(_OF_CONFLUENCE.search(text) is not None for text in texts)
    if jira == confluence:
        jira += "jira" in sample.name.lower()
        confluence += "conf" in sample.name.lower()
    if jira == confluence:
        return Sniff(confidence - (20 if is_jira else 7), (reason, "with nothing that Jira or Confluence alone has"))
    is_mine = (jira > confluence) == is_jira
    return Sniff(
        confidence if is_mine else 45, (reason, f"{jira} ask for what is Jira's, {confluence} for Confluence's")
    )


def _zone(name: str) -> tzinfo | None:
    try:
        return zone_named(name)
    except ValueError:  # case.yaml is checked where it is read; a decoder goes on
        return None


def _address(text: str) -> str | None:
    try:
        ip_address(text)
    except ValueError:
        return None
    return text
