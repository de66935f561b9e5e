"""Ninety secrets of forty-nine types, in every text of events of every kind, in five encodings: none is in any export."""

import base64
import io
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Final
from urllib.parse import quote, unquote

import pytest

from tests.report.events import event
from tests.report.report_models import ordinary
from tests.report.secret_samples import SECRETS, Planted
from timeline.ingest.registry import parsers
from timeline.model.event import TEXT_FIELDS, Event, Note, Witness
from timeline.report.export_csv import write_csv
from timeline.report.export_jsonl import write_jsonl
from timeline.report.export_timesketch import write_timesketch_csv, write_timesketch_jsonl
from timeline.report.figure import timeline_svg
from timeline.report.html_page import render_html
from timeline.report.markdown import render_markdown
from timeline.report.redact import Redactor
from timeline.report.redact_rules import TOKEN_RULES

TOKENS: Final = {rule.type for rule in TOKEN_RULES}
ENCODINGS: Final[dict[str, Callable[[str], str]]] = {
    "plain": str,
    "url": lambda text: quote(text, safe=""),
    "base64": lambda text: base64.b64encode(f"x{text}".encode()).decode(),
    "base64 in a path": lambda text: f"user/{base64.urlsafe_b64encode(text.encode()).decode()}",
    "json": lambda text: "".join(f"\\u{ord(letter):04x}" if letter in "_-:=" else letter for letter in json.dumps(text)[1:-1]),
    "file": lambda text: f"/srv/keys/{text.removeprefix('before ').removesuffix(' after')}.txt",
}
OWN: Final = frozenset({"kind", "timestamp_desc", "timestamp_basis", "outcome"})


def planted_in(encoding: str) -> list[tuple[Planted, str]]:
    found = [(planted, ENCODINGS[encoding](planted.text)) for planted in SECRETS]
    if encoding == "file":  # what gives itself away: a name has no context, and no slash
        return [(planted, text) for planted, text in found if planted.type in TOKENS and "/" not in planted.secret]
    return found


def hostile(number: int, kind: str, text: str) -> Event:
    fields = dict.fromkeys([name for name in TEXT_FIELDS if name not in OWN], text)
    said = (Note(f"kim {text[:150]}", 1, text),)
    return event(
        number, **fields, kind=kind, source=text, tags=(text[:200],), comments=said, why=text, severity="high",
        witnesses=(Witness(text, 1),), starred=True,
    )  # fmt: skip


def exported(events: list[Event]) -> dict[str, str]:
    found: dict[str, str] = {}
    for write in (write_jsonl, write_csv, write_timesketch_jsonl, write_timesketch_csv):
        out = io.StringIO()
        write(events, out, Redactor(b"k" * 32))
        found[write.__name__] = out.getvalue()
    raws = {one.key: (one.message or "").encode() for one in events}
    model = ordinary(key_events=events, raw=raws.__getitem__)
    found["markdown"] = render_markdown(model, "figure.svg")
    found["html"] = render_html(found["markdown"], timeline_svg(model))
    return found


def readings(text: str) -> list[str]:
    """The text, and what somebody would read in it who undoes escapes and base64."""
    plain = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), unescape(unquote(text)))
    plain = plain.replace("\u2060", "")
    found = [text, plain, re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", plain)]
    for match in re.finditer(r"[A-Za-z0-9+/_-]{16,}", plain):
        run = match[0].translate(str.maketrans("-_", "+/"))
        for shift in range(4):
            body = run[shift : shift + (len(run) - shift) // 4 * 4]
            found.append(base64.b64decode(body).decode("latin-1"))
    return found


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_none_is_in_any_export(encoding: str) -> None:
    planted = planted_in(encoding)
    assert len({one.type for one, _ in planted}) >= (20 if encoding == "file" else 45)
    kinds = list(parsers())
    events = [hostile(number, kinds[number % len(kinds)], text) for number, (_, text) in enumerate(planted)]
    for name, text in exported(events).items():
        read = readings(text)
        for one, _ in planted:
            assert not any(one.secret in reading for reading in read), (name, one)


def test_every_kind_is_redacted_alike() -> None:
    token = SECRETS[0]
    events = [hostile(number, kind, token.text) for number, kind in enumerate(parsers())]
    for name, text in exported(events).items():
        assert token.secret not in text, name


@pytest.mark.parametrize(
    "text",
    [
        "6c8b2d0a70290147e0dc5739a7ca67f80a99b9d3", "9f3ac1e07b52d4869f3ac1e07b52d4869f3ac1e07b52d4869f3ac1e07b52d486",
        "123e4567-e89b-12d3-a456-426614174000", "AKIAIOSFODNN7EXAMPLE", "arn:aws:iam::111122223333:role/ci",
        "sha512-" + base64.b64encode(bytes(range(64))).decode(), "aGVsbG8gd29ybGQsIHRoaXMgaXMgZmluZQ==",
        "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/24/111122223333_CloudTrail_us-east-1_20260324T1405Z_RTI6LXPI2N25.json.gz",
    ],
)  # fmt: skip
def test_what_names_things_stays(text: str) -> None:
    assert Redactor(b"k" * 32).text(text) == text
