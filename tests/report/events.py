"""Invented events, sources and texts for the tests of exports and report."""

from typing import Any

from timeline.model.event import Event, Note, Witness
from timeline.model.time import parse_iso

STREAM = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "<script>alert(1)</script>",
    "![x](https://evil.example.com/a.png)",
    "[click](javascript:alert(1))",
    "https://evil.example.com www.evil.example.com kim@evil.example.com",
    "`code` ``` fence ~~~ **bold** _em_ ~~s~~ <b>",
    "| a | b |\n|---|---|\n# heading\n- item\n1. one\n> quote\n---\n    indented",
    "\x1b[31mred\x1b[0m \x9b31m \r\n \x00 \x07",
    "user\u202egnp.exe \u200b\u2066x\u2069 \ufeff",
    "&lt;b&gt; &#60; \\ \\` $x^2$ {{ a }} {% b %} <!-- c --> [E1](#e1) [^1]",
    "a" + "\u0301" * 40,
    "```\n</code></pre>\n```mermaid\ngantt\n",
    "x" * 5000,
)


def us(text: str) -> int:
    moment = parse_iso(text)
    assert moment is not None
    return moment[0]


def event(number: int = 1, **values: Any) -> Event:
    """An access-log event; `values` replaces fields."""
    fields: dict[str, Any] = {
        "key": f"e{number:015x}",
        "source": "logs/access.log",
        "stream_sha256": STREAM,
        "timestamp": us("2026-03-30T23:17:59Z") + number * 1_000_000,
        "timestamp_desc": "request",
        "timestamp_precision": 1_000_000,
        "timestamp_basis": "stated",
        "record": number,
        "offset": number * 100,
        "length": 99,
        "kind": "web.access",
        "action": "GET",
        "outcome": "success",
        "src_ip": "198.51.100.23",
        "user_agent": "npm/10.9.0",
        "resource": "/@corp/cli/-/cli-2.1.88.tgz",
        "bytes_out": 62705664,
        "status": 200,
    }
    return Event(**(fields | values))


def hostile_event(text: str, number: int = 1) -> Event:
    """An event whose every text is hostile."""
    names = ("action", "actor", "credential", "session", "src_ip", "user_agent", "resource", "account", "region")
    return event(
        number,
        source=text,
        timestamp_desc=text,
        outcome=text,
        kind=text,
        uid=text,
        tags=(text,),
        comments=(Note(text, 0, text),),
        witnesses=(Witness(text, 3),),
        starred=True,
        message=text,
        **dict.fromkeys(names, text),
    )
